#!/usr/bin/env python3
"""Does a rollback change what its plan names, to what was there, and nothing else? Plain git is the judge.

    rollback_edits.py GX COUNT SEED REPOSITORY [REPOSITORY ...]

Rolls apps drawn at random back, by one to four deployments, with `--no-push` in a clone. Every line that `git diff`
shows has to be one that a site of the plan stands for, or one that goes with an override. Where the file was there at
the deployment that comes back, the lines that come are lines of it. Other apps and environments are to run what they
ran, and the app what `gx trace log` says ran then. A refusal has to say why; refusals are counted by their code.
"""

import collections
import json
import random
import sys
import tempfile

from promotion_edits import hunks, judge, run, state


def versions(pins):
    """What a deployment left running."""
    return sorted((pin["artifact"], pin["version"]) for pin in pins or [])


def restored(plan, clone):
    """What is not as it was, as plain git shows the commits that come back."""
    points = [point for step in plan["steps"] for point in step["restores"]["points"]]
    for name, (_, come) in hunks(clone).items():
        then = [run("git", "show", f"{point['commit']}:{name}", cwd=clone) for point in points]
        known = [text.stdout.split("\n") for text in then if text.returncode == 0]
        # An override, a switch, or a value that stood elsewhere then.
        sites = [s for step in plan["steps"] for c in step["changes"] for s in c["sites"] if s["file"] == name]
        if not known or any(site["old"] is None for site in sites) or any(s["switches"] for s in plan["steps"]):
            continue
        for line in come:
            if line not in [old for text in known for old in text] and not any(s["new"] in line for s in sites):
                return f"{name}: '{line.strip()}' never stood there"
    return None


def main():
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
            cells = sorted(before)
            for _ in range(int(count)):
                environment, app = draw.choice(cells)
                command = [gx, "rollback", app, "--in", environment]
                ago = draw.randint(0, 4)
                if ago:
                    command += ["--to", f"~{ago}"]
                answer = run(*command, "--no-push", "-o", "json", cwd=clone)
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
                problem = judge(plan, clone) or restored(plan, clone)
                after = state(gx, clone) or {}
                strange = [c for c in before if c != (environment, app) and after.get(c) != before[c]]
                if strange:
                    problem = problem or f"runs something else, and was not named: {strange[:3]}"
                log = run(gx, "trace", "log", "--in", environment, "--app", app, "-o", "json", cwd=clone)
                newest = json.loads(log.stdout)["deployments"][0]
                points = [point for step in plan["steps"] for point in step["restores"]["points"]]
                kept = {artifact for artifact, _ in versions(newest["after"])}
                then = [pin for point in points for pin in versions(point["after"]) if pin[0] in kept]
                lost = [pin for pin in then if pin not in versions(newest["after"])]
                if lost and not plan["warnings"]:
                    problem = problem or f"does not run what ran then: {lost[:3]}"
                if problem:
                    wrong.append((repository, " ".join(command[1:]), problem))
                run("git", "reset", "-q", "--hard", base, cwd=clone)
    print(f"{done} rollbacks, {len(wrong)} wrong; not done: {dict(refused)}")
    for repository, command, problem in wrong:
        print(f"  {repository}: {command}: {problem}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
