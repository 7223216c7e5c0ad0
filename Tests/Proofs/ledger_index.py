#!/usr/bin/env python3
"""The index never changes an answer.

    ledger_index.py GX REPOSITORY [--config gx.yaml] [--steps 40] [--last 2000] [--flips 1000] [--cuts 100] [--seed 1]

In a clone whose branch is moved over random commits of the last ones of the repository, forwards and (after what
would be a force-push) backwards, `gx trace export` with the index that the steps before left must say what it says
without one. Then with bits of the index flipped, with the index cut off, with one of another version, with one that
is no file at all, while gx.yaml changes, and with several at once that begin without one. At last in shallow clones
and in one without files: what they say must be what the whole clone says of the same commits.

Exit status 0: all answers were the same.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile


class Clone:
    def __init__(self, gx, path, config):
        self.gx, self.path, self.config = gx, pathlib.Path(path), config
        self.index = self.path / "gx"

    @staticmethod
    def make(gx, source, target, config, *options):
        run("git", "clone", "-q", "--bare", *options, "--", source, target)
        return Clone(gx, target, config)

    def git(self, *arguments):
        return run("git", "-C", self.path, *arguments)

    def start(self):
        return subprocess.Popen(
            [self.gx, "-C", self.path, "trace", "export", "--config", self.config], stdout=subprocess.PIPE)

    def answer(self):
        with self.start() as export:
            text = export.stdout.read()
        if export.returncode:
            sys.exit(f"gx trace export ended with {export.returncode}")
        return text

    def fresh(self):
        shutil.rmtree(self.index, ignore_errors=True)
        return self.answer()


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode().strip()


class Report:
    def __init__(self):
        self.different = 0

    def check(self, what, answers):
        """How many of some answers were as expected."""
        wrong = [name for name, same in answers if not same]
        self.different += len(wrong)
        print(f"{what}: {len(answers) - len(wrong)} of {len(answers)} the same", *wrong[:5], sep="\n  ", flush=True)


def moves(clone, options, chance, report):
    commits = clone.git("rev-list", "--first-parent", f"--max-count={options.last}", "HEAD").split()
    branch = clone.git("symbolic-ref", "HEAD")
    other = Clone(options.gx, str(clone.path) + "-fresh", clone.config)
    run("git", "clone", "-q", "--bare", "--shared", "--", clone.path, other.path)
    answers = []
    place = len(commits) - 1
    for step in range(options.steps):
        # Mostly forwards, by few commits or by many; now and then history is taken back.
        far = chance.choice([1, 1, 2, 5, 20, 100, 400])
        place = min(len(commits) - 1, place + far) if chance.random() < 0.2 else max(0, place - far)
        for one in (clone, other):
            one.git("update-ref", branch, commits[place])
        answers.append((f"step {step}, {commits[place][:9]}", clone.answer() == other.fresh()))
    for one in (clone, other):
        one.git("update-ref", branch, commits[0])
    report.check("commits added and taken back", answers)
    shutil.rmtree(other.path)


def damage(clone, options, chance, report):
    # An index that was made a hundred commits ago, and what came since beside it.
    branch, tip = clone.git("symbolic-ref", "HEAD"), clone.git("rev-parse", "HEAD")
    expected = clone.fresh()
    clone.git("update-ref", branch, f"{tip}~100")
    clone.fresh()
    clone.git("update-ref", branch, tip)
    if clone.answer() != expected:
        sys.exit("the index that was extended answers otherwise")
    files = sorted(p for p in clone.index.iterdir() if p.is_file())
    whole = {path: path.read_bytes() for path in files}
    size = sum(map(len, whole.values()))

    def tried(change):
        path = chance.choice(files)
        what = change(path, whole[path])
        same = clone.answer() == expected
        for other, content in whole.items():
            other.write_bytes(content)
        return what, same

    def flip(path, content):
        place, bit = chance.randrange(len(content)), chance.randrange(8)
        path.write_bytes(content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1:])
        return f"{path.name}: bit {bit} of byte {place}"

    def cut(path, content):
        length = chance.randrange(len(content))
        path.write_bytes(content[:length])
        return f"{path.name}: cut to {length}"

    def version(path, content):
        path.write_bytes(content[:8] + (99).to_bytes(8, "little") + content[16:])
        return f"{path.name}: version 99"

    report.check(f"bits flipped in {size} bytes", [tried(flip) for _ in range(options.flips)])
    report.check("cut off", [tried(cut) for _ in range(options.cuts)])
    report.check("another version", [tried(version)])
    for path in files:
        path.unlink()
        path.mkdir()
    report.check("a folder in its place", [("folder", clone.answer() == expected)])
    shutil.rmtree(clone.index)
    several = [clone.start() for _ in range(6)]
    report.check("six at once", [(f"{n}", p.communicate()[0] == expected) for n, p in enumerate(several)])
    report.check("after six at once", [("one", clone.answer() == expected)])


def configuration(clone, report):
    """Another gx.yaml, and the first one again."""
    expected = clone.answer()
    text = pathlib.Path(clone.config).read_text()
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text.replace("version: 1\n", "version: 1\nissues: { keys: [XYZZY] }\n", 1))
        file.flush()
        other = Clone(clone.gx, clone.path, file.name)
        kept = other.answer()
        report.check("another gx.yaml", [("other", kept == other.fresh())])
    report.check("the first gx.yaml again", [("first", clone.answer() == expected)])


def partly(options, folder, expected, report):
    """Of shallow clones, all that they say happened must have happened; of one without files, all."""
    def key(line):
        data = json.loads(line)["customData"]
        return data["environment"], data["app"], data["commit"], json.dumps(data["after"])

    known = {key(line) for line in expected.splitlines()}
    source = "file://" + os.path.abspath(options.repository)
    for depth in (1, 50):
        clone = Clone.make(options.gx, source, f"{folder}/depth-{depth}", options.config, f"--depth={depth}")
        boundary = set((clone.path / "shallow").read_text().split())
        found = [key(line) for line in clone.answer().splitlines()]
        report.check(
            f"depth {depth}",
            [(" ".join(k[:3]), k in known or k[2] in boundary) for k in found])
    clone = Clone.make(options.gx, source, f"{folder}/blobless", options.config, "--filter=blob:none")
    report.check("without files", [("export", clone.answer() == expected)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gx")
    parser.add_argument("repository")
    parser.add_argument("--config", required=True)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--last", type=int, default=2000)
    parser.add_argument("--flips", type=int, default=1000)
    parser.add_argument("--cuts", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["moves", "damage", "configuration", "partly"])
    options = parser.parse_args()
    options.gx = os.path.abspath(options.gx)
    options.config = os.path.abspath(options.config)
    chance = random.Random(options.seed)
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        clone = Clone.make(options.gx, os.path.abspath(options.repository), f"{folder}/whole", options.config)
        parts = {
            "moves": lambda: moves(clone, options, chance, report),
            "damage": lambda: damage(clone, options, chance, report),
            "configuration": lambda: configuration(clone, report),
            "partly": lambda: partly(options, folder, clone.answer(), report),
        }
        for name, part in parts.items():
            if options.only in (None, name):
                part()
    return 1 if report.different else 0


if __name__ == "__main__":
    sys.exit(main())
