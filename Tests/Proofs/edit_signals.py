#!/usr/bin/env python3
"""Nothing that `gx secrets edit` and `exec --as-file` put in the clear outlives them, however they end.

    Tests/Proofs/edit_signals.py .build/debug/gx

Each case runs in a pseudo-terminal of its own, with a folder in /dev/shm as the only memory-backed storage. The
editor writes more files beside the one it edits, as editors do. Needs a tmpfs at /dev/shm; `vim` where it is there.
"""
import os, pty, select, shutil, signal, subprocess, sys, tempfile, time

gx = os.path.abspath(sys.argv[1])
home = tempfile.mkdtemp(prefix="gx-edit-")
memory = tempfile.mkdtemp(prefix="gx-proof-", dir="/dev/shm")
env = {"HOME": home, "PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": memory, "TERM": "xterm", "GIT_CONFIG_NOSYSTEM": "1"}
MARK = "correct-horse"
failures = 0


def run(*command, **more):
    return subprocess.run(command, env=env, cwd=home, check=True, capture_output=True, text=True, **more)


def script(name, text):
    path = f"{home}/{name}"
    with open(path, "w") as file:
        file.write("#!/bin/sh\n" + text)
    os.chmod(path, 0o755)
    return path


def left():
    """What is still there in memory-backed storage."""
    return [os.path.join(folder, name) for folder, folders, files in os.walk(memory) for name in files + folders]


def in_terminal(command, act, **variables):
    """Runs a command in a terminal, lets `act` do something to it when the file is there, and waits for its end."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(home)
        os.execvpe(command[0], command, env | variables)
    deadline = time.time() + 20
    while time.time() < deadline and not os.path.exists(f"{home}/started"):
        time.sleep(0.02)
    seen = left()
    act(pid, terminal)
    output, status = b"", None
    while time.time() < deadline and status is None:
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                output += os.read(terminal, 65536)
            except OSError:
                pass
        found, raw = os.waitpid(pid, os.WNOHANG)
        if found:
            status = os.waitstatus_to_exitcode(raw)
    if status is None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    os.close(terminal)
    if os.path.exists(f"{home}/started"):
        os.remove(f"{home}/started")
    return seen, status, output


def case(name, command, act, expected, **variables):
    global failures
    before = open(f"{home}/secret.yaml").read()
    seen, status, output = in_terminal(command, act, **variables)
    after = left()
    good = bool(seen) and status in expected and not after and open(f"{home}/secret.yaml").read() == before
    failures += not good
    print(f"{'ok  ' if good else 'FAIL'} {name}: {len(seen)} in memory while it ran, {len(after)} after, status {status}")
    if not good:
        print(output.decode(errors="replace"))
    shutil.rmtree(memory)
    os.mkdir(memory, 0o700)


def send(number):
    return lambda pid, terminal: os.kill(pid, number)


def twice(number):
    def act(pid, terminal):
        os.kill(pid, number)
        time.sleep(0.5)
        os.kill(pid, number)
    return act


def key(text):
    return lambda pid, terminal: os.write(terminal, text)


run(gx, "secrets", "keygen", "-o", f"{home}/keys.txt")
env["SOPS_AGE_KEY_FILE"] = f"{home}/keys.txt"
recipient = [line.split()[-1] for line in open(f"{home}/keys.txt") if "public key" in line][0]
with open(f"{home}/secret.yaml", "w") as file:
    file.write(f"password: {MARK}\n")
run(gx, "secrets", "encrypt", "-r", recipient, "secret.yaml")

# Copies beside the file, and in a folder below, as editors leave them.
copies = 'cp "$1" "$1~"; d=$(dirname "$1"); mkdir "$d/.undo"; cp "$1" "$d/.undo/x"; touch ~/started; '
calm = script("calm", copies + "exec sleep 30\n")
deaf = script("deaf", 'trap "" TERM HUP; ' + copies + "sleep 4 & wait; sleep 2\n")
fails = script("fails", copies + "exit 3\n")
same = script("same", copies + "exit 0\n")
breaks = script("breaks", copies + 'echo "]" > "$1"\n')
edit = [gx, "secrets", "edit", "secret.yaml"]

nothing = lambda pid, terminal: time.sleep(0.1)
# The copies are seen only while the program waits.
for name, number in [("SIGTERM", signal.SIGTERM), ("SIGHUP", signal.SIGHUP)]:
    case(f"edit, {name}", edit, send(number), [2], EDITOR=calm)
    case(f"edit, {name} twice, an editor that ignores it", edit, twice(number), [128 + number], EDITOR=deaf)
case("edit, SIGINT to gx alone: the editor goes on, then SIGTERM", edit,
     lambda pid, terminal: (os.kill(pid, signal.SIGINT), time.sleep(0.3), os.kill(pid, signal.SIGTERM)), [2], EDITOR=calm)
case("edit, Ctrl-C", edit, key(b"\x03"), [2], EDITOR=calm)
case("edit, Ctrl-\\", edit, key(b"\x1c"), [2], EDITOR=calm)
case("edit, the editor is killed", edit,
     lambda pid, terminal: subprocess.run(["pkill", "-KILL", "-P", str(pid)]), [2], EDITOR=calm)
case("edit, what was typed can't be read, then SIGTERM at the question", edit,
     lambda pid, terminal: (time.sleep(0.5), os.kill(pid, signal.SIGTERM)), [143], EDITOR=breaks)
case("edit, what was typed can't be read, and no further try", edit,
     lambda pid, terminal: (time.sleep(0.5), os.write(terminal, b"n\n")), [2], EDITOR=breaks)
waits = script("waits", 'set "$FILE"; ' + copies + "exec sleep 30\n")
for name, act, status in [("SIGTERM", send(signal.SIGTERM), 143), ("Ctrl-C", key(b"\x03"), 130)]:
    case(f"exec --as-file, {name}", [gx, "secrets", "exec", "--as-file", "FILE", "secret.yaml", "--", waits], act, [status])
for command, status in [(["true"], 0), (["sh", "-c", "exit 7"], 7), (["sh", "-c", "kill -9 $$"], 137)]:
    got = subprocess.run([gx, "secrets", "exec", "secret.yaml", "--"] + command, env=env, cwd=home, capture_output=True)
    failures += got.returncode != status or got.stderr != b""
    print(f"{'ok  ' if got.returncode == status and not got.stderr else 'FAIL'} exec ends as {command}: {got.returncode}")

if shutil.which("vim"):
    for folder in ["backup", "undo", "swap"]:
        os.mkdir(f"{home}/{folder}")
    with open(f"{home}/.vimrc", "w") as file:
        file.write("set swapfile backup writebackup undofile backupdir=~/backup undodir=~/undo directory=~/swap\n"
                   "autocmd VimEnter * call writefile([], expand('~/started'))\n")

    def type_in_vim(pid, terminal):
        time.sleep(0.5)
        swaps.append(os.listdir(f"{home}/swap"))
        os.write(terminal, b":%s/horse/staple/\r:w\r:u\r:wq\r")

    swaps = []
    case("vim with backups, undo and swap in ~/.vimrc", edit, type_in_vim, [0], EDITOR="vim")
    for number in [signal.SIGTERM, signal.SIGHUP]:
        case(f"vim, signal {int(number)}", edit, send(number), [2], EDITOR="vim")
    kept = {folder: os.listdir(f"{home}/{folder}") for folder in ["backup", "undo", "swap"]}
    viminfo = open(f"{home}/.viminfo").read() if os.path.exists(f"{home}/.viminfo") else ""
    good = not any(kept.values()) and not any(swaps) and "staple" not in viminfo
    failures += not good
    print(f"{'ok  ' if good else 'FAIL'} vim keeps nothing of its own: {kept}, swap while it ran: {swaps}")

found = subprocess.run(["grep", "-rl", MARK, home, memory], capture_output=True, text=True).stdout.split()
failures += bool(found)
print(f"{'FAIL' if found else 'ok  '} the value is in no file: {found}")
shutil.rmtree(home)
shutil.rmtree(memory)
sys.exit(1 if failures else 0)
