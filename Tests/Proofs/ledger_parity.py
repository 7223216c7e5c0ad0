#!/usr/bin/env python3
"""Compares the versions that the ledger gives at older commits with those that kustomize builds there.

    ledger_parity.py GX REPOSITORY [--config gx.yaml] [--commits 200] [--last 3000] [--overlays 3] [--seed 1]

Draws commits from the last ones of the repository, and for each some of the overlays that the ledger has an
app for. `kubectl kustomize` builds them in a copy of the tree without remote resources, which would have to be
fetched. Every image that it builds with a version, and every `?ref=` on the way, must be what `gx trace export`
says ran there after that commit; and what gx says besides must be named by `images:`, as a chart, or by an
object, in a file on the way.

Needs kubectl and PyYAML. Exit status 0: no difference.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

from kustomize_parity import NAMES, Builder, checkout, git, load, strip

REF = re.compile(r"[?&]ref=([^&#\s]+)")


def deployments(options):
    """Per environment and app: the commit's number and what ran after it, in order."""
    command = [options.gx, "-C", options.repository, "trace", "export"]
    if options.config:
        command += ["--config", options.config]
    numbers = {}
    for line in git(options.repository, "rev-list", "--first-parent", "--reverse", "HEAD").decode().split():
        numbers[line] = len(numbers)
    found = collections.defaultdict(list)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as exported:
        for line in exported.stdout:
            data = json.loads(line)["customData"]
            found[data["environment"], data["app"]].append((numbers[data["commit"]], data["after"]))
    if exported.returncode:
        sys.exit("gx trace export failed")
    return list(numbers), found


def state(series, number):
    """What ran after a commit; None where the app was not there."""
    after = None
    for when, what in series:
        if when > number:
            break
        after = what
    return after


def overlay(tree, environment, app):
    """The one folder with a kustomization that the app's name and environment lead to."""
    name = app.split("/")[-1] if not (tree / "components" / app).exists() else app
    base = tree / "components" / name
    places = [base / environment, base / "overlays" / environment, base / "rings" / environment]
    if base.is_dir():
        places += sorted(p / environment for p in base.iterdir() if p.is_dir())
    found = {p for p in places if any((p / n).is_file() for n in NAMES)}
    return found.pop() if len(found) == 1 else None


def named(folder, tree, seen):
    """What the files on the way name: refs, and the versions of images and charts in any form."""
    refs, words = set(), set()
    folder = folder.resolve()
    if folder in seen or not folder.is_relative_to(tree):
        return refs, words
    seen.add(folder)
    files = [folder] if folder.is_file() else [folder / n for n in NAMES if (folder / n).is_file()]
    for path in files:
        text = path.read_text(errors="replace")
        words |= set(re.findall(r"[^\s\"'\[\]{},@:=]+", text))
        folders = set()
        for root in load(text) if path.name in NAMES else []:
            for key in ("resources", "bases", "components", "generators") if isinstance(root, dict) else ():
                folders |= {str(x) for x in root.get(key) or []}
        if path.name in NAMES:
            refs |= {match.group(1) for match in map(REF.search, folders) if match}
        if path.suffix not in (".yaml", ".yml", ""):
            continue
        for word in re.findall(r"[^\s\"'\[\],{}]+", text):
            target = path.parent / word
            try:
                leads = target.is_file() or word in folders and target.is_dir()
            except OSError:
                continue
            if leads:
                more = named(target, tree, seen)
                refs |= more[0]
                words |= more[1]
    return refs, words


def pinned(image):
    """The name and the version of an image; None where nothing pins it."""
    name, _, digest = image.partition("@")
    slash = name.rfind("/")
    colon = name.find(":", slash + 1)
    tag = name[colon + 1:] if colon >= 0 else ""
    name = name[:colon] if colon >= 0 else name
    version = "@".join(x for x in (tag, digest) if x)
    return (name, version) if version and "$" not in image and "{{" not in image else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gx")
    parser.add_argument("repository")
    parser.add_argument("--config")
    parser.add_argument("--commits", type=int, default=200)
    parser.add_argument("--last", type=int, default=3000)
    parser.add_argument("--overlays", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", default=os.path.join(tempfile.gettempdir(), "kustomize-parity"))
    options = parser.parse_args()

    commits, series = deployments(options)
    chance = random.Random(options.seed)
    window = range(max(0, len(commits) - options.last), len(commits))
    chosen = sorted(chance.sample(window, min(options.commits, len(window))))
    builder = Builder(options.cache)
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as scratch:
        for number in chosen:
            tree = pathlib.Path(scratch).resolve() / commits[number]
            tree.mkdir()
            checkout(options.repository, commits[number], tree)
            candidates = []
            for (environment, app), history in sorted(series.items()):
                after = state(history, number)
                folder = overlay(tree, environment, app) if after is not None else None
                if folder:
                    candidates.append((environment, app, folder, after))
            picked = chance.sample(candidates, min(options.overlays, len(candidates)))
            ways = [named(folder, tree, set()) for _, _, folder, _ in picked]
            _, stripped = strip(tree)
            for (environment, app, folder, after), (refs, words) in zip(picked, ways):
                counts["overlays"] += 1
                place = f"{commits[number][:9]} {environment}/{app} ({folder.relative_to(tree)})"
                result = builder.build(folder, tree, stripped)
                if "error" in result:
                    counts["kustomize refuses"] += 1
                    continue
                built = {p for p in map(pinned, result["images"]) if p}
                ledger = {(x["artifact"], x["version"]) for x in after if ":" not in x["artifact"].split("/")[0]}
                ledger_refs = {x["version"] for x in after if x["artifact"].startswith("git:")}
                besides = {p for p in ledger - built if not set(re.split("[@:]", p[1])) & words}
                wrong = [f"only kustomize: {' '.join(p)}" for p in sorted(built - ledger)]
                wrong += [f"only kustomize: ?ref={r}" for r in sorted(refs - ledger_refs)]
                wrong += [f"only gx: {' '.join(p)}" for p in sorted(besides)]
                wrong += [f"only gx: ?ref={r}" for r in sorted(r for r in ledger_refs - refs if r not in words)]
                counts["images"] += len(built)
                counts["refs"] += len(refs)
                counts["different" if wrong else "equal"] += 1
                if wrong:
                    print(f"DIFFERENT {place}", *wrong, sep="\n  ", flush=True)
            subprocess.run(["rm", "-rf", str(tree)], check=True)
    counts["commits"] = len(chosen)
    print(json.dumps(counts, indent=1))
    return 1 if counts["different"] or not counts["equal"] else 0


if __name__ == "__main__":
    sys.exit(main())
