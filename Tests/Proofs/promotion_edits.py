#!/usr/bin/env python3
"""Does a promotion change what its plan names, and nothing else? Plain `git diff` is the judge.

    promotion_edits.py GX COUNT SEED REPOSITORY [REPOSITORY ...]

Promotes apps drawn at random, from an environment drawn at random, with `--no-push` in a clone. Every line that
`git diff` shows has to be one that a site of the plan stands for: as many lines go as come, each in a file that the
plan names, and differs from the one before only by the old text and the new one. The patch that `--dry-run` printed
before has to lead to the very tree that was committed. Other environments are to run what they ran. Where kubectl is
there, the overlays that the changed files go into are built before and after, and differ by the planned versions
alone. A refusal has to say why; refusals are counted by their code, with examples.
"""

import collections
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile

import overlay_builds


# What the clone has besides what it was made with.
REFERENCES = ("git", "for-each-ref", "--format=%(refname)", "refs/heads", "refs/notes", "refs/gx")


def run(*command, cwd):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def state(gx, clone):
    """What every environment runs: the version that people mean of each app there."""
    answer = run(gx, "status", "-o", "json", cwd=clone)
    if answer.returncode or not answer.stdout:
        return None
    apps = json.loads(answer.stdout)["apps"]
    return {
        (cell["environment"], app["app"]): (cell.get("version"), json.dumps(in_force(cell), sort_keys=True))
        for app in apps
        for cell in app["environments"]
    }


def in_force(cell):
    """Its artifacts, without the versions that others are written over, and the lines that all of it stands on."""
    return [
        {**artifact, "hidden": None, "pins": [{**pin, "line": None} for pin in artifact["pins"]]}
        for artifact in cell.get("artifacts") or []
    ]


def commits(plan):
    return [landed["commit"] for landed in plan["landed"]]


def hunks(clone, plan):
    """By file, the lines that go and those that come with what landed."""
    found, name = collections.defaultdict(lambda: ([], [])), None
    texts = [run("git", "diff", "--no-renames", "--unified=0", f"{c}~1", c, cwd=clone).stdout for c in commits(plan)]
    for line in "\n".join(texts).split("\n"):
        if line.startswith("+++ ") or line.startswith("--- "):
            if line[4:] != "/dev/null":
                name = line[6:]
        elif line.startswith("-"):
            found[name][0].append(line[1:])
        elif line.startswith("+"):
            found[name][1].append(line[1:])
    return found


def judge(plan, clone):
    """What is wrong with a commit, given the plan; none if nothing is."""
    sites = [site for step in plan["steps"] for change in step["changes"] for site in change["sites"]]
    files = collections.defaultdict(list)
    for site in sites:
        files[site["file"]].append(site)
    # Configuration that moves along is named as such, and judged elsewhere.
    if any(step["configuration"] for step in plan["steps"]):
        return None
    changed = hunks(clone, plan)
    for name, (gone, come) in changed.items():
        if name.endswith("Chart.lock"):
            continue
        if name not in files:
            return f"{name} changed, and is not in the plan"
        # An override that is made, or goes.
        if any(site["old"] is None or site["new"] is None for site in files[name]):
            continue
        if len(gone) != len(come):
            return f"{name}: {len(gone)} lines went, {len(come)} came"
        for before, after in zip(gone, come):
            if not any(
                re.sub("[\"']", "", before.replace(site["old"], site["new"])) == re.sub("[\"']", "", after)
                for site in files[name]
            ):
                return f"{name}: '{before.strip()}' became '{after.strip()}'"
    missing = [name for name in files if name not in changed]
    return f"planned, and not changed: {missing}" if missing else None


def planned(gx, command, clone):
    """The tree that the patch of a dry run leads to; none where it prints none, or is one of several branches."""
    try:
        plan = json.loads(run(*command, "--dry-run", cwd=clone).stdout)
    except ValueError:
        return None
    text, steps = plan.get("patch"), plan.get("steps", [])
    if not text or len(steps) != 1:
        return None
    start = text.find("diff --git")
    with tempfile.TemporaryDirectory() as folder:
        index = {**os.environ, "GIT_INDEX_FILE": f"{folder}/index"}
        for words, given in (["read-tree", steps[0]["base"]], None), (["apply", "--cached"], text[start:]):
            subprocess.run(["git", *words], cwd=clone, env=index, input=given, capture_output=True, text=True)
        return subprocess.run(["git", "write-tree"], cwd=clone, env=index, capture_output=True, text=True).stdout


def tries(what, choose, check):
    """Draws commands, carries them out in clones without pushing, and counts what came of it.

    `choose(gx, draw, before, clone)` gives a command and the cells that it may change (None: those of its plan), or nothing;
    `check(gx, plan, clone, named)` says what is wrong besides what no plan may do."""
    gx, count, seed, *repositories = sys.argv[1:]
    draw = random.Random(int(seed))
    done, built, refused, wrong = 0, 0, collections.Counter(), []
    examples = collections.defaultdict(dict)
    # Who is told to stop tells what there is so far.
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    for repository in repositories:
        with tempfile.TemporaryDirectory() as folder:
            clone = f"{folder}/clone"
            run("git", "clone", "-q", repository, clone, cwd=folder)
            before = state(gx, clone)
            if not before:
                refused["no status"] += 1
                continue
            base = run("git", "rev-parse", "HEAD", cwd=clone).stdout.strip()
            made = set(run(*REFERENCES, cwd=clone).stdout.split())
            overlays = overlay_builds.available() and overlay_builds.Overlays(clone, base, folder)
            for _ in range(int(count)):
                if stopped:
                    break
                command, named = choose(gx, draw, before, clone)
                if not command:
                    refused["one environment"] += 1
                    continue
                patched = planned(gx, command, clone)
                answer = run(*command, cwd=clone)
                # What is told to stop reaches gx, too.
                if stopped:
                    break
                try:
                    plan = json.loads(answer.stdout)
                except ValueError:
                    refused[f"status {answer.returncode}: {answer.stderr.strip()[:60]}"] += 1
                    continue
                if plan.get("schema") == "gx.error/1":
                    refused[plan["message"][:40]] += 1
                    examples[plan["message"][:40]][repository] = f"{' '.join(command[1:6])}: {plan['message']}"
                    continue
                if plan.get("refusals"):
                    for refusal in plan["refusals"]:
                        refused[refusal["code"]] += 1
                        examples[refusal["code"]][repository] = f"{' '.join(command[1:6])}: {refusal['message']}"
                        if not refusal["message"]:
                            wrong.append((repository, command, "a refusal without a reason"))
                    continue
                if not plan["landed"]:
                    refused["as wanted"] += 1
                    continue
                done += 1
                changes = [change for step in plan["steps"] for change in step["changes"]]
                # Where several apps of an environment read one place, those that were not asked for are in the plan, too.
                cells = {(c["environment"], c["app"]) for c in changes if not named or not c["sites"]}
                asked = named or cells
                named = asked | {cell for cell in cells if cell[0] in {environment for environment, _ in asked}}
                after = state(gx, clone) or {}
                strange = [cell for cell in before if cell not in named and after.get(cell) != before[cell]]
                problem = judge(plan, clone) or check(gx, plan, clone, asked)
                trees = [run("git", "rev-parse", f"{c}^{{tree}}", cwd=clone).stdout for c in commits(plan)]
                if trees != [patched] and len(trees) == 1:
                    problem = problem or "the patch of --dry-run leads to another tree"
                if overlays and commits(plan) == run("git", "rev-parse", "HEAD", cwd=clone).stdout.split():
                    sites = [site for step in plan["steps"] for change in step["changes"] for site in change["sites"]]
                    number, strange_build = overlays.compare(list(hunks(clone, plan)), sites)
                    built += number
                    problem = problem or strange_build
                if strange:
                    problem = problem or f"runs something else, and was not named: {strange[:3]}"
                if problem:
                    wrong.append((repository, " ".join(command[1:]), problem))
                for reference in set(run(*REFERENCES, cwd=clone).stdout.split()) - made:
                    run("git", "update-ref", "-d", reference, cwd=clone)
                run("git", "reset", "-q", "--hard", base, cwd=clone)
    print(f"{done} {what}, {len(wrong)} wrong, {built} overlays built; not done: {dict(refused)}")
    for code, found in examples.items():
        for repository, example in list(found.items())[:3]:
            print(f"  {code}: {repository}: {example}")
    for repository, command, problem in wrong:
        print(f"  {repository}: {command}: {problem}")
    return 1 if wrong else 0


def choose(gx, draw, before, clone):
    """A promotion, three times of four of what differs; now and then of all apps, or to two environments."""
    pairs = [
        (source, target, app)
        for target, app in sorted(before)
        for source, other in sorted(before)
        if other == app and source != target
    ]
    unlike = [pair for pair in pairs if before[pair[0], pair[2]] != before[pair[1], pair[2]]]
    if not pairs:
        return None, None
    source, target, app = draw.choice(unlike if unlike and draw.random() < 0.75 else pairs)
    command = [gx, "promote", "--all" if draw.random() < 0.1 else app, "--to", target, "--from", source]
    others = [pair[1] for pair in pairs if pair[0] == source and pair[2] == app and pair[1] != target]
    if others and draw.random() < 0.15:
        command += ["--to", draw.choice(others)]
    if draw.random() < 0.15:
        command += ["--create"]
    return command + ["--no-push", "--version-only", "--allow-downgrade", "-o", "json"], None


if __name__ == "__main__":
    sys.exit(tries("promotions", choose, lambda *_: None))
