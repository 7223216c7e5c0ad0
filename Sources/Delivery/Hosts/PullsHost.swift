internal import Git
internal import System

/// A host whose pull requests are asked for as GitHub's are, at `/pulls` of a repository: Gitea and Forgejo took that
/// over.
protocol PullsHost: ReviewHost {
    /// Nil without a token.
    var api: HostAPI? { get }
    /// The path of the repository: `/repos/acme/shop`.
    var repository: String { get }
}

extension PullsHost {
    var isAuthorized: Bool { api != nil }

    func create(
        _ branch: String, into target: String, _ message: CommitMessage, isDraft: Bool
    ) throws(HostError) -> HostedRequest {
        var fields = [
            JSON.Field("title", .string(Self.title(message.subject, isDraft: isDraft))),
            JSON.Field("body", .string(message.body(atMost: Self.longest))),
            JSON.Field("head", .string(branch)),
            JSON.Field("base", .string(target)),
        ]
        // Where the title does not say it.
        if isDraft, Self.draftPrefix == nil { fields.append(JSON.Field("draft", .bool(true))) }
        return try HostedRequest(pull: call("POST", "/pulls", body: .object(fields))).named()
    }

    func update(_ request: HostedRequest, _ message: CommitMessage) throws(HostError) {
        _ = try call(
            "PATCH", "/pulls/\(request.number)",
            body: [
                "title": .string(request.prefix + message.subject),
                "body": .string(message.body(atMost: Self.longest)),
            ])
    }

    func comment(_ text: String, on request: HostedRequest) throws(HostError) {
        _ = try call("POST", "/issues/\(request.number)/comments", body: ["body": .string(text)])
    }

    func add(labels: [String], reviewers: [String], to request: HostedRequest) throws(HostError) -> [String] {
        if !labels.isEmpty {
            _ = try call(
                "POST", "/issues/\(request.number)/labels",
                body: ["labels": .array(labels.map(JSON.string))])
        }
        guard !reviewers.isEmpty else { return [] }
        // A team is named without its owner.
        let teams = reviewers.compactMap { name in
            name.lastIndex(of: "/").map { JSON.string(String(name[name.index(after: $0)...])) }
        }
        let people = reviewers.filter { !$0.contains("/") }.map(JSON.string)
        _ = try call(
            "POST", "/pulls/\(request.number)/requested_reviewers",
            body: ["reviewers": .array(people), "team_reviewers": .array(teams)])
        return []
    }

    func close(_ request: HostedRequest) throws(HostError) {
        _ = try call("PATCH", "/pulls/\(request.number)", body: ["state": "closed"])
    }

    func setStatus(_ status: HostedStatus, at head: ObjectID) throws(HostError) {
        _ = try call(
            "POST", "/statuses/\(head)",
            body: [
                "state": status.state.word(passed: "success", failed: "failure", pending: "pending"),
                "context": .string(status.name), "description": .string(status.words),
                "target_url": .string(status.url),
            ])
    }

    /// The last of each person's reviews, in the order of these, by the account.
    ///
    /// - Parameter states: Of those that say yes or no: a comment takes nothing back.
    func last(of reviews: [JSON], among states: Set<String>) -> [(login: String, review: JSON)] {
        var last: [(login: String, review: JSON)] = []
        for review in reviews where review["state"]?.string.map(states.contains) == true {
            guard let login = review["user"]?["login"]?.string else { continue }
            last.removeAll { $0.login == login }
            last.append((login, review))
        }
        return last
    }

    /// Asks about the repository.
    func call(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: JSON? = nil
    ) throws(HostError) -> JSON {
        try api.call(method, repository + path, query: query, body: body)
    }
}

extension HostedRequest {
    /// As the host describes it; only GitHub gives it an id besides its number.
    init?(pull: JSON) {
        guard let number = pull["number"]?.int else { return nil }
        self.init(
            number: number, id: pull["node_id"]?.string, url: pull["html_url"]?.string,
            title: pull["title"]?.string, body: pull["body"]?.string)
        setAside(Gitea.draftPrefix)
        // GitHub's lists say when it was merged, and not that it was.
        let isMerged = pull["merged"]?.bool == true || pull["merged_at"]?.string != nil
        if isMerged { state = .merged } else if pull["state"]?.string == "closed" { state = .closed }
    }
}
