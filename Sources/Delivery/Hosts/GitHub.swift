internal import Git
internal import System
internal import YAML

/// GitHub's API, as far as a promotion needs it.
struct GitHub {
    private let curl: Curl
    private let api: String
    private let graphQL: String
    private let web: String
    private let owner: String
    private let name: String
    /// Whether there is a token.
    let isAuthorized: Bool

    init(_ host: Host) throws {
        guard let address = host.address, let slash = address.path.lastIndex(of: "/") else {
            throw PublishingError.unknownHost(host.address?.path ?? "a path on this machine")
        }
        owner = String(address.path[..<slash])
        name = String(address.path[address.path.index(after: slash)...])
        web = "https://\(address.host)/\(address.path)"
        let base = Self.api(of: address, host.environment)
        api = base
        graphQL = base.hasSuffix("/api/v3") ? base.dropLast(3) + "graphql" : base + "/graphql"
        let token = Self.token(for: host)
        if let token { try Self.check(token, for: base) }
        isAuthorized = token != nil
        curl = Curl(
            headers: [
                ("Accept", "application/vnd.github+json"), ("X-GitHub-Api-Version", "2022-11-28"),
                ("User-Agent", "gx"),
            ] + (token.map { [("Authorization", "Bearer \($0)")] } ?? []), environment: host.environment,
            timeout: .seconds(60))
    }

    /// Opens the request, or brings the one that is open up to date. Without a token, says where to open it.
    func open(
        _ request: PullRequest, from landing: Landing, _ message: CommitMessage,
        _ options: PullRequestOptions,
        _ timeout: Duration
    ) throws -> PullRequest {
        var request = request
        guard isAuthorized else {
            request.url = "\(web)/compare/\(request.target)...\(landing.branch)?expand=1"
            return request
        }
        let pulls = "\(api)/repos/\(owner)/\(name)/pulls"
        let known = try call(
            "GET", pulls,
            query: [("head", "\(owner):\(landing.branch)"), ("base", request.target), ("state", "open")],
            landing)
        let text = [JSON.Field("title", .string(message.subject)), JSON.Field("body", .string(message.body))]
        let pull: JSON
        if let number = known.array?.first?["number"]?.int {
            pull = try call("PATCH", "\(pulls)/\(number)", body: .object(text), landing)
        } else {
            let places = [
                JSON.Field("head", .string(landing.branch)), JSON.Field("base", .string(request.target)),
            ]
            pull = try call("POST", pulls, body: .object(text + places), landing)
        }
        request.isOpen = true
        request.url = pull["html_url"]?.string
        if options.autoMerge { try merge(pull, landing) }
        return request
    }

    // MARK: Merging by itself

    private func merge(_ pull: JSON, _ landing: Landing) throws {
        let repository = try query(
            """
            query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
              squashMergeAllowed rebaseMergeAllowed mergeCommitAllowed } }
            """, ["owner": .string(owner), "name": .string(name)], landing)["repository"]
        // A squash or a rebase keeps the trailers on the branch itself.
        let methods = [("squashMergeAllowed", "SQUASH"), ("rebaseMergeAllowed", "REBASE")]
        let method = methods.first { repository?[$0.0]?.bool == true }?.1 ?? "MERGE"
        do {
            _ = try query(
                """
                mutation($id: ID!, $method: PullRequestMergeMethod!) {
                  enablePullRequestAutoMerge(input: {pullRequestId: $id, mergeMethod: $method}) { clientMutationId } }
                """, ["id": pull["node_id"] ?? .null, "method": .string(method)], landing)
        } catch PublishingError.api(_, _, let message) where message.contains("clean status") {
            // Nothing is left to wait for.
            let number = pull["number"]?.int ?? 0
            _ = try call(
                "PUT", "\(api)/repos/\(owner)/\(name)/pulls/\(number)/merge",
                body: ["merge_method": .string(method.lowercased()), "sha": .string("\(landing.commit)")],
                landing)
        }
    }

    private func query(_ query: String, _ variables: JSON, _ landing: Landing) throws -> JSON {
        let body = try call(
            "POST", graphQL, body: ["query": .string(query), "variables": variables], landing)
        if let message = body["errors"]?.array?.first?["message"]?.string {
            throw PublishingError.api(.github, branch: landing.branch, message: message)
        }
        return body["data"] ?? .null
    }

    private func call(
        _ method: String, _ url: String, query: [(name: String, value: String)] = [], body: JSON? = nil,
        _ landing: Landing
    ) throws -> JSON {
        let answer = try curl.send(method, url, query: query, body: body)
        guard !answer.isSuccess else { return answer.body }
        let details = (answer.body["errors"]?.array ?? []).compactMap { $0["message"]?.string ?? $0.string }
        let words = [answer.body["message"]?.string].compactMap(\.self) + details
        throw PublishingError.api(
            .github, branch: landing.branch,
            message: "\(answer.status) \(words.isEmpty ? "without a reason" : words.joined(separator: ": "))")
    }

    // MARK: Where, and as whom

    /// `GX_GITHUB_API` where it is set, else by the remote's address.
    private static func api(of address: RemoteAddress, _ environment: ProcessEnvironment) -> String {
        if let api = environment["GX_GITHUB_API"], !api.isEmpty { return api }
        return address.host == "github.com" ? "https://api.github.com" : "https://\(address.host)/api/v3"
    }

    /// The token for a host. Those for github.com go to no other one, unless the job that gx is a step of runs there.
    private static func token(for host: Host) -> String? {
        let environment = host.environment
        let server = environment["GITHUB_SERVER_URL"].flatMap { RemoteAddress(url: $0 + "/")?.host }
        let isPublic = host.address?.host == "github.com"
        let isOurs = isPublic || server == host.address?.host || environment["GX_GITHUB_API"] != nil
        let names =
            (isPublic ? [] : ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"])
            + (isOurs ? ["GH_TOKEN", "GITHUB_TOKEN"] : [])
        return names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }

    private static func check(_ token: String, for api: String) throws {
        let isPlain = token.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isPlain else { throw PublishingError.badToken("the token has characters that no token has") }
        guard HostAddress(api)?.isSafeForTokens == true else {
            throw PublishingError.badToken("the token is not sent to \(api): that is not encrypted")
        }
    }
}
