#!/usr/bin/env python3
"""Does a rollback give an environment what `kubectl kustomize` built then, and leave all others alone?

    rollback_parity.py GX REPOSITORY [--limit N] [--seed N]

finds, in the history that `gx trace log` tells, issues whose commits changed a version of an app in an environment as
well as other lines of its files, and runs `gx rollback APP --in ENV --before ISSUE --no-push`, with and without
`--with-config`, each in a copy of the repository. Checked with plain git and kubectl:
  lines     every file that changes is in the environment's own folder
  others    what all other overlays of the app build is what they built before
  versions  without --with-config the build differs from the one before in versions only, and has those of then
  then      with --with-config, where the plan keeps no later change, the build is the one of then
Resources from elsewhere are left out of the builds, since they would have to be fetched; their URLs are compared in
their place. Exit status 0 if all of it held.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

KEY = re.compile(r"\b[A-Z][A-Z0-9_]+-\d+\b")
NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def run(*command, cwd=None, check=True, text=True):
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=text)
    if check and result.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {result.stderr or result.stdout}")
    return result


def candidates(gx, repository):
    """(issue, environment, app) whose commits changed a version and more in the environment's own files."""
    log = json.loads(run(gx, "trace", "log", "--kind", "all", "-o", "json", cwd=repository).stdout)["deployments"]
    subjects = dict(
        line.split(" ", 1)
        for line in run("git", "log", "--first-parent", "--format=%H %s", cwd=repository).stdout.splitlines())
    by = collections.defaultdict(list)
    for deployment in log:
        for key in set(KEY.findall(subjects.get(deployment["commit"], ""))):
            by[key, deployment["environment"], deployment["app"]].append(deployment)
    for (key, environment, app), deployments in sorted(by.items()):
        if not any(one["kind"] in ("forward", "promotion") for one in deployments):
            continue
        changed = []
        for commit in {one["commit"] for one in deployments}:
            numstat = run(
                "git", "diff-tree", "-r", "--no-commit-id", "--numstat", "-m", "--first-parent", commit, cwd=repository)
            for line in numstat.stdout.splitlines():
                added, removed, path = line.split("\t")
                if app.split("/")[-1] in path and f"/{environment}/" in path:
                    changed.append((path, added, removed))
        if len(changed) > 1 and any((added, removed) != ("1", "1") for _, added, removed in changed):
            yield key, environment, app


class Tree:
    """The files of a commit, with resources from elsewhere left out."""

    def __init__(self, repository, commit):
        self.folder = tempfile.mkdtemp(prefix="gx-rollback-")
        archive = run("git", "archive", commit, cwd=repository, text=False)
        subprocess.run(["tar", "-x", "-C", self.folder], input=archive.stdout, check=True)
        self.remote = {}
        for name in NAMES:
            for path in pathlib.Path(self.folder).rglob(name):
                self.cut(path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def cut(self, path):
        try:
            document = yaml.safe_load(path.read_text()) or {}
        except (yaml.YAMLError, UnicodeDecodeError):
            return  # a template of one
        gone = []
        for key in ("resources", "bases", "components"):
            for entry in document.get(key) or []:
                if "://" in entry or "?ref=" in entry:
                    gone.append(entry)
            if key in document:
                document[key] = [x for x in document[key] or [] if "://" not in x and "?ref=" not in x]
        # What has to be fetched or run; patches may be of it.
        for key in ("generators", "helmCharts", "patches", "patchesStrategicMerge", "patchesJson6902", "images"):
            if key in document:
                gone.append({key: document.pop(key)})
        for key in ("configMapGenerator", "secretGenerator"):
            if key in document:
                gone.append({key: document.pop(key)})
        self.remote[os.path.relpath(path.parent, self.folder)] = gone
        path.write_text(yaml.safe_dump(document))

    def build(self, overlay):
        """What kubectl builds of a folder, and what was left out on its way; None where it is none."""
        if not any(os.path.exists(f"{self.folder}/{overlay}/{name}") for name in NAMES):
            return None
        built = run(
            "kubectl", "kustomize", "--load-restrictor", "LoadRestrictionsNone", f"{self.folder}/{overlay}", check=False)
        if built.returncode:
            # Patches of what was left out, mostly. Without times and process ids.
            words = re.sub(r"^E\d+ [\d:.]+ +\d+ ", "", built.stderr.replace(self.folder, ""))
            return f"error: {words}", None
        return built.stdout, json.dumps([self.left_out(overlay, set())], sort_keys=True)

    def left_out(self, overlay, seen):
        if overlay in seen:
            return []
        seen.add(overlay)
        found = [self.remote.get(overlay, [])]
        for name in NAMES:
            path = f"{self.folder}/{overlay}/{name}"
            if os.path.exists(path):
                document = yaml.safe_load(open(path)) or {}
                for key in ("resources", "bases", "components"):
                    for entry in document.get(key) or []:
                        inner = os.path.normpath(f"{overlay}/{entry}")
                        if os.path.isdir(f"{self.folder}/{inner}"):
                            found.append(self.left_out(inner, seen))
        # Files that generators and patches name.
        for entry in self.remote.get(overlay, []):
            for name in re.findall(r"[\w./-]+\.ya?ml", json.dumps(entry)):
                path = f"{self.folder}/{overlay}/{name}"
                if os.path.isfile(path):
                    found.append(open(path).read())
        return found

    def overlays(self, within):
        return sorted(folder for folder in self.remote if folder.startswith(within + "/"))


def without_versions(built, plan):
    """The build with the versions of the plan taken out."""
    if built is None:
        return None
    texts = [part or "" for part in built]
    for step in plan["steps"]:
        for change in step["changes"]:
            for version in (change["old"], change["new"]):
                if version:
                    for part in version.split("@"):
                        texts = [text.replace(part, "VERSION") for text in texts]
    return texts


def check(gx, repository, key, environment, app, with_config):
    """Gives a word about what happened, and the faults."""
    with tempfile.TemporaryDirectory() as folder:
        copy = f"{folder}/copy"
        shutil.copytree(repository, copy, symlinks=True)
        options = ["--with-config"] if with_config else []
        command = [gx, "rollback", app, "--in", environment, "--before", key, "--no-push", "-o", "json", *options]
        done = run(*command, cwd=copy, check=False)
        if "unknown app" in done.stderr:
            return "is there no more", []
        if done.returncode in (2, 3):
            return "error", [f"{done.returncode}: {done.stderr}"]
        if not done.stdout:
            return f"refused: {done.stderr.splitlines()[0]}", []
        plan = json.loads(done.stdout)
        if plan["refusals"]:
            return f"refused: {plan['refusals'][0]['message'][:100]}", []
        if not plan["landed"]:
            return "nothing to do", []
        base, new = plan["steps"][0]["base"], plan["landed"][0]["commit"]
        then = plan["steps"][0]["restores"]["points"][0]["commit"]
        kept = plan["steps"][0]["restores"]["kept"]
        faults = []
        changed = run("git", "diff", "--name-only", base, new, cwd=copy).stdout.split()
        for path in changed:
            if f"/{environment}/" not in path or app.split("/")[-1] not in path:
                faults.append(f"changes {path}")
        own = re.match(rf".*?/{re.escape(environment)}(?=/)", changed[0]).group(0)
        component = re.match(rf".*?/{re.escape(app)}(?=/)", own + "/")
        with Tree(copy, base) as before, Tree(copy, new) as after, Tree(copy, then) as past:
            others = 0
            for overlay in after.overlays(component.group(0) if component else os.path.dirname(own)):
                if overlay == own or overlay.startswith(own + "/"):
                    continue
                others += 1
                if before.build(overlay) != after.build(overlay):
                    faults.append(f"{overlay} builds something else")
            built = after.build(own)
            builds = [tree.build(own) for tree in (before, past)]
            if built and built[1] is None and all(one and one[1] is not None for one in builds):
                faults.append(f"does not build: {built[0][:200]}")
            if not with_config:
                if without_versions(built, plan) != without_versions(before.build(own), plan):
                    faults.append("more than versions changed in the build")
            same = built == past.build(own)
            if with_config and not kept and not same:
                faults.append("builds something else than then")
        lines = run("git", "diff", "--shortstat", base, new, cwd=copy).stdout.strip()
        word = "builds what it built then" if same else f"keeps {len(kept)} later changes"
        return f"{lines}; {word}; {others} other overlays as before", faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gx")
    parser.add_argument("repository")
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    gx = os.path.abspath(arguments.gx)
    found = list(candidates(gx, arguments.repository))
    random.Random(arguments.seed).shuffle(found)
    failed = 0
    for key, environment, app in found[:arguments.limit]:
        for with_config in (False, True):
            word, faults = check(gx, arguments.repository, key, environment, app, with_config)
            print(f"{environment}/{app} before {key}{' --with-config' if with_config else ''}: {word}", flush=True)
            for fault in faults:
                failed += 1
                print(f"  FAULT {fault}")
    print(f"{min(len(found), arguments.limit)} issues of {len(found)}, {failed} faults")
    sys.exit(1 if failed else 0)


main()
