#!/usr/bin/env python3
"""Proves that promotions without a person keep to their pull requests, on every kind of host.

    python3 Tests/Proofs/unattended_hosts.py [--gx PATH] [--host KIND]… [--days 4] [--versions 24] [--apps 4] [--seed N]

For each kind a clock that is set runs over a bare repository and a host of that kind on this machine (hosts.py). Versions
come to dev; `gx promote --auto --auto-merge` takes them to qa by pushes, and to prod by pull requests that need a check and
a review. Meanwhile checks pass or fail, people review (sometimes what is not the head any more), close, merge by the
host's button, and push to prod by hand. A model of a few lines says before each run what has to come of each app, and the
counts of the host have to be those of the model:
  opened, moved, merged, closed    by gx, as often as the model says, and nothing twice
  gates                            nothing was merged by gx without its check and a review of its head
  waiting                          nothing is left open that could have been merged
  told                             the host knows of each deployment that was pushed
  requests                         the host knows every request; with GX_SPECS=FOLDER they are judged by descriptions, too
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

import descriptions
import hosts

START = int(datetime.datetime(2026, 3, 9, tzinfo=datetime.timezone.utc).timestamp())
HOUR = 3600
CONFIGURATION = """\
version: 1
environments:
  dev: {}
  qa: { after: dev }
  prod: { after: qa, publish: pull-request, gates: { checks: [ci/e2e], approvals: 1 } }
layout: ["envs/{env}/{app}.yaml"]
promote: { auto: [qa, prod] }
pull-requests: { title: "{env}: {app} {version}", labels: [deployment, "to-{env}"], reviewers: ["@dee"] }
report: true
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {{ name: {app} }}
spec: {{ containers: [ {{ name: main, image: "ghcr.io/acme/{app}:{version}" }} ] }}
"""


class World:
    def __init__(self, gx, apps, dialect):
        self.gx_path, self.now = os.path.abspath(gx), START
        self.root = tempfile.mkdtemp(prefix="gx-hosts-")
        self.remote, self.apps = f"{self.root}/remote.git", [f"app{number}" for number in range(apps)]
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": self.root, "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": f"{self.root}/ssh",
            "GIT_SSH_VARIANT": "ssh", "no_proxy": "127.0.0.1",
        }
        with open(f"{self.root}/.gitconfig", "w") as file:
            file.write("[user]\nname = Bot\nemail = bot@example.com\n[gc]\nauto = 0\n[init]\ndefaultBranch = main\n")
        with open(f"{self.root}/ssh", "w") as file:
            file.write(f'#!/bin/sh\nfor last; do :; done\nset -- $last\nexec "$1" "{self.remote}"\n')
        os.chmod(f"{self.root}/ssh", 0o755)
        self.git("init", "-q", "--bare", self.remote, at=self.root)
        self.git("clone", "-q", self.remote, f"{self.root}/developer", at=self.root)
        self.write({"gx.yaml": CONFIGURATION} | {
            f"envs/{environment}/{app}.yaml": POD.format(app=app, version="1.0.0")
            for environment in ("dev", "qa", "prod") for app in self.apps}, "Start")
        self.git("clone", "-q", self.remote, f"{self.root}/one", at=self.root)
        self.forge = hosts.Forge(self.git, lambda: self.now)
        self.dialect = dialect(self.forge)
        self.git("remote", "set-url", "origin", dialect.remote, at=f"{self.root}/one")
        self.git("config", "gx.host", dialect.kind, at=f"{self.root}/one")
        check = descriptions.checker(dialect.kind)
        self.server, url = hosts.serve(self.dialect, *([check] if check else []))
        self.environment |= dict(zip(dialect.variables, (url, "secret-token")))

    def end(self):
        self.server.shutdown()
        self.server.server_close()
        shutil.rmtree(self.root, ignore_errors=True)

    def git(self, *arguments, at=None, check=True, by=None):
        result = subprocess.run(
            ["git", *arguments], cwd=at or self.remote, env=self.variables(by), capture_output=True, text=True)
        if check and result.returncode:
            sys.exit(f"git {' '.join(arguments)}: {result.stderr}")
        return result.stdout.strip() if result.returncode == 0 else ""

    def variables(self, name=None):
        variables = {
            **self.environment, "GIT_TEST_DATE_NOW": str(self.now), "GIT_AUTHOR_DATE": f"@{self.now} +0000",
            "GIT_COMMITTER_DATE": f"@{self.now} +0000",
        }
        if name:
            for role in ["AUTHOR", "COMMITTER"]:
                variables |= {f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": f"{name}@example.com"}
        return variables

    def write(self, files, message, by="developer"):
        """Somebody pushes files to main."""
        at = f"{self.root}/developer"
        if os.path.exists(f"{at}/gx.yaml"):
            self.git("fetch", "-q", self.remote, "main", at=at)
            self.git("reset", "-q", "--hard", "FETCH_HEAD", at=at)
        for name, text in files.items():
            os.makedirs(os.path.dirname(f"{at}/{name}") or at, exist_ok=True)
            with open(f"{at}/{name}", "w") as file:
                file.write(text)
        self.git("add", "-A", at=at)
        self.git("commit", "-qm", message, at=at, by=by)
        self.git("push", "-q", self.remote, "HEAD:main", at=at)

    def version(self, environment, app, revision="main"):
        found = re.search(r":([0-9.]+)\"", self.git("show", f"{revision}:envs/{environment}/{app}.yaml"))
        return found[1]

    def run(self, *arguments):
        return subprocess.run(
            [self.gx_path, "promote", "--auto", *arguments, "--quiet"], cwd=f"{self.root}/one",
            env=self.variables(), capture_output=True, text=True, timeout=600)


def simulate(dialect, options):
    dice = random.Random(options.seed)
    world = World(options.gx, options.apps, dialect)
    forge, failures = world.forge, []
    merges = dialect is not hosts.BitbucketCloud
    # What the model knows: what environments had, oldest first, and what people closed.
    had = {(environment, app): ["1.0.0"] for environment in ("qa", "prod") for app in world.apps}
    closed, expected, numbers = set(), collections.Counter(), collections.Counter()

    def fail(what):
        failures.append(what)
        print(f"FAIL {dialect.kind} {(world.now - START) / HOUR:.1f} h: {what}", flush=True)

    def branch(app):
        return f"gx/promote/prod/{app}"

    def open_pull(app):
        found = forge.opened(branch(app), "main")
        if len(found) > 1:
            fail(f"{app} has {len(found)} open requests")
        return found[0] if found else None

    def learn():
        for (environment, app), versions in had.items():
            now = world.version(environment, app)
            if now != versions[-1]:
                versions.append(now)

    def candidate(app):
        """The newest version of qa that prod never had."""
        new = [version for version in had["qa", app] if version not in had["prod", app]]
        return new[-1] if new and had["qa", app][-1] == new[-1] else None

    def is_ready(pull):
        state = forge.statuses[pull.head].get("ci/e2e", ("",))[0]
        return state == "passed" and any(who != hosts.BOT and head == pull.head for who, head, _ in pull.reviews)

    def people():
        for app in world.apps:
            pull = open_pull(app)
            if not pull:
                continue
            if "ci/e2e" not in forge.statuses[pull.head] and dice.random() < 0.7:
                forge.set(pull.head, "ci/e2e", "passed" if dice.random() < 0.85 else "failed")
            if dice.random() < 0.35:
                forge.review(pull, "dee" if dice.random() < 0.85 else hosts.BOT)
            luck = dice.random()
            gates = forge.statuses[pull.head].get("gx/gates", ("pending",))[0]
            if luck < 0.05:
                closed.add((app, world.version("prod", app, pull.head)))
                forge.close(pull, by="people")
                if dice.random() < 0.5:
                    world.git("update-ref", "-d", f"refs/heads/{pull.source}")
            elif luck < (0.09 if merges else 0.6) and gates == "passed":
                if not forge.merge(pull, None, f"{pull.title} (#{pull.number})", "people", delete=dice.random() < 0.5):
                    fail(f"people could not merge {pull.title}")
            elif luck > 0.96:
                version = world.version("prod", app, pull.head)
                world.write(
                    {f"envs/prod/{app}.yaml": POD.format(app=app, version=version)}, f"{app} {version} by hand")
                expected["closed by gx"] += 1

    arrivals = sorted(dice.randrange(START + HOUR, START + options.days * 24 * HOUR) for _ in range(options.versions))
    tick, runs = START + HOUR, 0
    while tick < START + (options.days * 24 + 12) * HOUR:
        while arrivals and arrivals[0] <= tick:
            world.now = arrivals.pop(0)
            app = dice.choice(world.apps)
            numbers[app] += 1
            world.write(
                {f"envs/dev/{app}.yaml": POD.format(app=app, version=f"1.{numbers[app]}.0")}, f"{app} 1.{numbers[app]}.0")
        world.now = tick
        with forge.lock:
            people()
            learn()
            before = {app: open_pull(app) for app in world.apps}
            state = {
                app: (pull.head, world.version("prod", app, pull.head), is_ready(pull))
                for app, pull in before.items() if pull}
        world.now += 60
        result = world.run(*(["--auto-merge"] if merges else []))
        runs += 1
        if result.returncode:
            fail(f"a run ended with {result.returncode}: {result.stderr.strip()[:300]}")
        forge.refresh()
        prod = {app: had["prod", app][-1] for app in world.apps}
        # What came to qa in this run is what the run decided on.
        for app in world.apps:
            now = world.version("qa", app)
            if now != had["qa", app][-1]:
                had["qa", app].append(now)
        for app in world.apps:
            wanted, pull, now = candidate(app), before[app], open_pull(app)
            merged = world.version("prod", app) != prod[app]
            if wanted is None or (app, wanted) in closed:
                if now:
                    fail(f"{app} has an open request, and nothing is wanted: {now.title}")
                if wanted is None and forge.tip(branch(app)):
                    fail(f"the branch of {app} is left over")
                if merged:
                    fail(f"{app} was merged, and nothing was wanted")
                continue
            if pull and state[app][1] == wanted and state[app][2] and merges:
                expected["merged by gx"] += 1
                if not merged:
                    fail(f"{app} {wanted} could have been merged, and waits")
                else:
                    said = world.git("log", "-1", "--format=%B", "main", "--", f"envs/prod/{app}.yaml")
                    if not re.search(rf"Gx-Gate: prod/{app} checks ci/e2e at .*; approvals ", said):
                        fail(f"the merge of {app} {wanted} says nothing of its gates: {said}")
                continue
            if merged:
                fail(f"{app} {wanted} was merged past its gates")
                continue
            if not pull:
                expected["opened"] += 1
            elif state[app][1] != wanted:
                expected["moved"] += 1
            elif now and now.head != state[app][0]:
                fail(f"{app} {wanted} was pushed again, and nothing of it had changed")
            if not now:
                fail(f"{app} {wanted} is not proposed")
            elif world.version("prod", app, now.head) != wanted or wanted not in now.title:
                fail(f"{app} {wanted} is wanted, and proposed is {now.title}")
            else:
                said = forge.statuses[now.head].get("gx/gates", ("nothing",))[0]
                check = forge.statuses[now.head].get("ci/e2e", ("",))[0]
                if said != ("passed" if is_ready(now) else "failed" if check == "failed" else "pending"):
                    fail(f"the status of {app} {wanted} is {said}")
        learn()
        tick += round(HOUR * dice.uniform(0.7, 1.3))
    # What gx pushed, the host was told of; and each request has been made as it is wanted.
    told = {(commit, environment) for commit, environment, _ in forge.deployments}
    told |= {(commit, name[7:]) for commit, said in forge.statuses.items() for name in said if name.startswith("deploy/")}
    pushed = world.git("log", "--format=%H", "--grep", "^Gx-Deploy: qa/", "main").split()
    if told != {(commit, "qa") for commit in pushed}:
        fail(f"{len(pushed)} deployments to qa, and {len(told)} told")
    for pull in forge.pulls:
        if not re.fullmatch(r"prod: app\d+ [0-9.]+", pull.title):
            fail(f"the title '{pull.title}'")
        if "bitbucket" not in dialect.kind and pull.labels != ["deployment", "to-prod"]:
            fail(f"the labels {pull.labels} of {pull.title}")
        if dialect not in (hosts.BitbucketCloud, hosts.Azure) and len(pull.reviewers) != 1:
            fail(f"the reviewers {pull.reviewers} of {pull.title}")
    counts = forge.counts
    counts["told"] = len(told)
    counts["moved"] = sum(len(pull.heads) - 1 for pull in forge.pulls)
    for what in ("opened", "moved", "merged by gx", "closed by gx"):
        if counts[what] != expected[what]:
            fail(f"{what}: {counts[what]}, and {expected[what]} by the model")
    for wrong in forge.wrong[:10]:
        fail(f"a wrong request: {wrong}")
    judged = "judged by a description" if descriptions.checker(dialect.kind) else "judged by the dialect"
    print(f"{dialect.kind}: {runs} runs, " + ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))
          + f" ({judged}, {len(forge.wrong)} wrong); {len(failures)} failures", flush=True)
    world.end()
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gx", default=".build/release/gx")
    parser.add_argument("--host", action="append", choices=[one.kind for one in hosts.DIALECTS])
    parser.add_argument("--days", type=int, default=4)
    parser.add_argument("--versions", type=int, default=24)
    parser.add_argument("--apps", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    failures = []
    for dialect in hosts.DIALECTS:
        if not options.host or dialect.kind in options.host:
            failures += simulate(dialect, options)
    print(f"{len(failures)} failures" if failures else "all of it held")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
