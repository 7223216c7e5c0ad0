#!/usr/bin/env python3
"""Do the ledger's changes and their kinds, artifact by artifact, agree with plain git and a YAML parser?

    image_kinds.py GX REPOSITORY [LAST]

Parses every YAML file that a first-parent commit changed, before and after, and notes each place in it (file, path of
keys, items of lists by their names) whose text differs. `gx trace log` is taken only for which environment, app and
artifact a change is told of. Then, for all of history or the LAST commits:

- every change that is told has to be one of a place in that commit: from that version to that one. Where an override or
  a file came, went or moved, one side of it has to stand there;
- a place that a told change of an artifact was at is the artifact's: wherever it changes its version in that
  environment, that has to be told, and whatever is said to run must be what these places say;
- its kind has to be what a few lines here, written apart from gx, say of the versions that ran there before, of those of
  the environments that it is promoted from, and of the commit's message.

What no YAML file says (templates, files of other forms) is counted apart. Exit status 0: no difference.
"""

import collections
import datetime
import json
import re
import subprocess
import sys
import tempfile

import yaml

# In a template, what is filled in.
FILLED = "\u2022"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Text(LOADER):
    """Scalars as they are written: 1.10 is no number."""


Text.yaml_implicit_resolvers = {}
Text.add_constructor("tag:yaml.org,2002:merge", lambda loader, node: "<<")


def git(clone, *arguments):
    return subprocess.run(["git", "-C", clone, *arguments], capture_output=True, check=True).stdout


class Blobs:
    def __init__(self, clone):
        self.process = subprocess.Popen(
            ["git", "-C", clone, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.known = {}
        self.templates = set()

    def leaves(self, blob):
        """By place, the text that stands there; None for what is no YAML."""
        if blob not in self.known:
            self.process.stdin.write(blob.encode() + b"\n")
            self.process.stdin.flush()
            size = int(self.process.stdout.readline().split()[2])
            text = self.process.stdout.read(size + 1)[:-1]
            found = {}
            try:
                for number, document in enumerate(yaml.load_all(text, Text)):
                    name = ""
                    if isinstance(document, dict):
                        metadata = document.get("metadata")
                        name = f"{document.get('kind')}/{metadata.get('name') if isinstance(metadata, dict) else ''}"
                    walk(document, (name if name.strip("None/") else str(number),), found)
            except (yaml.YAMLError, ValueError, RecursionError, TypeError):
                found = None
            if found is None and b"{{" in text:
                found = self.template(text)
                self.templates.add(blob)
            if len(self.known) > 20000:
                self.known.clear()
            self.known[blob] = found
        return self.known[blob]

    def steers(self, blob):
        """Whether what it says depends on more than it."""
        return blob in self.templates

    def template(self, text):
        """A template as if it were YAML: without lines that only steer, and without texts of which a part is filled in."""
        lines = [line for line in text.decode(errors="replace").split("\n")
                 if not re.fullmatch(r"\s*\{\{-?.*\}\}\s*", line)]
        found = {}
        try:
            for number, document in enumerate(yaml.load_all(re.sub(r"\{\{.*?\}\}", FILLED, "\n".join(lines)), Text)):
                walk(document, (str(number),), found)
        except (yaml.YAMLError, ValueError, RecursionError, TypeError):
            return None
        return {place: text for place, text in found.items() if FILLED not in text}


def walk(value, path, found):
    if isinstance(value, dict):
        for key, item in value.items():
            walk(item, path + (str(key),), found)
    elif isinstance(value, list):
        seen = collections.Counter()
        for item in value:
            name = item if isinstance(item, str) else ""
            if isinstance(item, dict):
                name = next((str(item[key]) for key in ("name", "repository", "chart", "image", "path")
                             if isinstance(item.get(key), str)), "")
            name = bare(name)
            seen[name] += 1
            walk(item, path + (f"[{name}#{seen[name]}]",), found)
    elif value is not None:
        text = str(value)
        if "\n" in text and len(path) < 30:
            # Values as text in a manifest.
            try:
                inner = yaml.load(text, Text)
                if isinstance(inner, (dict, list)):
                    walk(inner, path + ("|",), found)
                    return
            except (yaml.YAMLError, ValueError, RecursionError, TypeError):
                pass
        found[path] = text


def bare(name):
    """A reference without its version: what pairs items of lists."""
    name = name.split("@")[0].split("?")[0]
    head, _, tag = name.rpartition(":")
    return head if head and "/" not in tag else name


def versions(text):
    """What a text may say of a version: all of it, or its tag, digest and revision."""
    found = {text}
    name, _, digest = text.partition("@")
    head, _, tag = name.rpartition(":")
    if head and "/" not in tag:
        found |= {tag, f"{tag}@{digest}"}
    if digest:
        found.add(digest)
    match = re.search(r"[?&](?:ref|version)=([^&]*)", text)
    if match:
        found.add(match[1])
    return found


def parts(version):
    """A version, its tag and its digest."""
    tag, _, digest = version.partition("@")
    return {part for part in (version, tag, digest) if part}


def says(text, version):
    return text is not None and not versions(text.strip()).isdisjoint(parts(version))


def same(one, other):
    """Digests where both are known, else tags."""
    def split(version):
        if version.startswith("sha256:"):
            return "", version
        tag, _, digest = version.partition("@")
        return tag, digest
    (tag, digest), (tag2, digest2) = split(one), split(other)
    return digest == digest2 if digest and digest2 else tag == tag2 != ""


def floats(version):
    if "@" in version or version.startswith("sha256:"):
        return False
    words = re.split(r"[-_.+]", version.lower())
    return "latest" in words or not any(c.isdigit() for c in version) or bool(re.fullmatch(r"v?\d+|v?[\d.]*\.x|[~^*>=<].*", version))


def order(version):
    """What numbered versions are ordered by; None for what has no order."""
    tag = version.partition("@")[0]
    match = re.fullmatch(r"v?(\d+(?:\.\d+)+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?", tag)
    if not match:
        return None
    numbers = [int(number) for number in match[1].split(".")]
    numbers += [0] * (6 - len(numbers))
    words = [(0, int(word), "") if word.isdigit() else (1, 0, word) for word in (match[2] or "").split(".") if word]
    return (numbers, not words, words)


def changed(clone, commits, blobs):
    """By commit, the places whose text differs, and whether any file could not be read."""
    for number, commit in enumerate(commits):
        places, unread = {}, not number
        # What was there when history begins changed nothing.
        if not number:
            yield number, commit, places, unread
            continue
        sides = [commits[number - 1], commit]
        for line in git(clone, "diff-tree", "-r", "--no-renames", *sides).decode(errors="replace").splitlines():
            fields, path = line.split("\t", 1)
            _, mode, old, new, _ = fields.split()
            if mode in ("160000", "120000"):
                continue
            if not path.endswith((".yaml", ".yml", ".yaml.gotmpl")):
                unread = unread or not path.endswith((".md", ".png", ".svg", ".txt", ".sh", ".py"))
                continue
            left, right = (blobs.leaves(blob) if blob.strip("0") else {} for blob in (old, new))
            unread = unread or blobs.steers(old) or blobs.steers(new)
            if left is None or right is None:
                unread = True
                continue
            for place in left.keys() | right.keys():
                if left.get(place) != right.get(place):
                    places[path, place] = (left.get(place), right.get(place))
        yield number, commit, places, unread


def place_of(one):
    return one["environment"], one["app"]


class Kinds:
    """What changes are, by the versions that ran before."""

    def __init__(self):
        self.ran = collections.defaultdict(list)  # by environment, app, artifact: versions with their numbers
        self.first = collections.defaultdict(dict)  # by app and artifact: when a version came anywhere
        self.sources = collections.defaultdict(set)

    def stood(self, environment, app, artifact, version):
        return any(same(one, version) for one, _ in self.ran[environment, app, artifact])

    def came(self, app, artifact, version):
        return min((when for one, when in self.first[app, artifact].items() if same(one, version)), default=None)

    def expected(self, one, change, number, reverts):
        """The kinds that may be said."""
        artifact, before, after = family(change["artifact"]), change["before"], change["after"]
        environment, app = place_of(one)
        here = (environment, app, artifact)
        if not after:
            return {"removal"}
        # An earlier commit brought it where this one is promoted from.
        promoted = not floats(after) and change["source"] is not None and any(
            same(version, after) and when < number for version, when in self.ran[change["source"], app, artifact])
        missed = not floats(after) and change["source"] is None and [
            source for source in sorted(self.sources[environment, app])
            if any(same(version, after) and when < number for version, when in self.ran[source, app, artifact])]
        news = {"promotion"} if promoted else {"promotion from " + " or ".join(missed)} if missed else {"forward"}
        if not before:
            # In the place of another one that goes it is the app's new version.
            moved = {"forward"} if any(other["after"] is None for other in one["artifacts"]) else set()
            return {"initial", "addition"} | moved if news == {"forward"} else {"initial"} | news
        direction = None
        if order(before) and order(after) and order(before) != order(after):
            direction = order(after) < order(before)
        elif not floats(before) and not floats(after) and not same(before, after):
            then, since = self.came(app, artifact, after), self.came(app, artifact, before)
            if then is None or since is None:
                direction = False
            elif then != since:
                direction = then < since
            else:
                first = [one for one, _ in self.ran[here] if same(one, before) or same(one, after)]
                direction = bool(first) and same(first[0], after)
        if self.stood(*here, after):
            if direction:
                return {"rollback"} if reverts else {"rollback", "race"}
            if direction is False:
                return {"repair"}
            return news | ({"rollback"} if reverts else set())
        return news

    def add(self, one, change, number):
        artifact = family(change["artifact"])
        environment, app = place_of(one)
        if change["after"]:
            self.ran[environment, app, artifact].append((change["after"], number))
            self.first[app, artifact].setdefault(change["after"], number)
        if change["source"]:
            self.sources[environment, app].add(change["source"])


def family(artifact):
    """An artifact apart from its registry; a source is one by its last folder of a repository."""
    return artifact if artifact.startswith(("chart:", "git:")) else artifact.rsplit("/", 1)[-1]


def main():
    gx, repository, *rest = sys.argv[1:]
    counts, kinds, wrong = collections.Counter(), collections.Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        clone = f"{folder}/clone"
        subprocess.run(["git", "clone", "-q", repository, clone], check=True)
        answer = subprocess.run(
            [gx, "trace", "log", "--kind", "all", "-o", "json"], cwd=clone, capture_output=True, text=True)
        told = collections.defaultdict(list)
        for one in json.loads(answer.stdout)["deployments"]:
            told[one["commit"]].append(one)
        commits = git(clone, "rev-list", "--first-parent", "--reverse", "HEAD").decode().split()
        since = len(commits) - int(rest[0]) if rest else 0
        bodies = dict(
            entry.split("\n", 1) for entry in git(
                clone, "log", "--first-parent", "--format=%H%n%B%x00", "HEAD").decode(errors="replace").replace(
                    "\0\n", "\0").split("\0") if entry)
        all_changed = list(changed(clone, commits, Blobs(clone)))
    judge = Kinds()
    environments = {one["environment"] for some in told.values() for one in some}
    # By place in a file: the environments, apps and artifacts that it is of, and since when it is known.
    owners = collections.defaultdict(dict)
    for number, commit, places, unread in all_changed:
        deployments = told[commit]
        # All environments that a commit changes stand side by side.
        for one in deployments:
            for change in one["artifacts"]:
                before, after = change["before"], change["after"]
                whole, half = [], []
                for place, (old, new) in places.items():
                    left = before is not None and says(old, before)
                    right = after is not None and says(new, after)
                    if left and right:
                        whole.append(place)
                    elif left and new is None or right and old is None or left and not before == after and after is None \
                            or right and before is None:
                        half.append(place)
                if number >= since:
                    text = f"{commit[:9]} {'/'.join(place_of(one))}: {change['artifact']} {before} -> {after}"
                    if whole:
                        counts["at a place"] += 1
                    elif half:
                        counts["came, went or moved"] += 1
                    elif unread:
                        counts["in no YAML"] += 1
                    else:
                        # A base, chart or switch may be used or left: then it stands where nothing changed.
                        counts["used or left"] += 1
                        if not places:
                            wrong.append(f"{text}: nothing changed")
                for place in whole:
                    # A file whose path names another environment is not this one's alone.
                    if environments & set(re.split(r"[/.]", place[0])) - {one["environment"]}:
                        continue
                    owners[place].setdefault((*place_of(one), change["artifact"]), number)
        for one in deployments if number >= since else []:
            for change in one["artifacts"]:
                if change["basis"] == "declared":
                    continue
                may = judge.expected(one, change, number, "This reverts commit" in bodies[commit])
                kinds[change["kind"]] += 1
                if one["kind"] in ("initial", "removal") and change["kind"] == one["kind"]:
                    continue
                if change["kind"] not in may:
                    wrong.append(
                        f"{commit[:9]} {'/'.join(place_of(one))}: {change['artifact']} {change['before']} -> "
                        f"{change['after']} is {change['kind']} from {change['source']}, not {' or '.join(sorted(may))}")
        for one in deployments:
            for change in one["artifacts"]:
                judge.add(one, change, number)
    # What a place that is known says must be told, as long as what it is of is there.
    running = collections.defaultdict(dict)
    for number, commit, places, unread in all_changed:
        said = collections.defaultdict(list)
        ran = {}
        for one in told[commit]:
            for change in one["artifacts"]:
                said[place_of(one)].append(change)
            ran[place_of(one)] = {pin["artifact"]: pin["version"] for pin in one["after"] or []}
        if number < since:
            running.update(ran)
            continue
        for place, (old, new) in places.items():
            if old is None or new is None or place not in owners:
                continue
            if versions(old.strip()) == versions(new.strip()):
                continue
            at = [owner for owner, first in owners[place].items()
                  if first <= number and owner[2] in running[owner[:2]]]
            if not at:
                counts["places not used yet, or any more"] += 1
                continue
            here = [owner for owner in at if any(
                says(old, change["before"] or "") or says(new, change["after"] or "")
                for change in said[owner[:2]])]
            counts["changes of known places"] += 1
            if not here:
                environment, app, artifact = at[0]
                wrong.append(f"{commit[:9]} {place[0]} {'.'.join(place[1])}: {old} -> {new} is not told of {environment}/{app}")
        running.update(ran)
    print(f"{dict(counts)}; {dict(kinds)}; {len(wrong)} differ")
    for line in wrong[:60]:
        print(f"  {line}")
    return 1 if wrong else 0


sys.exit(main())
