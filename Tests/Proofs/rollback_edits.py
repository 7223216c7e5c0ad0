#!/usr/bin/env python3
"""Does a rollback change what its plan names, to what was there, and nothing else? Plain git is the judge.

    rollback_edits.py GX COUNT SEED REPOSITORY [REPOSITORY ...]

Rolls apps drawn at random back, by one to four deployments, with `--no-push` in a clone. Every line that `git diff`
shows has to be one that a site of the plan stands for, or one that goes with an override. Where the file was there at
the deployment that comes back, the lines that come are lines of it. Other apps and environments are to run what they
ran, and the app what `gx trace log` says ran then. A refusal has to say why; refusals are counted by their code.
"""

import functools
import json
import sys

from promotion_edits import hunks, run, tries


def versions(pins):
    """What a deployment left running."""
    return sorted((pin["artifact"], pin["version"]) for pin in pins or [])


def restored(plan, clone):
    """What is not as it was, as plain git shows the commits that come back."""
    points = [point for step in plan["steps"] for point in step["restores"]["points"]]
    for name, (_, come) in hunks(clone, plan).items():
        then = [run("git", "show", f"{point['commit']}:{name}", cwd=clone) for point in points]
        known = [text.stdout.split("\n") for text in then if text.returncode == 0]
        # An override, a switch, or a value that stood elsewhere then.
        sites = [s for step in plan["steps"] for c in step["changes"] for s in c["sites"] if s["file"] == name]
        if not known or any(site["old"] is None or site["new"] is None for site in sites) or any(s["switches"] for s in plan["steps"]):
            continue
        for line in come:
            if line not in [old for text in known for old in text] and not any(s["new"] and s["new"] in line for s in sites):
                return f"{name}: '{line.strip()}' never stood there"
    return None


@functools.cache
def moved(gx, clone):
    """The cells that had a deployment after the first one, newest first, each as often as it had one."""
    log = run(gx, "trace", "log", "-o", "json", cwd=clone).stdout
    rows = json.loads(log)["deployments"] if log else []
    return [(row["environment"], row["app"]) for row in rows if row["kind"] != "initial"]


def choose(gx, draw, before, clone):
    """A rollback, three times of four of an app that has moved."""
    known = [cell for cell in moved(gx, clone) if cell in before]
    environment, app = draw.choice(known if known and draw.random() < 0.75 else sorted(before))
    ago = draw.randint(0, 4)
    to = ["--to", f"~{ago}"] if ago else []
    command = [gx, "rollback", app, "--in", environment, *to, "--no-push", "-o", "json"]
    return command, {(environment, app)}


def check(gx, plan, clone, named):
    problem = restored(plan, clone)
    ((environment, app),) = named
    log = run(gx, "trace", "log", "--in", environment, "--app", app, "-o", "json", cwd=clone)
    newest = json.loads(log.stdout)["deployments"][0]
    points = [point for step in plan["steps"] for point in step["restores"]["points"]]
    kept = {artifact for artifact, _ in versions(newest["after"])}
    then = [pin for point in points for pin in versions(point["after"]) if pin[0] in kept]
    lost = [pin for pin in then if pin not in versions(newest["after"])]
    if lost and not plan["warnings"]:
        problem = problem or f"does not run what ran then: {lost[:3]}"
    return problem


if __name__ == "__main__":
    sys.exit(tries("rollbacks", choose, check))
