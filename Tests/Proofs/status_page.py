#!/usr/bin/env python3
"""The page of `gx status -o html`, as a browser has it.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install --no-deps websocket-client axe-playwright-python
    /tmp/venv/bin/python Tests/Proofs/status_page.py [--shots FOLDER] [--gx PATH] [REPOSITORY...]

Makes the page of the sample of `gx demo`, of a repository whose names and messages are hostile, of one with 200 apps
in 24 environments, and of the repositories that are named, and opens each in headless Chromium (`chromium`), driven
by the DevTools protocol. Checked is, in light and dark, at 400 and 1600 pixels:

- the file is below 2 MB, well-formed as XML and as HTML (the DOM has what was written, and nothing else);
- nothing is requested but the file itself, and the console has no error, so that no rule of the policy is broken;
- hostile names and messages are text: no element or attribute that gx does not write, no script that ran;
- axe-core (which axe-playwright-python brings along, else this is left out and said so) finds no violation that is
  serious or critical, contrast included;
- every link inside leads somewhere, and what it leads to is shown;
- with scripts off everything is there; with them finding, filtering and sorting do as they say;
- nothing but the regions made for it scrolls sideways.

Screenshots of all go to the folder of --shots, for people to look at.
"""
import argparse, base64, glob, html.parser, json, os, pathlib, shutil, subprocess, sys, tempfile, time, urllib.request
import xml.etree.ElementTree
import websocket

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOSTILE = [
    "<script>document.title='owned'</script>", "\"><img src=https://evil.example/x onerror=alert(1)>",
    "</title></style></script><h1>owned</h1>", "javascript:alert(1)", "' onmouseover='alert(1)", "]]> <!-- ${x} {{x}}",
    "\u202eevil\u202c", "`${document.domain}`", "&lt;b&gt;",
]
failures = []


def check(is_so, what):
    print(("  ok    " if is_so else "  FAIL  ") + what)
    if not is_so:
        failures.append(what)


class Browser:
    """Headless Chromium with one tab, and what happens in it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        self.process = subprocess.Popen(
            ["chromium", "--no-sandbox", "--headless=new", "--disable-gpu", "--remote-debugging-port=0",
             f"--user-data-dir={self.folder}", "--hide-scrollbars", "--no-first-run", "--disable-extensions",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--host-resolver-rules=MAP * ~NOTFOUND", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port = self.wait_for_port()
        for _ in range(50):
            tabs = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
            pages = [tab for tab in tabs if tab["type"] == "page"]
            if pages:
                break
            time.sleep(0.1)
        self.socket = websocket.create_connection(
            pages[0]["webSocketDebuggerUrl"], suppress_origin=True, timeout=120)
        self.number = 0
        self.events = []
        for domain in ["Page", "Network", "Runtime", "Log"]:
            self.call(domain + ".enable")

    def wait_for_port(self):
        for _ in range(200):
            try:
                return int(open(os.path.join(self.folder, "DevToolsActivePort")).read().split("\n")[0])
            except (OSError, ValueError):
                time.sleep(0.1)
        sys.exit("chromium does not start")

    def call(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def open(self, path, dark=False, width=1600, height=1000, scripts=True):
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                            {"name": "prefers-reduced-motion", "value": "reduce"}])
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.events.clear()
        self.call("Page.navigate", url=pathlib.Path(path).as_uri())
        end = time.time() + 60
        while time.time() < end and not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(json.loads(self.socket.recv()))
        self.run("0")

    def run(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"].get("description", expression))
        return result["result"].get("value")

    def shot(self, path, whole=True):
        parameters = {"format": "png", "captureBeyondViewport": whole}
        if whole:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            parameters["clip"] = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 6000),
                                  "scale": 1}
        pathlib.Path(path).write_bytes(base64.b64decode(self.call("Page.captureScreenshot", **parameters)["data"]))

    def requests(self):
        return [event["params"]["request"]["url"] for event in self.events
                if event.get("method") == "Network.requestWillBeSent"]

    def complaints(self):
        found = [event["params"]["entry"]["text"] for event in self.events if event.get("method") == "Log.entryAdded"]
        found += [str(event["params"]) for event in self.events if event.get("method") == "Runtime.exceptionThrown"]
        return found

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Elements(html.parser.HTMLParser):
    """The elements and attributes of a file, as an HTML parser that is not the browser's reads them."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = {}, set(), []

    def handle_starttag(self, tag, attributes):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes |= {name for name, _ in attributes}

    def handle_data(self, data):
        self.text.append(data)


def git(folder, *arguments, **more):
    subprocess.run(["git", "-C", folder, *arguments], check=True, stdout=subprocess.DEVNULL, **more)


def commit(folder, message, day):
    date = f"@{1767225600 + day * 86400} +0000"
    git(folder, "add", "-A")
    git(folder, "-c", f"user.name={HOSTILE[0]}", "-c", "user.email=a@b.example", "commit", "-q", "-m", message,
        env={**os.environ, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date})


def write(folder, path, text):
    path = pathlib.Path(folder, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def hostile(folder):
    """Names and messages that try to be markup. Of environments' names gx.yaml takes none that could."""
    git(".", "init", "-q", "-b", "main", folder)
    write(folder, "gx.yaml", "version: 1\nenvironments:\n  dev: {}\n  prod: { after: dev }\n"
          "layout: [ 'apps/{app}/{env}.yaml' ]\nissues: { url: 'javascript:alert({key})' }\n")
    names = ["<img src=x onerror=alert(1)>", "a\"onclick=\"alert(1)", "'&amp;'", "\u202egnp", "}}<script>"]
    for number, message in enumerate(HOSTILE):
        for app in names:
            for environment in ["dev", "prod"][: 1 + number % 2]:
                write(folder, f"apps/{app}/{environment}.yaml",
                      f"image: {{ repository: 'r.example/<i>{number % 2}</i>', tag: '1.{number}\"<u>' }}\n")
        commit(folder, f"PROJ-{number + 1} {message} (#{number + 1})\n\n{message}", number)


def large(folder, apps=200, regions=8, rounds=6):
    """200 apps in 24 environments, three stages of eight regions: 28,800 deployments by 4,800 commits, so that hardly
    two cells are alike."""
    git(".", "init", "-q", "-b", "main", folder)
    stages = ["staging", "uat", "prod"]
    names = [f"{stage}-region-{number:02}" for stage in stages for number in range(regions)]
    yaml = "version: 1\nenvironments:\n"
    for index, name in enumerate(names):
        stage, number = stages[index // regions], index % regions
        after = f", after: {stages[index // regions - 1]}-region-{number:02}" if index >= regions else ""
        yaml += f"  {name}: {{ group: {stage}{after} }}\n"
    yaml += "layout: [ 'apps/{app}/{env}.yaml' ]\n"
    stream = []
    def commit_(step, message, files):
        stream.append(f"commit refs/heads/main\ncommitter Person {step % 9} <p@example.com> {1767225600 + step * 1200} +0000\n")
        stream.append(f"data {len(message)}\n{message}\n")
        for path, text in files:
            stream.append(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n")
    commit_(0, "Begin", [("gx.yaml", yaml)])
    step = 1
    for round_ in range(rounds):
        for index, name in enumerate(names):
            for group in range(0, apps, 6):
                files = []
                for app in range(group, min(group + 6, apps)):
                    # Each environment is somewhere else on its way.
                    version = round_ * 3 + (app + index * 5) % 7
                    image = f"registry.example.com/team/service-with-a-name-{app:03}"
                    files.append((f"apps/service-with-a-name-{app:03}/{name}.yaml",
                                  f"image: {{ repository: {image}, tag: 1.{version}.{index % 4} }}\n"))
                commit_(step, f"PROJ-{step} Round {round_} to {name}, with a subject of some length (#{step})", files)
                step += 1
    subprocess.run(["git", "-C", folder, "fast-import", "--quiet"], input="".join(stream).encode(), check=True)
    git(folder, "reset", "-q", "--hard")


def links(browser):
    return browser.run("""(() => {
        const ids = new Set([...document.querySelectorAll("[id]")].map(element => element.id));
        const all = [...document.querySelectorAll("a[href]")].map(link => link.getAttribute("href"));
        return {
          dead: all.filter(href => href.startsWith("#") && !ids.has(href.slice(1))).slice(0, 5),
          odd: all.filter(href => !/^(#|https?:)/.test(href)).slice(0, 5),
          twice: document.querySelectorAll("[id]").length - ids.size, count: all.length };
    })()""")


def examine(browser, name, page, shots, axe):
    text = pathlib.Path(page).read_text()
    print(f"{name}: {len(text.encode()):,} bytes")
    check(len(text.encode()) < 2_000_000, f"{name} is below 2 MB")
    try:
        # The declaration is HTML's; all that follows is XML.
        xml.etree.ElementTree.fromstring(text.split("\n", 1)[1])
        check(True, f"{name} is well-formed")
    except xml.etree.ElementTree.ParseError as error:
        check(False, f"{name} is well-formed: {error}")
    written = Elements()
    written.feed(text)
    for dark in [False, True]:
        for width in [400, 1600]:
            kind = f"{name}-{'dark' if dark else 'light'}-{width}"
            browser.open(page, dark, width)
            requests = browser.requests()
            check(requests == [pathlib.Path(page).as_uri()], f"{kind} asks for nothing else: {requests[1:3]}")
            check(not browser.complaints(), f"{kind} has no errors: {browser.complaints()[:2]}")
            wide = browser.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            check(wide <= 0, f"{kind} does not scroll sideways: {wide}")
            browser.shot(f"{shots}/{kind}.png")
            if axe:
                audit(browser, kind, axe)
    tags = browser.run("""Object.fromEntries(Object.entries(Object.groupBy(
        document.querySelectorAll("*"), element => element.localName)).map(([tag, all]) => [tag, all.length]))""")
    tags.pop("tbody", None)
    written.tags.pop("tbody", None)
    check(tags == written.tags, f"{name}: the browser has the elements that were written")
    found = links(browser)
    check(not found["dead"] and not found["odd"] and found["twice"] == 0, f"{name}: {found['count']} links: {found}")
    reveal(browser, name)
    find(browser, name)
    browser.open(page, False, 1600, scripts=False)
    browser.shot(f"{shots}/{name}-no-script.png")
    is_hidden = browser.run("document.getElementById('controls').hidden")
    check(is_hidden, f"{name} without scripts shows no controls that do nothing")
    before = browser.run("document.querySelectorAll('tbody tr').length")
    check(before > 0, f"{name} without scripts has {before} rows")


def reveal(browser, name):
    """A link into something closed opens it."""
    result = browser.run("""(async () => {
        const pause = () => new Promise(done => setTimeout(done, 60));
        let bad = [];
        const all = [...document.querySelectorAll("details .inside")].slice(0, 40);
        for (const place of all) {
          location.hash = "#" + place.id;
          await pause();
          if (!place.closest("details").open || !place.checkVisibility()) bad.push(place.id);
        }
        location.hash = "";
        return { bad, count: all.length };
    })()""")
    check(not result["bad"], f"{name}: {result['count']} places open when a link leads there: {result['bad'][:3]}")


def find(browser, name):
    result = browser.run("""(() => {
        const rows = () => [...document.querySelectorAll("#versions tbody tr")].filter(row => !row.hidden);
        const all = rows().length;
        const search = document.getElementById("search");
        const type = word => { search.value = word; search.dispatchEvent(new Event("input")); };
        const first = document.querySelector("#versions tbody th").textContent;
        type(first);
        const some = rows().map(row => row.querySelector("th").textContent);
        type("there-is-nothing-like-it");
        const none = rows().length;
        type("");
        const sort = document.getElementById("sort");
        sort.value = "time";
        sort.dispatchEvent(new Event("change"));
        const times = rows().map(row => +row.dataset.t);
        return { all, first, some, none, again: rows().length,
                 sorted: times.every((time, index) => index === 0 || times[index - 1] >= time) };
    })()""")
    check(result["first"] in result["some"] and result["none"] == 0 and result["again"] == result["all"],
          f"{name}: finding finds {len(result['some'])} of {result['all']} apps")
    check(result["sorted"], f"{name}: sorting sorts")


def audit(browser, kind, axe):
    # All is opened: what is closed is not looked at.
    browser.run("document.querySelectorAll('details').forEach((all, index) => all.open = index < 60)")
    browser.call("Page.setBypassCSP", enabled=True)
    browser.run(axe + "; 0")
    result = json.loads(browser.run(
        "axe.run(document, {resultTypes: ['violations']}).then(result => JSON.stringify(result.violations.map("
        "one => ({id: one.id, impact: one.impact, count: one.nodes.length, help: one.help,"
        " nodes: one.nodes.slice(0, 2).map(node => node.html.slice(0, 160) + ' ' + (node.failureSummary||'')"
        ".slice(0, 240))}))))"))
    browser.call("Page.setBypassCSP", enabled=False)
    serious = [one for one in result if one["impact"] in ("serious", "critical")]
    check(not serious, f"{kind}: axe-core finds nothing serious")
    for one in result:
        print(f"        {one['impact']}: {one['id']} ×{one['count']}: {one['help']}")
        for node in one["nodes"]:
            print(f"          {node}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="*")
    parser.add_argument("--gx", default=str(ROOT / ".build/debug/gx"))
    parser.add_argument("--shots", default=tempfile.mkdtemp(prefix="gx-page-"))
    parser.add_argument("--only", help="a part of the names of those to look at")
    options = parser.parse_args()
    os.makedirs(options.shots, exist_ok=True)
    scripts = glob.glob(f"{sys.prefix}/lib/python*/site-packages/axe_*/axe.min.js")
    axe = pathlib.Path(scripts[0]).read_text() if scripts else None
    if not axe:
        print("axe-core is not installed: that check is left out")
    work = tempfile.mkdtemp()
    repositories = {pathlib.Path(path).name: path for path in options.repositories}
    wanted = lambda name: not options.only or any(part in name for part in options.only.split(","))
    if wanted("demo"):
        subprocess.run([options.gx, "demo", "--no-tour", f"{work}/demo"], check=True, stdout=subprocess.DEVNULL)
        repositories["demo"] = f"{work}/demo/manifests"
    for name, make in [("hostile", hostile), ("large", large)]:
        if wanted(name):
            make(f"{work}/{name}")
            repositories[name] = f"{work}/{name}"
    browser = Browser()
    try:
        for name, path in repositories.items():
            if not wanted(name):
                continue
            page = f"{options.shots}/{name}.html"
            start = time.time()
            subprocess.run([options.gx, "status", "-C", path, "-o", "html", "--out", page], check=True)
            print(f"{name}: made in {time.time() - start:.1f} s the first time", end="; ")
            start = time.time()
            subprocess.run([options.gx, "status", "-C", path, "-o", "html", "--out", page], check=True,
                           stderr=subprocess.DEVNULL)
            print(f"in {time.time() - start:.1f} s the second")
            examine(browser, name, page, options.shots, axe)
            if name == "hostile":
                browser.open(page)
                title = browser.run("document.title")
                check("owned" not in title, f"hostile: no script of a message ran: {title}")
                text = browser.run("document.body.textContent")
                check("<script>document.title='owned'</script>" in text, "hostile: messages are there, as text")
                check(browser.run("document.querySelectorAll('script').length") == 1, "hostile: one script, gx's own")
                check("\u202e" not in text and "\\u202e" in text, "hostile: nothing turns the direction of writing")
    finally:
        browser.close()
        shutil.rmtree(work, ignore_errors=True)
    print(f"screenshots: {options.shots}")
    print(f"{len(failures)} failed" if failures else "all held")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
