"""What `kubectl kustomize` builds before and after a commit, of the overlays that its files go into."""

import collections
import pathlib
import shutil
import subprocess
import tarfile
import io

from kustomize_parity import NAMES, load, strip

import yaml


def strings(value):
    if isinstance(value, dict):
        for entry in value.values():
            yield from strings(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from strings(entry)
    elif isinstance(value, str):
        yield value


class Overlays:
    """The kustomizations of a clone at one commit, without what has to be fetched."""

    def __init__(self, clone, commit, folder):
        self.tree = pathlib.Path(folder) / "tree"
        self.clone, self.built = clone, {}
        archive = subprocess.run(["git", "archive", commit], cwd=clone, capture_output=True).stdout
        tarfile.open(fileobj=io.BytesIO(archive)).extractall(self.tree, filter="fully_trusted")
        strip(self.tree)
        self.users = collections.defaultdict(set)
        for path in self.tree.rglob("*"):
            if path.name in NAMES and path.is_file():
                for text in self.named(path):
                    self.users[text].add(path.parent)

    def named(self, path):
        """The files and folders that a kustomization names."""
        try:
            documents = load(path.read_text())
        except (yaml.YAMLError, UnicodeDecodeError):
            return
        for text in strings(documents):
            if "\n" not in text and len(text) < 200:
                # A generator names a file as KEY=FILE, too.
                for name in {text, text.split("=")[-1]}:
                    if name and (path.parent / name).exists():
                        yield (path.parent / name).resolve()

    def made_of(self, names):
        """The outermost kustomizations that these files go into."""
        waiting, seen = [self.tree / name for name in names], set()
        outermost = set()
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            users = self.users[path.resolve()] | (self.users[path.parent.resolve()] if path.name in NAMES else set())
            if path.name in NAMES:
                waiting.append(path.parent)
            if path.is_dir() and not users:
                outermost.add(path)
            waiting += users
        return outermost

    def build(self, folder):
        answer = subprocess.run(
            ["kubectl", "kustomize", "--load-restrictor=LoadRestrictionsNone", folder], capture_output=True, text=True
        )
        return answer.stdout.split("\n") if answer.returncode == 0 else None

    def compare(self, changed, sites):
        """How many overlays were built, and what of them differs by more than the planned versions."""
        count, wrong = 0, None
        overlays = self.made_of(changed)
        before = {folder: self.built.get(folder) or self.build(folder) for folder in overlays}
        self.built |= before
        kept = {name: (self.tree / name).read_bytes() for name in changed if (self.tree / name).exists()}
        for name in changed:
            text = subprocess.run(["git", "show", f"HEAD:{name}"], cwd=self.clone, capture_output=True)
            if text.returncode == 0:
                (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
                (self.tree / name).write_bytes(text.stdout)
            else:
                (self.tree / name).unlink(missing_ok=True)
            if (self.tree / name).name in NAMES:
                strip((self.tree / name).parent)
        for folder in overlays:
            if before[folder] is None:
                continue
            after = self.build(folder)
            if after is None:
                wrong = f"{folder.relative_to(self.tree)} does not build any more"
                continue
            count += 1
            # The hash of a generated ConfigMap is part of its name, wherever that stands.
            gone = collections.Counter(before[folder]) - collections.Counter(after)
            come = collections.Counter(after) - collections.Counter(before[folder])
            for line in come:
                if not any((site["new"] or "") in line for site in sites) and not same_but_hash(line, gone):
                    wrong = f"{folder.relative_to(self.tree)}: '{line.strip()}' comes"
        for name in changed:
            if name in kept:
                (self.tree / name).write_bytes(kept[name])
            else:
                (self.tree / name).unlink(missing_ok=True)
        return count, wrong


def same_but_hash(line, others):
    """Whether a line was there with another hash at its end."""
    bare = line.rstrip().rsplit("-", 1)
    return len(bare) == 2 and len(bare[1]) == 10 and any(other.startswith(bare[0] + "-") for other in others)


def available():
    return shutil.which("kubectl") is not None
