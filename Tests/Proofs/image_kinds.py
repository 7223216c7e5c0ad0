#!/usr/bin/env python3
"""Do the ledger's changes, promotions and rollbacks, image by image, agree with plain git and a YAML parser?

    image_kinds.py GX REPOSITORY [LAST]

Reads what each first-parent commit changed, parses the files before and after, and notes which image went from which
version to which. Of the last commits (1000):

- every change of an image that `gx trace log` tells has to be one of these,
- what it calls a promotion has to have stood in a file of the environment that it came from, a rollback, race or repair
  in one of the same app and environment, before; and what it calls neither must not have stood there,
- a change in a file that it told others of has to be told.

Which file is whose is taken from the changes that are told. Images are compared by the last part of their names. Charts,
Git sources, and versions that only a chart or a generator knows have no image here, and are counted apart. Exit status
0: no difference.
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


def changed(clone, commits, last, told):
    """By commit, what each file had and has, where its images differ; None for what is no YAML."""
    for number, commit in enumerate(commits):
        sides = [commits[number - 1], commit] if number else ["--root", "--no-commit-id", commit]
        files = {}
        for line in git(clone, "diff-tree", "-r", "--no-renames", *sides).decode(errors="replace").splitlines():
            fields, path = line.split("\t", 1)
            _, _, old, new, _ = fields.split()
            if not path.endswith((".yaml", ".yml")) or number < len(commits) - last and not told[commit]:
                continue
            files[path] = [read(blob, clone) if blob.strip("0") else set() for blob in (old, new)]
        yield number, commit, files


def floats(version):
    return not any(character.isdigit() for character in version) or "latest" in version


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
        # By image, the versions that stood anywhere; by place and image, those of its files.
        stood, ran = collections.defaultdict(set), collections.defaultdict(set)
        owners, silent = collections.defaultdict(set), []
        for number, commit, files in changed(clone, commits, last, told):
            before = set().union(*(old for old, _ in files.values() if old))
            after = set().union(*(new for _, new in files.values() if new))
            unread = any(None in sides for sides in files.values())
            changes = [(one, change) for one in told[commit] for change in one["artifacts"]]
            for one, change in changes if number >= len(commits) - last else []:
                where = one["environment"] + "/" + one["app"]
                if not change["before"] or not change["after"]:
                    counts["came or went"] += 1
                    continue
                name = change["artifact"].rsplit("/", 1)[-1]
                old, new = (name, change["before"]), (name, change["after"])
                if ":" in change["artifact"] or unread or not any(image == name for image, _ in before | after):
                    counts["no image here"] += 1
                    continue
                kind = change["kind"]
                counts[kind] += 1
                text = f"{commit[:9]} {where}: {name} {change['before']} -> {change['after']}"
                if old not in before or new not in after:
                    wrong.append(f"{text} is no change of a file")
                elif kind in ("rollback", "race", "repair") and new not in stood[name]:
                    wrong.append(f"{text} is a {kind}, and never stood anywhere before")
                elif kind == "promotion" and change["basis"] == "inferred":
                    if new not in ran[change["source"]] and new not in stood[name]:
                        wrong.append(f"{text} is a promotion from {change['source']}, where it never stood")
                elif kind == "forward" and new in ran[where] and not floats(change["after"]):
                    wrong.append(f"{text} is {kind}, and stood there before")
            for path, (old, new) in files.items():
                if old is None or new is None:
                    continue
                names = {name for name, _ in old ^ new}
                for one, change in changes:
                    name = change["artifact"].rsplit("/", 1)[-1]
                    if name in names and (name, change["after"]) in new - old:
                        owners[path].add((one["environment"], one["environment"] + "/" + one["app"]))
                for name in names:
                    gone = [version for image, version in old - new if image == name]
                    come = [version for image, version in new - old if image == name]
                    if len(gone) == len(come) == 1 and number >= len(commits) - last:
                        silent.append((number, commit, path, name, gone[0], come[0]))
                for place in {place for pair in owners[path] for place in pair}:
                    ran[place] |= new
            for image in before | after:
                stood[image[0]].add(image)
        for number, commit, path, name, gone, come in silent:
            names = {change["artifact"].rsplit("/", 1)[-1] for one in told[commit] for change in one["artifacts"]}
            if owners[path] and name not in names:
                counts["not told"] += 1
                wrong.append(f"{commit[:9]} {path}: {name} {gone} -> {come} is not told of")
    print(f"{dict(counts)}; {len(wrong)} differ")
    for line in wrong[:40]:
        print(f"  {line}")
    return 1 if wrong else 0


sys.exit(main())
