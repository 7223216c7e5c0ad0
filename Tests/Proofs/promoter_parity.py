#!/usr/bin/env python3
"""Counts how far gx agrees with gitops-promoter on the pull request that carried each deployment.

    python3 Tests/Proofs/promoter_parity.py REPOSITORY [--gx PATH]

REPOSITORY is one with a branch for each environment that gitops-promoter fills, and its notes (a mirror). For every
deployment of every environment `gx trace explain` names pull requests; beside it, plain git reads the promoter's
`Pull-request-id` from the commit's trailers and from the note in refs/notes/promoter.history. Prints the counts, and
every difference. Exit status 0 if there is none.
"""

import argparse
import collections
import json
import os
import re
import subprocess


def run(folder, *command):
    run = subprocess.run(command, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL)
    return run.returncode, run.stdout.decode(errors="replace")


def promoter(repository, commit):
    """The pull request that the promoter says carried a commit, and where it says so."""
    status, note = run(repository, "git", "notes", "--ref=promoter.history", "show", commit)
    if status == 0:
        return "note", json.loads(note)["Pull-request-id"][0]
    _, message = run(repository, "git", "log", "-1", "--format=%B", commit)
    found = re.search(r"^Pull-request-id: (\d+)", message, re.M)
    return ("trailer", found.group(1)) if found else ("nothing", None)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("repository")
    parser.add_argument("--gx", default=".build/debug/gx")
    options = parser.parse_args()
    gx = os.path.abspath(options.gx)
    _, log = run(options.repository, gx, "trace", "log", "--kind", "all", "-o", "json")
    deployments = json.loads(log)["deployments"]
    counts = collections.Counter()
    differences = []
    for commit in sorted({one["commit"] for one in deployments}):
        source, expected = promoter(options.repository, commit)
        status, text = run(options.repository, gx, "trace", "explain", commit, "-o", "json")
        if status != 0:
            differences.append(f"{commit}: explain ends with {status}")
            continue
        for one in json.loads(text)["deployments"]:
            said = {}
            for fact in one["facts"]:
                found = re.match(r"pull request (\d+).*as the (\w+)", fact["text"])
                if found and fact["label"] == "brought by":
                    said.setdefault(found.group(2), set()).add(found.group(1))
            name = one["environment"]
            counts[name, "deployments"] += 1
            if expected is None:
                counts[name, "told by the message alone" if said else "told by nothing"] += 1
                continue
            counts[name, f"told by the promoter's {source}"] += 1
            if said.get("promoter") != {expected}:
                differences.append(f"{commit} {name}: promoter {expected}, gx {said}")
            if expected in said.get("commit", set()):
                counts[name, "of these the message agrees"] += 1
            elif said.get("commit"):
                differences.append(f"{commit} {name}: promoter {expected}, message {said['commit']}")
    for (name, what), count in sorted(counts.items()):
        print(f"{name:24} {what:40} {count}")
    print(f"{len(differences)} differences")
    for difference in differences[:50]:
        print(difference)
    raise SystemExit(1 if differences else 0)


main()
