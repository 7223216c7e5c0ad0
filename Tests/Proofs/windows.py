#!/usr/bin/env python3
"""Proves when windows are open, by programs that share no code with gx.

    python3 Tests/Proofs/windows.py [--count N] [--seed N] [--program PATH]

draws N rules (half cron, half RRULE) with instants in 20 time zones, many of them near the days on which clocks are
moved, and compares what `gx-proof windows` says (open or closed, and when that changes next) with what follows from
croniter, dateutil.rrule and Python's zoneinfo: each occurrence is a time that clocks show, of an hour that there is
twice the first, of one that is left out as much later as clocks are moved (which is what zoneinfo does with fold=0).

Needs `pip install python-dateutil croniter`, and tzdata. Exit status 0 if nothing differed.
"""

import argparse
import collections
import datetime as dt
import random
import subprocess
import sys
import zoneinfo

from croniter import croniter
from dateutil import rrule

ZONES = """Europe/Berlin Europe/London Europe/Dublin America/New_York America/Los_Angeles America/Sao_Paulo
America/St_Johns America/Santiago Asia/Kolkata Asia/Tokyo Asia/Kathmandu Asia/Tehran Australia/Sydney
Australia/Lord_Howe Pacific/Auckland Pacific/Apia Pacific/Chatham Africa/Casablanca Africa/Cairo UTC""".split()
UTC = dt.timezone.utc
DAY = 86_400


def offset(zone, moment):
    return int(dt.datetime.fromtimestamp(moment, zone).utcoffset().total_seconds())


def instants(generator, zone, count):
    """Any of ten years, and as many within two days of a change of clocks."""
    start = int(dt.datetime(2024, 1, 1, tzinfo=UTC).timestamp())
    days = [start + DAY * day for day in range(3650)]
    changes = [day for day in days if offset(zone, day) != offset(zone, day + DAY)]
    for number in range(count):
        near = number % 2 == 1 and changes
        base = generator.choice(changes) - DAY if near else start
        yield base + generator.randrange(3 * DAY if near else 3650 * DAY)


def field(generator, low, high, odds):
    kind = generator.random()
    if kind < odds:
        return "*"
    pick = lambda: generator.randint(low, high)
    if kind < odds + 0.1:
        return f"*/{generator.randint(2, max(2, (high - low) // 2))}"
    first = pick()
    # croniter takes 5-5 for every day.
    if kind < odds + 0.3 and first < high:
        last = generator.randint(first + 1, high)
        return f"{first}-{last}" + (f"/{generator.randint(1, 3)}" if generator.random() < 0.3 else "")
    return ",".join(str(one) for one in sorted({pick() for _ in range(generator.randint(1, 3))}))


def cron(generator):
    fields = [
        field(generator, 0, 59, 0.05), field(generator, 0, 23, 0.1), field(generator, 1, 28, 0.6),
        field(generator, 1, 12, 0.7), field(generator, 0, 6, 0.4)]
    # croniter takes `*/4` with `0-6` for the days of both, and `1-31/4`, the same days, with it for those of either.
    if fields[2].startswith("*/") and fields[4] == "0-6":
        fields[4] = "*"
    return " ".join(fields)


def rule(generator):
    """The text, and the first day; none where nothing depends on it."""
    frequency = generator.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = [f"FREQ={frequency}"]
    names = "MO TU WE TH FR SA SU".split()
    start = dt.date(2023, 1, 1) + dt.timedelta(days=generator.randrange(365))
    if generator.random() < 0.4:
        parts.append(f"INTERVAL={generator.randint(2, 4)}")
    if frequency in ("MONTHLY", "YEARLY") and generator.random() < 0.5:
        parts.append("BYMONTH=" + ",".join(map(str, sorted(generator.sample(range(1, 13), 3)))))
    if generator.random() < 0.6:
        days = generator.sample(names, generator.randint(1, 3))
        if frequency == "MONTHLY" and generator.random() < 0.6:
            days = [f"{generator.choice([1, 2, 3, -1, -2])}{day}" for day in days]
        parts.append("BYDAY=" + ",".join(days))
        if frequency == "MONTHLY" and generator.random() < 0.3 and not any(c.isdigit() for c in parts[-1]):
            parts.append(f"BYSETPOS={generator.choice([1, -1, 2])}")
    elif frequency in ("MONTHLY", "YEARLY") and generator.random() < 0.6:
        parts.append("BYMONTHDAY=" + ",".join(str(generator.choice([1, 5, 15, 28, 31, -1, -3])) for _ in range(2)))
    if generator.random() < 0.15:
        parts.append(f"COUNT={generator.randint(1, 60)}")
    elif generator.random() < 0.2:
        parts.append(f"UNTIL={(start + dt.timedelta(days=generator.randrange(2000))):%Y%m%d}")
    if frequency == "WEEKLY" and generator.random() < 0.3:
        parts.append("WKST=SU")
    return ";".join(parts), start


def moments(walls, zone):
    """The moments at which clocks show times, each once."""
    found = []
    for wall in walls:
        moment = int(wall.replace(tzinfo=zone, fold=0).timestamp())
        if not found or found[-1] != moment:
            found.append(moment)
    return found


def cron_walls(text, start, end):
    walls = []
    iterator = croniter(text, start - dt.timedelta(minutes=1))
    while (wall := iterator.get_next(dt.datetime)) <= end:
        walls.append(wall)
        if len(walls) > 20_000:
            break
    return walls


def expected(walls_between, zone, duration, moment):
    """Whether it is open, and the next change within two days more than gx needs to look for it."""
    local = dt.datetime.fromtimestamp(moment, zone).replace(tzinfo=None)
    begin = local - dt.timedelta(seconds=duration, days=2)
    for reach in (2, 16, 128, 1024):
        spans = [(one, one + duration) for one in
                 moments(walls_between(begin, local + dt.timedelta(days=reach + 2)), zone)]
        end = moment + reach * DAY
        edges = [edge for span in spans for edge in span if edge > moment and span[1] > moment and span[0] <= end]
        if edges:
            break
    is_open = any(start <= moment < stop for start, stop in spans)
    return f"{'open' if is_open else 'closed'} {min(edges) if edges else 'never'}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program", default=".build/debug/gx-proof")
    options = parser.parse_args()
    generator = random.Random(options.seed)
    questions, answers = [], []
    zones = {name: zoneinfo.ZoneInfo(name) for name in ZONES}
    for name, zone in zones.items():
        for moment in instants(generator, zone, options.count // 20):
            questions.append(f"zone\t{name}\t{moment}")
            answers.append(str(offset(zone, moment)))
            duration = generator.choice([60, 1800, 3600, 7200, 8 * 3600, 26 * 3600])
            if len(questions) % 4 < 2:
                text = cron(generator)
                questions.append(f"cron\t{text}\t{name}\t{duration}\t{moment}")
                walls = lambda start, end, text=text: cron_walls(text, start, end)
            else:
                text, first = rule(generator)
                second = generator.choice([0, 2 * 3600 + 1800, 6 * 3600, 23 * 3600])
                questions.append(f"rrule\t{text}\t{name}\t{duration}\t{moment}\t{first}\t{second}")
                begin = dt.datetime.combine(first, dt.time()) + dt.timedelta(seconds=second)
                # UNTIL is a day, and has all of it.
                whole = ";".join(p + "T235959" if p.startswith("UNTIL") else p for p in text.split(";"))
                series = rrule.rrulestr(whole, dtstart=begin)
                walls = lambda start, end, series=series: series.between(start, end, inc=True)
            answers.append(expected(walls, zone, duration, moment))
    output = subprocess.run(
        [options.program, "windows"], input="\n".join(questions) + "\n", capture_output=True, text=True, check=True)
    given = output.stdout.splitlines()
    assert len(given) == len(questions), (len(given), len(questions))
    differences = collections.defaultdict(list)
    for question, answer, got in zip(questions, answers, given):
        if answer != got:
            differences[question.split("\t")[0]].append((question, answer, got))
    for kind, found in differences.items():
        for question, answer, got in found[:5]:
            print(f"{question!r}: expected {answer}, gx says {got}")
    counts = collections.Counter(question.split("\t")[0] for question in questions)
    print(", ".join(f"{kind}: {counts[kind]} asked, {len(differences[kind])} different" for kind in counts))
    sys.exit(1 if any(differences.values()) else 0)


main()
