"""What proofs of verified deployments share: a remote with manifests, a clone of it, and gx."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{ name: {app} }}
spec:
  template:
    spec:
      containers:
        - name: main
          image: ghcr.io/acme/{app}:{version}
"""


class Scene:
    """A bare repository whose environments dev and prod run one app, and a clone of it."""

    def __init__(self, gx, rules, app="api"):
        self.gx_path = os.path.abspath(gx)
        self.app = app
        self.root = tempfile.mkdtemp(prefix="gx-verify-")
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": self.root, "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
        }
        with open(f"{self.root}/.gitconfig", "w") as file:
            file.write("[user]\nname = Ada\nemail = ada@example.com\n[init]\ndefaultBranch = main\n")
        self.clone = f"{self.root}/clone"
        self.git("init", "-q", "--bare", f"{self.root}/remote.git", at=self.root)
        self.git("clone", "-q", f"{self.root}/remote.git", self.clone, at=self.root)
        for environment in ["dev", "prod"]:
            self.write(f"{app}/{environment}/deployment.yaml", DEPLOYMENT.format(app=app, version="1.0.0"))
        self.configure(rules)
        self.git("remote", "set-head", "origin", "main")

    def configure(self, rules):
        """Commits and pushes a gx.yaml with these rules."""
        self.write(
            "gx.yaml",
            "version: 1\nenvironments: { dev: {}, prod: { after: dev } }\n"
            f'layout: ["{{app}}/{{env}}/**"]\nverify:\n{rules}')
        self.git("add", "-A")
        self.git("commit", "-qm", "Change the rules", "--allow-empty")
        self.git("push", "-q", "origin", "HEAD:main")

    def write(self, name, text):
        path = f"{self.clone}/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)

    def git(self, *arguments, at=None):
        result = subprocess.run(
            ["git", *arguments], cwd=at or self.clone, env=self.environment, capture_output=True, text=True)
        if result.returncode:
            sys.exit(f"git {' '.join(arguments)}: {result.stderr}")
        return result.stdout.strip()

    def start(self, *arguments, **variables):
        return subprocess.Popen(
            [self.gx_path, *arguments], cwd=self.clone, env={**self.environment, **variables},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def gx(self, *arguments, **variables):
        process = self.start(*arguments, **variables)
        process.out, process.err = process.communicate(timeout=600)
        return process

    def deploy(self, version):
        """Gives prod a version, and says which commit did."""
        run = self.gx("promote", self.app, "--to", "prod", "--image", f"{self.app}={version}", "--quiet")
        if run.returncode:
            sys.exit(f"gx promote: {run.err}")
        return self.tip()

    def tip(self):
        return self.git("rev-parse", "main", at=f"{self.root}/remote.git")

    def runs(self, commit="main"):
        """The version that the remote has of prod."""
        text = self.git("show", f"{commit}:{self.app}/prod/deployment.yaml", at=f"{self.root}/remote.git")
        return text.rsplit(":", 1)[1].strip()

    def message(self, commit="main"):
        return self.git("log", "-1", "--format=%B", commit, at=f"{self.root}/remote.git")

    def records(self, commit, kind="dev.gx.deployment.finished"):
        """The records that the remote has of a commit."""
        show = subprocess.run(
            ["git", "notes", "--ref=gx/deployments", "show", commit], cwd=f"{self.root}/remote.git",
            env=self.environment, capture_output=True, text=True)
        lines = [json.loads(line) for line in show.stdout.splitlines() if line]
        return [line for line in lines if line["type"] == kind]

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


class Report:
    """What was expected, and whether it was so."""

    def __init__(self):
        self.failures = 0

    def expect(self, what, isso, detail=""):
        print(f"{'ok  ' if isso else 'FAIL'} {what}" + ("" if isso else f"\n     {detail}"), flush=True)
        self.failures += not isso

    def finish(self):
        print(f"{self.failures} failures" if self.failures else "all of it held")
        sys.exit(1 if self.failures else 0)
