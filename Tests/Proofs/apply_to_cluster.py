#!/usr/bin/env python3
"""`gx secrets apply --context` reaches the cluster and the namespace that are meant, by the real kubectl, or nothing.

    Tests/Proofs/apply_to_cluster.py .build/debug/gx

The clusters are a small server on the loopback that speaks as much of the Kubernetes API as `kubectl apply
--server-side` asks for, one path for each context. Needs kubectl.
"""
import http.server, json, os, shutil, subprocess, sys, tempfile, threading

gx = os.path.abspath(sys.argv[1])
home = tempfile.mkdtemp(prefix="gx-apply-")
env = {"HOME": home, "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "KUBECONFIG": f"{home}/kubeconfig"}
SECRETS = {"namespaced": True, "kind": "Secret", "name": "secrets", "singularName": "secret",
           "verbs": ["get", "list", "patch", "create"]}
SECRET = {"group": "", "kind": "Secret", "version": "v1"}
VALIDATION = {"name": "fieldValidation", "in": "query", "schema": {"type": "string"}}
ANSWERS = {
    "/version": {"major": "1", "minor": "32", "gitVersion": "v1.32.0"},
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
    "/api/v1": {"kind": "APIResourceList", "groupVersion": "v1", "resources": [SECRETS]},
    "/openapi/v3": {"paths": {"api/v1": {"serverRelativeURL": "/openapi/v3/api/v1"}}},
    "/openapi/v3/api/v1": {"openapi": "3.0.0", "info": {"title": "", "version": ""}, "components": {"schemas": {}}, "paths": {
        "/api/v1/namespaces/{namespace}/secrets/{name}": {"patch": {
            "parameters": [VALIDATION], "x-kubernetes-group-version-kind": SECRET, "responses": {}}}}},
}
patches, failures = [], 0


class Cluster(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def route(self):
        """The cluster, and the path in it; a client may keep the prefix of the server's address or not."""
        path = self.path.split("?")[0]
        context, _, rest = path.lstrip("/").partition("/")
        return (context, "/" + rest) if context in ("staging", "prod") else (None, path)

    def do_GET(self):
        path = self.route()[1]
        body = ANSWERS.get(path)
        self.answer(200 if body else 404, body or {"kind": "Status", "status": "Failure", "code": 404})

    def do_PATCH(self):
        context, path = self.route()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        patches.append((context, path, self.headers["Content-Type"], body.decode()))
        if "conflict" in path:
            return self.answer(409, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 409,
                                     "reason": "Conflict", "message": "Apply failed with 1 conflict"})
        name, namespace = path.split("/")[-1], path.split("/")[4]
        self.answer(201, {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": namespace}})


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cluster)
threading.Thread(target=server.serve_forever, daemon=True).start()
contexts = ["staging", "prod"]
with open(f"{home}/kubeconfig", "w") as file:
    json.dump({
        "apiVersion": "v1", "kind": "Config", "current-context": "staging", "users": [{"name": "u", "user": {}}],
        "clusters": [{"name": c, "cluster": {"server": f"http://127.0.0.1:{server.server_port}/{c}"}} for c in contexts],
        "contexts": [{"name": c, "context": {"cluster": c, "user": "u", "namespace": "default"}} for c in contexts],
    }, file)

shop = f"{home}/shop"
run = lambda *command, **more: subprocess.run(command, cwd=shop, capture_output=True, text=True, env=env | more)
os.makedirs(shop)


def write(path, text):
    os.makedirs(os.path.dirname(f"{shop}/{path}") or shop, exist_ok=True)
    with open(f"{shop}/{path}", "w") as file:
        file.write(text)


def secret(name, namespace, value="hunter2"):
    where = f", namespace: {namespace}" if namespace else ""
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{ name: {name}{where} }}\nstringData: {{ PASSWORD: {value} }}\n"


run("git", "init", "-q", "-b", "main")
key = subprocess.run([gx, "secrets", "keygen", "-o", f"{home}/keys.txt"], capture_output=True, text=True, env=env)
env["SOPS_AGE_KEY_FILE"] = f"{home}/keys.txt"
write(".sops.yaml", f"creation_rules:\n  - encrypted_regex: ^(data|stringData)$\n    age: {key.stdout}")
write("gx.yaml", "version: 1\nenvironments: { staging: {}, prod: { after: staging }, one: {}, bare: {}, two: {} }\n"
      "layout: [ 'envs/{env}/**' ]\n")
for name in contexts:
    write(f"envs/{name}/kustomization.yaml", f"namespace: shop-{name}\nresources: [secret.yaml]\n")
    write(f"envs/{name}/secret.yaml", secret("shop", f"shop-{name}", f"hunter2-{name}"))
write("envs/bare/secret.yaml", secret("shop", "shop-prod"))
write("envs/one/kustomization.yaml", "namespace: shop-one\n")
write("envs/one/secret.yaml", secret("shop", None))
for name in ["a", "b"]:
    write(f"envs/two/{name}.yaml", secret("shop", f"two-{name}"))
write("wrong.yaml", secret("shop", "shop-staging"))
write("conflict.yaml", secret("conflict", "shop-prod"))
for path in [f"envs/{name}/secret.yaml" for name in [*contexts, "one", "bare"]] + [
        "envs/two/a.yaml", "envs/two/b.yaml", "wrong.yaml", "conflict.yaml"]:
    assert run(gx, "secrets", "encrypt", path).returncode == 0
run("git", "add", "-A")


def case(name, arguments, status, expected, says="", **more):
    """`expected`: (context, namespace, name) of each Secret that is to be applied."""
    global failures
    patches.clear()
    done = run(gx, "secrets", "apply", *arguments, **more)
    got = [(context, path.split("/")[4], path.split("/")[-1]) for context, path, _, _ in patches]
    good = (done.returncode == status and got == expected and says in done.stdout + done.stderr
            and "hunter2" not in done.stdout + done.stderr and all("hunter2" in body for _, _, _, body in patches)
            and all(kind.startswith("application/apply-patch") for _, _, kind, _ in patches))
    failures += not good
    print(f"{'ok  ' if good else 'FAIL'} {name}: status {done.returncode}, applied {got}: {(done.stdout + done.stderr).strip()[:150]}")


prod = [("prod", "shop-prod", "shop")]
case("prod to prod", ["prod", "--context", "prod"], 0, prod, "secret/shop serverside-applied")
case("the same, with its namespace", ["prod", "--context", "prod", "-n", "shop-prod"], 0, prod)
case("staging, where the current context is the same", ["staging", "--context", "staging"], 0, [("staging", "shop-staging", "shop")])
case("another namespace than the manifest's", ["prod", "--context", "prod", "-n", "other"], 1, [], "the namespace is shop-prod")
case("no namespace in the manifest: the environment's only one", ["one", "--context", "prod"], 0, [("prod", "shop-one", "shop")])
case("an environment that names no namespace, and a manifest with another's", ["bare", "--context", "prod"], 1, [], "does not belong")
case("the same, where its namespace is said", ["bare", "--context", "prod", "-n", "shop-prod"], 0, prod)
case("two Secrets in two namespaces", ["two", "--context", "prod"], 0, [("prod", "two-a", "shop"), ("prod", "two-b", "shop")])
case("a context that is not there", ["prod", "--context", "nowhere"], 2, [], "nowhere")
case("a conflict in the cluster", ["conflict.yaml", "--context", "prod"], 2, [("prod", "shop-prod", "conflict")], "conflict")
shutil.copy(f"{shop}/wrong.yaml", f"{shop}/envs/prod/secret.yaml")
case("a manifest for another environment's namespace", ["prod", "--context", "prod"], 1, [], "shop-staging does not belong to prod")
os.makedirs(f"{home}/bin")
os.symlink(shutil.which("git"), f"{home}/bin/git")
case("no kubectl", ["staging", "--context", "staging"], 2, [], "kubectl", PATH=f"{home}/bin")

server.shutdown()
shutil.rmtree(home)
sys.exit(1 if failures else 0)
