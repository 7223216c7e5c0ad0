#!/usr/bin/env python3
"""Does a promotion change what `kubectl kustomize` builds exactly as its plan said?

    promotion_parity.py GX REPOSITORY OVERLAY [OVERLAY ...] -- APP --to ENV [OPTION ...]

Builds the overlays (folders of the repository) before and after `gx promote ... --no-push` in a copy of the
repository, and compares the images with the plan. Resources from elsewhere are left out of the builds, since
they would have to be fetched; an image that only they use is checked in the kustomization's own `images`.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml


def run(*command, cwd=None, check=True):
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if check and result.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {result.stderr or result.stdout}")
    return result


def leave_out_remotes(tree):
    for name in ("kustomization.yaml", "kustomization.yml", "Kustomization"):
        for path in tree.rglob(name):
            try:
                document = yaml.safe_load(path.read_text()) or {}
            except yaml.YAMLError:
                continue  # a template of one
            for key in ("resources", "bases", "components"):
                if key in document:
                    document[key] = [x for x in document[key] if "://" not in x and "?ref=" not in x]
            for key in ("generators", "helmCharts", "configMapGenerator", "secretGenerator"):
                document.pop(key, None)
            # Patches of what was left out would fail, and so would generators that merge with it.
            for key in ("patches", "patchesStrategicMerge", "patchesJson6902"):
                document.pop(key, None)
            path.write_text(yaml.safe_dump(document))



def images(repository, commit, overlays):
    """The images that each overlay builds, and those that `images` entries on the way pin."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder) / "tree"
        tree.mkdir()
        archive = subprocess.run(["git", "-C", repository, "archive", commit], capture_output=True, check=True)
        subprocess.run(["tar", "-x", "-C", tree], input=archive.stdout, check=True)
        pinned = {overlay: pins(tree, tree / overlay, set()) for overlay in overlays}
        leave_out_remotes(tree)
        for overlay in overlays:
            built = run(
                "kubectl", "kustomize", "--load-restrictor", "LoadRestrictionsNone", tree / overlay, check=False)
            if built.returncode:
                sys.exit(f"{overlay}: {built.stderr}")
            found[overlay] = set(re.findall(r"^\s*(?:- )?image: \"?([^\s\"]+)", built.stdout, re.M)) | pinned[overlay]
    return found


def pins(tree, folder, seen):
    """What `images` of a kustomization and of those it includes say; the outermost wins."""
    if folder in seen:
        return set()
    seen.add(folder)
    for name in ("kustomization.yaml", "kustomization.yml", "Kustomization"):
        if (folder / name).exists():
            document = yaml.safe_load((folder / name).read_text()) or {}
            own = {}
            for entry in document.get("images") or []:
                if "newTag" in entry:
                    own[entry.get("newName", entry["name"])] = str(entry["newTag"])
            inner = set()
            for key in ("resources", "bases", "components"):
                for reference in document.get(key) or []:
                    if "://" not in reference and (folder / reference).is_dir():
                        inner |= pins(tree, (folder / reference).resolve(), seen)
            kept = {image for image in inner if image.rpartition(":")[0] not in own}
            return kept | {f"{name}:{tag}" for name, tag in own.items()}
    return set()


def main():
    split = sys.argv.index("--")
    gx, repository, *overlays = sys.argv[1:split]
    with tempfile.TemporaryDirectory() as folder:
        copy = f"{folder}/copy"
        run("git", "clone", "-q", "--shared", repository, copy)
        run("git", "remote", "remove", "origin", cwd=copy)
        run("git", "config", "user.name", "Ann Author", cwd=copy)
        run("git", "config", "user.email", "ann@example.com", cwd=copy)
        plan = json.loads(run(gx, "promote", *sys.argv[split + 1:], "--no-push", "-o", "json", cwd=copy).stdout)
        landed = [landing["commit"] for landing in plan["landed"]]
        if not landed:
            sys.exit("nothing was promoted")
        before = images(copy, plan["steps"][0]["base"], overlays)
        after = images(copy, landed[-1], overlays)
        changes = [c for step in plan["steps"] for c in step["changes"] if c["kind"] == "image"]
        failures = 0
        for overlay in overlays:
            # An overlay is an environment's if a folder on its way has the name.
            said = {
                (c["artifact"], c["old"], c["new"]) for c in changes if c["environment"] in overlay.split("/")
            }
            gone, come = before[overlay] - after[overlay], after[overlay] - before[overlay]
            planned_gone = {f"{a}:{old}" for a, old, _ in said} & before[overlay]
            planned_come = {f"{a}:{new}" for a, old, new in said if f"{a}:{old}" in before[overlay]}
            ok = gone == planned_gone and come <= planned_come and (come == planned_come or not gone)
            failures += not ok
            print(f"{overlay}: {len(after[overlay])} images, {len(come)} changed: {'as planned' if ok else 'NOT AS PLANNED'}")
            for image in sorted(gone):
                print(f"  - {image}")
            for image in sorted(come):
                print(f"  + {image}")
        print(run("git", "show", "--stat", "--format=%s", landed[-1], cwd=copy).stdout.strip())
        sys.exit(1 if failures else 0)


main()
