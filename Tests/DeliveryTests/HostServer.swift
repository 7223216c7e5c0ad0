import Delivery
import System
import TestSupport

/// The API of a host on this machine, as far as gx talks to it. It has at most one request, with the number 12; goes
/// with its owner; and does something else where a file of its folder says so (`is`).
final class HostServer {
    let url: String
    private let folder: ScratchFolder
    private let process: String

    init(_ kind: HostKind, in folder: ScratchFolder) throws {
        self.folder = folder
        try folder.write(folder.path + "/server.py", Self.script.utf8)
        process = try folder.run(
            "sh", ["-c", "python3 server.py '\(folder.path)' \(kind.rawValue) > server.log 2>&1 & echo $!"],
            in: folder.path)
        var port: String?
        for _ in 0..<200 where port == nil {
            port = try folder.read(folder.path + "/port").flatMap { $0.isEmpty ? nil : $0 }
            if port == nil { try folder.run("sleep", ["0.05"]) }
        }
        url = "http://127.0.0.1:\(port ?? "0")"
    }

    deinit { _ = try? Subprocess("kill", [process], purpose: "clean up").run() }

    /// Has it behave in another way: see the script.
    func turn(_ mode: String, on: Bool = true) throws {
        if on {
            try folder.write("\(folder.path)/is-\(mode)", "".utf8)
        } else {
            try folder.run("rm", ["-f", "is-\(mode)"])
        }
    }

    /// `METHOD PATH BODY`, one a request.
    var requests: [String] {
        get throws {
            (try folder.read(folder.path + "/requests") ?? "").split(separator: "\n").map(String.init)
        }
    }

    /// Has it name somebody: who is its `reviewer`, or its `pusher`.
    func name(_ role: String, _ account: String) throws {
        try folder.write("\(folder.path)/\(role)", account.utf8)
    }

    /// Since the last question.
    private var seen = 0
    func news() throws -> [String] {
        let all = try requests
        defer { seen = all.count }
        return Array(all.dropFirst(seen))
    }

    // Modes: check-passed, check-failed, check-pending (of ci/e2e), required (it is), approved, approved-before (what was at the head before), gone (closed by people), no-pusher; refuse (no request is opened), busy (the next request meets a limit), clean, unstable, disallowed, moved, queue (the branch has one), late (it has not seen the head yet), fork (there is a request from one)
    // (what a merge is refused with), silent (the answer to a change of the text).
    private static let script = #"""
        import http.server, json, os, sys, urllib.parse
        folder, kind, pulls = sys.argv[1], sys.argv[2], []
        def on(mode): return os.path.exists(folder + "/is-" + mode)
        # The check ci/e2e, in the words of each kind.
        def state(passed, failed, pending):
            for mode, word in (("passed", passed), ("failed", failed), ("pending", pending)):
                if on("check-" + mode): return word
        def listed(state, make): return [make(state)] if state else []
        def checks(path):
            if "/check-runs" in path:
                done = state("success", "failure", None)
                return {"check_runs": listed(done or on("check-pending"), lambda _: {"name": "ci/e2e", "conclusion": done,
                    "status": "completed" if done else "in_progress"})}
            if kind == "github" and path.split("?")[0].endswith("/status"):
                return {"statuses": [{"context": "other", "state": "failure"}] + statuses}
            if kind == "gitea" and "/status?" in path:
                if "page=1" not in path: return {"statuses": []}
                return {"statuses": [dict(one, status=one["state"]) for one in statuses]
                    + listed(state("success", "failure", "pending"), lambda word: {"context": "ci/e2e", "status": word})}
            if kind == "gitlab" and "/statuses" in path:
                return listed(state("success", "failed", "running"), lambda word: {"name": "ci/e2e", "status": word})
            if kind == "gitlab" and "/pipelines" in path:
                return listed(state("success", "failed", "running"), lambda word: {"status": word})
            if kind == "bitbucket" and "/statuses" in path:
                return {"values": statuses + listed(state("SUCCESSFUL", "FAILED", "INPROGRESS"), lambda word: {"key": "ci/e2e", "state": word})}
            if kind == "bitbucket-server" and "/build-status/1.0/commits/" in path:
                return {"isLastPage": True, "values": statuses + listed(state("SUCCESSFUL", "FAILED", "INPROGRESS"),
                    lambda word: {"key": "ci/e2e", "state": word})}
            if kind == "azure" and "/statuses" in path:
                return {"value": statuses + listed(state("succeeded", "failed", "pending"),
                    lambda word: {"context": {"genre": "ci", "name": "e2e"}, "state": word})}
            if kind == "azure" and "/policy/evaluations" in path:
                assert "vstfs:///CodeReview/CodeReviewId/p-1/12" in path, path
                return {"value": listed(on("required") and state("approved", "rejected", "running"), lambda word: {"status": word,
                    "configuration": {"isBlocking": True, "settings": {"displayName": "ci/build"},
                        "type": {"id": "0609b952-1397-4640-95ec-e00a01b2c241", "displayName": "Build"}}})}
            if kind == "github" and "/rules/branches/" in path: return []
            if kind == "github" and "/branches/" in path:
                return {"protection": {"required_status_checks": {"contexts": ["ci/e2e"] if on("required") else []}}}
            if kind == "gitea" and "/branches/" in path:
                return {"enable_status_check": on("required"), "status_check_contexts": ["ci/*"]}
        # A review by the account of the file "reviewer", of the head, or of what was there before it.
        def said(name, default):
            path = folder + "/" + name
            return open(path).read().strip() if os.path.exists(path) else default
        def reviews(path):
            if not pulls: return None
            pull, who, pusher = pulls[0], said("reviewer", "dee"), said("pusher", "bot")
            source = {"bitbucket": lambda: pull["source"]["branch"]["name"], "gitlab": lambda: pull["source_branch"],
                "bitbucket-server": lambda: pull["fromRef"]["id"][11:], "azure": lambda: pull["sourceRefName"][11:]
                }.get(kind, lambda: pull["head"]["ref"])()
            head, is_new = branch(source), on("approved")
            seen = head if is_new else "0" * 40
            day = "2026-01-02T00:00:00.000Z" if is_new else "2025-12-01T00:00:00.000Z"
            agrees = is_new or on("approved-before")
            route = path.split("?")[0]
            if kind == "github":
                if route.endswith("/reviews"):
                    return listed(agrees, lambda _: {"user": {"login": who}, "state": "APPROVED", "commit_id": seen})
                if "/users/" in route: return {"login": who, "name": "Dee Doe", "email": who + "@example.com"}
                if route.endswith("/activity"):
                    return [] if on("no-pusher") else [{"actor": {"login": pusher}, "after": head}]
                if "/memberships/" in route: return {"state": "active" if route.endswith("/teams/sre/memberships/dee") else "pending"}
                if route.endswith("/pulls/12"): return dict(pull, user={"login": "bot"})
            if kind == "gitea":
                if route.endswith("/reviews"):
                    return listed(agrees and "page=1" in path, lambda _: {"id": 1, "user": {"login": who}, "state": "APPROVED", "commit_id": seen})
                if route.endswith("/feeds"):
                    return [{"ref_name": "refs/heads/" + source, "content": json.dumps({"HeadCommit": {"Sha1": head}}), "act_user": {"login": pusher}}]
                if route.endswith("/orgs/acme/teams/search"): return {"data": [{"name": "sre", "id": 5}]}
                if "/teams/5/members/" in route: return {} if route.endswith("/dee") else False
                if route.endswith("/pulls/12"): return dict(pull, user={"login": "bot"}, merged=on("clean"))
            if kind == "gitlab":
                if route.endswith("/versions"): return [{"head_commit_sha": head, "created_at": "2026-01-01T00:00:00.000Z"}]
                if route.endswith("/approvals"): return {"approved_by": listed(agrees, lambda _: {"user": {"username": who, "name": "Dee"}})}
                if route.endswith("/notes"):
                    return [{"system": True, "author": {"username": who}, "body": "approved this merge request", "created_at": day}]
                if route.endswith("/events"): return [{"author": {"username": pusher}, "push_data": {"commit_to": head, "ref": source}}]
                if "/groups/" in route: return [{"username": "dee"}]
                if route.endswith("/12"):
                    word = state("success", "failed", "running")
                    return dict(pull, author={"username": "bot"}, head_pipeline=word and {"status": word})
            if kind == "bitbucket":
                if route.endswith("/activity"):
                    items = [{"approval": {"user": {"nickname": who}}},
                        {"update": {"author": {"nickname": pusher}, "source": {"commit": {"hash": head[:12]}}}},
                        {"update": {"author": {"nickname": pusher}, "source": {"commit": {"hash": "0" * 12}}}}]
                    if on("late"): return {"values": items[:1] + items[2:]}
                    return {"values": items if is_new else [items[1], items[0], items[2]]}
                if route.endswith("/12"):
                    return dict(pull, author={"nickname": "bot"}, participants=listed(agrees, lambda _: {"approved": True, "user": {"nickname": who}}))
            if kind == "bitbucket-server":
                if route.endswith("/activities"): return {"isLastPage": True, "values": [{"action": "RESCOPED", "fromHash": head, "user": {"name": pusher}}]}
                if route.endswith("/12"):
                    return dict(pull, fromRef=dict(pull["fromRef"], latestCommit=head), author={"user": {"name": "bot"}},
                        participants=listed(agrees, lambda _: {"status": "APPROVED", "lastReviewedCommit": seen, "user": {"name": who}}))
            if kind == "azure":
                if route.endswith("/iterations"):
                    return {"value": [{"id": 1, "sourceRefCommit": {"commitId": head}, "createdDate": "2026-01-01T00:00:00Z",
                        "push": {"pushedBy": {"uniqueName": pusher + "@example.com"}}}]}
                if route.endswith("/threads"):
                    return {"value": [{"publishedDate": day, "properties": {"CodeReviewThreadType": {"$value": "VoteUpdate"}}, "identities": {"1": {"id": "r1"}}}]}
                if route.endswith("/12"):
                    return dict(pull, createdBy={"uniqueName": "bot@example.com"},
                        reviewers=listed(agrees, lambda _: {"id": "r1", "uniqueName": who + "@example.com", "vote": 10}))
        statuses = []
        # Deployments: of GitHub with statuses of their own, of GitLab with one.
        deployments = []
        def deploying(method, path, body):
            if "/deployments" not in path: return None
            route, said = path.split("?")[0], json.loads(body or "{}")
            if kind == "github":
                if route.endswith("/statuses"):
                    one = [one for one in deployments if "/%d/" % one["id"] in route][0]
                    if method == "GET": return 200, one["statuses"]
                    one["statuses"].insert(0, dict(said, created_at="2026-01-02T03:04:05Z"))
                    return 201, {}
                wanted = dict(part.split("=", 1) for part in path.partition("?")[2].split("&") if part)
                if method == "GET":
                    return 200, [dict(one, statuses=None) for one in deployments if one["environment"] == wanted["environment"]
                        and one["sha"] == wanted.get("sha", one["sha"])]
                assert said["required_contexts"] == [] and said["auto_merge"] is False, said
                deployments.insert(0, {"id": len(deployments) + 1, "sha": said["ref"], "environment": said["environment"], "statuses": []})
                return 201, deployments[0]
            if kind == "gitlab":
                if method == "GET": return 200, deployments
                if method == "PUT":
                    [one for one in deployments if route.endswith("/%d" % one["id"])][0].update(said)
                    return 200, {}
                need(said, "environment", "sha", "ref", "tag", "status")
                deployments.insert(0, dict(said, id=len(deployments) + 1, updated_at="2026-01-02T03:04:05.000Z"))
                return 201, deployments[0]
        def github(method, path, body):
            if path == "/graphql":
                if "isMergeQueueEnabled" in body:
                    return 200, {"data": {"node": {"isMergeQueueEnabled": on("queue"), "isInMergeQueue": on("queued")}}}
                if "enqueuePullRequest" in body:
                    if on("moved"): return 200, {"data": None, "errors": [{"message": "Head branch was modified"}]}
                    if on("unstable"): return 200, {"data": None, "errors": [{"message": "Pull request is not mergeable"}]}
                    open(folder + "/is-queued", "w").close()
                    return 200, {"data": {}}
                if "enablePullRequestAutoMerge" not in body:
                    return 200, {"data": {"repository": {"squashMergeAllowed": on("squash"),
                        "rebaseMergeAllowed": True, "mergeCommitAllowed": True}}}
                for mode, words in (("clean", "Pull request is in clean status"),
                        ("unstable", "Pull request Pull request is in unstable status"),
                        ("disallowed", "Auto merge is not allowed for this repository")):
                    if on(mode): return 200, {"data": None, "errors": [{"message": words}]}
                return 200, {"data": {}}
            if method == "PUT":
                if on("queue"): return 405, {"message": "Changes must be made through the merge queue"}
                return (409, {"message": "Head branch was modified"}) if on("moved") else (200, {"merged": True})
            return rest(method, path, body)
        def gitlab(method, path, body):
            if path.endswith("/merge"):
                if on("moved"): return 409, {"message": "SHA does not match HEAD of source branch"}
                return 200, dict(pulls[0], state="merged" if on("clean") else "opened")
            return rest(method, path, body)
        def gitea(method, path, body):
            if path.endswith("/merge"):
                if on("moved"): return 409, {"message": "head out of date"}
                return 201, None
            if "/pulls" not in path:
                return 200, {"allow_squash_merge": True, "allow_rebase": True, "allow_merge_commits": True}
            if method == "GET" and "page=1" in path:
                other = {"number": 3, "head": {"ref": "other"}, "base": {"ref": "main"}}
                return 200, [other] + pulls
            if method == "GET" and "page=" in path: return 200, []
            if path.endswith("/12") and method == "GET": return 200, dict(pulls[0], merged=on("clean"))
            return rest(method, path, body)
        # Of Bitbucket and Azure: https://developer.atlassian.com, and vsts-rest-api-specs.
        def branch(name): return os.popen("git --git-dir '%s/host.git' rev-parse refs/heads/%s" % (folder, name)).read().strip()
        def need(said, *names): assert all(name in said for name in names), (names, said)
        def bitbucket(method, path, body):
            base = "/repositories/acme/infra/pullrequests"
            assert path.startswith(base), path
            rest = path[len(base):]
            if method == "GET":
                need(rest, "source.branch.name=", "destination.branch.name=", "state=")
                return 200, {"values": pulls}
            said = json.loads(body)
            if method == "PUT":
                if on("silent"): return 403, {"type": "error", "error": {"message": "Resource not accessible"}}
                pulls[0].update(said)
                return 200, pulls[0]
            if on("refuse"): return 400, {"type": "error", "error": {"message": "no commits"}}
            need(said["source"]["branch"], "name"); need(said["destination"]["branch"], "name")
            pulls.append(dict(said, id=12, state="OPEN", links={"html": {"href": "https://host.example/pull/12"}}))
            return 201, pulls[0]
        def bitbucket_server(method, path, body):
            base = "/projects/acme/repos/infra/pull-requests"
            assert path.startswith(base), path
            rest = path[len(base):]
            if method == "GET" and rest == "/12":
                head = branch(pulls[0]["fromRef"]["id"][len("refs/heads/"):])
                return 200, dict(pulls[0], fromRef=dict(pulls[0]["fromRef"], latestCommit=head))
            if method == "GET":
                need(rest, "at=refs/heads/", "direction=OUTGOING", "state=")
                return 200, {"values": pulls, "isLastPage": True}
            said = json.loads(body or "{}")
            if "/12" in rest and method == "POST":
                need(rest, "version=%d" % pulls[0]["version"])
                if on("moved"): return 409, {"errors": [{"message": "You are attempting to modify a pull request"}]}
                need(said, "autoMerge", "message")
                return 200, dict(pulls[0], state="MERGED" if on("clean") else "OPEN")
            if method == "PUT":
                if on("silent"): return 403, {"errors": [{"message": "Resource not accessible"}]}
                assert said["version"] == pulls[0]["version"] and said["reviewers"] == [{"user": {"name": "ada"}}], said
                pulls[0].update(title=said["title"], description=said["description"], version=said["version"] + 1)
                return 200, pulls[0]
            if on("refuse"): return 409, {"errors": [{"message": "no commits"}]}
            need(said["fromRef"], "id"); need(said["toRef"], "id")
            pulls.append(dict(said, id=12, version=0, state="OPEN", reviewers=[{"user": {"name": "ada"}}],
                links={"self": [{"href": "https://host.example/pull/12"}]}))
            return 201, pulls[0]
        def azure(method, path, body):
            base = "/acme/_apis/git/repositories/infra/pullrequests"
            assert path.startswith(base) and "api-version=7.1" in path, path
            rest = path[len(base):].split("?")[0]
            if method == "GET" and rest == "/12": return 200, pulls[0]
            if method == "GET":
                need(path, "searchCriteria.sourceRefName=refs/heads/", "searchCriteria.status=")
                return 200, {"value": pulls, "count": len(pulls)}
            said = json.loads(body)
            if method == "PATCH" and "lastMergeSourceCommit" in said:
                if on("moved"): return 409, {"message": "TF401192: The pull request was edited"}
                assert said["lastMergeSourceCommit"]["commitId"] == branch(pulls[0]["sourceRefName"][len("refs/heads/"):])
                need(said["completionOptions"], "mergeStrategy", "mergeCommitMessage")
                return 200, dict(pulls[0], status="completed" if on("clean") else "active", mergeStatus="queued")
            if method == "PATCH":
                if on("silent"): return 403, {"message": "Resource not accessible"}
                pulls[0].update(said)
                return 200, pulls[0]
            if on("refuse"): return 400, {"message": "TF401398: no commits"}
            need(said, "sourceRefName", "targetRefName", "title", "description")
            pulls.append(dict(said, pullRequestId=12, status="active", repository={"project": {"id": "p-1"}}))
            return 201, pulls[0]
        # Somebody's request from a branch of the same name in a fork.
        def alien(path):
            if kind == "github": return []
            if kind == "gitlab":
                return [{"iid": 99, "title": "x", "state": "opened", "source_project_id": 2, "target_project_id": 1}]
            if kind == "gitea":
                return [{"number": 99, "state": "open", "head": {"ref": "gx/promote/prod/api", "repo": {"id": 2}},
                    "base": {"ref": "main", "repo": {"id": 1}}}] if "page=1" in path else []
            if kind == "bitbucket":
                return {"values": [{"id": 99, "state": "OPEN", "source": {"repository": {"full_name": "eve/infra"}},
                    "destination": {"repository": {"full_name": "acme/infra"}}}]}
            if kind == "azure": return {"value": [{"pullRequestId": 99, "status": "active", "forkSource": {"name": "x"}}]}
            return {"values": [], "isLastPage": True}
        def rest(method, path, body):
            if method == "GET" and path.endswith("/12"):
                word = state("success", "failed", "running")
                return 200, dict(pulls[0], head_pipeline=word and {"status": word})
            if method == "GET" and on("gone"):
                return 200, [] if "state=open" in path else [dict(pull, state="closed") for pull in pulls]
            if method == "GET": return 200, pulls
            if method == "POST" and (path.endswith("/comments") or path.endswith("/notes")): return 201, {}
            if method == "PATCH" or method == "PUT":
                if on("silent"): return 403, {"message": "Resource not accessible"}
                pulls[0].update(json.loads(body))
                return 200, pulls[0]
            if on("refuse"):
                return 422, {"message": "Validation Failed", "errors": [{"message": "no commits"}]}
            said = json.loads(body)
            pull = dict(said, number=12, iid=12, node_id="PR_12", html_url="https://host.example/pull/12",
                web_url="https://host.example/pull/12", head={"ref": said.get("head")}, base={"ref": said.get("base")})
            pulls.append(pull)
            return 201, pull
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args): pass
            def answer(self, status, value, headers={}):
                data = b"" if value is None else json.dumps(value).encode()
                self.send_response(status)
                for name, text in headers.items(): self.send_header(name, text)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                path = urllib.parse.unquote(self.path)
                with open(folder + "/requests", "a") as file:
                    file.write(self.command + " " + path + " " + body + "\n")
                token = {"github": ("Authorization", "Bearer "), "gitlab": ("PRIVATE-TOKEN", ""),
                    "gitea": ("Authorization", "token "), "bitbucket": ("Authorization", "Bearer "),
                    "bitbucket-server": ("Authorization", "Bearer "),
                    "azure": ("Authorization", "Basic ")}[kind]
                secret = "OnNlY3JldC10b2tlbg==" if kind == "azure" else "secret-token"
                if self.headers.get(token[0]) != token[1] + secret:
                    return self.answer(401, {"message": "Bad credentials"})
                if on("busy"):
                    os.remove(folder + "/is-busy")
                    return self.answer(403, {"message": "secondary rate limit"}, {"Retry-After": "0"})
                # What a request is given besides its text.
                if self.command == "POST" and path.split("?")[0].endswith(("/labels", "/requested_reviewers", "/participants")):
                    return self.answer(200, {})
                if kind == "gitlab" and path.startswith("/users?"):
                    return self.answer(200, [{"id": 7}] if path.endswith("=ada") else [])
                if on("fork") and self.command == "GET" and not pulls and ("promote" in path or "/pulls?" in path):
                    return self.answer(200, alien(path))
                if on("closed"): return self.answer(403, {"message": "rate limit"}, {"Retry-After": "3600"})
                found = deploying(self.command, path, body)
                if found: return self.answer(*found)
                found = (checks(path), reviews(path)) if self.command == "GET" else (None, None)
                found = found[1] if found[0] is None else found[0]
                if found is False: return self.answer(404, {"message": "Not Found"})
                if self.command == "POST" and any(part in path for part in ("/statuses", "/build-status/")):
                    statuses.append(json.loads(body))
                    return self.answer(201, {})
                if found is not None: return self.answer(200, found)
                self.answer(*globals()[kind.replace("-", "_")](self.command, path, body))
            do_GET = do_POST = do_PATCH = do_PUT = handle_any
        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        with open(folder + "/port.new", "w") as file: file.write(str(server.server_port))
        os.rename(folder + "/port.new", folder + "/port")
        server.serve_forever()
        """#
}
