#!/usr/bin/env python3
"""Proves that records survive when many clones record and push at once.

    python3 Tests/Proofs/records.py [--gx PATH] [--clones 16] [--records 10] [--way push|sync]

Every clone records an issue, a build and an outcome in turn, each one of its own, all clones at the same time against
one bare repository: with --way push each record is pushed at once (`gx trace record --push`), with --way sync the clone
syncs once at its end. Then every clone syncs once more. In the end the remote and every clone must have every record
exactly once, `git notes show` must show it, and `git fsck --strict` must have nothing to say. Exit status 0 if so.
"""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time

CONFIGURATION = 'version: 1\nenvironments: { prod: {} }\nlayout: ["envs/{env}/{app}/**"]\n'
POD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: {0}}}\nspec: {{containers: [{{name: main, image: 'x.io/{0}:1'}}]}}\n"


class Scene:
    def __init__(self, clones):
        self.root = tempfile.mkdtemp(prefix="gx-records-")
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": self.root, "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1",
        }
        with open(f"{self.root}/.gitconfig", "w") as file:
            file.write("[user]\nname = Ada\nemail = ada@example.com\n[gc]\nauto = 0\n[init]\ndefaultBranch = main\n")
        source = f"{self.root}/source"
        for number in range(clones):
            os.makedirs(f"{source}/envs/prod/app{number}")
            with open(f"{source}/envs/prod/app{number}/pod.yaml", "w") as file:
                file.write(POD.format(f"app{number}"))
        with open(f"{source}/gx.yaml", "w") as file:
            file.write(CONFIGURATION)
        self.run(source, "git", "init", "-q")
        self.run(source, "git", "add", "-A")
        self.run(source, "git", "commit", "-qm", "Start")
        self.host = f"{self.root}/host.git"
        self.run(self.root, "git", "clone", "-q", "--bare", source, self.host)
        self.clones = [f"{self.root}/clone-{number}" for number in range(clones)]
        for clone in self.clones:
            self.run(self.root, "git", "clone", "-q", self.host, clone)

    def run(self, folder, *command):
        run = subprocess.run(
            command, cwd=folder, env=self.environment, text=True, capture_output=True, stdin=subprocess.DEVNULL)
        if run.returncode != 0:
            raise SystemExit(f"{' '.join(command)}: {run.stderr}")
        return run.stdout

    def records(self, folder):
        """Every line of every note of gx."""
        found = []
        for ref in ("artifacts", "deployments", "issues"):
            for line in self.run(folder, "git", "notes", f"--ref=gx/{ref}", "list").splitlines():
                note = self.run(folder, "git", "cat-file", "blob", line.split()[0])
                found += [json.loads(text) for text in note.splitlines() if text]
        return found


def name(record):
    if record["type"] == "dev.gx.issue":
        return record["key"]
    if record["type"] == "dev.cdevents.artifact.published":
        return record["artifact"]
    return f"{record['environment']}/{record['app']} {record['reason']}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gx", default=".build/debug/gx")
    parser.add_argument("--clones", type=int, default=16)
    parser.add_argument("--records", type=int, default=10)
    parser.add_argument("--way", choices=["push", "sync"], default="push")
    options = parser.parse_args()
    gx = os.path.abspath(options.gx)
    scene = Scene(options.clones)
    expected = []
    for clone in range(options.clones):
        for record in range(options.records):
            expected.append([
                f"T-{clone * 1000 + record}", f"x.io/app{clone}:{record}", f"prod/app{clone} reason {record}",
            ][record % 3])
    barrier = threading.Barrier(options.clones)
    slowest = []
    failures = []

    def work(clone):
        barrier.wait()
        try:
            for record in range(options.records):
                what = [
                    ["--issue", f"T-{clone * 1000 + record}"], ["--image", f"x.io/app{clone}:{record}"],
                    ["--env", "prod", "--app", f"app{clone}", "--outcome", "failed", "--reason", f"reason {record}"],
                ][record % 3]
                start = time.monotonic()
                push = ["--push"] if options.way == "push" else []
                scene.run(scene.clones[clone], gx, "trace", "record", *what, *push)
                slowest.append(time.monotonic() - start)
            if options.way == "sync":
                scene.run(scene.clones[clone], gx, "trace", "sync")
        except SystemExit as error:
            failures.append(str(error))

    start = time.monotonic()
    threads = [threading.Thread(target=work, args=(clone,)) for clone in range(options.clones)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - start
    for clone in scene.clones:
        scene.run(clone, gx, "trace", "sync")
    for folder in [scene.host] + scene.clones:
        found = sorted(name(record) for record in scene.records(folder))
        if found != sorted(expected):
            failures.append(f"{folder}: {len(found)} records, {len(set(expected) - set(found))} missing")
        fsck = scene.run(folder, "git", "fsck", "--strict", "--no-dangling")
        if fsck:
            failures.append(f"{folder}: {fsck}")
    print(f"{len(expected)} records by {options.clones} clones ({options.way}): "
          f"{len(scene.records(scene.host))} on the remote, {seconds:.1f} s, slowest {max(slowest or [0]):.1f} s")
    for failure in failures:
        print(failure)
    shutil.rmtree(scene.root, ignore_errors=True)
    raise SystemExit(1 if failures else 0)


main()
