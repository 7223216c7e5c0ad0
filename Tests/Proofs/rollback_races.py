#!/usr/bin/env python3
"""Proves that rollbacks and promotions that meet on one remote leave one order, and that no hold gets lost.

    python3 Tests/Proofs/rollback_races.py [--gx PATH] [--rounds 50] [--seed N]

In each round production of one app has run the versions 1, 2 and 3, and three processes, each in a clone of its own,
start together: a rollback to what ran before, a rollback to version 1, and a promotion of version 2, 3 or 4. Checked
afterwards on the bare repository, by plain git:
  one order    no merges, and each commit takes the app from where the one before left it
  whole        each commit changes the one line that its trailers say, and has a record of it; fsck has nothing to say
  holds        each rollback that landed holds what it left, and a fresh clone lists exactly these holds
  respected    no version comes back after its hold
  told         whoever was not told that it landed was told why
Exit status 0 if all of it held.
"""

import argparse
import collections
import json
import os
import random
import re
import subprocess
import sys
import time

from races import POD, Run, Scene, at_once

CHANGE = re.compile(r"^(Gx-Deploy|Gx-Rollback): prod/api (\S+) -> (\S+)", re.M)
HOLD = re.compile(r"^Gx-Hold: prod/api (\S+)", re.M)


def set_up(scene):
    """Brings production of the app to version 3 by way of 2."""
    clone = scene.clones[0]
    for version in ("2", "3"):
        with open(f"{clone}/envs/prod/api/pod.yaml", "w") as file:
            file.write(POD.format(app="api", version=version))
        scene.git(clone, "commit", "-qam", f"Deploy {version}")
    scene.git(clone, "push", "-q", "origin", "main")
    return scene.git(scene.host, "rev-parse", "main").strip()


def command(scene, gx, clone, *arguments):
    start = time.monotonic()
    run = subprocess.run(
        [gx, *arguments, "--yes"], cwd=clone, env=scene.environment, text=True, capture_output=True,
        stdin=subprocess.DEVNULL)
    return Run(arguments, run.returncode, run.stdout, run.stderr, time.monotonic() - start)


def check(scene, gx, start, runs):
    """Gives the faults, and the order in words."""
    faults = []
    commits = scene.git(scene.host, "rev-list", "--reverse", f"{start}..main").split()
    landed = [run for run in runs if run.landed]
    if len(commits) != len(landed):
        faults.append(f"{len(landed)} were told that they landed, and there are {len(commits)} commits")
    if scene.git(scene.host, "rev-list", "--merges", "main"):
        faults.append("there are merge commits")
    version, held, order, ran = "3", {}, [], {"1", "2", "3"}
    for commit in commits:
        message = scene.git(scene.host, "log", "-1", "--format=%B", commit)
        changes = CHANGE.findall(message)
        if len(changes) != 1:
            faults.append(f"{commit} says {changes}")
            continue
        act, before, after = changes[0]
        if before != version:
            faults.append(f"{commit} takes it from {before}, and it was {version}")
        if after in held:
            faults.append(f"{commit} brings {after}, which {held[after]} holds")
        text = scene.git(scene.host, "show", f"{commit}:envs/prod/api/pod.yaml")
        if text != POD.format(app="api", version=after):
            faults.append(f"{commit} does not hold {after}")
        numbers = scene.git(scene.host, "diff-tree", "-r", "--numstat", "--no-commit-id", commit).strip()
        if numbers != "1\t1\tenvs/prod/api/pod.yaml":
            faults.append(f"{commit} changes {numbers}")
        holds = HOLD.findall(message)
        # It holds what it leaves, and what ran between that and what comes back.
        if act == "Gx-Rollback" and (before not in holds or after in holds or not ran.issuperset(holds)):
            faults.append(f"{commit} leaves {before} and holds {holds}")
        if act == "Gx-Deploy" and holds:
            faults.append(f"{commit} promotes and holds {holds}")
        for hold in holds:
            held[hold] = commit
        version = after
        ran.add(after)
        order.append(f"{'back' if act == 'Gx-Rollback' else 'promoted'} to {after}")
    records = collections.Counter()
    for line in scene.git(scene.host, "notes", "--ref=gx/deployments", "list").split("\n")[:-1] if commits else []:
        blob, commit = line.split()
        for record in scene.git(scene.host, "cat-file", "blob", blob).split("\n")[:-1]:
            kind = json.loads(record)["type"]
            said = CHANGE.findall(scene.git(scene.host, "log", "-1", "--format=%B", commit))[0][0]
            # What is held has a record of its own, beside what its commit says.
            if kind == "dev.gx.version.held":
                continue
            if kind != f"dev.cdevents.service.{'rolledback' if said == 'Gx-Rollback' else 'upgraded'}":
                faults.append(f"{commit} is recorded as {kind}")
            records[commit] += 1
    if sorted(records) != sorted(commits):
        faults.append(f"{len(set(commits) - set(records))} commits have no record")
    dirt = scene.git(scene.host, "fsck", "--strict", "--no-dangling")
    if dirt:
        faults.append(f"fsck: {dirt}")
    fresh = f"{scene.root}/fresh"
    scene.git(scene.root, "clone", "-q", scene.host, fresh)
    told = json.loads(command(scene, gx, fresh, "rollback", "--holds", "-o", "json").out)["holds"]
    if {hold["version"]: hold["commit"] for hold in told} != held:
        faults.append(f"holds {held}, and gx tells {told}")
    for run in runs:
        if not run.landed and not run.err:
            faults.append(f"{run.arguments} was told nothing")
        if run.status not in (0, 1):
            faults.append(f"{run.arguments}: {run.status}: {run.err}")
    return faults, ", ".join(order)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gx", default=".build/debug/gx")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    gx = os.path.abspath(arguments.gx)
    chance = random.Random(arguments.seed)
    orders, failed, retries, start = collections.Counter(), 0, 0, time.monotonic()
    for number in range(arguments.rounds):
        promoted = chance.choice("234")
        with Scene(["api"], 3) as scene:
            tip = set_up(scene)
            jobs = [
                ["rollback", "api", "--in", "prod", "--reason", "slow"],
                ["rollback", "api", "--in", "prod", "--to", "1"],
                ["promote", "api", "--to", "prod", "--image", f"api={promoted}"],
            ]
            delays = [chance.uniform(0, 0.3) for _ in jobs]

            def job(clone, words, delay):
                time.sleep(delay)
                return command(scene, gx, clone, *words)

            runs = at_once([
                [lambda clone=clone, words=words, delay=delay: job(clone, words, delay)]
                for clone, words, delay in zip(scene.clones, jobs, delays)])
            faults, order = check(scene, gx, tip, runs)
            orders[order] += 1
            retries += sum(run.retries for run in runs)
            for fault in faults:
                failed += 1
                print(f"round {number}, promoting {promoted}: FAULT {fault}", flush=True)
    print(f"{arguments.rounds} rounds in {time.monotonic() - start:.0f} s, {retries} retries, {failed} faults; orders:")
    for order, count in orders.most_common():
        print(f"  {count:3} {order or 'nothing landed'}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
