#!/usr/bin/env python3
"""An index that goes on from where it ended says what one that is made anew says.

    index_extension.py GX [--histories 1000] [--seed 1] [--steps 30] [--far 200] [--corpus FOLDER]

First histories drawn at random: apps by folders, by files, by overlays and by charts with switches, and, in every other
one, by what objects of Flux and Argo CD deploy, whose files are changed, added and taken away, a commit or a few at a
time. After each of these `gx trace export` with the index that
the steps before left must say what it says without one.

Then the last first-parent commits of real repositories, as `git bundle` files or repositories in a folder that
--corpus or the variable GX_CORPUS names: the index is made that far back, extended commit by commit, and then compared.

Exit status 0: all answers were the same.
"""

import argparse
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

CONFIGURATION = """version: 1
environments: { dev: {}, prod: { after: dev }, preview: { match: "pr-*", ephemeral: true } }
layout:
  - envs/{env}/**
  - { path: "charts/{app}/**", layers: [Chart.yaml, values.yaml, "values-{env}.yaml"],
      enabled: { file: "switches/{env}.yaml", path: "apps.{app}" } }
  - teams/{ns}/{app}/{env}.yaml
  - apps/{app}/{env}/**
shared: ["teams/{ns}/{app}/common.yaml"]
"""

DEPLOYING = """version: 1
environments: { dev: {}, prod: { after: dev } }
layout: [ { flux: "clusters/{env}" }, { argocd: "argo/**" }, "apps/{app}/{env}/**" ]
"""


def pod(name, tag):
    return (f"apiVersion: v1\nkind: Pod\nmetadata: {{ name: {name} }}\nspec:\n  containers:\n"
            f"    - name: c\n      image: x.io/{name}:{tag}\n")


def choices(chance):
    """A file, and what may stand in it."""
    app, env, tag = chance.choice("abc"), chance.choice(["dev", "prod", "pr-7"]), chance.randrange(9)
    team = chance.choice(["red", "blue"])
    return chance.choice([
        (f"envs/{env}/{app}.yaml", pod(app, tag)),
        (f"envs/{env}/kustomization.yaml",
         f"resources: [../../base, {app}.yaml]\nimages: [{{ name: x.io/{app}, newTag: v{tag} }}]\n"),
        (f"envs/{env}/kustomization.yaml", "resources: [../../base]\n"),
        ("base/kustomization.yaml", f"resources: [{app}.yaml, b.yaml]\n"),
        (f"base/{app}.yaml", pod(app, tag)),
        (f"base/settings.yaml", f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: s }}\ndata: {{ a: '{tag}' }}\n"),
        (f"apps/{app}/{env}/kustomization.yaml", f"resources: [pod.yaml]\nimages: [{{ name: x.io/{app}, newTag: '{tag}' }}]\n"),
        (f"apps/{app}/{env}/pod.yaml", pod(app, tag)),
        (f"apps/{app}/{env}/more.yaml", pod("more", tag)),
        (f"teams/{team}/{app}/{env}.yaml", f"image: {{ repository: x.io/{app}, tag: '1.{tag}' }}\n"),
        (f"teams/{team}/{app}/common.yaml", f"sidecar: {{ image: x.io/side:{tag} }}\n"),
        (f"charts/{app}/Chart.yaml", f"name: {app}\nversion: 1.0.{tag}\nappVersion: '{tag}'\n"),
        (f"charts/{app}/values.yaml", f"image: {{ repository: x.io/{app}, tag: '{tag}' }}\n"),
        (f"charts/{app}/values-{env}.yaml", f"image: {{ tag: '{tag}' }}\n"),
        (f"switches/{env}.yaml", f"apps: {{ {app}: {chance.choice(['true', 'false'])}, b: true }}\n"),
        ("docs/readme.md", f"{tag}\n"),
    ])


def flux(name, spec):
    return (f"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{ name: {name} }}\nspec:\n"
            f"  sourceRef: {{ kind: GitRepository, name: flux-system }}\n  {spec}\n")


def argo(name, env, source):
    return (f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{ name: {name}-{env} }}\nspec:\n"
            f"  source: {source}\n  destination: {{ name: {env}, namespace: {name} }}\n")


def deploying(chance):
    """The same where objects say what is deployed."""
    app, env, tag = chance.choice("abc"), chance.choice(["dev", "prod"]), chance.randrange(9)
    variables = f"{{ TAG: '{tag}', WORD: w{chance.randrange(3)} }}"
    config = "https://git.example.com/config.git"
    return chance.choice([
        (f"clusters/{env}/sync.yaml", flux("flux-system", f"path: ./clusters/{env}")),
        (f"clusters/{env}/sync.yaml",
         flux("flux-system", f"path: ./clusters/{env}\n  postBuild: {{ substitute: {variables} }}")),
        (f"clusters/{env}/{app}.yaml", flux(app, f"path: ./apps/{app}/{env}")),
        (f"clusters/{env}/{app}.yaml",
         flux(app, f"path: ./base/{app}\n  images: [{{ name: x.io/{app}, newTag: '{tag}' }}]")),
        (f"clusters/{env}/{app}.yaml",
         flux(app, f"path: ./apps/{app}/{env}\n  postBuild: {{ substitute: {variables}, "
                   "substituteFrom: [{ kind: ConfigMap, name: s }] }")),
        (f"clusters/{env}/settings.yaml",
         f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: s }}\ndata: {{ TAG: '{tag}' }}\n"),
        (f"clusters/{env}/own.yaml", pod("own", chance.choice([str(tag), "${TAG}", "v${TAG}"]))),
        (f"clusters/{env}/lib.yaml",
         "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: { name: lib }\n"
         f"spec: {{ url: 'https://git.example.com/lib.git', ref: {{ tag: '{tag}' }} }}\n"),
        (f"apps/{app}/{env}/kustomization.yaml", f"resources: [../../../base/{app}]\n"),
        (f"apps/{app}/{env}/kustomization.yaml",
         f"resources: [../../../base/{app}]\nimages: [{{ name: x.io/{app}, newTag: v{tag} }}]\n"),
        (f"apps/{app}/{env}/pod.yaml", pod(app, tag)),
        (f"base/{app}/kustomization.yaml", f"resources: [{chance.choice(['a.yaml', 'a.yaml, b.yaml'])}]\n"),
        (f"base/{app}/a.yaml", pod(app, chance.choice([str(tag), "${TAG}"]))),
        (f"base/{app}/b.yaml", pod("b", chance.choice([str(tag), "1.${TAG}"]))),
        (f"argo/{app}-{env}.yaml", argo(app, env, f"{{ repoURL: '{config}', path: apps/{app}/{env} }}")),
        (f"argo/{app}-{env}.yaml", argo(app, env, f"{{ repoURL: '{config}', path: base/{app} }}")),
        (f"argo/far-{env}.yaml",
         argo("far", env, f"{{ repoURL: 'https://charts.example.com', chart: far, targetRevision: 1.2.{tag} }}")),
        ("README.md", f"about: {tag}\n"),
    ])


def run(*command, input=None):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, input=input).stdout


def export(gx, folder, config):
    command = [gx, "-C", folder, "trace", "export"] + (["--config", config] if config else [])
    answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if answer.returncode:
        return answer.stderr
    return answer.stdout


def fresh(gx, folder, config):
    """What an index says that is made anew; the one that is there stays."""
    index, aside = folder / "gx", folder / "gx-aside"
    if index.exists():
        index.rename(aside)
    answer = export(gx, folder, config)
    shutil.rmtree(index, ignore_errors=True)
    if aside.exists():
        aside.rename(index)
    return answer


def history(gx, folder, config, choices, seed):
    """Draws one, and tells at which steps the answers differ."""
    chance = random.Random(seed)
    run("git", "init", "-q", "--bare", "-b", "main", str(folder))
    importer = subprocess.Popen(
        ["git", "-C", str(folder), "fast-import", "--quiet", "--force"], stdin=subprocess.PIPE)
    files, wrong, tips = {}, [], []
    for number in range(chance.randrange(8, 16)):
        edits = {}
        for _ in range(15 if number == 0 else chance.choice([1, 1, 1, 2, 4])):
            path, text = choices(chance)
            known = sorted(p for p in files if ":" in files[p])
            if known and chance.random() < 0.4:
                path = chance.choice(known)
                tag = chance.randrange(9)
                text = "".join(c if not c.isdigit() else str(tag) for c in files[path])
            if number and path in files and chance.random() < 0.15:
                text = None
            edits[path] = text
        message = f"PROJ-{number}: step\n".encode()
        out = f"commit refs/heads/main\nmark :{number + 1}\ncommitter A <a@b.c> {1767225600 + 60 * number} +0000\ndata {len(message)}\n".encode() + message
        if number:
            out += f"from :{number}\n".encode()
        for path, text in edits.items():
            if text is None:
                files.pop(path, None)
                out += f"D {path}\n".encode()
            else:
                files[path] = text
                out += f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n".encode()
        importer.stdin.write(out)
        tips.append(number + 1)
    importer.stdin.write(b"".join(
        f"reset refs/steps/{mark}\nfrom :{mark}\n\n".encode() for mark in tips))
    importer.stdin.close()
    if importer.wait():
        sys.exit(f"history {seed}: git fast-import failed")
    steps = dict(line.split(" ")[::-1] for line in run(
        "git", "-C", str(folder), "for-each-ref", "--format=%(objectname) %(refname)", "refs/steps").decode().split("\n") if line)
    compared = 0
    for mark in tips:
        if mark != tips[-1] and chance.random() < 0.4:
            continue
        run("git", "-C", str(folder), "update-ref", "refs/heads/main", steps[f"refs/steps/{mark}"])
        compared += 1
        if export(gx, folder, config) != fresh(gx, folder, config):
            wrong.append(f"history {seed}, step {mark}")
    return compared, wrong


def real(gx, source, folder, far, steps):
    """Extends the index of a real repository, by one commit and by a few, to its tip."""
    run("git", "clone", "-q", "--bare", "--", str(source), str(folder))
    run("git", "-C", str(folder), "remote", "remove", "origin")
    branch = run("git", "-C", str(folder), "symbolic-ref", "HEAD").decode().strip()
    line = run("git", "-C", str(folder), "rev-list", "--first-parent", f"--max-count={far + 1}", branch).decode().split()
    places = sorted({len(line) - 1, 0} | {round(i * (len(line) - 1) / steps) for i in range(steps)}, reverse=True)
    took = []
    for place in places:
        run("git", "-C", str(folder), "update-ref", branch, line[place])
        start = time.monotonic()
        answer = export(gx, folder, None)
        took.append(time.monotonic() - start)
    same = answer == fresh(gx, folder, None)
    median = sorted(took[1:])[len(took[1:]) // 2] if len(took) > 1 else 0
    print(f"{source.name}: {len(places) - 1} extensions over {len(line) - 1} commits, {median * 1000:.0f} ms each "
          f"(the first index {took[0] * 1000:.0f} ms): {'the same' if same else 'ANOTHER ANSWER'}", flush=True)
    return [] if same else [source.name]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gx")
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--far", type=int, default=200)
    parser.add_argument("--corpus", default=os.environ.get("GX_CORPUS"))
    parser.add_argument("--only", nargs="*", help="names of repositories of the corpus")
    options = parser.parse_args()
    gx = os.path.abspath(options.gx)
    wrong, compared = [], 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        configs = []
        for name, text, draw in [("names", CONFIGURATION, choices), ("objects", DEPLOYING, deploying)]:
            (folder / f"{name}.yaml").write_text(text)
            configs.append((str(folder / f"{name}.yaml"), draw))
        for seed in range(options.seed, options.seed + options.histories):
            count, found = history(gx, folder / "history", *configs[seed % 2], seed)
            compared += count
            wrong += found
            shutil.rmtree(folder / "history")
        print(f"{options.histories} histories: {compared - len(wrong)} of {compared} answers the same", *wrong[:5], sep="\n  ", flush=True)
        for source in sorted(pathlib.Path(options.corpus).iterdir()) if options.corpus else []:
            if options.only and source.stem not in options.only:
                continue
            wrong += real(gx, source, folder / source.stem, options.far, options.steps)
            shutil.rmtree(folder / source.stem)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
