#!/usr/bin/env python3
"""Proves that a promotion that is killed leaves each branch with the whole of it or nothing, and that the next works.

    python3 Tests/Proofs/kills.py [--gx PATH] [--moments 300] [--seed N]

A promotion changes six files: three apps in two regions, in one commit, or as a merge on each of two branches. It is
killed (SIGKILL)
  - right before each effect that can be seen from outside: every ref update, push and move of a work tree;
  - at random moments, in turn gx alone and gx with all that it started here (the host lives on).
After each, host and clone must pass `git fsck --strict`, every branch must be whole, and the work tree clean or
untouched; then the same command runs again, must succeed, and everything must be there. Exit status 0 if all held.
"""

import argparse
import collections
import os
import random
import signal
import subprocess
import sys
import time

from races import POD, Scene

APPS = ["api", "web", "worker"]
FOLDERS = """\
version: 1
environments:
  dev: {}
  eu: { after: dev, group: prod }
  us: { after: dev, group: prod }
layout: ["envs/{env}/{app}/**"]
"""
BRANCHES = FOLDERS.replace('["envs/{env}/{app}/**"]', '[{ branch: "env/{env}", path: "{app}.yaml" }]')


class Killing(Scene):
    """A scene in which dev is given a new version before each promotion."""

    def __init__(self, gx, options, branches=False, checked_out=True):
        super().__init__([], 0)
        self.gx, self.options, self.branches = gx, options, branches
        source = f"{self.root}/source"
        with open(f"{source}/gx.yaml", "w") as file:
            file.write(BRANCHES if branches else FOLDERS)
        if not branches:
            for environment in ("dev", "eu", "us"):
                self.write(source, environment, 0)
        self.git(source, "add", "-A")
        self.git(source, "commit", "-qm", "Manifests")
        if branches:
            self.git(source, "switch", "-qc", "env/dev")
            self.write(source, "dev", 0)
            self.git(source, "add", "-A")
            self.git(source, "commit", "-qm", "Apps")
            self.git(source, "branch", "env/eu")
            self.git(source, "branch", "env/us")
        self.git(source, "remote", "add", "origin", self.host)
        self.git(source, "push", "-q", "--all", "origin")
        self.clone = f"{self.root}/clone"
        self.git(self.root, "clone", "-q", self.host, self.clone)
        self.is_local = "--no-push" in options
        if self.is_local:
            # What it promotes must be there.
            self.colleague = self.clone
            if branches:
                for name in ("env/eu", "env/us"):
                    self.git(self.clone, "branch", "-q", "--track", name, f"origin/{name}")
        else:
            self.colleague = source
        if not checked_out:
            self.git(self.clone, "switch", "-qc", "elsewhere")
        self.version = 0
        self.checked_out = checked_out

    def write(self, folder, environment, version):
        for app in APPS:
            path = f"{folder}/{app}.yaml" if self.branches else f"{folder}/envs/{environment}/{app}/pod.yaml"
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(POD.format(app=app, version=version))

    def bump(self):
        """A new version in dev, for the next promotion."""
        self.version += 1
        branch = "env/dev" if self.branches else "main"
        here = self.git(self.colleague, "branch", "--show-current").strip()
        if here != branch:
            self.git(self.colleague, "switch", "-q", branch)
        if not self.is_local:
            self.git(self.colleague, "pull", "-q", "--ff-only", "origin", branch)
        self.write(self.colleague, "dev", self.version)
        self.git(self.colleague, "commit", "-qam", f"Deploy {self.version}")
        if not self.is_local:
            self.git(self.colleague, "push", "-q", "origin", branch)
        if here != branch and self.is_local:
            self.git(self.colleague, "switch", "-q", here)

    def start(self, more={}):
        return subprocess.Popen(
            [self.gx, "promote", "--to", "prod", "--yes", *([] if self.branches else ["--all"]), *self.options],
            cwd=self.clone, env=self.environment | more, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    @property
    def target(self):
        """The repository whose branches are written."""
        return self.clone if self.is_local else self.host

    def tips(self):
        return {
            line.split()[1]: line.split()[0]
            for line in self.git(self.target, "for-each-ref", "refs/heads", "--format=%(objectname) %(refname)").split("\n")[:-1]
        }

    def versions(self, ref, environment):
        found = set()
        for app in APPS:
            path = f"{app}.yaml" if self.branches else f"envs/{environment}/{app}/pod.yaml"
            text = self.git(self.target, "show", f"{ref}:{path}")
            for version in (self.version, self.version - 1):
                if text == POD.format(app=app, version=version):
                    found.add(version)
                    break
            else:
                found.add(text)
        return found

    def faults(self, done):
        """What is wrong after a kill (`done` false), or after the run that follows it."""
        faults = []
        places = (
            [[("refs/heads/env/eu", "eu")], [("refs/heads/env/us", "us")]] if self.branches
            else [[("refs/heads/main", "eu"), ("refs/heads/main", "us")]])
        if "--pr" in self.options:
            places = [[(f"refs/heads/{branch}", environment) for environment in ("eu", "us")] for branch in self.open()]
            if done and not places:
                faults.append("no promotion is open")
        for place in places:
            versions = set()
            for ref, environment in place:
                versions |= self.versions(ref, environment)
            if len(versions) != 1 or (done and versions != {self.version}):
                faults.append(f"{place[0][0]} has {versions}, and {self.version} was promoted")
        for folder in {self.host, self.clone}:
            dirt = self.git(folder, "fsck", "--strict", "--no-dangling")
            if dirt:
                faults.append(f"fsck of {folder}: {dirt}")
        dirt = self.git(self.clone, "status", "--porcelain")
        if dirt:
            faults.append(f"the work tree has changes: {dirt}")
        return faults

    def open(self):
        return [name[len("refs/heads/"):] for name in self.tips() if name.startswith("refs/heads/gx/promote/")]

    def close(self):
        for branch in self.open():
            self.git(self.host, "branch", "-qD", branch)

    def again(self):
        """Runs the command that was killed once more; gives the faults."""
        run = self.start()
        out, err = run.communicate(timeout=120)
        faults = [f"the next run ended with {run.returncode}: {out}{err}"] if run.returncode != 0 else []
        return faults + self.faults(done=True)


def children(pid):
    """All that a process has started, and what that has started, but for the host's side of a connection."""
    parents = collections.defaultdict(list)
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    text = file.read()
                with open(f"/proc/{entry}/cmdline") as file:
                    command = file.read()
            except OSError:
                continue
            fields = text[text.rindex(")") + 2:].split()
            parents[int(fields[1])].append((int(entry), command))
    found, waiting = [], [pid]
    while waiting:
        for child, command in parents[waiting.pop()]:
            if "receive-pack" not in command and "upload-pack" not in command:
                found.append(child)
                waiting.append(child)
    return found


def settle(scene):
    """Waits until what was started by the killed process has ended: it does not die with it."""
    for _ in range(400):
        busy = subprocess.run(["pgrep", "-f", scene.root], capture_output=True, text=True).stdout.split()
        if not [pid for pid in busy if int(pid) != os.getpid()]:
            return
        time.sleep(0.02)


def unlock(scene):
    """Takes away locks that a killed gx or git has left, as their messages say; gives their count."""
    count = 0
    for folder in (f"{scene.clone}/.git", scene.host):
        for path, _, files in os.walk(folder):
            for file in files:
                if file.endswith(".lock") and not path.endswith(".git/gx"):
                    os.remove(f"{path}/{file}")
                    count += 1
    return count


def scenes(gx):
    return {
        "push": Killing(gx, []),
        "push, not checked out": Killing(gx, [], checked_out=False),
        "branches": Killing(gx, [], branches=True),
        "--no-push": Killing(gx, ["--no-push"]),
        "--no-push, not checked out": Killing(gx, ["--no-push"], checked_out=False),
        "--pr": Killing(gx, ["--pr"]),
    }


EFFECTS = {
    "push": ["push origin", "update refs/notes/", "fast-forward main"],
    "push, not checked out": ["push origin", "update refs/notes/", "update refs/heads/main"],
    "branches": ["push origin", "update refs/notes/"],
    "--no-push": ["fast-forward main", "update refs/notes/"],
    "--no-push, not checked out": ["update refs/heads/main", "update refs/notes/"],
    "--pr": ["push origin"],
}


def at_effects(name, scene):
    faults = []
    for effect in EFFECTS[name]:
        scene.bump()
        run = scene.start({"GX_TEST_KILL_BEFORE": effect})
        out, err = run.communicate(timeout=120)
        if run.returncode != -signal.SIGKILL:
            faults.append(f"{effect}: was not killed, but ended with {run.returncode}: {out}{err}")
        settle(scene)
        faults += [f"{effect}: {fault}" for fault in scene.faults(done=False) + scene.again()]
        scene.close()
    print(f"{name}: killed before {', '.join(EFFECTS[name])}", flush=True)
    return faults


def at_random(name, scene, moments):
    faults = []
    tally = collections.Counter()
    scene.bump()
    start = time.monotonic()
    scene.start().communicate()
    usual = time.monotonic() - start
    scene.close()
    for number in range(moments):
        scene.bump()
        before = scene.tips()
        start = time.monotonic()
        run = scene.start()
        time.sleep(random.uniform(0, usual * 1.1))
        victims = children(run.pid) if number % 2 else []
        run.kill()
        for victim in victims:
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                pass
        run.communicate()
        settle(scene)
        tally["ended before" if run.returncode == 0 else "landed" if scene.tips() != before else "nothing"] += 1
        tally["locks left by a killed gx or git"] += unlock(scene)
        found = scene.faults(done=False) + scene.again()
        faults += [f"moment {number} ({'all' if victims else 'gx'}): {fault}" for fault in found]
        scene.close()
        usual = 0.9 * usual + 0.1 * min(2 * usual, time.monotonic() - start) if run.returncode == 0 else usual
    print(f"{name}: {moments} random moments: " + ", ".join(f"{count} {what}" for what, count in sorted(tally.items())), flush=True)
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gx", default=".build/debug/gx")
    parser.add_argument("--moments", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    faults = []
    every = scenes(os.path.abspath(arguments.gx))
    for name, scene in every.items():
        with scene:
            faults += [f"{name}: {fault}" for fault in at_effects(name, scene)]
            faults += [f"{name}: {fault}" for fault in at_random(name, scene, arguments.moments // len(every))]
    for fault in faults[:40]:
        print(f"FAULT {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
