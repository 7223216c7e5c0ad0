#!/usr/bin/env python3
"""Proves what becomes of deployments that a real Prometheus judges.

    python3 Tests/Proofs/verify_prometheus.py [--gx PATH] [--prometheus PATH]

starts Prometheus on loopback, scraping an endpoint of this script every second, and verifies deployments in a
repository of its own:
  good         is recorded as succeeded, with the value that was seen
  bad          is recorded as failed, rolled back to the last success, pushed and held; the remote's files are again
               what they were; a second time within the cool-down it is left to a person
  nothing good before it: nothing is rolled back
  compared with before, a rise fails and a small one passes
  Prometheus down, slow, answering with errors, without values, or with NaN: never called good, nothing rolled back
  a token from the environment arrives, and stands in no argument
  killed in the window, the next run goes on with the time that is left
Exit status 0 if all of it held. Takes about two minutes.
"""

import argparse
import http.server
import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

from scene import Report, Scene


class Metrics(http.server.BaseHTTPRequestHandler):
    """What Prometheus scrapes."""

    value = "0"
    errors = 0.0

    def do_GET(self):
        body = f"api_error_ratio {Metrics.value}\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Odd(http.server.BaseHTTPRequestHandler):
    """A Prometheus that does not behave."""

    mode = "error"
    authorization = []

    def do_GET(self):
        Odd.authorization.append(self.headers.get("Authorization"))
        if Odd.mode == "slow":
            time.sleep(20)
        status, body = {
            "error": (503, {"status": "error", "errorType": "timeout", "error": "query timed out in expression evaluation"}),
            "empty": (200, {"status": "success", "data": {"resultType": "matrix", "result": []}}),
            "html": (200, None),
        }.get(Odd.mode, (200, {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [time.time(), "0"]}]}}))
        try:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"<html>Sign in" if body is None else json.dumps(body).encode())
        except BrokenPipeError:
            pass

    def log_message(self, *arguments):
        pass


def serve(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Prometheus:
    def __init__(self, program, target):
        self.folder = tempfile.mkdtemp(prefix="gx-prometheus-")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        with open(f"{self.folder}/prometheus.yml", "w") as file:
            file.write(
                "global: { scrape_interval: 1s, evaluation_interval: 1s }\n"
                f"scrape_configs: [ {{ job_name: api, static_configs: [ {{ targets: ['127.0.0.1:{target}'] }} ] }} ]\n")
        self.process = subprocess.Popen(
            [program, f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/data",
             f"--web.listen-address=127.0.0.1:{self.port}"],
            stdout=subprocess.DEVNULL, stderr=open(f"{self.folder}/log", "w"))
        for _ in range(300):
            if self.query("api_error_ratio"):
                return
            time.sleep(0.1)
        raise SystemExit(f"Prometheus scrapes nothing: see {self.folder}/log")

    def query(self, expression):
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/query?query={expression}", timeout=2) as answer:
                return json.load(answer)["data"]["result"]
        except OSError:
            return None

    def settle(self, value):
        """Has Prometheus see a value."""
        Metrics.value = value
        for _ in range(100):
            found = self.query("api_error_ratio")
            if found and found[0]["value"][1] == value:
                return
            time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def rules(url, more="max: 0.01, for: 4s, every: 1s, failures: 1, timeout: 4s", query="max by (job) (api_error_ratio{job=\\\"{app}\\\"})"):
    return f"""\
  prod:
    cluster: {{ run: ["true"] }}
    checks: [ {{ name: errors, prometheus: "{url}", query: "{query}", {more} }} ]
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gx", default=".build/debug/gx")
    parser.add_argument("--prometheus", default="/usr/bin/prometheus")
    options = parser.parse_args()
    report = Report()
    prometheus = Prometheus(options.prometheus, serve(Metrics))
    scene = Scene(options.gx, rules(prometheus.url))
    verify = ["verify", "prod", "-o", "json"]
    try:
        # Nothing good before it.
        prometheus.settle("0.5")
        first = scene.tip()
        run = scene.gx(*verify, "--rollback-on-failure")
        report.expect("a first deployment that is bad fails", run.returncode == 1, run.err)
        report.expect("and is not rolled back: nothing is known to be good",
            scene.tip() == first and "known to have succeeded" in run.out, run.out)

        # Good.
        prometheus.settle("0.002")
        good = scene.deploy("1.1.0")
        run = scene.gx(*verify)
        report.expect("a good deployment: status 0", run.returncode == 0, run.err + run.out)
        record = (scene.records(good) or [{}])[-1]
        report.expect("it is recorded as succeeded", record.get("outcome") == "succeeded", record)
        checks = {check["name"]: check for check in record.get("checks", [])}
        report.expect("with the value that was seen", checks.get("errors", {}).get("value") == "0.002", record)
        files = scene.git("rev-parse", "main:api", at=f"{scene.root}/remote.git")

        # Bad.
        bad = scene.deploy("1.2.0")
        prometheus.settle("0.5")
        run = scene.gx(*verify, "--rollback-on-failure")
        report.expect("a bad deployment: status 1", run.returncode == 1, run.err + run.out)
        report.expect("it is rolled back and pushed", scene.tip() != bad and scene.runs() == "1.1.0", run.err + run.out)
        report.expect("the remote's files are again what they were",
            scene.git("rev-parse", "main:api", at=f"{scene.root}/remote.git") == files)
        message = scene.message()
        report.expect("the bad version is held", "Gx-Hold: prod/api 1.2.0" in message, message)
        report.expect("the commit says why", "Reason: verification failed: errors: failed, 0.5" in message, message)
        record = (scene.records(bad) or [{}])[-1]
        report.expect("it is recorded as failed", record.get("outcome") == "failed", record)
        run = scene.gx("promote", "api", "--to", "prod", "--image", "api=1.2.0")
        report.expect("and is not promoted again", run.returncode == 1 and scene.runs() == "1.1.0", run.err)

        # Again, within the cool-down.
        prometheus.settle("0.002")
        scene.deploy("1.3.0")
        report.expect("another good one", scene.gx(*verify).returncode == 0)
        worse = scene.deploy("1.4.0")
        prometheus.settle("0.5")
        run = scene.gx(*verify, "--rollback-on-failure")
        report.expect("a second rollback by itself is left to a person",
            run.returncode == 1 and scene.tip() == worse and "a person is needed" in run.out, run.out + run.err)

        # promote --verify, as one command.
        prometheus.settle("0.002")
        run = scene.gx("promote", "api", "--to", "prod", "--image", "api=1.5.0", "--verify")
        report.expect("promote --verify", run.returncode == 0 and scene.records(scene.tip())[-1]["outcome"] == "succeeded", run.err)

        # Compared with before.
        scene.configure(rules(prometheus.url, "compare: before, ratio: 1.5, for: 3s, every: 1s, failures: 1, timeout: 4s"))
        scene.deploy("1.6.0")
        time.sleep(2)
        prometheus.settle("0.0025")
        run = scene.gx(*verify)
        report.expect("a quarter more than before passes", run.returncode == 0, run.out)
        prometheus.settle("0.002")
        time.sleep(4)
        scene.deploy("1.7.0")
        prometheus.settle("0.009")
        run = scene.gx(*verify)
        report.expect("four times as much fails", run.returncode == 1, run.out)

        # Prometheus that does not behave.
        odd = serve(Odd)
        nowhere = free_port()
        prometheus.settle("0.002")
        version = 0
        for name, url, mode in [("down", f"http://127.0.0.1:{nowhere}", ""), ("slow", f"http://127.0.0.1:{odd}", "slow"),
                ("answering with errors", f"http://127.0.0.1:{odd}", "error"), ("without values", f"http://127.0.0.1:{odd}", "empty"),
                ("a page to sign in", f"http://127.0.0.1:{odd}", "html")]:
            Odd.mode = mode
            scene.configure(rules(url))
            version += 1
            commit = scene.deploy(f"2.{version}.0")
            run = scene.gx(*verify, "--rollback-on-failure")
            record = (scene.records(commit) or [{}])[-1]
            report.expect(f"Prometheus {name}: status 3, unknown, nothing rolled back",
                run.returncode == 3 and record.get("outcome") == "unknown" and scene.tip() == commit, run.out + run.err)
            print(f"     {record.get('reason')}")
        for name, query in [("NaN", "api_error_ratio * NaN"), ("a query of nothing", "no_such_metric")]:
            scene.configure(rules(prometheus.url, query=query))
            version += 1
            commit = scene.deploy(f"2.{version}.0")
            run = scene.gx(*verify, "--rollback-on-failure")
            report.expect(f"{name}: status 3, nothing rolled back", run.returncode == 3 and scene.tip() == commit, run.out)

        # A token.
        Odd.mode = "fine"
        scene.configure(rules(f"http://127.0.0.1:{odd}", "max: 0.01, token-env: PROMETHEUS_TOKEN"))
        scene.deploy("3.0.0")
        run = scene.gx(*verify, PROMETHEUS_TOKEN="s3cret")
        report.expect("a token arrives", run.returncode == 0 and Odd.authorization[-1] == "Bearer s3cret", run.out + run.err)
        report.expect("and is told nowhere", "s3cret" not in run.out + run.err)
        run = scene.gx(*verify, "--app", "api")
        report.expect("without it nothing is verified", run.returncode == 2, run.err)

        # Killed in the window.
        scene.configure(rules(prometheus.url, "max: 0.01, for: 12s, every: 1s, failures: 2, timeout: 4s"))
        commit = scene.deploy("3.1.0")
        process = scene.start(*verify)
        for _ in range(100):
            if scene.records(commit, "dev.gx.deployment.live"):
                break
            time.sleep(0.1)
        time.sleep(7)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        begin = time.time()
        run = scene.gx(*verify)
        took = time.time() - begin
        report.expect(f"killed after 7 s of 12: the next run takes {took:.1f} s",
            run.returncode == 0 and took < 8 and scene.records(commit)[-1]["outcome"] == "succeeded", run.out + run.err)
        report.expect("git fsck", scene.git("fsck", "--strict", at=f"{scene.root}/remote.git") is not None)
    finally:
        prometheus.stop()
        scene.remove()
    report.finish()


if __name__ == "__main__":
    main()
