#!/usr/bin/env python3
"""Regular expressions of .sops.yaml select what RE2 matches: random patterns over random keys, by gx and by RE2.

    pip install google-re2 && Tests/Proofs/regex_parity.py GX [PATTERNS] [SEED]

Each pattern is the `encrypted_regex` of a policy, each text a key of a file that gx encrypts by it.
"""
import json
import os
import random
import re
import re2
import subprocess
import sys
import tempfile

GX = os.path.abspath(sys.argv[1])
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 500
rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)

CHARACTERS = list("aAbBkKsSxz09_-. é") + ["ſ", "K", "ß", "ẞ", "Σ", "σ", "ς", "Ж", "ж", "中", "ǅ", "İ", "ı", "\u0301", "µ", "μ", "٣"]
CLASSES = r"\d \D \w \W \s \S \pL \PL \p{Lu} \P{Lu} \p{Greek} \p{^Greek} \pN \p{Han} \p{Cyrillic} \p{Ll} \p{Mn} \p{Any} \p{Latin} \pZ".split()
POSIX = "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit".split()


def literal():
    c = rng.choice(CHARACTERS)
    return rng.choice([re.escape(c) if c.isascii() and not c.isalnum() and c not in "_ " else c, "\\x{%x}" % ord(c)]
                      + (["\\x%02x" % ord(c), "\\%03o" % ord(c)] if ord(c) < 128 and False else []))


def bracket():
    parts = []
    for _ in range(rng.randint(1, 3)):
        kind = rng.random()
        if kind < 0.4:
            parts.append(literal())
        elif kind < 0.6:
            a, b = sorted(rng.sample("aAbBkKsSxz09", 2))
            parts.append(f"{a}-{b}")
        elif kind < 0.8:
            parts.append(rng.choice(CLASSES))
        else:
            parts.append("[:%s%s:]" % (rng.choice(["", "^"]), rng.choice(POSIX)))
    return "[" + rng.choice(["", "", "^"]) + "".join(parts) + rng.choice(["", "", "-"]) + "]"


def atom(depth):
    kind = rng.random()
    if kind < 0.4:
        return literal()
    if kind < 0.55:
        return rng.choice(CLASSES)
    if kind < 0.7:
        return bracket()
    if kind < 0.76:
        return rng.choice([".", "^", "$", r"\b", r"\B", r"\A", r"\z"])
    if kind < 0.8:
        return "\\Q" + "".join(rng.choice("ab.*+kS") for _ in range(rng.randint(0, 3))) + "\\E"
    if kind < 0.84:
        return rng.choice(["(?i)", "(?s)", "(?-i)", "(?m)", "(?U)"])
    if depth > 3:
        return literal()
    return rng.choice(["(", "(?:", "(?i:", "(?P<n%d>" % rng.randint(0, 10**6), "(?-i:"]) + choice(depth + 1) + ")"


def sequence(depth):
    text = ""
    for _ in range(rng.randint(0 if depth else 1, 4)):
        text += atom(depth)
        if rng.random() < 0.3:
            text += rng.choice(["*", "+", "?", "*?", "+?", "{2}", "{1,}", "{0,2}", "{,2}", "{0}", "{a}", "**"])
    return text


def choice(depth=0):
    return "|".join(sequence(depth) for _ in range(rng.choice([1, 1, 1, 2, 3])))


def keys():
    found = set()
    while len(found) < 10:
        found.add("".join(rng.choice(CHARACTERS) for _ in range(rng.randint(1, 5))))
    return sorted(found - {"sops"})


def main():
    scratch = tempfile.mkdtemp(prefix="gx-regex-")
    os.chdir(scratch)
    environment = {"HOME": scratch, "PATH": os.environ["PATH"]}
    recipient = subprocess.run([GX, "secrets", "keygen", "-o", "key"], capture_output=True, text=True, check=True).stdout.strip()
    differences, valid, tried = 0, 0, 0
    options = re2.Options()
    options.log_errors = False
    while valid < COUNT:
        pattern, texts = choice(), keys()
        tried += 1
        if not pattern:
            continue
        try:
            compiled = re2.compile(pattern, options)
        except re2.error:
            compiled = None
        with open(".sops.yaml", "w") as file:
            json.dump({"creation_rules": [{"age": recipient, "encrypted_regex": pattern}]}, file, ensure_ascii=False)
        with open("file.yaml", "w") as file:
            file.write("".join(f"{json.dumps(t, ensure_ascii=False)}: v\n" for t in texts))
        run = subprocess.run([GX, "secrets", "encrypt", "file.yaml"], capture_output=True, text=True, env=environment)
        if "matches nothing" in run.stderr:
            actual = [False] * len(texts)
        elif run.returncode:
            actual = None
        else:
            lines = open("file.yaml").read().split("\n")
            actual = ["ENC[" in line for line in lines[: len(texts)]]
        wanted = compiled and [bool(compiled.search(t)) for t in texts]
        valid += wanted is not None
        if wanted != actual:
            differences += 1
            print(f"{pattern!r} on {texts}: RE2 {wanted}, gx {actual} {run.stderr.strip()[:200]}")
    print(f"{valid} patterns that RE2 takes, {tried - valid} that it refuses, 10 keys each: {differences} differences")
    sys.exit(differences > 0)


main()
