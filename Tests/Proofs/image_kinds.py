#!/usr/bin/env python3
"""Do the ledger's changes and rollbacks, image by image, agree with plain git and a YAML parser?

    image_kinds.py GX REPOSITORY [LAST]

Reads what each of the last first-parent commits (1000) changed, parses the files before and after, and notes which
image went from which version to which. Every change of an image that `gx trace log` tells of such a commit has to be
one of these; and where it goes back to an earlier version, that version has to have stood in one of the commit's files
before. Images are compared by the last part of their names. Charts, Git sources, and versions that only a chart or a
generator knows have no image here, and are counted apart. Exit status 0: no difference.
"""

import collections
import json
import subprocess
import sys
import tempfile

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def git(clone, *arguments):
    return subprocess.run(["git", "-C", clone, *arguments], capture_output=True).stdout


def split(reference):
    """The last part of an image's name, and its version: a tag, a digest, or both."""
    name, _, digest = reference.partition("@")
    head, _, tag = name.rpartition(":")
    if not head or "/" in tag:
        head, tag = name, ""
    return head.rsplit("/", 1)[-1], "@".join(part for part in (tag, digest) if part)


def images(value, found):
    if isinstance(value, list):
        for item in value:
            images(item, found)
    if not isinstance(value, dict):
        return
    image, tag = value.get("image"), value.get("tag", value.get("newTag", value.get("imageTag")))
    name = value.get("newName") or value.get("repository") or (image if tag is not None else value.get("name"))
    if isinstance(image, str) and split(image)[1]:
        found.add(split(image))
    digest = value.get("digest")
    version = "@".join(str(part) for part in (tag, digest) if part is not None)
    if isinstance(name, str) and version:
        found.add((split(name)[0], version))
    for item in value.values():
        images(item, found)


def read(blob, clone, known={}):
    if blob not in known:
        found = set()
        try:
            for document in yaml.load_all(git(clone, "cat-file", "blob", blob), LOADER):
                images(document, found)
        except (yaml.YAMLError, ValueError, RecursionError):
            found = None  # a template, or no YAML
        known[blob] = found
    return known[blob]


def main():
    gx, repository, *rest = sys.argv[1:]
    last = int(rest[0]) if rest else 1000
    counts, wrong = collections.Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        clone = f"{folder}/clone"
        subprocess.run(["git", "clone", "-q", repository, clone], check=True)
        answer = subprocess.run(
            [gx, "trace", "log", "--kind", "all", "-o", "json"], cwd=clone, capture_output=True, text=True)
        told = collections.defaultdict(list)
        for one in json.loads(answer.stdout)["deployments"]:
            told[one["commit"]].append(one)
        commits = git(clone, "rev-list", "--first-parent", "--reverse", "HEAD").decode().split()
        stood = collections.defaultdict(set)
        for number, commit in enumerate(commits):
            before, after, unread = set(), set(), False
            sides = [commits[number - 1], commit] if number else ["--root", "--no-commit-id", commit]
            lines = git(clone, "diff-tree", "-r", "--no-renames", *sides).decode()
            for line in lines.splitlines():
                fields, path = line.split("\t", 1)
                _, _, old, new, _ = fields.split()
                if not path.endswith((".yaml", ".yml")) or number < len(commits) - last and not told[commit]:
                    continue
                for blob, side in ((old, before), (new, after)):
                    if blob.strip("0"):
                        content = read(blob, clone)
                        unread = unread or content is None
                        side |= content or set()
            changes = [change | {"where": one["environment"] + "/" + one["app"]}
                       for one in told[commit] for change in one["artifacts"]]
            for change in changes if number >= len(commits) - last else []:
                if not change["before"] or not change["after"]:
                    counts["came or went"] += 1
                    continue
                name = change["artifact"].rsplit("/", 1)[-1]
                sides = (name, change["before"]) in before, (name, change["after"]) in after
                if ":" in change["artifact"] or unread or not any(image == name for image, _ in before | after):
                    counts["no image here"] += 1
                    continue
                counts[change["kind"]] += 1
                if not all(sides):
                    wrong.append(f"{commit[:9]} {change['where']}: {name} {change['before']} -> {change['after']}")
                elif change["kind"] in ("rollback", "race", "repair") and (name, change["after"]) not in stood[name]:
                    wrong.append(f"{commit[:9]} {change['where']}: {name} {change['after']} never stood there before")
            for image in before | after:
                stood[image[0]].add(image)
    print(f"{dict(counts)}; {len(wrong)} differ")
    for line in wrong[:20]:
        print(f"  {line}")
    return 1 if wrong else 0


sys.exit(main())
