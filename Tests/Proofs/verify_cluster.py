#!/usr/bin/env python3
"""Proves what becomes of deployments to clusters, with the real kubectl.

    python3 Tests/Proofs/verify_cluster.py [--gx PATH]

serves a Kubernetes API of its own on loopback, as far as `kubectl get` needs it, and verifies deployments whose
cluster is watched as an Argo CD Application, Flux objects, and plain workloads:
  syncing      arrives after a while: good
  later        the cluster is at a newer commit that has the deployed one: good
  degraded     in passing: good; for longer: failed
  stuck        progressing for ever: failed
  never        the cluster stays at another commit: failed, and with --rollback-on-failure taken back, held, pushed
  gone         no such object, no answer, access denied: can't be told, nothing is rolled back
and shows them with `gx status --live`. Exit status 0 if all of it held. Takes about two minutes.
"""

import argparse
import http.server
import json
import os
import threading
import time

from scene import Report, Scene

KINDS = {
    "applications": ("argoproj.io", "v1alpha1", "Application"),
    "kustomizations": ("kustomize.toolkit.fluxcd.io", "v1", "Kustomization"),
    "helmreleases": ("helm.toolkit.fluxcd.io", "v2", "HelmRelease"),
    "deployments": ("apps", "v1", "Deployment"),
    "statefulsets": ("apps", "v1", "StatefulSet"),
    "daemonsets": ("apps", "v1", "DaemonSet"),
}


class Cluster(http.server.BaseHTTPRequestHandler):
    """The API server. What objects there are, `objects` says: by their plural and name, made when they are asked for."""

    objects = {}
    answer = "well"
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.split("?")[0].strip("/").split("/")
        if path == ["api"]:
            return self.send(200, {"kind": "APIVersions", "versions": ["v1"]})
        if path == ["api", "v1"]:
            return self.send(200, {"kind": "APIResourceList", "groupVersion": "v1", "resources": []})
        if path == ["apis"]:
            groups = sorted({(group, version) for group, version, _ in KINDS.values()})
            return self.send(200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": [
                {"name": group, "versions": [{"groupVersion": f"{group}/{version}", "version": version}],
                 "preferredVersion": {"groupVersion": f"{group}/{version}", "version": version}}
                for group, version in groups]})
        if len(path) == 3:
            return self.send(200, {"kind": "APIResourceList", "groupVersion": "/".join(path[1:]), "resources": [
                {"name": plural, "singularName": kind.lower(), "namespaced": True, "kind": kind, "verbs": ["get", "list"]}
                for plural, (group, version, kind) in KINDS.items() if [group, version] == path[1:]]})
        plural, name = (["", ""] + path)[-2:]
        make = Cluster.objects.get(f"{plural}/{name}")
        if Cluster.answer == "denied":
            return self.send(403, {"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403,
                "message": 'applications.argoproj.io "api-prod" is forbidden: User "ci" cannot get resource'})
        if make is None:
            return self.send(404, {"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404,
                "message": f'{plural} "{name}" not found', "details": {"name": name, "kind": plural}})
        group, version, kind = KINDS[plural]
        body = {"apiVersion": f"{group}/{version}", "kind": kind, "metadata": {"name": name, "namespace": "default", "generation": 2}}
        self.send(200, {**body, **make()})

    def send(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        pass


# What objects look like, by the commit that they are at.

def application(commit, sync="Synced", health="Healthy"):
    return {"status": {"sync": {"status": sync, "revision": commit}, "health": {"status": health}}}


def kustomization(commit, ready="True", message="Applied revision"):
    revision = f"main@sha1:{commit}"
    return {"status": {"observedGeneration": 2, "lastAppliedRevision": revision, "lastAttemptedRevision": revision,
        "conditions": [{"type": "Ready", "status": ready, "reason": "Some", "message": message}]}}


def helm_release(ready="True"):
    return {"spec": {"chart": {"spec": {"chart": "api", "version": "1"}}}, "status": {"observedGeneration": 2,
        "history": [{"chartVersion": "1"}], "conditions": [{"type": "Ready", "status": ready, "message": "Helm upgrade"}]}}


def deployment(version, updated=2, available=2, stuck=False):
    conditions = [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded",
        "message": 'ReplicaSet "api-1" has timed out progressing'}] if stuck else []
    return {"spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "main", "image": f"ghcr.io/acme/api:{version}"}]}}},
        "status": {"observedGeneration": 2, "replicas": 2, "updatedReplicas": updated, "availableReplicas": available, "conditions": conditions}}


def after(seconds, before, then):
    """One thing for a while, then another."""
    start = time.time()
    return lambda: before() if time.time() - start < seconds else then()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gx", default=".build/debug/gx")
    options = parser.parse_args()
    report = Report()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cluster)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"

    def rules(source):
        return f"""\
  prod:
    cluster: {{ {source}, context: main, namespace: default, timeout: 6s, every: 1s, grace: 2s }}
"""

    scene = Scene(options.gx, rules('argocd: "{app}-{env}"'))
    os.makedirs(f"{scene.root}/.kube")
    with open(f"{scene.root}/.kube/config", "w") as file:
        json.dump({"apiVersion": "v1", "kind": "Config", "clusters": [
            {"name": "main", "cluster": {"server": address}},
            {"name": "nowhere", "cluster": {"server": "http://127.0.0.1:1"}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": "ci"}} for name in ["main", "nowhere"]],
            "users": [{"name": "ci", "user": {}}], "current-context": "nowhere"}, file)

    count = 0

    def attempt(what, objects, status, words="", *arguments, answer="well"):
        """Deploys something, has the cluster do what `objects` says, and verifies it."""
        nonlocal count
        count += 1
        before = scene.tip()
        commit = scene.deploy(f"1.{count}.0")
        Cluster.objects = objects(commit, before, f"1.{count}.0")
        Cluster.answer = answer
        begin = time.time()
        run = scene.gx("verify", "prod", "-o", "json", *arguments)
        took = time.time() - begin
        outcome = {0: "succeeded", 1: "failed", 3: "unknown"}[status]
        record = (scene.records(commit) or [{}])[-1]
        isso = run.returncode == status and record.get("outcome") == outcome and words in run.out + run.err
        report.expect(f"{what}: {outcome}, {took:.0f} s", isso, run.out + run.err)
        if record.get("reason"):
            print(f"     {record['reason']}")
        return commit, run

    def live(words):
        run = scene.gx("status", "prod", "--live")
        report.expect(f"gx status --live: {words}", words in run.out, run.out + run.err)

    try:
        print("Argo CD")
        app = lambda make: {"applications/api-prod": make}
        attempt("syncing", lambda new, old, _: app(after(3, lambda: application(old, "OutOfSync"), lambda: application(new))), 0)
        live("synced")
        attempt("progressing", lambda new, old, _: app(after(3, lambda: application(new, health="Progressing"), lambda: application(new))), 0)
        attempt("degraded in passing", lambda new, old, _: app(after(1, lambda: application(new, health="Degraded"), lambda: application(new))), 0)
        good = scene.tip()
        commit, run = attempt("never arriving, rolled back", lambda new, old, _: app(lambda: application(old)), 1, "", "--rollback-on-failure")
        report.expect("the remote says again what the cluster runs",
            scene.runs() == scene.runs(good) and f"Gx-Hold: prod/api 1.{count}.0" in scene.message(), scene.message() + run.err)
        live(f"at {good[:9]}")
        attempt("degraded", lambda new, old, _: app(lambda: application(new, health="Degraded")), 1, "degraded")
        live("degraded")
        attempt("stuck", lambda new, old, _: app(lambda: application(new, health="Progressing")), 1, "progressing")
        live("progressing")
        attempt("no such application", lambda new, old, _: {}, 3, "does not have it", "--rollback-on-failure")
        commit, _ = attempt("access denied", lambda new, old, _: {}, 3, "Forbidden", "--rollback-on-failure", answer="denied")
        report.expect("nothing was rolled back", scene.tip() == commit)
        live("no answer")
        Cluster.answer = "well"

        # A newer commit that does not touch the app.
        commit = scene.deploy("1.99.0")
        scene.git("pull", "-q", "--ff-only", "origin", "main")
        scene.git("commit", "-q", "--allow-empty", "-m", "Something else")
        scene.git("push", "-q", "origin", "HEAD:main")
        Cluster.objects = app(lambda: application(scene.tip()))
        run = scene.gx("verify", "prod", "-o", "json")
        report.expect("at a later commit that has it: succeeded", run.returncode == 0, run.out + run.err)

        # A newer deployment, while it is verified.
        scene.deploy("1.100.0")
        first = scene.tip()
        Cluster.objects = app(lambda: application(first, health="Progressing"))
        process = scene.start("verify", "prod", "-o", "json")
        time.sleep(2)
        scene.deploy("1.101.0")
        out, err = process.communicate()
        report.expect("a newer one comes: superseded",
            process.returncode == 3 and scene.records(first)[-1]["outcome"] == "superseded", out + err)

        print("Flux")
        scene.git("pull", "-q", "--ff-only", "origin", "main")
        scene.configure(rules('flux: "{app}"'))
        ks = lambda make: {"kustomizations/api": make}
        attempt("syncing", lambda new, old, _: ks(after(2, lambda: kustomization(old), lambda: kustomization(new))), 0)
        live("synced")
        attempt("failing", lambda new, old, _: ks(lambda: kustomization(new, "False", "health check failed")), 1, "health check failed")
        attempt("stuck", lambda new, old, _: ks(lambda: kustomization(new, "Unknown", "Reconciliation in progress")), 1)
        attempt("never arriving", lambda new, old, _: ks(lambda: kustomization(old)), 1)
        scene.git("pull", "-q", "--ff-only", "origin", "main")
        scene.configure(rules("flux: [Kustomization/apps, HelmRelease/api]"))
        both = lambda new, ready: {"kustomizations/apps": lambda: kustomization(new), "helmreleases/api": ready}
        attempt("a HelmRelease after its Kustomization", lambda new, old, _: both(new, after(2, lambda: helm_release("Unknown"), helm_release)), 0)
        attempt("a HelmRelease that fails", lambda new, old, _: both(new, lambda: helm_release("False")), 1, "Helm upgrade")

        print("Workloads")
        scene.git("pull", "-q", "--ff-only", "origin", "main")
        scene.configure(rules("rollout: Deployment/api"))
        work = lambda make: {"deployments/api": make}
        attempt("rolling out", lambda new, old, v: work(after(2, lambda: deployment(v, updated=1), lambda: deployment(v))), 0)
        attempt("another version", lambda new, old, v: work(lambda: deployment("0.9.0")), 1, "it runs ghcr.io/acme/api:0.9.0")
        live("out of sync")
        attempt("beyond its deadline", lambda new, old, v: work(lambda: deployment(v, available=1, stuck=True)), 1, "timed out progressing")
        attempt("waiting for pods", lambda new, old, v: work(lambda: deployment(v, available=1)), 1, "1 of 2 pods are available")
    finally:
        scene.remove()
    report.finish()


if __name__ == "__main__":
    main()
