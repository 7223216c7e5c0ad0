#!/usr/bin/env python3
"""Proves gx's YAML edits on real repositories, with parsers that share no code with gx.

    python3 Tests/Proofs/yaml_edits.py [--count N] [--seed N] [--program PATH] REPOSITORY[:REFS]...

takes every YAML and JSON file at HEAD of each repository (or at every ref that REFS, a pattern of
`git for-each-ref`, names), lets `gx-proof edit` replace N random scalars one at a time, and insert
and remove N/4 times, and checks of every file with a scalar replaced that
  - an independent parser (ruamel.yaml's pure Python one; for JSON, Python's own) sees exactly one event
    changed, the planned scalar at the planned path, to the planned text, and that it is a string;
  - YAML 1.1 (PyYAML's rules) takes it for a string too;
  - no byte changed outside of the old scalar, and not more lines than it has;
and of the others that the same done to the independent parser's tree gives the same tree.

Needs `pip install ruamel.yaml pyyaml`. Exit status 0 if all held and no reason for a refusal exceeds 1 %.
"""

import argparse
import collections
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile

import ruamel.yaml
import yaml

LEGACY = yaml.SafeLoader("")
CORE = ruamel.yaml.YAML(typ="safe", pure=True)
cache = {}


class Undecidable(Exception):
    """The independent parser cannot read the original."""


def events(data, is_json):
    """A flat list that says everything of a file but where it stands, and the span of each event."""
    text = data.decode("utf-8-sig")
    if is_json:
        return list(json_events(json.loads(text, object_pairs_hook=lambda pairs: ("{", pairs)))), None
    facts, spans = [], []
    parser = ruamel.yaml.YAML(typ="safe", pure=True)
    for event in parser.parse(text):
        name = type(event).__name__
        facts.append((
            name, getattr(event, "value", None), getattr(event, "anchor", None),
            str(getattr(event, "tag", None) or getattr(event, "ctag", None) or ""),
            getattr(event, "style", None), getattr(event, "flow_style", None)))
        spans.append((event.start_mark.index, event.end_mark.index))
    return facts, spans


def json_events(value):
    if isinstance(value, tuple):
        yield ("MappingStartEvent", None)
        for key, item in value[1]:
            yield ("ScalarEvent", key, "str")
            yield from json_events(item)
        yield ("MappingEndEvent", None)
    elif isinstance(value, list):
        yield ("SequenceStartEvent", None)
        for item in value:
            yield from json_events(item)
        yield ("SequenceEndEvent", None)
    else:
        yield ("ScalarEvent", value, type(value).__name__)


def path_of(facts, index):
    """The document and the path of the event at an index, from the events before it."""
    document, stack = -1, []

    def value_follows():
        """A node begins: count it in its parent; True if it is a key."""
        if not stack:
            return False
        top = stack[-1]
        if top[0] == "[":
            top[1] += 1
            return False
        top[2] = not top[2]
        return top[2]

    for position, fact in enumerate(facts[: index + 1]):
        name = fact[0]
        if name == "DocumentStartEvent":
            document += 1
        elif name in ("MappingEndEvent", "SequenceEndEvent"):
            stack.pop()
        elif name in ("ScalarEvent", "AliasEvent", "MappingStartEvent", "SequenceStartEvent"):
            is_key = value_follows()
            if position == index:
                return max(document, 0), is_key, [frame[1] for frame in stack]
            if is_key and name == "ScalarEvent":
                stack[-1][1] = fact[1]
            if name == "MappingStartEvent":
                stack.append(["{", None, False])
            elif name == "SequenceStartEvent":
                stack.append(["[", -1, False])
    raise AssertionError("no such event")


def check(edit, directory):
    """Returns what was seen: 'ok', or a problem."""
    path = edit["file"]
    is_json = path.endswith(".json")
    if cache.get("path") != path:
        with open(path, "rb") as file:
            data = file.read()
        cache.update(path=path, data=data, events=None, problem=None)
        try:
            cache["events"] = events(data, is_json)
        except Exception as problem:
            cache["problem"] = f"{type(problem).__name__}"
    result = os.path.join(directory, str(edit["number"]))
    with open(result, "rb") as file:
        new_data = file.read()
    os.unlink(result)
    old_data = cache["data"]
    lines = check_lines(edit, old_data, new_data)
    if cache["events"] is None:
        return f"undecided: the other parser cannot read the original ({cache['problem']})", lines
    old, spans = cache["events"]
    if edit["kind"] in ("insert", "remove"):
        return check_tree(edit, old, new_data, is_json), lines
    try:
        new, _ = events(new_data, is_json)
    except Exception as problem:
        return f"FAILED: the other parser cannot read the result: {problem}", lines
    if len(old) != len(new):
        return "FAILED: another number of events", lines
    changed = [index for index, (a, b) in enumerate(zip(old, new)) if a != b]
    if len(changed) != 1:
        return f"FAILED: {len(changed)} events changed", lines
    index = changed[0]
    fact = new[index]
    if fact[0] != "ScalarEvent" or fact[1] != edit["new"]:
        return f"FAILED: reads {fact[1]!r}", lines
    document, is_key, steps = path_of(old, index)
    if is_key or document != edit["document"] or steps != edit["path"]:
        return f"FAILED: changed at {document} {steps}", lines
    if is_json:
        return ("ok" if fact[2] == "str" else "FAILED: not a string"), lines
    if fact[2:4] != old[index][2:4]:
        return "FAILED: anchor or tag changed", lines
    if fact[4] in (None, "") and not old[index][3]:
        for resolver in (LEGACY, CORE.resolver):
            kind = ruamel.yaml.ScalarNode if resolver is not LEGACY else yaml.ScalarNode
            if not str(resolver.resolve(kind, fact[1], (True, False))).endswith(":str"):
                return f"FAILED: not a string for {type(resolver).__name__}", lines
    start, end = spans[index]
    old_text, new_text = old_data.decode("utf-8-sig"), new_data.decode("utf-8-sig")
    before = common(old_text, new_text)
    after = common(old_text[before:][::-1], new_text[before:][::-1])
    # An empty value has no place of its own: there, nothing may go.
    outside = len(old_text) - after > before if start == end else before < start or len(old_text) - after > end
    if outside:
        return "FAILED: characters outside of the scalar changed", lines
    return "ok", lines


def check_tree(edit, old, new_data, is_json):
    """An insertion or a removal: the same is done to the independent parser's tree."""
    try:
        new, _ = events(new_data, is_json)
    except Exception as problem:
        return f"FAILED: the other parser cannot read the result: {problem}"
    expected, actual = documents(old), documents(new)
    while len(expected) <= edit["document"]:
        expected.append(["", "", ""])
    *steps, last = edit["path"]
    parent = expected[edit["document"]]
    for step in steps:
        parent = child(parent, step)
    if edit["kind"] == "remove":
        if parent[0] == "{":
            parent[3].remove(next(pair for pair in parent[3] if pair[0][3] == last))
        else:
            del parent[3][last]
    else:
        if parent[0] == "":
            parent[:] = ["{" if isinstance(last, str) else "[", "" if is_json else parent[1], "", []]
        value = tree_of(edit["new"], is_json)
        if parent[0] == "{":
            parent[3].append([tree_of(last, is_json), value])
        else:
            parent[3].insert(last, value)
    return "ok" if expected == actual else "FAILED: the tree is not as planned"


def documents(facts):
    """Trees of lists: [kind, anchor, tag, content]; a scalar's tag says whether it is a string."""
    roots, stack = [], []

    def add(node):
        if not stack:
            roots.append(node)
            return
        top = stack[-1]
        if top[0] == "{" and (not top[3] or len(top[3][-1]) == 2):
            top[3].append([node])
        elif top[0] == "{":
            top[3][-1].append(node)
        else:
            top[3].append(node)

    for fact in facts:
        name = fact[0]
        if name == "ScalarEvent" and len(fact) == 3:
            add(["", None, fact[2], fact[1]])
        elif name == "ScalarEvent":
            is_plain = fact[4] in (None, "") and not fact[3]
            kinds = [str(LEGACY.resolve(yaml.ScalarNode, fact[1], (True, False))),
                     str(CORE.resolver.resolve(ruamel.yaml.ScalarNode, fact[1], (True, False)))]
            kind = ",".join(kinds) if is_plain and not all(k.endswith(":str") for k in kinds) else "str"
            add(["", fact[2], fact[3] or kind, fact[1]])
        elif name == "AliasEvent":
            add(["*", fact[2], "", ""])
        elif name in ("MappingStartEvent", "SequenceStartEvent"):
            node = ["{" if name[0] == "M" else "[", *(fact[2:4] or ("", "")), []]
            add(node)
            stack.append(node)
        elif name in ("MappingEndEvent", "SequenceEndEvent"):
            stack.pop()
    return roots


def child(node, step):
    if node[0] == "{":
        return next(pair[1] for pair in node[3] if pair[0][3] == step)
    return node[3][step]


def tree_of(value, is_json):
    properties = ("", "") if is_json else (None, "")
    if isinstance(value, dict):
        return ["{", *properties, [[tree_of(k, is_json), tree_of(v, is_json)] for k, v in value.items()]]
    if isinstance(value, list):
        return ["[", *properties, [tree_of(item, is_json) for item in value]]
    return ["", None, "str", value]


def common(a, b):
    """The length of the common start."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def check_lines(edit, old_data, new_data):
    """(removed, added) as `git diff --numstat` counts them, for one change in one place."""
    old, new = old_data.splitlines(True), new_data.splitlines(True)
    before = common(old, new)
    after = common(old[before:][::-1], new[before:][::-1])
    return len(old) - before - after, len(new) - before - after


def judge(job):
    edits, directory = job
    return [(edit, *check(edit, directory)) for edit in edits]


def export(repository, directory):
    """Unpacks HEAD, or each ref of REPOSITORY:REFS, and yields the paths of its YAML and JSON files."""
    repository, _, refs = repository.partition(":")
    names = ["HEAD"]
    if refs:
        listing = ["git", "-C", repository, "for-each-ref", "--format=%(refname)", refs]
        names = subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split()
    for name in names:
        target = os.path.join(directory, str(len(os.listdir(directory))))
        os.mkdir(target)
        archive = subprocess.Popen(["git", "-C", repository, "archive", name], stdout=subprocess.PIPE)
        subprocess.run(["tar", "-x", "-C", target], stdin=archive.stdout, check=True)
        if archive.wait() != 0:
            sys.exit(f"git archive {name} failed in {repository}")
        for folder, _, files in sorted(os.walk(target)):
            for file in sorted(files):
                path = os.path.join(folder, file)
                if file.endswith((".yaml", ".yml", ".json")) and not os.path.islink(path):
                    yield path


def main():
    arguments = argparse.ArgumentParser(description="Proves gx's YAML edits on real repositories.")
    arguments.add_argument("--program", default=".build/debug/gx-proof")
    arguments.add_argument("--count", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments.add_argument("repositories", nargs="+", metavar="REPOSITORY[:REFS]")
    options = arguments.parse_args()

    with tempfile.TemporaryDirectory() as directory:
        sources, results = os.path.join(directory, "sources"), os.path.join(directory, "results")
        os.mkdir(sources)
        os.mkdir(results)
        paths = [path for repository in options.repositories for path in export(repository, sources)]
        listing = os.path.join(directory, "list")
        with open(listing, "w") as file:
            file.write("\n".join(paths) + "\n")
        command = [options.program, "edit", listing, str(options.seed), str(options.count), results]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        lines = [json.loads(line) for line in output.splitlines()]
        unparsed = collections.Counter(line["unparsed"] for line in lines if "unparsed" in line)
        edits = [line for line in lines if "unparsed" not in line]
        refused = collections.Counter(edit["refused"] for edit in edits if "refused" in edit)
        groups = collections.defaultdict(list)
        for edit in edits:
            if "refused" not in edit:
                groups[edit["file"]].append(edit)

        print(f"{len(paths)} files; not parsed: {dict(unparsed)}")
        print(f"{len(edits)} edits; refused: {dict(refused)}")
        seen, sizes, failures = collections.Counter(), collections.Counter(), []
        # The largest first, so that the processes end together.
        jobs = [(group, results) for path, group in
                sorted(groups.items(), key=lambda item: -os.path.getsize(item[0]) * len(item[1]))]
        with multiprocessing.Pool(options.jobs) as pool:
            for judged in pool.imap_unordered(judge, jobs):
                for edit, verdict, (removed, added) in judged:
                    seen[verdict.partition(":")[0]] += 1
                    size = ("1 line" if (removed, added) == (1, 1) else "only adds lines" if not removed
                            else "only removes lines" if not added else "more lines")
                    sizes[edit["kind"], size] += 1
                    if edit["kind"] == "literal block" and removed > 1:
                        verdict = "FAILED: more than one line of a literal block changed"
                    if verdict != "ok":
                        failures.append((edit, verdict))
        print(f"checked by another parser: {dict(seen)}")
        for (kind, size), number in sorted(sizes.items()):
            print(f"  {kind}: {size}: {number}")
        for reason, number in collections.Counter(verdict for _, verdict in failures).most_common():
            print(f"{number} x {reason}")
        for edit, verdict in failures[:20]:
            where = os.path.relpath(edit["file"], sources)
            print(f"  {verdict}\n    {where} {edit['document']} {edit['path']}\n"
                  f"    {edit.get('old', '')[:100]!r} -> {str(edit.get('new'))[:100]!r}")
        too_many = [reason for reason, number in refused.items() if number > 0.01 * len(edits)]
        if too_many:
            print(f"refused too often: {too_many}")
        failed = [verdict for _, verdict in failures if verdict.startswith("FAILED")]
        sys.exit(1 if failed or too_many else 0)


if __name__ == "__main__":
    main()
