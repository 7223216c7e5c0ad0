#!/usr/bin/env python3
"""Proves that promotions without a person keep to their gates, for weeks, whatever happens meanwhile.

    python3 Tests/Proofs/unattended_month.py [--gx PATH] [--days 30] [--versions 300] [--apps 12] [--every HOURS] [--seed N]

lets a clock that is set run over one bare repository: new versions at random hours, outcomes good, bad and missing, a
freeze, a lock, approvals, a rollback, two `gx promote --auto` at once, and runs that are killed. What landed is judged
here anew, from the files of first-parent history and from what was said by this program, and by none of gx's code:
  gates      every promotion that landed passed its gates at that moment
  waiting    after a run that came to its end, nothing waits that could have gone
  returns    nothing comes back by itself that an environment has left
  twice      no version is promoted twice to the same environment
Exit status 0 if all of it held.
"""

import argparse
import collections
import datetime
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zoneinfo

UTC = datetime.timezone.utc
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
START = datetime.datetime(2026, 3, 9, tzinfo=UTC)
HOUR = 3600
# What comes before what, and what each wants. Hours.
AFTER = {"qa": "dev", "staging": "qa", "prod-eu": "staging", "prod-us": "staging", "prod-ap": "staging"}
RULES = {
    "qa": {"soak": 1},
    "staging": {"soak": 4, "verified": True},
    "prod-eu": {"soak": 8, "verified": True, "every": 6},
    "prod-us": {"soak": 8, "verified": True},
    "prod-ap": {"soak": 8, "approvals": 1},
}
FREEZE = ("2026-03-20", "2026-03-23")
CONFIGURATION = f"""\
version: 1
environments:
  dev: {{}}
  qa: {{ after: dev, gates: {{ soak: 1h }} }}
  staging: {{ after: qa, gates: {{ soak: 4h, verified: true }} }}
  prod-eu: {{ after: staging, group: prod, gates: {{ soak: 8h, verified: true, every: 6h }} }}
  prod-us: {{ after: staging, group: prod, gates: {{ soak: 8h, verified: true }} }}
  prod-ap: {{ after: staging, group: prod, gates: {{ soak: 8h, approvals: 1 }} }}
layout: ["envs/{{env}}/{{app}}.yaml"]
promote: {{ auto: [qa, staging, prod] }}
windows:
  - {{ allow: [prod-eu], cron: "0 7 * * 1-5", duration: 11h, timezone: Europe/Berlin }}
  - {{ deny: [prod], from: {FREEZE[0]}, to: {FREEZE[1]}, timezone: Europe/Berlin, reason: audit }}
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {{ name: {app} }}
spec: {{ containers: [ {{ name: main, image: "ghcr.io/acme/{app}:{version}" }} ] }}
"""


class Stay:
    """A deployment: what an environment ran from one moment on."""

    def __init__(self, version, start, commit, by):
        self.version, self.start, self.commit, self.by = version, start, commit, by
        self.end = None
        self.outcome = None


class World:
    """The bare repository, its clones, and what this program knows of it by its own reading."""

    def __init__(self, gx, apps):
        self.gx_path = os.path.abspath(gx)
        self.root = tempfile.mkdtemp(prefix="gx-month-")
        self.remote = f"{self.root}/remote.git"
        self.apps = [f"app{number}" for number in range(apps)]
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": self.root, "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
        }
        with open(f"{self.root}/.gitconfig", "w") as file:
            file.write("[user]\nname = Bot\nemail = bot@example.com\n[gc]\nauto = 0\n[init]\ndefaultBranch = main\n")
        self.now = int(START.timestamp())
        self.stays = collections.defaultdict(list)
        self.locks = {}
        self.approved = set()
        self.read = None
        self.git("init", "-q", "--bare", self.remote, at=self.root)
        for name in ["developer", "one", "two"]:
            self.git("clone", "-q", self.remote, f"{self.root}/{name}", at=self.root)
        self.write("gx.yaml", CONFIGURATION)
        for environment in ["dev", *AFTER]:
            for app in self.apps:
                self.write(f"envs/{environment}/{app}.yaml", POD.format(app=app, version="1.0.0"))
        self.commit("Start")
        self.learn()

    def write(self, name, text):
        path = f"{self.root}/developer/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)

    def variables(self, name=None):
        date = f"@{self.now} +0000"
        variables = {
            **self.environment, "GIT_TEST_DATE_NOW": str(self.now), "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_DATE": date,
        }
        if name:
            for role in ["AUTHOR", "COMMITTER"]:
                variables |= {f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": f"{name}@example.com"}
        return variables

    def git(self, *arguments, at=None, check=True, by=None):
        result = subprocess.run(
            ["git", *arguments], cwd=at or self.remote, env=self.variables(by), capture_output=True, text=True)
        if check and result.returncode:
            sys.exit(f"git {' '.join(arguments)}: {result.stderr}")
        return result.stdout.strip()

    def commit(self, message, by="developer"):
        at = f"{self.root}/developer"
        self.git("add", "-A", at=at)
        self.git("commit", "-qm", message, at=at, by=by)
        self.git("push", "-q", "origin", "HEAD:main", at=at)

    def start(self, clone, *arguments, by=None):
        return subprocess.Popen(
            [self.gx_path, *arguments], cwd=f"{self.root}/{clone}", env=self.variables(by),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def gx(self, clone, *arguments, by=None):
        process = self.start(clone, *arguments, by=by)
        process.out, process.err = process.communicate(timeout=900)
        return process

    # What happens

    def deploy(self, app, version):
        at = f"{self.root}/developer"
        while True:
            self.git("fetch", "-q", "origin", "main", at=at)
            self.git("reset", "-q", "--hard", "FETCH_HEAD", at=at)
            self.write(f"envs/dev/{app}.yaml", POD.format(app=app, version=version))
            self.git("commit", "-qam", f"{app} {version}", at=at, by="developer")
            # What a killed run had begun to push may come meanwhile.
            pushed = subprocess.run(
                ["git", "push", "-q", "origin", "HEAD:main"], cwd=at, env=self.variables(), capture_output=True)
            if pushed.returncode == 0:
                return

    def learn(self):
        """Reads what is new on the branch, by plain git, and gives the new stays."""
        tip = self.git("rev-parse", "main")
        if tip == self.read:
            return []
        span = tip if self.read is None else f"{self.read}..{tip}"
        new = []
        for commit in self.git("rev-list", "--first-parent", "--reverse", span).split():
            who, when = self.git("log", "-1", "--format=%ae %ct", commit).split()
            files = self.git("diff-tree", "--root", "--no-commit-id", "-r", "--name-only", commit).split()
            for file in files:
                found = re.fullmatch(r"envs/([^/]+)/([^/]+)\.yaml", file)
                if not found:
                    continue
                text = self.git("show", f"{commit}:{file}")
                version = re.search(r":([0-9.]+)\"", text).group(1)
                past = self.stays[found.groups()]
                stay = Stay(version, int(when), commit, who)
                if past:
                    past[-1].end = stay.start
                past.append(stay)
                new.append((*found.groups(), stay))
        self.read = tip
        return new

    # What the gates would say, read anew

    def closed(self, environment):
        """Whether a window keeps an environment closed now."""
        if not environment.startswith("prod"):
            return False
        local = datetime.datetime.fromtimestamp(self.now, BERLIN)
        if FREEZE[0] <= local.date().isoformat() < FREEZE[1]:
            return True
        return environment == "prod-eu" and not (local.weekday() < 5 and 7 <= local.hour < 18)

    def reasons(self, environment, app, version, own):
        """What keeps a version out at this moment; `own` is what the environment had before."""
        rules, source = RULES[environment], self.stays[AFTER[environment], app]
        found = []
        if self.locks.get(environment, 0) > self.now:
            found.append("lock")
        if self.closed(environment):
            found.append("window")
        ran = [stay for stay in source if stay.version == version and stay.start <= self.now]
        soaked = 0
        for stay in ran:
            if stay.outcome == "failed":
                soaked = 0
            else:
                soaked += min(stay.end or self.now, self.now) - stay.start
        if soaked < rules["soak"] * HOUR:
            found.append("soak")
        if rules.get("verified") and not (ran and ran[-1].outcome == "succeeded"):
            found.append("verified")
        if "every" in rules:
            forward = [stay for stay in own if stay.by != "rollback@example.com"]
            if forward and self.now - forward[-1].start < rules["every"] * HOUR:
                found.append("every")
        if "approvals" in rules and (environment, app, version) not in self.approved:
            found.append("approvals")
        return found

    def candidates(self, environment, app):
        """The versions that are newer than what runs, newest first, and were never there."""
        own, source = self.stays[environment, app], self.stays[AFTER[environment], app]
        known = [index for index, stay in enumerate(source) if stay.version == own[-1].version]
        first = known[-1] + 1 if known else len(source) - 1
        had = {stay.version for stay in own}
        last = {stay.version: stay for stay in source}
        found = []
        for stay in reversed(source[first:]):
            if stay.version not in had and last[stay.version].outcome != "failed" and stay.version not in found:
                found.append(stay.version)
        return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gx", default=".build/release/gx")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--versions", type=int, default=300)
    parser.add_argument("--apps", type=int, default=12)
    parser.add_argument("--every", type=float, default=2, help="hours between two runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    world = World(options.gx, options.apps)
    failures, counts, times = [], collections.Counter(), []

    def fail(what):
        failures.append(what)
        at = datetime.datetime.fromtimestamp(world.now, UTC)
        print(f"FAIL {at:%d %H:%M} {what}", flush=True)

    def judge(by_hand=False):
        """Judges what has landed since the last look, and has some of it verified."""
        for environment, app, stay in world.learn():
            own = world.stays[environment, app]
            before = own[: own.index(stay)]
            counts[f"to {environment}"] += 1
            if environment != "dev" and not by_hand:
                reasons = world.reasons(environment, app, stay.version, before)
                if reasons:
                    fail(f"{environment}/{app} {stay.version} landed past {', '.join(reasons)} ({stay.commit[:9]})")
                if stay.version in {earlier.version for earlier in before}:
                    fail(f"{environment}/{app} {stay.version} came back ({stay.commit[:9]})")
            # Nobody verifies what is not there any more; some of it nobody ever does.
            luck = dice.random()
            if luck < 0.9:
                stay.outcome = "succeeded" if luck < 0.78 else "failed"
                world.git("fetch", "-q", "origin", at=f"{world.root}/one")
                said = world.gx(
                    "one", "trace", "record", "--env", environment, "--app", app, "--commit", stay.commit,
                    "--outcome", stay.outcome, "--push", "--quiet")
                if said.returncode:
                    sys.exit(f"gx trace record: {said.err}")
                counts[stay.outcome] += 1

    def runs():
        """One run, or two at once, or one that is killed; whether one came to its end."""
        kind = dice.random()
        began = time.monotonic()
        if kind < 0.15:
            counts["killed"] += 1
            process = world.start("one", "promote", "--auto", "--quiet")
            try:
                process.communicate(timeout=dice.random() * (times[-1] if times else 2))
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
            return process.returncode == 0
        if kind < 0.35:
            counts["two at once"] += 1
            both = [world.start(clone, "promote", "--auto", "--quiet") for clone in ["one", "two"]]
            ends = [(process.communicate(timeout=900)[1], process.returncode) for process in both]
        else:
            counts["alone"] += 1
            process = world.gx(dice.choice(["one", "two"]), "promote", "--auto", "--quiet")
            ends = [(process.err, process.returncode)]
            times.append(time.monotonic() - began)
        for words, status in ends:
            if status:
                fail(f"a run ended with {status}: {words.strip()[:300]}")
        return True

    end = world.now + options.days * 24 * HOUR
    arrivals = sorted(dice.randrange(world.now + HOUR, end) for _ in range(options.versions))
    lock_at, rollback_at = (world.now + round(options.days * part * 24 * HOUR) for part in (0.3, 0.55))
    tick = world.now + HOUR
    numbers = collections.Counter()
    while tick < end:
        while arrivals and arrivals[0] <= tick:
            world.now = arrivals.pop(0)
            app = dice.choice(world.apps)
            numbers[app] += 1
            world.deploy(app, f"1.{numbers[app]}.0")
            judge()
        world.now = tick
        if lock_at and lock_at <= tick:
            lock_at, until = None, world.now + 20 * HOUR
            said = world.gx(
                "two", "promote", "--lock", "prod-us/*", "--until", f"@{until}", "--reason", "incident", "--yes")
            if said.returncode:
                sys.exit(f"gx promote --lock: {said.err}")
            world.locks["prod-us"] = until
        if rollback_at and rollback_at <= tick:
            moved = [app for app in world.apps if len(world.stays["prod-us", app]) > 1]
            if moved:
                rollback_at = None
                said = world.gx(
                    "two", "rollback", moved[0], "--in", "prod-us", "--reason", "broken", "--yes", by="rollback")
                if said.returncode:
                    sys.exit(f"gx rollback: {said.err}")
                counts["rollbacks"] += 1
                judge(by_hand=True)
        for app in world.apps:
            for version in world.candidates("prod-ap", app)[:1]:
                if ("prod-ap", app, version) not in world.approved and dice.random() < 0.15:
                    said = world.gx(
                        "two", "promote", "--approve", app, version, "--to", "prod-ap", "--yes", by="dee")
                    if said.returncode:
                        sys.exit(f"gx promote --approve: {said.err}")
                    world.approved.add(("prod-ap", app, version))
                    counts["approvals"] += 1
        whole = runs()
        judge_later = world.read
        # What a run leaves is judged before anybody verifies what it brought.
        tip = world.git("rev-parse", "main")
        fresh = [] if tip == judge_later else world.git("rev-list", f"{judge_later}..{tip}").split()
        judge()
        if whole:
            for environment in AFTER:
                for app in world.apps:
                    own = world.stays[environment, app]
                    if own[-1].commit in fresh or world.stays[AFTER[environment], app][-1].commit in fresh:
                        continue
                    for version in world.candidates(environment, app):
                        if not world.reasons(environment, app, version, own):
                            fail(f"{environment}/{app} {version} could have come, and waits")
                            break
        tick += round(options.every * HOUR * dice.uniform(0.7, 1.3))
    for (environment, app), stays in sorted(world.stays.items()):
        twice = [v for v, n in collections.Counter(stay.version for stay in stays).items() if n > 1]
        for version in twice:
            if environment != "prod-us" or counts["rollbacks"] == 0:
                fail(f"{environment}/{app} {version} was promoted twice")
    world.git("fsck", "--strict")
    print(", ".join(f"{what} {count}" for what, count in sorted(counts.items())))
    if times:
        print(f"a run alone: {sorted(times)[len(times) // 2]:.2f} s in the middle, {max(times):.2f} s at most")
    print(f"{len(failures)} failures" if failures else "all of it held")
    if options.keep:
        print(world.root)
    else:
        shutil.rmtree(world.root, ignore_errors=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
