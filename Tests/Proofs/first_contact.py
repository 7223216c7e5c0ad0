#!/usr/bin/env python3
"""What `gx status` makes of commits drawn from the histories of repositories that nobody prepared: never a crash, always in time.

    Tests/Proofs/first_contact.py GX COMMITS SECONDS CLONE…

Each commit is looked at as the only branch of a repository without a work tree, with an empty cache. An answer is a table
(status 0 or 1), or a refusal (2 or 3) that says why in a line that begins with `gx: error:`. Prints how many there were of
each, the slowest answers, and whatever is neither; exit status 1 where there is such.
"""
import collections
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

GX = os.path.abspath(sys.argv[1])
COUNT, LIMIT = int(sys.argv[2]), float(sys.argv[3])
rng = random.Random(1)


def git(*arguments):
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True).stdout


commits = []
for clone in map(os.path.abspath, sys.argv[4:]):
    known = git("-C", clone, "rev-list", "--all").split()
    commits += [(clone, commit) for commit in rng.sample(known, min(len(known), -(-COUNT // len(sys.argv[4:]))))]
rng.shuffle(commits)
commits = commits[:COUNT]

scratch = tempfile.mkdtemp(prefix="gx-contact-")
answers, times, wrong = collections.Counter(), [], []
for number, (clone, commit) in enumerate(commits):
    bare = f"{scratch}/{number}.git"
    git("init", "-q", "--bare", "-b", "main", bare)
    with open(f"{bare}/objects/info/alternates", "w") as file:
        file.write(git("-C", clone, "rev-parse", "--path-format=absolute", "--git-path", "objects"))
    git("-C", bare, "update-ref", "refs/heads/main", commit)
    start = time.monotonic()
    environment = {"HOME": scratch, "XDG_CACHE_HOME": f"{scratch}/cache", "PATH": os.environ["PATH"]}
    try:
        run = subprocess.run([GX, "-C", bare, "status", "-o", "json"], capture_output=True, text=True, errors="replace",
                             timeout=LIMIT, env=environment)
        status, said = run.returncode, run.stderr
    except subprocess.TimeoutExpired:
        status, said = "no answer in time", ""
    seconds = time.monotonic() - start
    answers[status] += 1
    times.append((seconds, os.path.basename(clone), commit[:10]))
    isTable = status in (0, 1)
    isRefusal = status in (2, 3) and "gx: error:" in said and "is a mistake in gx" not in said
    if not isTable and not isRefusal:
        wrong.append(f"{clone} {commit}: {status}: {said.strip()[-300:]}")
        print(wrong[-1], flush=True)
    shutil.rmtree(bare)
    shutil.rmtree(f"{scratch}/cache", ignore_errors=True)
shutil.rmtree(scratch)
times.sort(reverse=True)
print(f"{len(commits)} commits: " + ", ".join(f"{count} with {status}" for status, count in sorted(answers.items(), key=str))
      + f"; {len(wrong)} wrong; median {times[len(times) // 2][0]:.2f} s, slowest " + ", ".join(f"{s:.1f} s {name} {commit}" for s, name, commit in times[:3]))
sys.exit(bool(wrong))
