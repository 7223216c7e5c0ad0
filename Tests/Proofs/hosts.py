"""Hosts of pull requests on this machine, for proofs: one forge over a bare repository, and for each kind of host a
dialect that answers its API as its documentation has it. Requests that a dialect does not know are remembered as
wrong; so are those that a description of the API forbids, where descriptions.py has one.

  GitHub                https://docs.github.com/rest and https://docs.github.com/graphql
  GitLab                https://docs.gitlab.com/api/
  Gitea, Forgejo        https://forgejo.org/docs/latest/user/api-usage/
  Bitbucket Cloud       https://developer.atlassian.com/cloud/bitbucket/rest/
  Bitbucket Data Center https://developer.atlassian.com/server/bitbucket/rest/
  Azure DevOps          https://learn.microsoft.com/rest/api/azure/devops/git/
"""

import collections
import datetime
import http.server
import json
import re
import threading
import urllib.parse

UTC = datetime.timezone.utc
BOT = "gx-bot"


class Pull:
    def __init__(self, number, source, target, title, body, author):
        self.number, self.source, self.target = number, source, target
        self.title, self.body, self.author = title, body, author
        self.state, self.reviews, self.comments, self.labels = "open", [], [], []
        self.head, self.pushed, self.version, self.reviewers, self.draft = None, 0, 0, [], False
        self.heads = []


class Forge:
    """Pull requests, statuses and merges over a bare repository; `git` runs git there, `now` tells the time."""

    def __init__(self, git, now):
        self.git, self.now = git, now
        self.pulls, self.statuses = [], collections.defaultdict(dict)
        self.deployments, self.counts, self.wrong = [], collections.Counter(), []
        self.lock = threading.RLock()

    def tip(self, branch):
        return self.git("rev-parse", "-q", "--verify", f"refs/heads/{branch}", check=False)

    def refresh(self):
        """Takes note of what was pushed."""
        for pull in self.pulls:
            if pull.state == "open":
                head = self.tip(pull.source)
                if head and head != pull.head:
                    pull.head, pull.pushed = head, self.now()
                    pull.heads.append(head)
                    pull.version += 1

    def opened(self, source, target):
        return [pull for pull in self.newest(source, target) if pull.state == "open"]

    def newest(self, source, target):
        found = [pull for pull in self.pulls if pull.source == source and pull.target == target]
        return found[::-1]

    def create(self, source, target, title, body):
        """The new request; None where one is open already, or there is no such branch."""
        if self.opened(source, target) or not self.tip(source) or not title:
            return None
        pull = Pull(len(self.pulls) + 1, source, target, title, body, BOT)
        self.pulls.append(pull)
        self.refresh()
        self.counts["opened"] += 1
        return pull

    def update(self, pull, title=None, body=None):
        if (title or pull.title, body if body is not None else pull.body) != (pull.title, pull.body):
            self.counts["updated"] += 1
        pull.title, pull.body = title or pull.title, body if body is not None else pull.body
        pull.version += 1

    def close(self, pull, by=BOT):
        if pull.state == "open":
            pull.state = "closed"
            pull.version += 1
            self.counts["closed by " + ("gx" if by == BOT else "people")] += 1

    def review(self, pull, who):
        pull.reviews.append((who, pull.head, self.now()))

    def merge(self, pull, head, message, by=BOT, delete=True):
        """Squashes it, as long as it is at a head; whether it could."""
        self.refresh()
        if pull.state != "open" or (head and head != pull.head):
            return False
        target = self.tip(pull.target)
        tree = self.git("merge-tree", "--write-tree", target, pull.head, check=False)
        if not re.fullmatch("[0-9a-f]{40}", tree):
            return False
        commit = self.git("commit-tree", tree, "-p", target, "-m", message, by="host")
        self.git("update-ref", f"refs/heads/{pull.target}", commit, target)
        pull.state = "merged"
        self.counts["merged by " + ("gx" if by == BOT else "people")] += 1
        if delete:
            self.git("update-ref", "-d", f"refs/heads/{pull.source}")
        return True

    def set(self, commit, name, state, words=""):
        """passed, failed or pending."""
        if name == "gx/gates":
            self.counts["status"] += 1
        self.statuses[commit][name] = (state, words)


def stamp(seconds):
    return datetime.datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Dialect:
    """Answers requests: `answer` gives a status and a value."""

    token, prefix = "secret-token", ""
    header = ("authorization", "Bearer secret-token")

    def __init__(self, forge):
        self.forge = forge

    def pull(self, number):
        return self.forge.pulls[int(number) - 1] if 0 < int(number) <= len(self.forge.pulls) else None

    def say(self, words, passed, failed, pending):
        return {"passed": passed, "failed": failed, "pending": pending}[words]

    def meant(self, word, passed, failed, pending):
        return {passed: "passed", failed: "failed", pending: "pending"}[word]


class GitHub(Dialect):
    kind, variables = "github", ("GX_GITHUB_API", "GITHUB_TOKEN")
    remote = "git@github.com:acme/shop.git"

    def value(self, pull):
        return {
            "number": pull.number, "node_id": f"PR_{pull.number}", "title": pull.title, "body": pull.body,
            "html_url": f"https://github.com/acme/shop/pull/{pull.number}", "user": {"login": BOT},
            "state": "open" if pull.state == "open" else "closed", "merged": pull.state == "merged",
            "merged_at": "2026-01-01T00:00:00Z" if pull.state == "merged" else None, "draft": pull.draft,
            "mergeable_state": "clean", "labels": [{"name": name} for name in pull.labels],
            "head": {"ref": pull.source, "sha": pull.head}, "base": {"ref": pull.target},
        }

    def answer(self, method, path, query, body):
        forge, words = self.forge, ("success", "failure", "pending")
        if path == "/graphql":
            if "enablePullRequestAutoMerge" in body["query"]:
                return 200, {"data": None, "errors": [{"message": "Auto merge is not allowed for this repository"}]}
            return 200, {"data": {"repository": {
                "squashMergeAllowed": True, "rebaseMergeAllowed": True, "mergeCommitAllowed": True}}}
        if found := re.fullmatch(r"/users/([^/]+)", path):
            return 200, {"login": found[1], "name": None, "email": None}
        rest = path.removeprefix("/repos/acme/shop")
        if (method, rest) == ("GET", "/pulls"):
            owner, _, source = query["head"].partition(":")
            assert owner == "acme", "without the owner the filter is ignored"
            found = forge.newest(source, query["base"])
            return 200, [self.value(pull) for pull in found if query["state"] == "all" or pull.state == "open"]
        if (method, rest) == ("POST", "/pulls"):
            pull = forge.create(body["head"], body["base"], body["title"], body.get("body") or "")
            if not pull:
                return 422, {"message": "Validation Failed", "errors": [{"message": "A pull request already exists"}]}
            pull.draft = body.get("draft", False)
            return 201, self.value(pull)
        if found := re.fullmatch(r"/pulls/(\d+)(/.*)?", rest):
            pull, part = self.pull(found[1]), found[2]
            if (method, part) == ("GET", None):
                return 200, self.value(pull)
            if (method, part) == ("PATCH", None):
                forge.update(pull, body.get("title"), body.get("body"))
                if body.get("state") == "closed":
                    forge.close(pull)
                return 200, self.value(pull)
            if (method, part) == ("GET", "/reviews"):
                return 200, [] if query.get("page", "1") != "1" else [
                    {"user": {"login": who}, "state": "APPROVED", "commit_id": head}
                    for who, head, _ in pull.reviews]
            if (method, part) == ("PUT", "/merge"):
                if pull.head != body["sha"]:
                    return 409, {"message": "Head branch was modified. Review and try the merge again."}
                text = body.get("commit_title", pull.title) + "\n\n" + body.get("commit_message", "")
                done = forge.merge(pull, body["sha"], text)
                return (200, {"merged": True}) if done else (405, {"message": "Pull Request is not mergeable"})
            if (method, part) == ("POST", "/requested_reviewers"):
                pull.reviewers += body.get("reviewers", []) + body.get("team_reviewers", [])
                return 201, self.value(pull)
        if (found := re.fullmatch(r"/issues/(\d+)/comments", rest)) and method == "POST":
            self.pull(found[1]).comments.append(body["body"])
            return 201, {}
        if (found := re.fullmatch(r"/issues/(\d+)/labels", rest)) and method == "POST":
            self.pull(found[1]).labels += body["labels"]
            return 200, []
        if found := re.fullmatch(r"/commits/([0-9a-f]{40})/(check-runs|status)", rest):
            all = forge.statuses[found[1]] if query.get("page", "1") == "1" else {}
            own = {name: one for name, one in all.items() if name.startswith("ci/") == (found[2] == "check-runs")}
            if found[2] == "status":
                return 200, {"statuses": [
                    {"context": name, "state": self.say(one[0], *words)} for name, one in own.items()]}
            return 200, {"check_runs": [
                {"name": name, "status": "in_progress" if one[0] == "pending" else "completed",
                 "conclusion": self.say(one[0], "success", "failure", None)} for name, one in own.items()]}
        if found := re.fullmatch(r"/statuses/([0-9a-f]{40})", rest):
            forge.set(found[1], body["context"], self.meant(body["state"], *words), body.get("description"))
            return 201, {}
        if (method, rest) == ("GET", "/activity"):
            source = query["ref"].removeprefix("refs/heads/")
            return 200, [{"after": forge.tip(source), "actor": {"login": BOT}}]
        if (method, rest) == ("GET", "/deployments"):
            return 200, [
                {"id": number, "sha": commit, "environment": environment}
                for number, (commit, environment, _) in enumerate(forge.deployments)
                if environment == query["environment"] and query.get("sha", commit) == commit][::-1]
        if (method, rest) == ("POST", "/deployments"):
            forge.deployments.append((body["ref"], body["environment"], []))
            return 201, {"id": len(forge.deployments) - 1}
        if found := re.fullmatch(r"/deployments/(\d+)/statuses", rest):
            states = forge.deployments[int(found[1])][2]
            if method == "POST":
                states.insert(0, body["state"])
                return 201, {}
            return 200, [{"state": state, "created_at": stamp(forge.now())} for state in states]
        if found := re.fullmatch(r"/git/refs/heads/(.+)", rest):
            forge.git("update-ref", "-d", f"refs/heads/{found[1]}")
            return 204, None
        return None


class GitLab(Dialect):
    kind, variables = "gitlab", ("GX_GITLAB_API", "GITLAB_TOKEN")
    remote, header = "git@gitlab.example.com:acme/shop.git", ("private-token", "secret-token")

    def value(self, pull):
        return {
            "iid": pull.number, "title": pull.title, "description": pull.body, "author": {"username": BOT},
            "web_url": f"https://gitlab.example.com/acme/shop/-/merge_requests/{pull.number}",
            "state": {"open": "opened"}.get(pull.state, pull.state), "source_branch": pull.source,
            "target_branch": pull.target, "sha": pull.head, "head_pipeline": None, "labels": pull.labels,
            "detailed_merge_status": "mergeable",
        }

    def answer(self, method, path, query, body):
        forge, words = self.forge, ("success", "failed", "pending")
        rest = path.removeprefix("/projects/acme%2Fshop")
        if (method, rest) == ("GET", "/merge_requests"):
            found = forge.newest(query["source_branch"], query["target_branch"])
            return 200, [self.value(pull) for pull in found if query["state"] == "all" or pull.state == "open"]
        if (method, rest) == ("POST", "/merge_requests"):
            pull = forge.create(
                body["source_branch"], body["target_branch"], body["title"], body.get("description", ""))
            return (201, self.value(pull)) if pull else (409, {"message": ["Another open merge request exists"]})
        if (method, path) == ("GET", "/users"):
            return 200, [{"id": 7, "username": query["username"]}]
        if (method, rest) == ("GET", "/deployments"):
            return 200, [
                {"id": number, "sha": commit, "status": states[0], "updated_at": stamp(forge.now())}
                for number, (commit, environment, states) in enumerate(forge.deployments)
                if environment == query["environment"]][::-1]
        if (method, rest) == ("POST", "/deployments"):
            assert body["ref"] == "main" and body["tag"] is False
            forge.deployments.append((body["sha"], body["environment"], [body["status"]]))
            return 201, {"id": len(forge.deployments) - 1}
        if (found := re.fullmatch(r"/deployments/(\d+)", rest)) and method == "PUT":
            forge.deployments[int(found[1])][2].insert(0, body["status"])
            return 200, {}
        if found := re.fullmatch(r"/merge_requests/(\d+)(/.*)?", rest):
            pull, part = self.pull(found[1]), found[2]
            if (method, part) == ("GET", None):
                return 200, self.value(pull)
            if (method, part) == ("PUT", None):
                if "add_labels" in body:
                    pull.labels += body["add_labels"].split(",")
                pull.reviewers += body.get("reviewer_ids", [])
                forge.update(pull, body.get("title"), body.get("description"))
                if body.get("state_event") == "close":
                    forge.close(pull)
                return 200, self.value(pull)
            if (method, part) == ("PUT", "/merge"):
                if body.get("sha") != pull.head:
                    return 409, {"message": "SHA does not match HEAD of source branch"}
                done = forge.merge(
                    pull, body["sha"], body.get("squash_commit_message", pull.title),
                    delete=body.get("should_remove_source_branch", False))
                return (200, self.value(pull)) if done else (405, {"message": "405 Method Not Allowed"})
            if (method, part) == ("GET", "/versions"):
                return 200, [{"head_commit_sha": pull.head, "created_at": stamp(pull.pushed)}]
            if (method, part) == ("GET", "/approvals"):
                return 200, {"approved_by": [{"user": {"username": who}} for who in {r[0] for r in pull.reviews}]}
            if (method, part) == ("GET", "/notes"):
                return 200, [
                    {"system": True, "author": {"username": who}, "body": "approved this merge request",
                     "created_at": stamp(when)} for who, _, when in pull.reviews[::-1]]
            if (method, part) == ("POST", "/notes"):
                pull.comments.append(body["body"])
                return 201, {}
        if found := re.fullmatch(r"/repository/commits/([0-9a-f]{40})/statuses", rest):
            all = forge.statuses[found[1]] if query.get("page", "1") == "1" else {}
            return 200, [{"name": name, "status": self.say(one[0], *words)} for name, one in all.items()]
        if found := re.fullmatch(r"/statuses/([0-9a-f]{40})", rest):
            forge.set(found[1], body["name"], self.meant(body["state"], *words), body.get("description"))
            return 201, {}
        if (method, rest) == ("GET", "/events"):
            return 200, [
                {"author": {"username": BOT}, "push_data": {"commit_to": pull.head, "ref": pull.source}}
                for pull in forge.pulls[::-1]]
        return None


class Gitea(Dialect):
    kind, variables = "gitea", ("GX_GITEA_API", "GITEA_TOKEN")
    remote, header = "git@codeberg.org:acme/shop.git", ("authorization", "token secret-token")

    def value(self, pull):
        return {
            "number": pull.number, "title": pull.title, "body": pull.body, "user": {"login": BOT},
            "html_url": f"https://codeberg.org/acme/shop/pulls/{pull.number}",
            "state": "open" if pull.state == "open" else "closed", "merged": pull.state == "merged",
            "head": {"ref": pull.source, "sha": pull.head}, "base": {"ref": pull.target},
            "labels": [{"name": name} for name in pull.labels],
        }

    def answer(self, method, path, query, body):
        forge, words = self.forge, ("success", "failure", "pending")
        rest = path.removeprefix("/repos/acme/shop")
        first = query.get("page", "1") == "1"
        if (method, rest) == ("GET", ""):
            return 200, {"allow_squash_merge": True, "allow_rebase": True, "allow_merge_commits": True}
        if (method, rest) == ("GET", "/pulls"):
            # No filter for branches; fewer on a page than are asked for.
            found = [p for p in forge.pulls[::-1] if query["state"] == "all" or p.state == "open"]
            start = (int(query.get("page", "1")) - 1) * 3
            return 200, [self.value(pull) for pull in found[start : start + 3]]
        if (method, rest) == ("POST", "/pulls"):
            pull = forge.create(body["head"], body["base"], body["title"], body.get("body", ""))
            return (201, self.value(pull)) if pull else (409, {"message": "pull request already exists"})
        if found := re.fullmatch(r"/pulls/(\d+)(/.*)?", rest):
            pull, part = self.pull(found[1]), found[2]
            if (method, part) == ("GET", None):
                return 200, self.value(pull)
            if (method, part) == ("PATCH", None):
                forge.update(pull, body.get("title"), body.get("body"))
                if body.get("state") == "closed":
                    forge.close(pull)
                return 201, self.value(pull)
            if (method, part) == ("GET", "/reviews"):
                return 200, [
                    {"id": number, "user": {"login": who}, "state": "APPROVED", "commit_id": head, "dismissed": False}
                    for number, (who, head, _) in enumerate(pull.reviews)] if first else []
            if (method, part) == ("POST", "/requested_reviewers"):
                pull.reviewers += body["reviewers"]
                return 201, []
            if (method, part) == ("POST", "/merge"):
                if body.get("head_commit_id") != pull.head:
                    return 409, {"message": "head out of date"}
                text = body.get("MergeTitleField", pull.title) + "\n\n" + body.get("MergeMessageField", "")
                done = forge.merge(pull, pull.head, text, delete=body.get("delete_branch_after_merge", False))
                return (200, None) if done else (405, {"message": "Please try again later"})
        if (found := re.fullmatch(r"/issues/(\d+)/comments", rest)) and method == "POST":
            self.pull(found[1]).comments.append(body["body"])
            return 201, {}
        if (found := re.fullmatch(r"/issues/(\d+)/labels", rest)) and method == "POST":
            self.pull(found[1]).labels += body["labels"]
            return 200, []
        if found := re.fullmatch(r"/commits/([0-9a-f]{40})/status", rest):
            all = forge.statuses[found[1]] if first else {}
            return 200, {"statuses": [
                {"context": name, "status": self.say(one[0], *words)} for name, one in all.items()]}
        if (found := re.fullmatch(r"/statuses/([0-9a-f]{40})", rest)) and method == "POST":
            forge.set(found[1], body["context"], self.meant(body["state"], *words), body.get("description"))
            return 201, {}
        if (method, rest) == ("GET", "/activities/feeds"):
            return 200, [
                {"ref_name": f"refs/heads/{pull.source}", "act_user": {"login": BOT},
                 "content": json.dumps({"HeadCommit": {"Sha1": pull.head}})} for pull in forge.pulls[::-1]]
        return None


class BitbucketCloud(Dialect):
    kind, variables = "bitbucket", ("GX_BITBUCKET_API", "BITBUCKET_TOKEN")
    remote = "git@bitbucket.org:acme/shop.git"

    def value(self, pull):
        return {
            "id": pull.number, "title": pull.title, "description": pull.body, "author": {"nickname": BOT},
            "links": {"html": {"href": f"https://bitbucket.org/acme/shop/pull-requests/{pull.number}"}},
            "state": {"open": "OPEN", "merged": "MERGED"}.get(pull.state, "DECLINED"),
            "source": {"branch": {"name": pull.source}, "commit": {"hash": (pull.head or "")[:12]}},
            "destination": {"branch": {"name": pull.target}},
            "participants": [{"approved": True, "user": {"nickname": who}} for who in {r[0] for r in pull.reviews}],
        }

    def answer(self, method, path, query, body):
        forge, words = self.forge, ("SUCCESSFUL", "FAILED", "INPROGRESS")
        rest = path.removeprefix("/repositories/acme/shop")
        if (method, rest) == ("GET", "/pullrequests"):
            source = re.search(r'source\.branch\.name="([^"]+)"', query["q"])[1]
            target = re.search(r'destination\.branch\.name="([^"]+)"', query["q"])[1]
            states = set(re.findall(r'state="([A-Z]+)"', query["q"]))
            return 200, {"values": [v for v in map(self.value, forge.newest(source, target)) if v["state"] in states]}
        if (method, rest) == ("POST", "/pullrequests"):
            pull = forge.create(
                body["source"]["branch"]["name"], body["destination"]["branch"]["name"], body["title"],
                body.get("description", ""))
            return (201, self.value(pull)) if pull else (400, {"error": {"message": "there are no changes"}})
        if found := re.fullmatch(r"/pullrequests/(\d+)(/.*)?", rest):
            pull, part = self.pull(found[1]), found[2]
            if (method, part) == ("GET", None):
                return 200, self.value(pull)
            if (method, part) == ("PUT", None):
                forge.update(pull, body.get("title"), body.get("description"))
                return 200, self.value(pull)
            if (method, part) == ("POST", "/decline"):
                forge.close(pull)
                return 200, self.value(pull)
            if (method, part) == ("POST", "/comments"):
                pull.comments.append(body["content"]["raw"])
                return 201, {}
            if (method, part) == ("GET", "/activity"):
                items = [(when, 1, {"approval": {"user": {"nickname": who}}}) for who, _, when in pull.reviews]
                items.append((pull.pushed, 0, {"update": {
                    "author": {"nickname": BOT}, "source": {"commit": {"hash": pull.head[:12]}}}}))
                return 200, {"values": [item for _, _, item in sorted(items, key=lambda one: one[:2])[::-1]]}
        if (found := re.fullmatch(r"/commit/([0-9a-f]{40})/statuses", rest)) and method == "GET":
            all = forge.statuses[found[1]] if query.get("page", "1") == "1" else {}
            return 200, {"values": [{"key": name, "state": self.say(one[0], *words)} for name, one in all.items()]}
        if (found := re.fullmatch(r"/commit/([0-9a-f]{40})/statuses/build", rest)) and method == "POST":
            forge.set(found[1], body["key"], self.meant(body["state"], *words), body.get("description"))
            return 201, {}
        return None


class BitbucketServer(Dialect):
    kind, variables = "bitbucket-server", ("GX_BITBUCKET_API", "BITBUCKET_TOKEN")
    remote, prefix = "ssh://git@bitbucket.example.com:7999/acme/shop.git", "/rest/api/1.0"

    def value(self, pull):
        seen = {who: head for who, head, _ in pull.reviews}
        return {
            "id": pull.number, "version": pull.version, "title": pull.title, "description": pull.body,
            "links": {"self": [{"href": f"https://bitbucket.example.com/pull-requests/{pull.number}"}]},
            "state": {"open": "OPEN", "merged": "MERGED"}.get(pull.state, "DECLINED"),
            "fromRef": {"id": f"refs/heads/{pull.source}", "latestCommit": pull.head},
            "toRef": {"id": f"refs/heads/{pull.target}"}, "author": {"user": {"name": BOT}}, "reviewers": [],
            "participants": [
                {"user": {"name": who}, "status": "APPROVED", "lastReviewedCommit": head}
                for who, head in seen.items()],
        }

    def answer(self, method, path, query, body):
        forge, words = self.forge, ("SUCCESSFUL", "FAILED", "INPROGRESS")
        if found := re.fullmatch(r"/rest/build-status/1\.0/commits/([0-9a-f]{40})", path):
            if method == "POST":
                forge.set(found[1], body["key"], self.meant(body["state"], *words), body.get("description"))
                return 204, None
            all = [
                {"key": name, "state": self.say(one[0], *words)} for name, one in forge.statuses[found[1]].items()]
            start = int(query.get("start", "0"))
            return 200, {"values": all[start : start + 1], "isLastPage": start + 1 >= len(all), "nextPageStart": start + 1}
        rest = path.removeprefix("/rest/api/1.0/projects/acme/repos/shop")
        if (method, rest) == ("GET", "/pull-requests"):
            source = query["at"].removeprefix("refs/heads/")
            assert query["direction"] == "OUTGOING"
            found = [self.value(p) for p in forge.newest(source, "main")]
            return 200, {"values": [v for v in found if query["state"] in ("ALL", v["state"])], "isLastPage": True}
        if (method, rest) == ("POST", "/pull-requests"):
            pull = forge.create(
                body["fromRef"]["id"].removeprefix("refs/heads/"), body["toRef"]["id"].removeprefix("refs/heads/"),
                body["title"], body.get("description", ""))
            return (201, self.value(pull)) if pull else (409, {"errors": [{"message": "only one pull request"}]})
        if found := re.fullmatch(r"/pull-requests/(\d+)(/.*)?", rest):
            pull, part = self.pull(found[1]), found[2]
            version = body.get("version") if isinstance(body, dict) and "version" in body else query.get("version")
            if part in ("/merge", "/decline") or method == "PUT":
                if int(version) != pull.version:
                    return 409, {"errors": [{"message": "You are attempting to modify an out-of-date pull request"}]}
            if (method, part) == ("GET", None):
                return 200, self.value(pull)
            if (method, part) == ("PUT", None):
                forge.update(pull, body["title"], body.get("description"))
                return 200, self.value(pull)
            if (method, part) == ("POST", "/decline"):
                forge.close(pull)
                return 200, self.value(pull)
            if (method, part) == ("POST", "/comments"):
                pull.comments.append(body["text"])
                return 201, {}
            if (method, part) == ("POST", "/merge"):
                done = forge.merge(pull, None, (body or {}).get("message", pull.title), delete=False)
                return (200, self.value(pull)) if done else (409, {"errors": [{"message": "conflicts"}]})
            if (method, part) == ("POST", "/participants"):
                assert body["role"] == "REVIEWER"
                pull.reviewers.append(body["user"]["name"])
                return 200, {}
            if (method, part) == ("GET", "/activities"):
                return 200, {"isLastPage": True, "values": [
                    {"action": "RESCOPED", "fromHash": pull.head, "user": {"name": BOT}}, {"action": "OPENED"}]}
        return None


class Azure(Dialect):
    kind, variables = "azure", ("GX_AZURE_API", "AZURE_DEVOPS_EXT_PAT")
    remote, header = "git@ssh.dev.azure.com:v3/org/acme/shop", ("authorization", "Basic OnNlY3JldC10b2tlbg==")

    def value(self, pull):
        return {
            "pullRequestId": pull.number, "title": pull.title, "description": pull.body,
            "status": {"open": "active", "merged": "completed"}.get(pull.state, "abandoned"),
            "sourceRefName": f"refs/heads/{pull.source}", "targetRefName": f"refs/heads/{pull.target}",
            "createdBy": {"uniqueName": f"{BOT}@example.com"}, "mergeStatus": "succeeded",
            "repository": {"project": {"id": "p-1"}},
            "reviewers": [
                {"id": who, "uniqueName": f"{who}@example.com", "vote": 10} for who in {r[0] for r in pull.reviews}],
        }

    def answer(self, method, path, query, body):
        forge, words = self.forge, ("succeeded", "failed", "pending")
        assert query.get("api-version"), "api-version is missing"
        if path == "/acme/_apis/policy/evaluations":
            return 200, {"value": []}
        rest = path.removeprefix("/acme/_apis/git/repositories/shop")
        if (method, rest) == ("GET", "/pullrequests"):
            source = query["searchCriteria.sourceRefName"].removeprefix("refs/heads/")
            found = [self.value(p) for p in forge.newest(source, query["searchCriteria.targetRefName"][11:])]
            wanted = query["searchCriteria.status"]
            return 200, {"value": [v for v in found if wanted in ("all", v["status"])]}
        if (method, rest) == ("POST", "/pullrequests"):
            pull = forge.create(
                body["sourceRefName"][11:], body["targetRefName"][11:], body["title"], body.get("description", ""))
            return (201, self.value(pull)) if pull else (409, {"message": "TF401179: An active pull request exists"})
        if found := re.fullmatch(r"/pull[rR]equests/(\d+)(/.*)?", rest):
            pull, part = self.pull(found[1]), found[2]
            if (method, part) == ("GET", None):
                return 200, self.value(pull)
            if (method, part) == ("PATCH", None):
                if body.get("status") == "completed":
                    if body["lastMergeSourceCommit"]["commitId"] != pull.head:
                        return 409, {"message": "TF401192: The pull request was edited"}
                    options = body.get("completionOptions", {})
                    done = forge.merge(
                        pull, pull.head, options.get("mergeCommitMessage", pull.title),
                        delete=options.get("deleteSourceBranch", False))
                    return (200, self.value(pull)) if done else (409, {"message": "conflicts"})
                if "title" in body or "description" in body:
                    assert len(body.get("description", "")) <= 4000
                    forge.update(pull, body.get("title"), body.get("description"))
                if body.get("status") == "abandoned":
                    forge.close(pull)
                return 200, self.value(pull)
            if (method, part) == ("POST", "/labels"):
                pull.labels.append(body["name"])
                return 200, {}
            if (method, part) == ("GET", "/iterations"):
                return 200, {"value": [{
                    "id": pull.version, "sourceRefCommit": {"commitId": pull.head}, "createdDate": stamp(pull.pushed),
                    "push": {"pushedBy": {"uniqueName": f"{BOT}@example.com"}}}]}
            if (method, part) == ("GET", "/threads"):
                return 200, {"value": [
                    {"publishedDate": stamp(when), "identities": {"1": {"id": who}},
                     "properties": {"CodeReviewThreadType": {"$value": "VoteUpdate"}}}
                    for who, _, when in pull.reviews]}
            if (method, part) == ("POST", "/threads"):
                pull.comments.append(body["comments"][0]["content"])
                return 200, {}
        if found := re.fullmatch(r"/commits/([0-9a-f]{40})/statuses", rest):
            if method == "POST":
                context = body["context"]
                name = f"{context['genre']}/{context['name']}"
                forge.set(found[1], name, self.meant(body["state"], *words), body.get("description"))
                return 201, {}
            return 200, {"value": [
                {"context": dict(zip(("genre", "name"), name.split("/", 1))), "state": self.say(one[0], *words)}
                for name, one in forge.statuses[found[1]].items()]}
        return None


DIALECTS = [GitHub, GitLab, Gitea, BitbucketCloud, BitbucketServer, Azure]


def serve(dialect, check=lambda *request: None):
    """A server that speaks a dialect, and its address. `check` says what is wrong with a request; None where nothing is."""
    forge = dialect.forge

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def handle_any(self):
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            path, _, query = self.path.partition("?")
            query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
            if self.headers.get(dialect.header[0]) != dialect.header[1]:
                return self.give(401, {"message": "Bad credentials"})
            with forge.lock:
                forge.counts["requests"] += 1
                forge.refresh()
                problem, answer = None, None
                try:
                    body = json.loads(text) if text else None
                    problem = check(self.command, path, query, body)
                    known = path if dialect.kind == "gitlab" else urllib.parse.unquote(path)
                    answer = dialect.answer(self.command, known, query, body)
                except (AssertionError, KeyError, TypeError, ValueError) as error:
                    problem = f"{type(error).__name__}: {error}"
                if answer is None and not problem:
                    problem = "no such request"
                if problem:
                    forge.wrong.append(f"{self.command} {self.path} {text[:200]}: {problem}")
                self.give(*(answer or (404, {"message": "Not Found"})))

        def give(self, status, value):
            data = b"" if value is None else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}{dialect.prefix}"
