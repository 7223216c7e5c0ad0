internal import Git
internal import Glibc
internal import System

/// Azure DevOps: https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests
///
/// What it would merge by itself later it would merge with whatever is pushed until then. So gx has it merge at once
/// what was pushed, where the policies of the branch are met.
struct AzureDevOps: ReviewHost {
    static let name = "Azure DevOps"
    static let labels = ["dev.azure.com", "ssh.dev.azure.com", "visualstudio", "tfs"]
    static let tokenVariable: String? = "AZURE_DEVOPS_EXT_PAT"

    private static let version = (name: "api-version", value: "7.1")
    static let longest = 4_000

    private let api: HostAPI?
    private let project: String
    private let repository: String
    private var path: String { repository + "/pullrequests" }
    /// Of the repository.
    private let web: String

    init(_ host: Host) throws {
        guard let address = host.address, let place = Place(address) else {
            (api, project, repository, web) = (nil, "", "", "")
            return
        }
        project = "/\(place.project)"
        repository = "\(project)/_apis/git/repositories/\(place.repository)"
        web = "\(place.root)/\(place.project)/_git/\(place.repository)"
        let base = host.variable("GX_AZURE_API") ?? place.root
        let server = host.variable("SYSTEM_COLLECTIONURI").flatMap { RemoteAddress(url: $0 + "/")?.host }
        let isOfJob = server == RemoteAddress(url: place.root + "/")?.host
        let token =
            host.variable("AZURE_DEVOPS_EXT_PAT")
            ?? (isOfJob || host.variable("GX_AZURE_API") != nil ? host.variable("SYSTEM_ACCESSTOKEN") : nil)
        api = try token.map { try HostAPI(base, token: $0, headers: [], host: host, user: ":\($0)") }
    }

    /// `https://dev.azure.com/org/project/_git/repo`, `git@ssh.dev.azure.com:v3/org/project/repo`,
    /// `https://org.visualstudio.com/project/_git/repo`, `https://tfs.example.com/tfs/Collection/project/_git/repo`.
    struct Place: Hashable {
        /// Of the organization or collection.
        var root: String
        /// As they stand in addresses.
        var project: String
        var repository: String

        init?(_ address: RemoteAddress) {
            let parts = address.path.split(separator: "/").map(String.init)
            if address.host == "ssh.dev.azure.com" || address.host == "vs-ssh.visualstudio.com" {
                guard parts.count == 4, parts[0] == "v3" else { return nil }
                (root, project, repository) = ("https://dev.azure.com/\(parts[1])", parts[2], parts[3])
                return
            }
            guard let mark = parts.firstIndex(of: "_git"), parts.count == mark + 2 else { return nil }
            repository = parts[mark + 1]
            let isOwn = address.host.hasSuffix(".visualstudio.com")
            // A repository called like its project stands alone.
            var before = Array(parts[..<mark])
            if before.count < (isOwn ? 1 : 2) { before.append(repository) }
            project = before.removeLast()
            root = (["https://\(address.webHost)"] + before).joined(separator: "/")
        }
    }

    var isAuthorized: Bool { api != nil }

    func pageToOpen(_ branch: String, into target: String) -> String? {
        guard !web.isEmpty else { return nil }
        let (source, target) = (HostAPI.encoded(branch), HostAPI.encoded(target))
        return "\(web)/pullrequestcreate?sourceRef=\(source)&targetRef=\(target)"
    }

    // MARK: Requests

    func find(_ branch: String, into target: String) throws(HostError) -> HostedRequest? {
        try request(branch, target: target, status: "active")
    }

    func newest(_ branch: String, into target: String) throws(HostError) -> HostedRequest? {
        try request(branch, target: target, status: "all")
    }

    private func request(
        _ branch: String, target: String, status: String
    ) throws(HostError) -> HostedRequest? {
        // The newest comes first.
        let answer = try call(
            "GET", "",
            query: [
                ("searchCriteria.sourceRefName", "refs/heads/\(branch)"),
                ("searchCriteria.targetRefName", "refs/heads/\(target)"), ("searchCriteria.status", status),
            ])
        // Forks have branches of that name, too.
        let own = (answer["value"]?.array ?? []).first { ($0["forkSource"] ?? .null) == .null }
        guard let found = own.flatMap(hosted) else { return nil }
        // Lists have the beginning of a text only.
        guard let text = found.body, text.count >= 400 else { return found }
        return try hosted(call("GET", "/\(found.number)"))
    }

    func create(
        _ branch: String, into target: String, _ message: CommitMessage, isDraft: Bool
    ) throws(HostError) -> HostedRequest {
        let answer = try call(
            "POST", "",
            body: [
                "sourceRefName": .string("refs/heads/\(branch)"),
                "targetRefName": .string("refs/heads/\(target)"), "title": .string(message.subject),
                "description": .string(message.body(atMost: Self.longest)), "isDraft": .bool(isDraft),
            ])
        return try hosted(answer).named()
    }

    func update(_ request: HostedRequest, _ message: CommitMessage) throws(HostError) {
        let text = message.body(atMost: Self.longest)
        // What did not fit in is not missed every time.
        guard request.title != message.subject || request.body != text else { return }
        _ = try call(
            "PATCH", "/\(request.number)",
            body: ["title": .string(message.subject), "description": .string(text)])
    }

    func comment(_ text: String, on request: HostedRequest) throws(HostError) {
        _ = try call(
            "POST", "/\(request.number)/threads",
            body: [
                "comments": [["parentCommentId": 0, "content": .string(text), "commentType": "text"]],
                "status": "closed",
            ])
    }

    func close(_ request: HostedRequest) throws(HostError) {
        _ = try call("PATCH", "/\(request.number)", body: ["status": "abandoned"])
    }

    func add(labels: [String], reviewers: [String], to request: HostedRequest) throws(HostError) -> [String] {
        for label in labels {
            _ = try call("POST", "/\(request.number)/labels", body: ["name": .string(label)])
        }
        // It knows people by ids, which another service has.
        return reviewers.map { "@\($0)" }
    }

    private func hosted(_ request: JSON) -> HostedRequest? {
        guard let number = request["pullRequestId"]?.int else { return nil }
        var hosted = HostedRequest(
            number: number, url: "\(web)/pullrequest/\(number)", title: request["title"]?.string,
            body: request["description"]?.string)
        switch request["status"]?.string {
        case "completed": hosted.state = .merged
        case "abandoned": hosted.state = .closed
        default: hosted.state = .open
        }
        return hosted
    }

    // MARK: Merging

    func merge(_ request: HostedRequest, at head: ObjectID, _ message: CommitMessage, waits: Bool)
        throws(HostError) -> MergeAnswer
    {
        do {
            var answer = try call(
                "PATCH", "/\(request.number)",
                body: [
                    "status": "completed", "lastMergeSourceCommit": ["commitId": .string("\(head)")],
                    "completionOptions": [
                        "mergeStrategy": "squash", "mergeCommitMessage": .string(message.text),
                        "deleteSourceBranch": .bool(true),
                    ],
                ])
            // It merges in the background.
            for attempt in 1...4 as ClosedRange<UInt32> {
                if answer["status"]?.string == "completed" { return .merged }
                if ["conflicts", "failure", "rejectedByPolicy"].contains(answer["mergeStatus"]?.string) {
                    return .refused(
                        answer["mergeFailureMessage"]?.string ?? answer["mergeStatus"]?.string ?? "")
                }
                usleep(250_000 * attempt * attempt)
                answer = try call("GET", "/\(request.number)")
            }
            return answer["status"]?.string == "completed" ? .merged : .waits
        } catch { return .refused(error.message) }
    }

    // MARK: Checks

    func checks(at head: ObjectID, of request: HostedRequest?) throws(HostError) -> [HostedCheck] {
        let statuses = try api.call(
            "GET", "\(repository)/commits/\(head)/statuses",
            query: [("latestOnly", "true"), ("top", "1000"), Self.version])
        var found = (statuses["value"]?.array ?? []).compactMap { status in
            status["context"]?["name"]?.string.map { name in
                let genre = status["context"]?["genre"]?.string.flatMap { $0.isEmpty ? nil : $0 }
                return HostedCheck(
                    genre.map { "\($0)/\(name)" } ?? name, status["state"]?.string,
                    passed: ["succeeded", "notapplicable"], failed: ["failed", "error"])
            }
        }
        if let request {
            found += try policies(of: request).map {
                HostedCheck(
                    $0.name, $0.evaluation["status"]?.string, passed: ["approved", "notapplicable"],
                    failed: ["rejected", "broken"])
            }
        }
        return found
    }

    func requiredChecks(into target: String, of request: HostedRequest?) throws(HostError) -> [String]? {
        guard let request else { return nil }
        return try policies(of: request).compactMap {
            $0.evaluation["configuration"]?["isBlocking"]?.bool == true ? $0.name : nil
        }
    }

    func setStatus(_ status: HostedStatus, at head: ObjectID) throws(HostError) {
        let parts = status.name.split(separator: "/", maxSplits: 1).map(String.init)
        _ = try api.call(
            "POST", "\(repository)/commits/\(head)/statuses", query: [Self.version],
            body: [
                "state": status.state.word(passed: "succeeded", failed: "failed", pending: "pending"),
                "description": .string(status.words), "targetUrl": .string(status.url),
                "context": ["genre": .string(parts[0]), "name": .string(parts.last ?? "")],
            ])
    }

    // MARK: Reviews

    /// Votes stay when somebody pushes: those count that came after the head did.
    func reviews(of request: HostedRequest, at head: ObjectID) throws(HostError) -> HostedReviews {
        let pull = try call("GET", "/\(request.number)")
        var found = HostedReviews(author: Self.person(pull["createdBy"]), host: Self.name)
        let iterations = try call("GET", "/\(request.number)/iterations")["value"]?.array ?? []
        let last = iterations.max { ($0["id"]?.int ?? 0) < ($1["id"]?.int ?? 0) }
        guard let last, last["sourceRefCommit"]?["commitId"]?.string == "\(head)",
            let start = Self.time(last["createdDate"])
        else { return found }
        found.pusher = Self.person(last["push"]?["pushedBy"]) ?? Self.person(last["author"])
        let reviewers = (pull["reviewers"]?.array ?? []).filter { one in
            one["isContainer"]?.bool != true && one["vote"]?.int.map { $0 >= 5 } == true
        }
        guard !reviewers.isEmpty else { return found }
        let votes = try (call("GET", "/\(request.number)/threads")["value"]?.array ?? []).filter { thread in
            thread["properties"]?["CodeReviewThreadType"]?["$value"]?.string == "VoteUpdate"
                && Self.time(thread["publishedDate"]).map { $0 >= start } == true
        }
        found.approvals = reviewers.compactMap { one in
            let hasVoted = votes.contains { thread in
                guard case .object(let people) = thread["identities"] ?? .null else { return false }
                return people.contains { $0.value["id"] != nil && $0.value["id"] == one["id"] }
            }
            return hasVoted ? Self.person(one) : nil
        }
        return found
    }

    private static func person(_ user: JSON?) -> HostedPerson? {
        HostedPerson(user, login: "uniqueName", name: "displayName", address: "uniqueName")
    }

    private static func time(_ value: JSON?) -> Timestamp? {
        value?.string.flatMap { Timestamp(iso8601: $0) }
    }

    /// Of builds, and of statuses of other programs: what is of people is no check.
    private static let checking: Set<String> = [
        "0609b952-1397-4640-95ec-e00a01b2c241", "cbdc66da-9728-4af8-aada-9a5a32e4a226",
    ]

    private func policies(of request: HostedRequest) throws(HostError) -> [(name: String, evaluation: JSON)] {
        let now = try call("GET", "/\(request.number)")
        guard let id = now["repository"]?["project"]?["id"]?.string else { return [] }
        let artifact = "vstfs:///CodeReview/CodeReviewId/\(id)/\(request.number)"
        let answer = try api.call(
            "GET", "\(project)/_apis/policy/evaluations",
            query: [("artifactId", artifact), ("api-version", "7.1-preview.1")])
        return (answer["value"]?.array ?? []).compactMap { evaluation in
            guard let type = evaluation["configuration"]?["type"],
                type["id"]?.string.map({ Self.checking.contains($0.lowercased()) }) == true
            else { return nil }
            let settings = evaluation["configuration"]?["settings"]
            let names = [settings?["displayName"], settings?["statusName"], type["displayName"]]
            return names.lazy.compactMap { $0?.string }.first { !$0.isEmpty }.map { ($0, evaluation) }
        }
    }

    private func call(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: JSON? = nil
    ) throws(HostError) -> JSON {
        try api.call(method, self.path + path, query: query + [Self.version], body: body)
    }
}
