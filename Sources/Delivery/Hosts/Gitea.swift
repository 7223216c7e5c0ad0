internal import Git
internal import System

/// Gitea and Forgejo: https://docs.gitea.com/api/ and https://forgejo.org/docs/latest/user/api-usage/, and where there
/// is no token what a push can ask for (AGit): https://docs.gitea.com/usage/agit
struct Gitea: PullsHost {
    static let name = "Gitea or Forgejo"
    static let labels = ["gitea", "forgejo", "codeberg"]
    static let draftPrefix: String? = "WIP: "
    static let tokenVariable: String? = "GITEA_TOKEN"
    static let commitPage: String? = "commit/"
    static let requestPage: String? = "pulls/"

    let api: HostAPI?
    let repository: String

    init(_ host: Host) throws {
        guard let address = host.address, let (owner, name) = address.ownerAndName else {
            (api, repository) = (nil, "")
            return
        }
        repository = "/repos/\(HostAPI.encoded(owner))/\(HostAPI.encoded(name))"
        let base = host.variable("GX_GITEA_API") ?? "https://\(address.webHost)/api/v1"
        // A job has its token under GitHub's name.
        let token =
            host.variable("GITEA_TOKEN", "FORGEJO_TOKEN")
            ?? (host.isOfJob ? host.variable("GITHUB_TOKEN") : nil)
        api = try token.map { token in
            try HostAPI(base, token: token, headers: [("Authorization", "token \(token)")], host: host)
        }
    }

    /// With a token a branch is pushed, which can be looked at, and to which reviewers can push; without one a push
    /// for review opens the request.
    func way(of write: StepWrite, on name: String, _ options: PullRequestOptions) -> PushWay {
        let message = write.message
        guard api == nil else { return PushWay(ref: "refs/heads/\(name)", message: message) }
        let said = write.words()
        var way = PushWay(
            ref: "refs/for/\(write.branch)", message: message,
            options: ["topic=\(name)", "title=\(Self.title(said.subject, isDraft: write.isDraft))"],
            opens: true)
        // An option has no line breaks. Without one, the description is the rest of the commit's message.
        if !said.body.contains("\n") { way.options.append("description=\(said.body)") }
        way.missing = write.labels + write.reviewers.map { "@\($0)" }
        if options.supersede { way.options.append("force-push=true") }
        way.explain = { words in
            guard words.contains("force-push") else { return words }
            return "a promotion is open already for \(name): replace it with --supersede"
        }
        return way
    }

    // MARK: Requests

    func find(_ branch: String, into target: String) throws(HostError) -> HostedRequest? {
        try request(branch, target: target, query: [("state", "open"), ("sort", "recentupdate")])
    }

    func newest(_ branch: String, into target: String) throws(HostError) -> HostedRequest? {
        // By itself the list begins with the newest.
        try request(branch, target: target, query: [("state", "all")])
    }

    private func request(
        _ branch: String, target: String, query: [(name: String, value: String)]
    ) throws(HostError) -> HostedRequest? {
        guard let api else { return nil }
        // The list knows no filter for branches.
        let found = try api.first(
            repository + "/pulls", query: query, pageSize: ("limit", 50)
        ) { pull in
            let (head, base) = (pull["head"], pull["base"])
            // Forks have branches of that name, too.
            return head?["ref"]?.string == branch && base?["ref"]?.string == target
                && head?["repo"]?["id"] == base?["repo"]?["id"]
        }
        return found.flatMap(HostedRequest.init(pull:))
    }

    // MARK: Merging

    func merge(_ request: HostedRequest, at head: ObjectID, _ message: CommitMessage, waits: Bool)
        throws(HostError) -> MergeAnswer
    {
        let settings = try call("GET", "")
        // A squash or a rebase keeps the trailers on the branch itself.
        let methods = [("allow_squash_merge", "squash"), ("allow_rebase", "rebase")]
        let method = methods.first { settings[$0.0]?.bool == true }?.1 ?? "merge"
        var body = [
            JSON.Field("Do", .string(method)), JSON.Field("head_commit_id", .string("\(head)")),
            JSON.Field("merge_when_checks_succeed", .bool(waits)),
            JSON.Field("delete_branch_after_merge", .bool(true)),
        ]
        if method != "rebase" {
            body += [
                JSON.Field("MergeTitleField", .string(message.subject)),
                JSON.Field("MergeMessageField", .string(message.body)),
            ]
        }
        do {
            _ = try call("POST", "/pulls/\(request.number)/merge", body: .object(body))
        } catch { return .refused(error.message) }
        // The answer to either is empty.
        let isMerged = (try? call("GET", "/pulls/\(request.number)")["merged"]?.bool) ?? false
        return isMerged ? .merged : .waits
    }

    // MARK: Checks

    func checks(at head: ObjectID, of request: HostedRequest?) throws(HostError) -> [HostedCheck] {
        try api.all(
            "\(repository)/commits/\(head)/status", in: "statuses", pageSize: ("limit", 50), isExact: false
        ).compactMap { status in
            status["context"]?.string.map {
                HostedCheck(
                    $0, status["status"]?.string, passed: ["success"],
                    failed: ["failure", "error", "warning"])
            }
        }
    }

    func requiredChecks(into target: String, of request: HostedRequest?) throws(HostError) -> [String]? {
        let branch = try call("GET", "/branches/\(HostAPI.encoded(target))")
        guard branch["enable_status_check"]?.bool == true else { return [] }
        return (branch["status_check_contexts"]?.array ?? []).compactMap(\.string)
    }

    // MARK: Reviews

    func reviews(of request: HostedRequest, at head: ObjectID) throws(HostError) -> HostedReviews {
        let pull = try call("GET", "/pulls/\(request.number)")
        var found = HostedReviews(author: Self.person(pull["user"]), host: Self.name)
        let all = try api.all(
            "\(repository)/pulls/\(request.number)/reviews", pageSize: ("limit", 50), isExact: false)
        let inOrder = all.sorted { ($0["id"]?.int ?? 0) < ($1["id"]?.int ?? 0) }
        let last = last(of: inOrder, among: ["APPROVED", "REQUEST_CHANGES"])
        found.approvals = last.compactMap { _, review in
            guard review["state"]?.string == "APPROVED", review["dismissed"]?.bool != true,
                review["commit_id"]?.string == "\(head)"
            else { return nil }
            return Self.person(review["user"])
        }
        if let branch = pull["head"]?["ref"]?.string {
            let feed = try? call("GET", "/activities/feeds", query: [("limit", "50")])
            // The commits that were pushed stand in a text of their own.
            let push = (feed?.array ?? []).first {
                $0["ref_name"]?.string?.hasSuffix(branch) == true
                    && $0["content"]?.string?.contains("\(head)") == true
            }
            found.pusher = Self.person(push?["act_user"])
        }
        return found
    }

    private static func person(_ user: JSON?) -> HostedPerson? {
        HostedPerson(user, login: "login", name: "full_name", address: "email")
    }

    func isMember(_ person: HostedPerson, of team: String) throws(HostError) -> Bool? {
        guard let slash = team.firstIndex(of: "/") else { return nil }
        let (organization, name) = (String(team[..<slash]), String(team[team.index(after: slash)...]))
        let found = try api.call(
            "GET", "/orgs/\(HostAPI.encoded(organization))/teams/search", query: [("q", name)])
        let id = (found["data"]?.array ?? []).first {
            $0["name"]?.string?.lowercased() == name.lowercased()
        }?["id"]?
        .int
        guard let id else { return false }
        do { _ = try api.call("GET", "/teams/\(id)/members/\(HostAPI.encoded(person.login))") } catch {
            guard error.status == 404 else { throw error }
            return false
        }
        return true
    }
}
