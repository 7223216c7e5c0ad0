internal import Git
internal import System

/// Bitbucket Cloud: https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/
///
/// Its merges take whatever the branch has at that moment, and no head that somebody looked at: gx asks for none.
struct BitbucketCloud: ReviewHost {
    static let name = "Bitbucket Cloud"
    static let labels = ["bitbucket.org"]
    static let tokenVariable: String? = "BITBUCKET_TOKEN"
    static let commitPage: String? = "commits/"
    static let requestPage: String? = "pull-requests/"

    private let api: HostAPI?
    private let repository: String
    private let web: String

    init(_ host: Host) throws {
        guard let address = host.address, let (owner, name) = address.ownerAndName else {
            (api, repository, web) = (nil, "", "")
            return
        }
        repository = "/repositories/\(HostAPI.encoded(owner))/\(HostAPI.encoded(name))"
        web = "https://\(address.webHost)/\(address.path)"
        let base = host.variable("GX_BITBUCKET_API") ?? "https://api.bitbucket.org/2.0"
        // A token of a person goes with that person's address, one of a repository or a workspace alone.
        let user = host.variable("BITBUCKET_USER")
        api = try host.variable("BITBUCKET_TOKEN").map { token in
            try HostAPI(
                base, token: token, headers: user == nil ? [("Authorization", "Bearer \(token)")] : [],
                host: host, user: user.map { "\($0):\(token)" })
        }
    }

    var isAuthorized: Bool { api != nil }
    var canMergeByItself: Bool { false }

    func pageToOpen(_ branch: String, into target: String) -> String? {
        "\(web)/pull-requests/new?source=\(HostAPI.encoded(branch))&dest=\(HostAPI.encoded(target))"
    }

    // MARK: Requests

    func find(_ branch: String, into target: String) throws(HostError) -> HostedRequest? {
        try request(branch, target: target, states: ["OPEN"])
    }

    func newest(_ branch: String, into target: String) throws(HostError) -> HostedRequest? {
        try request(branch, target: target, states: ["OPEN", "MERGED", "DECLINED", "SUPERSEDED"])
    }

    private func request(
        _ branch: String, target: String, states: [String]
    ) throws(HostError) -> HostedRequest? {
        let states = states.map { "state=\"\($0)\"" }.joined(separator: " OR ")
        let filter =
            "source.branch.name=\"\(branch)\" AND destination.branch.name=\"\(target)\" AND (\(states))"
        let answer = try call("GET", "", query: [("q", filter), ("sort", "-created_on")])
        let repository = { (end: JSON?) in end?["repository"]?["full_name"] }
        // Forks have branches of that name, too.
        return (answer["values"]?.array ?? []).first {
            repository($0["source"]) == repository($0["destination"])
        }.flatMap(HostedRequest.init(bitbucketCloud:))
    }

    func create(
        _ branch: String, into target: String, _ message: CommitMessage, isDraft: Bool
    ) throws(HostError) -> HostedRequest {
        let answer = try call(
            "POST", "",
            body: [
                "title": .string(message.subject), "description": .string(message.body(atMost: Self.longest)),
                "source": ["branch": ["name": .string(branch)]],
                "destination": ["branch": ["name": .string(target)]], "close_source_branch": .bool(true),
                "draft": .bool(isDraft),
            ])
        return try HostedRequest(bitbucketCloud: answer).named()
    }

    func update(_ request: HostedRequest, _ message: CommitMessage) throws(HostError) {
        _ = try call(
            "PUT", "/\(request.number)",
            body: [
                "title": .string(message.subject), "description": .string(message.body(atMost: Self.longest)),
            ])
    }

    func comment(_ text: String, on request: HostedRequest) throws(HostError) {
        _ = try call("POST", "/\(request.number)/comments", body: ["content": ["raw": .string(text)]])
    }

    func close(_ request: HostedRequest) throws(HostError) {
        _ = try call("POST", "/\(request.number)/decline")
    }

    // MARK: Checks

    func checks(at head: ObjectID, of request: HostedRequest?) throws(HostError) -> [HostedCheck] {
        try api.all(
            "\(repository)/commit/\(head)/statuses", in: "values", pageSize: ("pagelen", 100)
        ).compactMap { status in
            (status["key"]?.string).map {
                HostedCheck(
                    $0, status["state"]?.string, passed: ["successful"], failed: ["failed", "stopped"])
            }
        }
    }

    func setStatus(_ status: HostedStatus, at head: ObjectID) throws(HostError) {
        _ = try api.call(
            "POST", "\(repository)/commit/\(head)/statuses/build", body: status.ofBitbucket)
    }

    // MARK: Reviews

    /// Approvals stay when somebody pushes: those count that came after the head did.
    func reviews(of request: HostedRequest, at head: ObjectID) throws(HostError) -> HostedReviews {
        let pull = try call("GET", "/\(request.number)")
        var found = HostedReviews(author: Self.person(pull["author"]), host: Self.name)
        // Newest first. What is further back than that does not count.
        let activity = try call("GET", "/\(request.number)/activity", query: [("pagelen", "50")])
        var agreed: Set<String> = []
        var newer: Set<String> = []
        for item in activity["values"]?.array ?? [] {
            if let person = Self.person(item["approval"]?["user"]) { newer.insert(person.login) }
            guard let update = item["update"], let hash = update["source"]?["commit"]?["hash"]?.string else {
                continue
            }
            // What was pushed a moment ago the host may not have seen yet, and nobody has agreed to it.
            guard "\(head)".hasPrefix(hash) else { break }
            found.pusher = Self.person(update["author"])
            agreed.formUnion(newer)
        }
        for one in pull["participants"]?.array ?? [] where one["approved"]?.bool == true {
            guard let person = Self.person(one["user"]), agreed.contains(person.login) else { continue }
            found.approvals.append(person)
        }
        return found
    }

    private static func person(_ user: JSON?) -> HostedPerson? {
        HostedPerson(user, login: "nickname", name: "display_name")
            ?? HostedPerson(user, login: "account_id", name: "display_name")
    }

    private func call(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: JSON? = nil
    ) throws(HostError) -> JSON {
        try api.call(method, repository + "/pullrequests" + path, query: query, body: body)
    }
}

extension HostedRequest {
    fileprivate init?(bitbucketCloud request: JSON) {
        guard let number = request["id"]?.int else { return nil }
        self.init(
            number: number, url: request["links"]?["html"]?["href"]?.string, title: request["title"]?.string,
            body: request["description"]?.string)
        switch request["state"]?.string {
        case "MERGED": state = .merged
        case "DECLINED", "SUPERSEDED": state = .closed
        default: state = .open
        }
    }
}
