internal import Git
internal import Glibc
internal import System

/// GitLab: https://docs.gitlab.com/api/merge_requests/, and where there is no token what a push can ask for:
/// https://docs.gitlab.com/topics/git/commit/#push-options-for-merge-requests
struct GitLab: ReviewHost {
    static let name = "GitLab"
    static let labels = ["gitlab"]
    static let longest = 1_000_000
    static let draftPrefix: String? = "Draft: "
    static let tokenVariable: String? = "GITLAB_TOKEN"
    static let commitPage: String? = "-/commit/"
    static let requestPage: String? = "-/merge_requests/"

    private let api: HostAPI?
    /// For deployments, of which also the token of a job may write.
    private let deployer: HostAPI?
    private let project: String

    init(_ host: Host) throws {
        guard let address = host.address else {
            (api, deployer, project) = (nil, nil, "")
            return
        }
        project = "/projects/" + HostAPI.encoded(address.path)
        let isOfJob = host.environment["CI_SERVER_HOST"]?.lowercased() == address.host
        let base =
            host.variable("GX_GITLAB_API") ?? (isOfJob ? host.variable("CI_API_V4_URL") : nil)
            ?? "https://\(address.webHost)/api/v4"
        // The token of a job may read merge requests, and neither open nor merge them.
        api = try host.variable("GITLAB_TOKEN").map { token in
            try HostAPI(base, token: token, headers: [("PRIVATE-TOKEN", token)], host: host)
        }
        deployer =
            try api
            ?? (isOfJob ? host.variable("CI_JOB_TOKEN") : nil).map { token in
                try HostAPI(base, token: token, headers: [("JOB-TOKEN", token)], host: host)
            }
    }

    var isAuthorized: Bool { api != nil }
    var canReport: Bool { deployer != nil }
    /// A push can ask for it, too.
    var canMergeByItself: Bool { true }

    func way(of write: StepWrite, on name: String, _ options: PullRequestOptions) -> PushWay {
        let message = write.message
        var way = PushWay(ref: "refs/heads/\(name)", message: message)
        guard api == nil else { return way }
        way.opens = true
        let said = write.words()
        // A push option has no line breaks; GitLab makes them of `\n`.
        let description = said.body.replacing("\n", with: "\\n")
        way.options = [
            "merge_request.create", "merge_request.target=\(write.branch)",
            "merge_request.title=\(Self.title(said.subject, isDraft: write.isDraft))",
            "merge_request.description=\(description)",
            "merge_request.remove_source_branch",
        ]
        way.options += write.labels.map { "merge_request.label=\($0)" }
        way.missing = write.reviewers.map { "@\($0)" }
        // It is for the very commit that is pushed.
        if options.autoMerge { way.options.append("merge_request.merge_when_pipeline_succeeds") }
        return way
    }

    // MARK: Requests

    func find(_ branch: String, into target: String) throws(HostError) -> HostedRequest? {
        try request(branch, target: target, state: "opened")
    }

    func newest(_ branch: String, into target: String) throws(HostError) -> HostedRequest? {
        try request(branch, target: target, state: "all")
    }

    private func request(
        _ branch: String, target: String, state: String
    ) throws(HostError) -> HostedRequest? {
        // The newest comes first.
        let query = [("state", state), ("source_branch", branch), ("target_branch", target)]
        let found = try call("GET", "", query: query).array ?? []
        // Forks have branches of that name, too.
        return found.first { $0["source_project_id"] == $0["target_project_id"] }
            .flatMap(HostedRequest.init(gitLab:))
    }

    func comment(_ text: String, on request: HostedRequest) throws(HostError) {
        _ = try call("POST", "/\(request.number)/notes", body: ["body": .string(text)])
    }

    func add(labels: [String], reviewers: [String], to request: HostedRequest) throws(HostError) -> [String] {
        if !labels.isEmpty {
            _ = try call(
                "PUT", "/\(request.number)", body: ["add_labels": .string(labels.joined(separator: ","))])
        }
        var ids: [JSON] = []
        var missing: [String] = []
        for name in reviewers {
            // It knows people by numbers.
            let users: JSON =
                name.contains("/") ? .null : try api.call("GET", "/users", query: [("username", name)])
            if let id = users.array?.first?["id"] { ids.append(id) } else { missing.append("@\(name)") }
        }
        if !ids.isEmpty { _ = try call("PUT", "/\(request.number)", body: ["reviewer_ids": .array(ids)]) }
        return missing
    }

    func close(_ request: HostedRequest) throws(HostError) {
        _ = try call("PUT", "/\(request.number)", body: ["state_event": "close"])
    }

    func create(
        _ branch: String, into target: String, _ message: CommitMessage, isDraft: Bool
    ) throws(HostError) -> HostedRequest {
        let answer = try call(
            "POST", "",
            body: [
                "source_branch": .string(branch), "target_branch": .string(target),
                "title": .string(Self.title(message.subject, isDraft: isDraft)),
                "description": .string(message.body(atMost: Self.longest)),
                "remove_source_branch": .bool(true),
            ])
        return try HostedRequest(gitLab: answer).named("merge request")
    }

    func update(_ request: HostedRequest, _ message: CommitMessage) throws(HostError) {
        _ = try call(
            "PUT", "/\(request.number)",
            body: [
                "title": .string(request.prefix + message.subject),
                "description": .string(message.body(atMost: Self.longest)),
            ])
    }

    // MARK: Merging

    func merge(_ request: HostedRequest, at head: ObjectID, _ message: CommitMessage, waits: Bool)
        throws(HostError) -> MergeAnswer
    {
        var fields = [
            JSON.Field("sha", .string("\(head)")), JSON.Field("should_remove_source_branch", .bool(true)),
            JSON.Field("squash_commit_message", .string(message.text)),
            JSON.Field("merge_commit_message", .string(message.text)),
        ]
        if waits {
            // The second is the first's name before 17.11.
            fields += ["auto_merge", "merge_when_pipeline_succeeds"].map { JSON.Field($0, .bool(true)) }
        }
        var attempt: UInt32 = 1
        while true {
            do {
                let answer = try call("PUT", "/\(request.number)/merge", body: .object(fields))
                return answer["state"]?.string == "merged" ? .merged : .waits
            } catch {
                // In its first seconds a request can't be merged: what it does is still being computed.
                guard error.status == 405, attempt < 5 else { return .refused(error.message) }
                usleep(250_000 * attempt * attempt)
                attempt += 1
            }
        }
    }

    // MARK: Checks

    /// What its pipeline as a whole is called here.
    private static let pipeline = "pipeline"

    func checks(at head: ObjectID, of request: HostedRequest?) throws(HostError) -> [HostedCheck] {
        let pipeline: JSON?
        if let request {
            pipeline = try call("GET", "/\(request.number)")["head_pipeline"]
        } else {
            let query = [("sha", "\(head)"), ("per_page", "1")]
            pipeline = try api.call("GET", project + "/pipelines", query: query).array?.first
        }
        var found: [HostedCheck] = []
        if let status = pipeline?["status"]?.string {
            found.append(HostedCheck(Self.pipeline, status, passed: Self.passed, failed: Self.failed))
        }
        // That of a request may be of the commit that merging would make.
        for commit in unique(["\(head)"] + [pipeline?["sha"]?.string].compactMap(\.self)) {
            let statuses = try api.all(
                "\(project)/repository/commits/\(HostAPI.encoded(commit))/statuses",
                pageSize: ("per_page", 100))
            found += statuses.compactMap { status in
                status["name"]?.string.map {
                    HostedCheck($0, status["status"]?.string, passed: Self.passed, failed: Self.failed)
                }
            }
        }
        return found
    }

    private static let passed: Set<String> = ["success"]
    private static let failed: Set<String> = ["failed", "canceled", "skipped"]

    func requiredChecks(into target: String, of request: HostedRequest?) -> [String]? { [Self.pipeline] }

    func setStatus(_ status: HostedStatus, at head: ObjectID) throws(HostError) {
        _ = try api.call(
            "POST", "\(project)/statuses/\(head)",
            body: [
                "state": status.state.word(passed: "success", failed: "failed", pending: "pending"),
                "name": .string(status.name), "description": .string(status.words),
                "target_url": .string(status.url),
            ])
    }

    // MARK: Deployments

    func deployments(to environment: String) throws(HostError) -> [HostedDeployment]? {
        try known(to: environment).compactMap { one in
            guard let id = one["id"]?.int, let commit = one["sha"]?.string else { return nil }
            var ending: HostedEnding?
            if let state = one["status"]?.string, ["success", "failed"].contains(state) {
                ending = HostedEnding(
                    hasSucceeded: state == "success",
                    time: one["updated_at"]?.string ?? one["created_at"]?.string,
                    url: one["deployable"]?["pipeline"]?["web_url"]?.string)
            }
            return HostedDeployment(id: id, commit: commit, ending: ending)
        }
    }

    /// Newest first.
    private func known(to environment: String) throws(HostError) -> [JSON] {
        let query = [
            ("environment", environment), ("order_by", "id"), ("sort", "desc"), ("per_page", "100"),
        ]
        return try deployer.call("GET", project + "/deployments", query: query).array ?? []
    }

    func report(_ report: DeploymentReport) throws(HostError) {
        let state = report.state.word(passed: "success", failed: "failed", pending: "running")
        let path = project + "/deployments"
        let known = try known(to: report.environment).first { $0["sha"]?.string == "\(report.commit)" }
        guard let id = known?["id"]?.int else {
            _ = try deployer.call(
                "POST", path,
                body: [
                    "environment": .string(report.environment), "sha": .string("\(report.commit)"),
                    "ref": .string(report.branch), "tag": .bool(false), "status": state,
                ])
            return
        }
        guard known?["status"] != state, report.state != .pending else { return }
        _ = try deployer.call("PUT", path + "/\(id)", body: ["status": state])
    }

    // MARK: Reviews

    /// An approval may be older than the head: when it was given is told by itself, or by a note.
    func reviews(of request: HostedRequest, at head: ObjectID) throws(HostError) -> HostedReviews {
        let pull = try call("GET", "/\(request.number)")
        var found = HostedReviews(author: Self.person(pull["author"]), host: Self.name)
        let version = try call("GET", "/\(request.number)/versions").array?.first
        let isCurrent = version?["head_commit_sha"]?.string == "\(head)"
        let approvals = try call("GET", "/\(request.number)/approvals")["approved_by"]?.array ?? []
        if isCurrent, !approvals.isEmpty, let start = Self.time(version?["created_at"]) {
            let notes =
                try call(
                    "GET", "/\(request.number)/notes",
                    query: [("sort", "desc"), ("order_by", "created_at"), ("per_page", "100")]
                ).array ?? []
            for approval in approvals {
                guard let person = Self.person(approval["user"]) else { continue }
                let note = notes.first {
                    $0["system"]?.bool == true && $0["author"]?["username"]?.string == person.login
                        && $0["body"]?.string?.hasPrefix("approved this merge request") == true
                }
                let time = Self.time(approval["approved_at"]) ?? Self.time(note?["created_at"])
                if let time, time >= start { found.approvals.append(person) }
            }
        }
        let pushes = try? api.call(
            "GET", project + "/events", query: [("action", "pushed"), ("per_page", "100")])
        let push = (pushes?.array ?? []).first {
            $0["push_data"]?["commit_to"]?.string == "\(head)"
                && $0["push_data"]?["ref"]?.string == pull["source_branch"]?.string
        }
        found.pusher = Self.person(push?["author"])
        return found
    }

    private static func person(_ user: JSON?) -> HostedPerson? {
        HostedPerson(user, login: "username", name: "name", address: "public_email")
    }

    private static func time(_ value: JSON?) -> Timestamp? {
        value?.string.flatMap { Timestamp(iso8601: $0) }
    }

    func isMember(_ person: HostedPerson, of team: String) throws(HostError) -> Bool? {
        let query = [("query", person.login), ("per_page", "100")]
        let members = try api.call("GET", "/groups/\(HostAPI.encoded(team))/members/all", query: query)
        return (members.array ?? []).contains { $0["username"]?.string == person.login }
    }

    private func call(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: JSON? = nil
    ) throws(HostError) -> JSON {
        try api.call(method, project + "/merge_requests" + path, query: query, body: body)
    }
}

extension HostedRequest {
    fileprivate init?(gitLab request: JSON) {
        guard let number = request["iid"]?.int else { return nil }
        self.init(
            number: number, url: request["web_url"]?.string, title: request["title"]?.string,
            body: request["description"]?.string)
        setAside(GitLab.draftPrefix)
        switch request["state"]?.string {
        case "merged": state = .merged
        case "closed": state = .closed
        default: state = .open
        }
    }
}
