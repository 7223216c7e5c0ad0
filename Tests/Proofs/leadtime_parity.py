#!/usr/bin/env python3
"""Recomputes figures of `gx leadtime` from plain `git log` and `git show`, with no code of gx.

    leadtime_parity.py GX REPOSITORY APP FROM TO FROM-FILE TO-FILE PATTERN SINCE UNTIL

FROM and TO are environments, and each FILE pins the versions that APP runs there: PATTERN finds each of them, in the
same order, as one group. The environments must be made of these files alone, and SINCE and UNTIL be ISO 8601 with a
zone. Compared are the
number of deployments and of rollbacks, the median and the longest dwell, and the newest open change. For example:

    leadtime_parity.py .build/debug/gx CLONE APP STAGE-ENV PROD-ENV \\
        components/APP/staging/base/kustomization.yaml \\
        components/APP/production/base/kustomization.yaml '(?:newTag: *|\\?ref=)(\\S+)' \\
        2025-08-21T00:00:00Z 2026-08-22T00:00:00Z
"""
import datetime, json, re, subprocess, sys


def main():
    gx, repository, app, source, target, source_file, target_file, pattern, since, until = sys.argv[1:]
    start, end = (int(datetime.datetime.fromisoformat(text).timestamp()) for text in (since, until))

    def git(*arguments):
        return subprocess.run(["git", "-C", repository, *arguments], capture_output=True, text=True)

    order = {commit: n for n, commit in enumerate(reversed(git("rev-list", "--first-parent", "HEAD").stdout.split()))}

    def versions(file):
        """What a file said, oldest first: (position, time, versions, author), one for each change."""
        found = []
        log = git("log", "--first-parent", "-m", "--format=%H %ct %an", "--reverse", "HEAD", "--", file).stdout
        for line in log.splitlines():
            commit, time, author = line.split(" ", 2)
            text = git("show", f"{commit}:{file}").stdout
            state = tuple(one.strip("\"'") for one in re.findall(pattern, text))
            if not found or found[-1][2] != state:
                found.append((order[commit], int(time), state, author))
        return [one for one in found if one[1] < end]

    came, went = versions(source_file), versions(target_file)
    # A change is a state of the first environment with any version that is new there.
    first, changes = {}, []
    for _, time, state, _ in came:
        new = [one for one in enumerate(state) if one not in first]
        if new:
            first.update((one, len(changes)) for one in new)
            changes.append((time, {artifact for artifact, _ in new}))

    # A state that there was before the one that it replaces is a rollback: what it replaces did not stay.
    seen, rollbacks, undone = {}, [], set()
    for n, (_, time, state, author) in enumerate(went):
        before = went[n - 1][2] if n else None
        if state in seen and before and seen[state] < seen[before]:
            undone.add(n - 1)
            is_race = went[n - 1][3] == author and 0 <= time - went[n - 1][1] <= 600
            rollbacks.append((n, is_race))
        seen.setdefault(state, n)
    races = {n for n, is_race in rollbacks if is_race}
    deployments = [n for n, one in enumerate(went) if n and one[2] and start <= one[1] and n not in races]

    # By artifact, the newest change that arrived; what came before the first one was never waited for. A change is
    # measured when its very version comes, or a later one of the same order; where a version without an order came
    # instead, it may have it, and is neither measured nor waited for.
    reached, missing, unsure, dwells = {}, [set(artifacts) for _, artifacts in changes], set(), []
    names = {(change, artifact): version for (artifact, version), change in first.items()}
    for n, (_, time, state, _) in enumerate(went):
        if n in undone:
            continue
        for artifact, version in enumerate(state):
            position = first.get((artifact, version), -1)
            is_first = artifact not in reached
            for change in range(reached.get(artifact, -1) + 1, position + 1):
                if artifact not in missing[change]:
                    continue
                missing[change].discard(artifact)
                theirs, own = order_of(names[change, artifact]), order_of(version)
                if change != position and not (theirs and own and theirs < own):
                    unsure.add(change)
                # Of what was there when history begins nobody knows since when.
                is_known = change > 0 or came[0][0] > 0
                is_counted = (not is_first or change == position) and change not in unsure and is_known
                if not missing[change] and is_counted and start <= time and time >= changes[change][0]:
                    dwells.append(time - changes[change][0])
            reached[artifact] = max(reached.get(artifact, -1), position)
    dwells.sort()
    now = max((first.get(one, -1) for one in enumerate(came[-1][2])), default=-1)
    waiting = [time for n, (time, _) in enumerate(changes) if missing[n] and n <= now and (n > 0 or came[0][0] > 0)]

    answer = subprocess.run(
        [gx, "-C", repository, "leadtime", "--app", app, "--from", source, "--to", target, "--since", since,
         "--until", until, "-o", "json"], capture_output=True, text=True)
    if answer.returncode not in (0, 3):
        sys.exit(answer.stderr)
    measured = json.loads(answer.stdout)
    metrics = measured["metrics"]
    opened = [int(datetime.datetime.fromisoformat(one["start"]).timestamp()) for one in measured["open"]]
    rows = [
        ("deployments", len(deployments), metrics["deployments"]["count"]),
        ("rollbacks", sum(start <= went[n][1] and not race for n, race in rollbacks), metrics["rework"]["rollbacks"]),
        ("versions that arrived", len(dwells), metrics["dwell"]["n"]),
        ("median dwell, s", median(dwells), metrics["dwell"]["median"]),
        ("longest dwell, s", dwells[-1] if dwells else None, metrics["dwell"]["worst"]),
        ("open changes", len(waiting), len(opened)),
        ("newest open since", max(waiting, default=None), max(opened, default=None)),
    ]
    print(f"{app}: {source} -> {target}")
    for name, git_says, gx_says in rows:
        print(f"  {name:24} git {git_says!s:>12}  gx {gx_says!s:>12}  {'' if git_says == gx_says else 'DIFFERS'}")
    sys.exit(any(git_says != gx_says for _, git_says, gx_says in rows))


def order_of(version):
    """What numbered versions are ordered by; None for ids of commits and whatever else has no order."""
    match = re.fullmatch(r"v?(\d+(?:\.\d+)+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?", version)
    if not match:
        return None
    numbers = [int(number) for number in match[1].split(".")]
    words = [(0, int(word), "") if word.isdigit() else (1, 0, word) for word in (match[2] or "").split(".") if word]
    return (numbers + [0] * (6 - len(numbers)), not words, words)


def median(values):
    if not values:
        return None
    middle, rest = divmod(len(values) - 1, 2)
    return values[middle] if rest == 0 else (values[middle] + values[middle + 1] + 1) // 2


main()
