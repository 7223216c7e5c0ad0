internal import Git
internal import System

/// Bitbucket Data Center: https://developer.atlassian.com/server/bitbucket/rest/
struct BitbucketServer: ReviewHost {
    static let name = "Bitbucket Data Center"
    static let labels = ["bitbucket", "stash"]
    static let tokenVariable: String? = "BITBUCKET_TOKEN"

    private let api: HostAPI?
    private let repository: String
    private let web: String
    /// The address of the API of builds, which is another one.
    private let builds: String

    init(_ host: Host) throws {
        guard let address = host.address, let (owner, name) = address.ownerAndName else {
            (api, repository, web, builds) = (nil, "", "", "")
            return
        }
        // Over HTTP a folder stands before the project, maybe after that of the whole server.
        let parts = owner.split(separator: "/").map(String.init)
        let folder = parts.firstIndex(of: "scm").map { parts[..<$0] } ?? []
        let root = (["https://\(address.webHost)"] + folder).joined(separator: "/")
        repository = "/projects/\(HostAPI.encoded(parts.last ?? owner))/repos/\(HostAPI.encoded(name))"
        web = root + repository
        let base = host.variable("GX_BITBUCKET_API") ?? "\(root)/rest/api/1.0"
        let rest = base.firstRange(of: "/api/").map { String(base[..<$0.lowerBound]) } ?? base
        builds = rest + "/build-status/1.0"
        api = try host.variable("BITBUCKET_TOKEN").map { token in
            try HostAPI(base, token: token, headers: [("Authorization", "Bearer \(token)")], host: host)
        }
    }

    var isAuthorized: Bool { api != nil }

    func pageToOpen(_ branch: String, into target: String) -> String? {
        let (source, target) = ("refs/heads/\(branch)", "refs/heads/\(target)")
        return
            "\(web)/pull-requests?create&sourceBranch=\(HostAPI.encoded(source))&targetBranch=\(HostAPI.encoded(target))"
    }

    // MARK: Requests

    func find(_ branch: String, into target: String) throws(HostError) -> HostedRequest? {
        try request(branch, target: target, state: "OPEN")
    }

    func newest(_ branch: String, into target: String) throws(HostError) -> HostedRequest? {
        try request(branch, target: target, state: "ALL")
    }

    private func request(
        _ branch: String, target: String, state: String
    ) throws(HostError) -> HostedRequest? {
        let answer = try call(
            "GET", "",
            query: [
                ("state", state), ("direction", "OUTGOING"), ("at", "refs/heads/\(branch)"),
                ("order", "NEWEST"), ("limit", "100"),
            ])
        return answer["values"]?.array?.first { $0["toRef"]?["id"]?.string == "refs/heads/\(target)" }
            .flatMap(HostedRequest.init(bitbucketServer:))
    }

    func create(
        _ branch: String, into target: String, _ message: CommitMessage, isDraft: Bool
    ) throws(HostError) -> HostedRequest {
        var fields = [
            JSON.Field("title", .string(message.subject)),
            JSON.Field("description", .string(message.body(atMost: Self.longest))),
            JSON.Field("fromRef", ["id": .string("refs/heads/\(branch)")]),
            JSON.Field("toRef", ["id": .string("refs/heads/\(target)")]),
        ]
        // Older servers have no drafts.
        if isDraft { fields.append(JSON.Field("draft", .bool(true))) }
        let answer = try call("POST", "", body: .object(fields))
        return try HostedRequest(bitbucketServer: answer).named()
    }

    /// It changes nothing that has been changed since it was read: that is what `version` is for.
    func update(_ request: HostedRequest, _ message: CommitMessage) throws(HostError) {
        let now = try call("GET", "/\(request.number)")
        _ = try call(
            "PUT", "/\(request.number)",
            body: [
                "version": now["version"] ?? 0, "title": .string(message.subject),
                "description": .string(message.body(atMost: Self.longest)),
                // Those that are not named would be sent away.
                "reviewers": .array(
                    (now["reviewers"]?.array ?? []).compactMap { $0["user"]?["name"] }.map {
                        ["user": ["name": $0]]
                    }),
            ])
    }

    func comment(_ text: String, on request: HostedRequest) throws(HostError) {
        _ = try call("POST", "/\(request.number)/comments", body: ["text": .string(text)])
    }

    func add(labels: [String], reviewers: [String], to request: HostedRequest) throws(HostError) -> [String] {
        for name in reviewers where !name.contains("/") {
            _ = try call(
                "POST", "/\(request.number)/participants",
                body: ["user": ["name": .string(name)], "role": "REVIEWER"])
        }
        return labels + reviewers.filter { $0.contains("/") }.map { "@\($0)" }
    }

    func close(_ request: HostedRequest) throws(HostError) {
        let now = try call("GET", "/\(request.number)")
        _ = try call("POST", "/\(request.number)/decline", query: Self.version(now))
    }

    // MARK: Merging

    /// A new head makes another version of the request, and that of an older one is not merged.
    func merge(_ request: HostedRequest, at head: ObjectID, _ message: CommitMessage, waits: Bool)
        throws(HostError) -> MergeAnswer
    {
        do {
            let now = try call("GET", "/\(request.number)")
            guard now["fromRef"]?["latestCommit"]?.string == "\(head)" else {
                return .refused("its branch is not at \(head.short) any more")
            }
            // Before 8.15 it merges at once, or not at all.
            let answer = try call(
                "POST", "/\(request.number)/merge", query: Self.version(now),
                body: ["autoMerge": .bool(waits), "message": .string(message.text)])
            return answer["state"]?.string == "MERGED" ? .merged : .waits
        } catch { return .refused(error.message) }
    }

    // MARK: Checks

    func checks(at head: ObjectID, of request: HostedRequest?) throws(HostError) -> [HostedCheck] {
        try values("\(builds)/commits/\(head)").compactMap { status in
            status["key"]?.string.map {
                HostedCheck(
                    $0, status["state"]?.string, passed: ["successful"], failed: ["failed", "cancelled"])
            }
        }
    }

    func setStatus(_ status: HostedStatus, at head: ObjectID) throws(HostError) {
        _ = try api.call("POST", "\(builds)/commits/\(head)", body: status.ofBitbucket)
    }

    // MARK: Reviews

    func reviews(of request: HostedRequest, at head: ObjectID) throws(HostError) -> HostedReviews {
        let pull = try call("GET", "/\(request.number)")
        var found = HostedReviews(author: Self.person(pull["author"]?["user"]), host: Self.name)
        let people = (pull["reviewers"]?.array ?? []) + (pull["participants"]?.array ?? [])
        found.approvals = people.compactMap { one in
            guard one["status"]?.string == "APPROVED", one["lastReviewedCommit"]?.string == "\(head)" else {
                return nil
            }
            return Self.person(one["user"])
        }
        // Newest first.
        let push = try values("\(repository)/pull-requests/\(request.number)/activities").first {
            $0["action"]?.string == "RESCOPED" && $0["fromHash"]?.string == "\(head)"
        }
        found.pusher = Self.person(push?["user"])
        return found
    }

    private static func person(_ user: JSON?) -> HostedPerson? {
        HostedPerson(user, login: "name", name: "displayName", address: "emailAddress")
    }

    /// All items of a list, from all its pages.
    private func values(_ path: String) throws(HostError) -> [JSON] {
        var found: [JSON] = []
        var start = 0
        for _ in 1...100 {
            let answer = try api.call("GET", path, query: [("limit", "100"), ("start", "\(start)")])
            found += answer["values"]?.array ?? []
            guard answer["isLastPage"]?.bool == false, let next = answer["nextPageStart"]?.int else { break }
            start = next
        }
        return found
    }

    private static func version(_ request: JSON) -> [(name: String, value: String)] {
        [("version", "\(request["version"]?.int ?? 0)")]
    }

    private func call(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: JSON? = nil
    ) throws(HostError) -> JSON {
        try api.call(method, repository + "/pull-requests" + path, query: query, body: body)
    }
}

extension HostedRequest {
    fileprivate init?(bitbucketServer request: JSON) {
        guard let number = request["id"]?.int else { return nil }
        self.init(
            number: number, url: request["links"]?["self"]?.array?.first?["href"]?.string,
            title: request["title"]?.string, body: request["description"]?.string)
        switch request["state"]?.string {
        case "MERGED": state = .merged
        case "DECLINED": state = .closed
        default: state = .open
        }
    }
}

extension HostedStatus {
    /// As both kinds of Bitbucket take it.
    var ofBitbucket: JSON {
        [
            "key": .string(name), "name": .string(name),
            "state": state.word(passed: "SUCCESSFUL", failed: "FAILED", pending: "INPROGRESS"),
            "description": .string(words), "url": .string(url),
        ]
    }
}
