#!/usr/bin/env python3
"""Proves that promotions that meet on one remote all land, and that nothing gets lost or mixed.

    python3 Tests/Proofs/races.py [--gx PATH] [--clones 32] [--apps 5] [--versions 16]

runs many `gx promote` at once, each process in a clone of its own unless said otherwise, against one bare repository:
  different    every clone promotes its own apps, one after the other
  shallow      the same in clones of one commit
  one-app      every clone brings another version of the same app
  same         every clone makes the same promotion
  shared       all processes work in one clone
  local        all processes commit in one work tree, with --no-push
and checks that whoever was told that it landed has landed, as one commit that changes what it says and nothing else,
that the rest was told why not, that no commit is a merge, that every commit has its record, that refs/gx/ledger
speaks of the tip, and that `git fsck --strict` has nothing to say. Exit status 0 if all of it held.
"""

import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

TRAILER = re.compile(r"^Gx-Deploy: prod/(\S+) (\S+) -> (\S+)", re.M)
POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: {app}}}
spec:
  containers:
    - name: main
      image: ghcr.io/acme/{app}:{version}  # the version
"""
CONFIGURATION = """\
version: 1
environments:
  dev: {}
  prod: { after: dev }
layout: ["envs/{env}/{app}/**"]
"""


class Scene:
    """A bare repository with manifests, and clones of it."""

    def __init__(self, apps, clones, *options):
        self.root = tempfile.mkdtemp(prefix="gx-races-")
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": self.root, "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
        }
        with open(f"{self.root}/.gitconfig", "w") as file:
            file.write("[user]\nname = Ada\nemail = ada@example.com\n[gc]\nauto = 0\n[init]\ndefaultBranch = main\n")
        self.apps = apps
        source = f"{self.root}/source"
        os.makedirs(source)
        for environment, version in (("dev", "2"), ("prod", "1")):
            for app in apps:
                folder = f"{source}/envs/{environment}/{app}"
                os.makedirs(folder)
                with open(f"{folder}/pod.yaml", "w") as file:
                    file.write(POD.format(app=app, version=version))
        with open(f"{source}/gx.yaml", "w") as file:
            file.write(CONFIGURATION)
        self.git(source, "init", "-q")
        self.git(source, "add", "-A")
        self.git(source, "commit", "-qm", "Start")
        self.host = f"{self.root}/host.git"
        self.git(self.root, "clone", "-q", "--bare", source, self.host)
        self.git(self.host, "remote", "remove", "origin")
        self.clones = []
        for number in range(clones):
            clone = f"{self.root}/clone-{number}"
            self.git(self.root, "clone", "-q", *options, f"file://{self.host}", clone)
            self.clones.append(clone)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root, ignore_errors=True)

    def git(self, folder, *arguments):
        run = subprocess.run(
            ["git", *arguments], cwd=folder, env=self.environment, text=True, capture_output=True)
        if run.returncode != 0:
            raise SystemExit(f"git {' '.join(arguments)}: {run.stderr}")
        return run.stdout

    def promote(self, gx, clone, *arguments):
        start = time.monotonic()
        run = subprocess.run(
            [gx, "promote", "--to", "prod", "--yes", *arguments], cwd=clone, env=self.environment, text=True,
            capture_output=True, stdin=subprocess.DEVNULL)
        return Run(arguments, run.returncode, run.stdout, run.stderr, time.monotonic() - start)


class Run:
    def __init__(self, arguments, status, out, err, seconds):
        self.arguments, self.status, self.out, self.err, self.seconds = arguments, status, out, err, seconds

    @property
    def landed(self):
        return self.status == 0 and re.search(r"^(pushed|committed) ", self.out, re.M) is not None

    @property
    def retries(self):
        return self.err.count("planning again")


def at_once(jobs):
    """Runs lists of functions, each list in a thread, all starting together."""
    barrier = threading.Barrier(len(jobs))
    results = []

    def work(job):
        barrier.wait()
        for function in job:
            results.append(function())

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def check(scene, repository, runs, old=None):
    """What must hold after every race; gives the faults."""
    faults = []
    commits = scene.git(repository, "rev-list", "--reverse", "main").split()[1:]
    landed = [run for run in runs if run.landed]
    if len(commits) != len(landed):
        faults.append(f"{len(landed)} were told that they landed, and there are {len(commits)} commits")
    if scene.git(repository, "rev-list", "--merges", "main"):
        faults.append("there are merge commits")
    versions = {app: "1" for app in scene.apps}
    for commit in commits:
        message = scene.git(repository, "log", "-1", "--format=%B", commit)
        changes = TRAILER.findall(message)
        if not changes:
            faults.append(f"{commit} says nothing: {message!r}")
        for app, before, after in changes:
            if versions[app] != before:
                faults.append(f"{commit} takes {app} from {before}, and it was {versions[app]}")
            versions[app] = after
        numbers = sorted(scene.git(repository, "diff-tree", "-r", "--numstat", "--no-commit-id", commit).split("\n")[:-1])
        expected = sorted(f"1\t1\tenvs/prod/{app}/pod.yaml" for app, _, _ in changes)
        if numbers != expected:
            faults.append(f"{commit} changes {numbers}")
    for app, version in versions.items():
        text = scene.git(repository, "show", f"main:envs/prod/{app}/pod.yaml")
        if text != POD.format(app=app, version=version):
            faults.append(f"{app} is not at {version} as its commits say")
    records = collections.Counter()
    for line in scene.git(repository, "notes", "--ref=gx/deployments", "list").split("\n")[:-1]:
        blob, commit = line.split()
        for record in scene.git(repository, "cat-file", "blob", blob).split("\n")[:-1]:
            json.loads(record)
            records[commit] += 1
    if set(records) != set(commits):
        faults.append(f"{len(set(commits) - set(records))} commits have no record")
    if repository == scene.host and landed:
        told = json.loads(scene.git(repository, "show", "refs/gx/ledger:words.json"))["commit"]
        tip = scene.git(repository, "rev-parse", "main").strip()
        if told != tip:
            faults.append(f"the ledger speaks of {told}, and the tip is {tip}")
    dirt = scene.git(repository, "fsck", "--strict", "--no-dangling")
    if dirt:
        faults.append(f"fsck: {dirt}")
    return faults


def shallow(gx, arguments):
    return different(gx, arguments, "--depth=1")


def different(gx, arguments, *options):
    apps = [f"app-{number:03}" for number in range(arguments.clones * arguments.apps)]
    with Scene(apps, arguments.clones, *options) as scene:
        if options:
            # Somebody who has history tells of it first.
            scene.git(scene.root, "clone", "-q", scene.host, "whole")
            subprocess.run([gx, "trace", "sync"], cwd=f"{scene.root}/whole", env=scene.environment, check=True,
                           stdout=subprocess.DEVNULL)
        jobs = []
        for number, clone in enumerate(scene.clones):
            mine = apps[number * arguments.apps:(number + 1) * arguments.apps]
            jobs.append([lambda app=app, clone=clone: scene.promote(gx, clone, app) for app in mine])
        runs = at_once(jobs)
        faults = check(scene, scene.host, runs)
        if not all(run.landed for run in runs):
            faults += [f"{run.arguments}: {run.status}: {run.err}" for run in runs if not run.landed][:5]
        for clone in scene.clones:
            if scene.git(clone, "status", "--porcelain"):
                faults.append(f"{clone} has changes")
        return runs, faults


def one_app(gx, arguments):
    with Scene(["api"], arguments.versions) as scene:
        runs = at_once([
            [lambda clone=clone, number=number: scene.promote(gx, clone, "api", "--image", f"api={number + 10}")]
            for number, clone in enumerate(scene.clones)])
        faults = check(scene, scene.host, runs)
        for run in runs:
            if not run.landed and not run.err:
                faults.append(f"{run.arguments} was not told why")
        return runs, faults


def same(gx, arguments):
    with Scene(["api"], arguments.versions) as scene:
        runs = at_once([[lambda clone=clone: scene.promote(gx, clone, "api")] for clone in scene.clones])
        faults = check(scene, scene.host, runs)
        if sum(run.landed for run in runs) != 1:
            faults.append(f"{sum(run.landed for run in runs)} landed")
        for run in runs:
            if run.status != 0 or not (run.landed or "meanwhile" in run.err or "nothing to" in run.err):
                faults.append(f"{run.status}: {run.out}{run.err}")
        return runs, faults


def shared(gx, arguments):
    apps = [f"app-{number}" for number in range(arguments.versions)]
    with Scene(apps, 1) as scene:
        clone = scene.clones[0]
        runs = at_once([[lambda app=app: scene.promote(gx, clone, app)] for app in apps])
        faults = check(scene, scene.host, runs)
        faults += [f"{run.arguments}: {run.status}: {run.err}" for run in runs if not run.landed]
        if scene.git(clone, "status", "--porcelain"):
            faults.append("the work tree has changes")
        if scene.git(clone, "rev-parse", "main") != scene.git(scene.host, "rev-parse", "main"):
            faults.append("the clone is behind")
        return runs, faults


def local(gx, arguments):
    apps = [f"app-{number}" for number in range(arguments.versions)]
    with Scene(apps, 1) as scene:
        clone = scene.clones[0]
        runs = at_once([[lambda app=app: scene.promote(gx, clone, app, "--no-push")] for app in apps])
        faults = check(scene, clone, runs)
        faults += [f"{run.arguments}: {run.status}: {run.err}" for run in runs if not run.landed]
        if scene.git(clone, "status", "--porcelain"):
            faults.append("the work tree has changes")
        return runs, faults


def main():
    races = {"different": different, "shallow": shallow, "one-app": one_app, "same": same, "shared": shared, "local": local}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("races", nargs="*", metavar="RACE", help=", ".join(races))
    parser.add_argument("--gx", default=".build/debug/gx")
    parser.add_argument("--clones", type=int, default=32)
    parser.add_argument("--apps", type=int, default=5)
    parser.add_argument("--versions", type=int, default=16)
    arguments = parser.parse_args()
    gx = os.path.abspath(arguments.gx)
    failed = False
    for name in arguments.races or races:
        start = time.monotonic()
        runs, faults = races[name](gx, arguments)
        retries = sorted(run.retries for run in runs)
        slowest = max(run.seconds for run in runs)
        print(
            f"{name}: {sum(run.landed for run in runs)} of {len(runs)} landed in {time.monotonic() - start:.1f} s; "
            f"{sum(retries)} retries, at most {retries[-1]} by one; the slowest took {slowest:.1f} s", flush=True)
        for fault in faults[:20]:
            failed = True
            print(f"  FAULT {fault}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
