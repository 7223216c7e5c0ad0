#!/usr/bin/env python3
"""Does a promotion change what its plan names, and nothing else? Plain `git diff` is the judge.

    promotion_edits.py GX COUNT SEED REPOSITORY [REPOSITORY ...]

Promotes apps drawn at random, from an environment drawn at random, with `--no-push` in a clone. Every line that
`git diff` shows has to be one that a site of the plan stands for: as many lines go as come, each in a file that the
plan names, and differs from the one before only by the old text and the new one. Other environments are to run what
they ran. A refusal has to say why; refusals are counted by their code.
"""

import collections
import json
import random
import re
import subprocess
import sys
import tempfile


def run(*command, cwd):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def state(gx, clone):
    """What every environment runs: the version that people mean of each app there."""
    answer = run(gx, "status", "-o", "json", cwd=clone)
    if answer.returncode or not answer.stdout:
        return None
    apps = json.loads(answer.stdout)["apps"]
    return {
        (cell["environment"], app["app"]): (cell.get("version"), json.dumps(cell.get("artifacts"), sort_keys=True))
        for app in apps
        for cell in app["environments"]
    }


def hunks(clone):
    """By file, the lines that go and those that come."""
    text = run("git", "diff", "--no-renames", "--unified=0", "HEAD~1", "HEAD", cwd=clone).stdout
    found, name = collections.defaultdict(lambda: ([], [])), None
    for line in text.split("\n"):
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
    changed = hunks(clone)
    for name, (gone, come) in changed.items():
        if name.endswith("Chart.lock"):
            continue
        if name not in files:
            return f"{name} changed, and is not in the plan"
        if any(site["old"] is None for site in files[name]):
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


def tries(what, choose, check):
    """Draws commands, carries them out in clones without pushing, and counts what came of it.

    `choose(gx, draw, before)` gives a command and the cells that it may change (None: those of its plan), or nothing;
    `check(gx, plan, clone, named)` says what is wrong besides what no plan may do."""
    gx, count, seed, *repositories = sys.argv[1:]
    draw = random.Random(int(seed))
    done, refused, wrong = 0, collections.Counter(), []
    for repository in repositories:
        with tempfile.TemporaryDirectory() as folder:
            clone = f"{folder}/clone"
            run("git", "clone", "-q", repository, clone, cwd=folder)
            before = state(gx, clone)
            if not before:
                refused["no status"] += 1
                continue
            base = run("git", "rev-parse", "HEAD", cwd=clone).stdout.strip()
            for _ in range(int(count)):
                command, named = choose(gx, draw, before)
                if not command:
                    refused["one environment"] += 1
                    continue
                answer = run(*command, cwd=clone)
                try:
                    plan = json.loads(answer.stdout)
                except ValueError:
                    refused[f"status {answer.returncode}: {answer.stderr.strip()[:60]}"] += 1
                    continue
                if plan.get("schema") == "gx.error/1":
                    refused[plan["message"][:40]] += 1
                    continue
                if plan.get("refusals"):
                    for refusal in plan["refusals"]:
                        refused[refusal["code"]] += 1
                        if not refusal["message"]:
                            wrong.append((repository, command, "a refusal without a reason"))
                    continue
                if run("git", "rev-parse", "HEAD", cwd=clone).stdout.strip() == base:
                    refused["as wanted"] += 1
                    continue
                done += 1
                named = named or {(c["environment"], c["app"]) for s in plan["steps"] for c in s["changes"]}
                after = state(gx, clone) or {}
                strange = [cell for cell in before if cell not in named and after.get(cell) != before[cell]]
                problem = judge(plan, clone) or check(gx, plan, clone, named)
                if strange:
                    problem = problem or f"runs something else, and was not named: {strange[:3]}"
                if problem:
                    wrong.append((repository, " ".join(command[1:]), problem))
                run("git", "reset", "-q", "--hard", base, cwd=clone)
    print(f"{done} {what}, {len(wrong)} wrong; not done: {dict(refused)}")
    for repository, command, problem in wrong:
        print(f"  {repository}: {command}: {problem}")
    return 1 if wrong else 0


def choose(gx, draw, before):
    target, app = draw.choice(sorted(before))
    environments = sorted({environment for environment, _ in before})
    others = [name for name in environments if name != target and (name, app) in before]
    if not others:
        return None, None
    command = [gx, "promote", app, "--to", target, "--from", draw.choice(others)]
    return command + ["--no-push", "--version-only", "--allow-downgrade", "-o", "json"], None


if __name__ == "__main__":
    sys.exit(tries("promotions", choose, lambda *_: None))
