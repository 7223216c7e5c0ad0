#!/usr/bin/env python3
"""Compares the images that gx finds in overlays with those that kustomize builds.

For the tip of a repository and some random older commits, every overlay (every root kustomization of
every unit of the given gx.yaml) is built by `kubectl kustomize` in a copy of the tree from which remote
resources and Helm charts are taken out, since they need the network. The set of images in what it
builds must be that of gx.

    kustomize_parity.py --repository DIR --config gx.yaml [--package DIR] [--commits 20] [--seed 1]

Needs kubectl, PyYAML, and a built package. Exit status 0: no difference.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def git(repository, *arguments):
    return subprocess.run(
        ["git", "-C", repository, *arguments], check=True, stdout=subprocess.PIPE
    ).stdout


def load(text):
    # YAML 1.1 turns `=` into a type of its own and dates into objects: read all scalars as kustomize does.
    return list(yaml.load_all(text, Loader))


def is_remote(reference, folder):
    return isinstance(reference, str) and "\n" not in reference and not (folder / reference).exists()


def strip(tree):
    """Takes remote resources, charts and generators out of every kustomization.

    Gives how many of each, and the kustomizations that lost something: their objects may be patched."""
    removed = collections.Counter()
    stripped = []
    for path in sorted(tree.rglob("*")):
        if path.name not in NAMES or not path.is_file():
            continue
        try:
            documents = load(path.read_text())
        except (yaml.YAMLError, UnicodeDecodeError):
            continue
        if len(documents) != 1 or not isinstance(documents[0], dict):
            continue
        root = documents[0]
        count = sum(removed.values())
        for key in ("resources", "bases", "components"):
            if isinstance(root.get(key), list):
                kept = [r for r in root[key] if not is_remote(r, path.parent)]
                removed[f"remote {key}"] += len(root[key]) - len(kept)
                root[key] = kept
        for key in ("helmCharts", "helmGlobals", "helmChartInflationGenerator", "generators"):
            if root.pop(key, None):
                removed[key] += 1
        if sum(removed.values()) > count:
            rewrite(path, root)
            stripped.append(path)
    return removed, stripped


def rewrite(path, root):
    # Not in place: the file may be a hard link to that of another tree.
    path.unlink()
    path.write_text(yaml.dump(root, Dumper=Dumper, sort_keys=False))


def missing(error):
    """The object that kustomize wants to patch, or merge a generated one into, and does not have."""
    patched = re.search(r"no matches for Id ([^\s.]+)\.([^\s.]+)\.([^\s/]+)/([^\s;]+?)(?:\.([^\s.;]+))?;", error)
    if patched:
        return patched.groups()
    merged = re.search(
        r'Group:\\*"([^"\\]*)\\*", Version:\\*"([^"\\]*)\\*", Kind:\\*"([^"\\]*)\\*".*?Name:\\*"([^"\\]*)\\*", Namespace:\\*"([^"\\]*)\\*"',
        error)
    if merged and "does not exist" in error:
        group, version, kind, name, namespace = merged.groups()
        return kind, version, group or "[noGrp]", name, namespace or None
    return None


def stub(identity):
    kind, version, group, name, namespace = identity
    metadata = {"name": name}
    if namespace and namespace not in ("[noNs]", "default"):
        metadata["namespace"] = namespace
    result = {
        "apiVersion": version if group == "[noGrp]" else f"{group}/{version}",
        "kind": kind, "metadata": metadata,
    }
    if group in ("apps", "batch"):
        container = {"name": "stand-in", "args": [], "env": [], "ports": [], "volumeMounts": []}
        result["spec"] = {"template": {"spec": {"containers": [container], "volumes": []}}}
    return result


def images(node, found):
    if isinstance(node, list):
        for item in node:
            images(item, found)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in CONTAINERS and isinstance(value, list):
                for container in value:
                    if isinstance(container, dict) and isinstance(container.get("image"), str):
                        found.add(container["image"])
            else:
                images(value, found)


class Builder:
    """Runs kustomize, and keeps what it said by the content of what went in."""

    def __init__(self, cache):
        self.cache = pathlib.Path(cache)
        self.cache.mkdir(parents=True, exist_ok=True)
        self.runs = 0

    def closure(self, folder, tree, seen):
        """The files that a kustomization may read: its folder and all that its text leads to."""
        folder = folder.resolve()
        if folder in seen or not folder.is_relative_to(tree):
            return
        seen.add(folder)
        if folder.is_file():
            return
        for path in folder.iterdir():
            if path.is_file():
                seen.add(path)
                if path.name in NAMES:
                    for word in re.findall(r"[^\s\"'\[\],{}]+", path.read_text(errors="replace")):
                        target = folder / word
                        try:
                            if target.exists():
                                self.closure(target, tree, seen)
                        except OSError:
                            pass

    def key(self, folder, tree):
        seen = set()
        self.closure(folder, tree, seen)
        digest = hashlib.sha256(str(folder.relative_to(tree)).encode())
        for path in sorted(seen):
            if path.is_file():
                digest.update(str(path.relative_to(tree)).encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def build(self, folder, tree, stripped):
        """The images that kustomize builds, or why it can't."""
        cached = self.cache / self.key(folder, tree)
        if not cached.exists():
            result = self.run(folder, tree)
            if "error" in result and stripped:
                result = self.build_with_stubs(folder, tree, stripped, result)
            cached.write_text(json.dumps(result))
        return json.loads(cached.read_text())

    def build_with_stubs(self, folder, tree, stripped, result):
        """Objects of remote bases that are patched are put in their place, empty, one after the other."""
        seen = set()
        self.closure(folder, tree, seen)
        # The deepest base first.
        places = sorted((p for p in stripped if p.parent in seen), key=lambda p: -len(p.parts))
        with tempfile.TemporaryDirectory(dir=tree.parent) as scratch:
            copy = pathlib.Path(scratch).resolve() / tree.name
            subprocess.run(["cp", "-al", str(tree), str(copy)], check=True)
            done = set()
            for _ in range(40):
                identity = missing(result.get("error", ""))
                place = next(
                    (p for p in places if (identity, p) not in done), None) if identity else None
                if place is None:
                    return result
                done.add((identity, place))
                path = copy / place.relative_to(tree)
                before = path.read_text()
                root = load(before)[0]
                name = f"stub-{len(done)}.yaml"
                (path.parent / name).write_text(yaml.dump(stub(identity)))
                root["resources"] = (root.get("resources") or []) + [name]
                rewrite(path, root)
                next_result = self.run(copy / folder.relative_to(tree), copy)
                if "error" not in next_result:
                    return dict(next_result, stubs=True)
                if missing(next_result["error"]) == identity:
                    # Not there, then: try the next place.
                    path.unlink()
                    path.write_text(before)
                else:
                    result = next_result
        return result

    def run(self, folder, tree):
        self.runs += 1
        result = subprocess.run(
            ["kubectl", "kustomize", "--load-restrictor", "LoadRestrictionsNone", str(folder)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        if result.returncode:
            return {"error": result.stderr.strip().replace(str(tree) + "/", "")}
        found = set()
        for document in load(result.stdout):
            if isinstance(document, dict) and document.get("kind") != "CustomResourceDefinition":
                images(document, found)
        return {"images": sorted(found)}


def checkout(repository, revision, folder):
    archive = subprocess.Popen(
        ["git", "-C", repository, "archive", revision], stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", str(folder)], stdin=archive.stdout, check=True)
    archive.wait()


def list_overlays(options, revisions, output):
    environment = dict(
        os.environ,
        GX_PROOF_REPOSITORY=options.repository,
        GX_PROOF_CONFIGURATION=os.path.abspath(options.config),
        GX_PROOF_REVISIONS=" ".join(revisions),
        GX_PROOF_OUTPUT=output,
    )
    subprocess.run(
        ["swift", "test", "--filter", "ManifestsTests.ImageListing"],
        cwd=options.package, env=environment, check=True, stdout=subprocess.DEVNULL)
    return json.loads(pathlib.Path(output).read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repository", required=True)
    parser.add_argument("--config", required=True)
    parser.add_argument("--package", default=str(pathlib.Path(__file__).resolve().parents[2]))
    parser.add_argument("--commits", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", default=os.path.join(tempfile.gettempdir(), "kustomize-parity"))
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()

    history = git(options.repository, "rev-list", "--first-parent", "HEAD").decode().split()
    chosen = random.Random(options.seed).sample(history[1:], min(options.commits, len(history) - 1))
    revisions = history[:1] + chosen
    builder = Builder(options.cache)
    counts = collections.Counter()
    errors = collections.Counter()
    with tempfile.TemporaryDirectory() as scratch:
        overlays = list_overlays(options, revisions, os.path.join(scratch, "overlays.json"))
        by_revision = collections.defaultdict(list)
        for overlay in overlays:
            by_revision[overlay["revision"]].append(overlay)
        for revision in revisions:
            tree = pathlib.Path(scratch).resolve() / revision
            tree.mkdir()
            checkout(options.repository, revision, tree)
            removed, stripped = strip(tree)
            counts.update(removed)
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                built = list(pool.map(
                    lambda overlay: builder.build(tree / overlay["folder"], tree, stripped),
                    by_revision[revision]))
            for overlay, result in zip(by_revision[revision], built):
                counts["overlays"] += 1
                if "error" in result:
                    counts["kustomize refuses"] += 1
                    errors[re.sub(r"^.*?err=|'[^']*'", "", result["error"].splitlines()[-1])[-160:]] += 1
                    if options.verbose:
                        print(f"REFUSED {revision[:9]} {overlay['folder']}: {result['error']}")
                    continue
                counts["with stand-ins for remote objects"] += "stubs" in result
                expected = {i for i in result["images"] if "$" not in i and "{{" not in i}
                counts["filled in elsewhere"] += len(result["images"]) - len(expected)
                found = set(overlay["images"])
                counts["images"] += len(expected)
                if expected == found:
                    counts["equal"] += 1
                    continue
                counts["different"] += 1
                print(f"DIFFERENT {revision[:9]} {overlay['folder']}")
                for image in sorted(expected - found):
                    print(f"  only kustomize: {image}")
                for image in sorted(found - expected):
                    print(f"  only gx:        {image}")
            subprocess.run(["rm", "-rf", str(tree)], check=True)
    counts["kustomize runs"] = builder.runs
    print(json.dumps(counts, indent=1))
    for error, count in errors.most_common(20):
        print(f"{count:5} {error}")
    return 1 if counts["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
