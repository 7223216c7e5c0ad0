internal import Git
internal import System

/// GitHub, on github.com and elsewhere: https://docs.github.com/rest/pulls and https://docs.github.com/graphql
struct GitHub: PullsHost {
    static let name = "GitHub"
    static let labels = ["github"]
    static let longest = 65_536
    static let tokenVariable: String? = "GITHUB_TOKEN"
    static let commitPage: String? = "commit/"
    static let requestPage: String? = "pull/"

    let api: HostAPI?
    private let graphQL: String
    private let web: String
    private let owner: String
    let repository: String

    init(_ host: Host) throws {
        guard let address = host.address, let (owner, name) = address.ownerAndName else {
            throw PublishingError.unknownHost(host.address?.path ?? "a path on this machine")
        }
        self.owner = owner
        repository = "/repos/\(owner)/\(name)"
        web = "https://\(address.webHost)/\(address.path)"
        let base = host.variable("GX_GITHUB_API") ?? Self.base(of: address)
        graphQL = base.hasSuffix("/api/v3") ? base.dropLast(3) + "graphql" : base + "/graphql"
        api = try Self.token(for: host).map { token in
            try HostAPI(
                base, token: token,
                headers: [
                    ("Accept", "application/vnd.github+json"), ("X-GitHub-Api-Version", "2022-11-28"),
                    ("Authorization", "Bearer \(token)"),
                ], host: host)
        }
    }

    private static func base(of address: RemoteAddress) -> String {
        address.host == "github.com" ? "https://api.github.com" : "https://\(address.webHost)/api/v3"
    }

    /// The token for a host. Those for github.com go to no other one, unless the job that gx is a step of runs there.
    private static func token(for host: Host) -> String? {
        let isPublic = host.address?.host == "github.com"
        let isOurs = isPublic || host.isOfJob || host.variable("GX_GITHUB_API") != nil
        return (isPublic ? nil : host.variable("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"))
            ?? (isOurs ? host.variable("GH_TOKEN", "GITHUB_TOKEN") : nil)
    }

    func pageToOpen(_ branch: String, into target: String) -> String? {
        "\(web)/compare/\(target)...\(branch)?expand=1"
    }

    // MARK: Requests

    func find(_ branch: String, into target: String) throws(HostError) -> HostedRequest? {
        try request(branch, target: target, state: "open")
    }

    func newest(_ branch: String, into target: String) throws(HostError) -> HostedRequest? {
        try request(branch, target: target, state: "all")
    }

    private func request(
        _ branch: String, target: String, state: String
    ) throws(HostError) -> HostedRequest? {
        // Without the owner the filter is ignored. The newest comes first.
        let query = [("head", "\(owner):\(branch)"), ("base", target), ("state", state)]
        return try call("GET", "/pulls", query: query).array?.first.flatMap(HostedRequest.init(pull:))
    }

    // MARK: Merging

    func merge(_ request: HostedRequest, at head: ObjectID, _ message: CommitMessage, waits: Bool)
        throws(HostError) -> MergeAnswer
    {
        // A branch with a queue is merged into by nothing else.
        if let isQueued = isQueued(request) {
            guard !isQueued else { return .waits }
            do {
                _ = try query(
                    Self.enqueue,
                    ["id": request.id.map(JSON.string) ?? .null, "head": .string("\(head)")])
                return .waits
            } catch {
                guard waits else { return .refused(error.message) }
                // What may not be queued yet is, by the host, once it may.
                return askToWait(request, at: head, message, "MERGE").map { .refused($0) } ?? .waits
            }
        }
        let method = try method()
        if waits {
            guard let refusal = askToWait(request, at: head, message, method) else { return .waits }
            // Of the words only those count that say that nothing is left to wait for; surer is what the host says of
            // the request itself.
            let state = try? call("GET", "/pulls/\(request.number)")["mergeable_state"]?.string
            let isReady = state.map { ["clean", "has_hooks"].contains($0) } ?? false
            guard isReady || refusal.contains("clean status") else { return .refused(refusal) }
        }
        do {
            _ = try call(
                "PUT", "/pulls/\(request.number)/merge", body: Self.merge(at: head, message, method))
            return .merged
        } catch { return .refused(error.message) }
    }

    /// Has the host merge it once it may; why it does not.
    private func askToWait(
        _ request: HostedRequest, at head: ObjectID, _ message: CommitMessage, _ method: String
    ) -> String? {
        do {
            _ = try query(
                Self.mutation, Self.variables(request, at: head, message: message, method: method))
            return nil
        } catch { return error.message }
    }

    /// Whether the queue of its branch has a request; nil where the branch has none, or the server knows of no queues.
    private func isQueued(_ request: HostedRequest) -> Bool? {
        let found = try? query(
            """
            query($id: ID!) { node(id: $id) { ... on PullRequest { isMergeQueueEnabled isInMergeQueue } } }
            """, ["id": request.id.map(JSON.string) ?? .null])["node"]
        guard found?["isMergeQueueEnabled"]?.bool == true else { return nil }
        return found?["isInMergeQueue"]?.bool == true
    }

    private static let enqueue = """
        mutation($id: ID!, $head: GitObjectID!) { enqueuePullRequest(input: {pullRequestId: $id,
          expectedHeadOid: $head}) { clientMutationId } }
        """

    /// A squash or a rebase keeps the trailers on the branch itself.
    private func method() throws(HostError) -> String {
        let (owner, name) = (owner, repository.split(separator: "/").last.map(String.init) ?? "")
        let allowed = try query(
            """
            query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
              squashMergeAllowed rebaseMergeAllowed mergeCommitAllowed } }
            """, ["owner": .string(owner), "name": .string(name)])["repository"]
        let methods = [("squashMergeAllowed", "SQUASH"), ("rebaseMergeAllowed", "REBASE")]
        return methods.first { allowed?[$0.0]?.bool == true }?.1 ?? "MERGE"
    }

    private static let mutation = """
        mutation($id: ID!, $head: GitObjectID!, $method: PullRequestMergeMethod!, $title: String, $text: String) {
          enablePullRequestAutoMerge(input: {pullRequestId: $id, expectedHeadOid: $head, mergeMethod: $method,
            commitHeadline: $title, commitBody: $text}) { clientMutationId } }
        """

    private static func variables(
        _ request: HostedRequest, at head: ObjectID, message: CommitMessage, method: String
    ) -> JSON {
        var variables = [
            JSON.Field("id", request.id.map(JSON.string) ?? .null), JSON.Field("head", .string("\(head)")),
            JSON.Field("method", .string(method)),
        ]
        // A rebase keeps the commit as it is.
        if method != "REBASE" {
            variables += [
                JSON.Field("title", .string(message.subject)), JSON.Field("text", .string(message.body)),
            ]
        }
        return .object(variables)
    }

    private static func merge(at head: ObjectID, _ message: CommitMessage, _ method: String) -> JSON {
        var fields = [
            JSON.Field("merge_method", .string(method.lowercased())), JSON.Field("sha", .string("\(head)")),
        ]
        if method != "REBASE" {
            fields += [
                JSON.Field("commit_title", .string(message.subject)),
                JSON.Field("commit_message", .string(message.body)),
            ]
        }
        return .object(fields)
    }

    // MARK: Checks

    /// Those of apps, and statuses, which are older and are still what most programs set.
    func checks(at head: ObjectID, of request: HostedRequest?) throws(HostError) -> [HostedCheck] {
        let commit = "\(repository)/commits/\(head)"
        let runs = try api.all(
            commit + "/check-runs", query: [("filter", "latest")], in: "check_runs",
            pageSize: ("per_page", 100))
        let statuses = try api.all(commit + "/status", in: "statuses", pageSize: ("per_page", 100))
        // What is neutral or left out keeps nobody from merging, says the host.
        return runs.compactMap { run in
            run["name"]?.string.map {
                HostedCheck(
                    $0, run["conclusion"]?.string ?? run["status"]?.string,
                    passed: ["success", "neutral", "skipped"],
                    failed: [
                        "failure", "cancelled", "timed_out", "action_required", "stale", "startup_failure",
                    ])
            }
        }
            + statuses.compactMap { status in
                status["context"]?.string.map {
                    HostedCheck(
                        $0, status["state"]?.string, passed: ["success"], failed: ["failure", "error"])
                }
            }
    }

    /// By the protection of the branch, and by rulesets, which are another thing.
    func requiredChecks(into target: String, of request: HostedRequest?) throws(HostError) -> [String]? {
        let branch = HostAPI.encoded(target)
        let protection = try call("GET", "/branches/\(branch)")["protection"]?["required_status_checks"]
        var names = (protection?["contexts"]?.array ?? []).compactMap(\.string)
        do {
            for rule in try call("GET", "/rules/branches/\(branch)").array ?? []
            where rule["type"]?.string == "required_status_checks" {
                let checks = rule["parameters"]?["required_status_checks"]?.array ?? []
                names += checks.compactMap { $0["context"]?.string }
            }
        } catch {
            // Older servers have no rulesets.
            guard error.status == 404 else { throw error }
        }
        return unique(names)
    }

    // MARK: Deployments

    func deployments(to environment: String) throws(HostError) -> [HostedDeployment]? {
        let query = [("environment", environment), ("per_page", "100")]
        return (try call("GET", "/deployments", query: query).array ?? []).compactMap { one in
            guard let id = one["id"]?.int, let commit = one["sha"]?.string else { return nil }
            return HostedDeployment(id: id, commit: commit)
        }
    }

    /// By its newest status that says so: what has been replaced is inactive, and went well before.
    func ending(of deployment: HostedDeployment) throws(HostError) -> HostedEnding? {
        let statuses =
            try call(
                "GET", "/deployments/\(deployment.id)/statuses", query: [("per_page", "100")]
            ).array ?? []
        let ended = statuses.first { ["success", "failure", "error"].contains($0["state"]?.string) }
        // One that runs again has not ended.
        guard let ended, let state = statuses.first?["state"]?.string,
            !["pending", "queued", "in_progress"].contains(state)
        else { return nil }
        return HostedEnding(
            hasSucceeded: ended["state"]?.string == "success", time: ended["created_at"]?.string,
            url: ended["log_url"]?.string ?? ended["target_url"]?.string, words: ended["description"]?.string)
    }

    func report(_ report: DeploymentReport) throws(HostError) {
        let query = [("sha", "\(report.commit)"), ("environment", report.environment)]
        var id = try call("GET", "/deployments", query: query).array?.first?["id"]?.int
        if id == nil {
            var fields = [
                JSON.Field("ref", .string("\(report.commit)")),
                JSON.Field("environment", .string(report.environment)),
                JSON.Field("description", .string(report.words)), JSON.Field("auto_merge", .bool(false)),
                // What keeps it out has been judged.
                JSON.Field("required_contexts", .array([])),
            ]
            // Else the host goes by the name.
            if report.isProduction { fields.append(JSON.Field("production_environment", .bool(true))) }
            id = try call("POST", "/deployments", body: .object(fields))["id"]?.int
        }
        guard let id else { throw HostError(message: "the answer names no deployment") }
        let state = report.state.word(passed: "success", failed: "failure", pending: "in_progress")
        let statuses = "/deployments/\(id)/statuses"
        let last = try call("GET", statuses, query: [("per_page", "1")]).array?.first?["state"]
        guard last == nil || last != state && report.state != .pending else { return }
        _ = try call(
            "POST", statuses,
            body: [
                "state": state, "description": .string(report.words), "log_url": .string(report.url),
            ])
    }

    // MARK: Reviews

    func reviews(of request: HostedRequest, at head: ObjectID) throws(HostError) -> HostedReviews {
        let pull = try call("GET", "/pulls/\(request.number)")
        var found = HostedReviews(author: Self.person(pull["user"]), host: Self.name)
        // Oldest first.
        let all = try api.all(
            "\(repository)/pulls/\(request.number)/reviews", pageSize: ("per_page", 100))
        for (login, review) in last(of: all, among: ["APPROVED", "CHANGES_REQUESTED", "DISMISSED"])
        where review["state"]?.string == "APPROVED" && review["commit_id"]?.string == "\(head)" {
            // Of a review only the account is told.
            let profile = try? api.call("GET", "/users/\(HostAPI.encoded(login))")
            guard let person = Self.person(profile) ?? Self.person(review["user"]) else { continue }
            found.approvals.append(person)
        }
        if let branch = pull["head"]?["ref"]?.string {
            // Older servers do not tell.
            let pushes = try? call(
                "GET", "/activity", query: [("ref", "refs/heads/\(branch)"), ("per_page", "30")])
            let push = (pushes?.array ?? []).first { $0["after"]?.string == "\(head)" }
            found.pusher = Self.person(push?["actor"])
        }
        return found
    }

    private static func person(_ user: JSON?) -> HostedPerson? {
        HostedPerson(user, login: "login", name: "name", address: "email")
    }

    func isMember(_ person: HostedPerson, of team: String) throws(HostError) -> Bool? {
        guard let slash = team.firstIndex(of: "/") else { return nil }
        let (organization, name) = (team[..<slash], team[team.index(after: slash)...])
        let path =
            "/orgs/\(HostAPI.encoded(String(organization)))/teams/\(HostAPI.encoded(String(name)))/memberships/\(HostAPI.encoded(person.login))"
        do { return try api.call("GET", path)["state"]?.string == "active" } catch {
            guard error.status == 404 else { throw error }
            return false
        }
    }

    // MARK: Asking

    private func query(_ query: String, _ variables: JSON) throws(HostError) -> JSON {
        let body = try api.call("POST", graphQL, body: ["query": .string(query), "variables": variables])
        if let message = body["errors"]?.array?.first?["message"]?.string {
            throw HostError(message: message)
        }
        return body["data"] ?? .null
    }
}
