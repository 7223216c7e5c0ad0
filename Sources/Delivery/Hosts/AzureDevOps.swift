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
    /// What a description may have.
    private static let longest = 4_000

    private let api: HostAPI?
    private let path: String
    /// Of the repository.
    private let web: String

    init(_ host: Host) throws {
        guard let address = host.address, let place = Place(address) else {
            (api, path, web) = (nil, "", "")
            return
        }
        path = "/\(place.project)/_apis/git/repositories/\(place.repository)/pullrequests"
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
        return answer["value"]?.array?.first.flatMap(hosted)
    }

    func create(_ branch: String, into target: String, _ message: CommitMessage) throws(HostError)
        -> HostedRequest
    {
        let answer = try call(
            "POST", "",
            body: [
                "sourceRefName": .string("refs/heads/\(branch)"),
                "targetRefName": .string("refs/heads/\(target)"), "title": .string(message.subject),
                "description": .string(Self.description(message)),
            ])
        return try hosted(answer).named()
    }

    func update(_ request: HostedRequest, _ message: CommitMessage) throws(HostError) {
        let text = Self.description(message)
        // What did not fit in is not missed every time.
        guard request.title != message.subject || request.body != text else { return }
        _ = try call(
            "PATCH", "/\(request.number)",
            body: ["title": .string(message.subject), "description": .string(text)])
    }

    func close(_ request: HostedRequest) throws(HostError) {
        _ = try call("PATCH", "/\(request.number)", body: ["status": "abandoned"])
    }

    private static func description(_ message: CommitMessage) -> String {
        String(message.body.prefix(longest))
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

    func mergeByItself(_ request: HostedRequest, at head: ObjectID, _ message: CommitMessage)
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

    private func call(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: JSON? = nil
    ) throws(HostError) -> JSON {
        try api.call(method, self.path + path, query: query + [Self.version], body: body)
    }
}
