import Git
import TestSupport
import Testing

@testable import Delivery

private let branch = "gx/promote/prod/api"

/// What all hosts have in common, each beside a server of its own kind.
@Suite struct ReviewHostTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        var kind: HostKind
        var remote: String
        var variables: (api: String, token: String)
        var testDescription: String { kind.rawValue }
        /// Of the request.
        var url = "https://host.example/pull/12"
    }

    static let kinds = [
        Kind(
            kind: .github, remote: "git@github.com:acme/infra.git",
            variables: ("GX_GITHUB_API", "GITHUB_TOKEN")),
        Kind(
            kind: .gitlab, remote: "git@gitlab.example.com:acme/infra.git",
            variables: ("GX_GITLAB_API", "GITLAB_TOKEN")),
        Kind(
            kind: .gitea, remote: "git@codeberg.org:acme/infra.git",
            variables: ("GX_GITEA_API", "GITEA_TOKEN")),
        Kind(
            kind: .bitbucket, remote: "git@bitbucket.org:acme/infra.git",
            variables: ("GX_BITBUCKET_API", "BITBUCKET_TOKEN")),
        Kind(
            kind: .bitbucketServer, remote: "ssh://git@bitbucket.example.com:7999/acme/infra.git",
            variables: ("GX_BITBUCKET_API", "BITBUCKET_TOKEN")),
        Kind(
            kind: .azure, remote: "git@ssh.dev.azure.com:v3/org/acme/infra",
            variables: ("GX_AZURE_API", "AZURE_DEVOPS_EXT_PAT"),
            url: "https://dev.azure.com/org/acme/_git/infra/pullrequest/12"),
    ]
    /// Those that merge by themselves what was pushed, and nothing else.
    static let merging = kinds.filter { $0.kind != .bitbucket }

    static func online(_ kind: Kind) throws -> (Hosted, HostServer, [String: String?]) {
        let hosted = try Hosted("api")
        let server = try HostServer(kind.kind, in: hosted.host.folder)
        var environment = try hosted.online(as: kind.remote)
        environment[kind.variables.api] = server.url
        environment[kind.variables.token] = "secret-token"
        return (hosted, server, environment)
    }

    private static let wishing = PullRequestOptions(autoMerge: true)

    @Test(arguments: kinds)
    func aRequestIsOpenedOnce(_ kind: Kind) throws {
        let (hosted, server, environment) = try Self.online(kind)
        let first = try hosted.propose(environment).landings[0]
        #expect(
            first.pullRequest
                == PullRequest(
                    host: kind.kind, target: "main", url: kind.url, isOpen: true))
        #expect(try hosted.host.id(branch) == first.commit)
        #expect(try server.news().count { $0.hasPrefix("POST ") } == 1)
        let second = try hosted.propose(environment).landings[0]
        #expect(second.commit == first.commit && second.pullRequest == first.pullRequest)
        #expect(try server.news().allSatisfy { $0.hasPrefix("GET ") })
        // Another version: the same request has another text.
        let third = try hosted.propose(environment, PullRequestOptions(supersede: true), version: "3")
        #expect(third.landings[0].pullRequest == first.pullRequest)
        let changes = try server.news().filter { !$0.hasPrefix("GET ") }
        #expect(changes.count == 1 && changes[0].contains("Deploy api 3 to prod"))
    }

    @Test(arguments: kinds)
    func aRequestFromAForkIsAnother(_ kind: Kind) throws {
        let (hosted, server, environment) = try Self.online(kind)
        try server.turn("fork")
        #expect(try hosted.propose(environment).landings[0].pullRequest?.url == kind.url)
        #expect(try server.requests.count { $0.hasPrefix("POST ") } == 1)
    }

    @Test func whoMergesWhateverIsThereIsNotAskedTo() throws {
        let kind = try #require(Self.kinds.first { $0.kind == .bitbucket })
        let (hosted, server, environment) = try Self.online(kind)
        #expect(
            throws: PublishingError.noAutoMerge(.bitbucket),
            performing: { _ = try hosted.propose(environment, Self.wishing) })
        #expect(try server.requests == [])
    }

    @Test(arguments: merging)
    func mergesOnlyWhatWasPushed(_ kind: Kind) throws {
        let (hosted, server, environment) = try Self.online(kind)
        let landing = try hosted.propose(environment, Self.wishing).landings[0]
        #expect(landing.pullRequest?.merges == .byItself)
        // Bitbucket has a version of the request instead: its server looks.
        let said = kind.kind == .bitbucketServer ? "version=" : "\(landing.commit)"
        #expect(try server.requests.contains { $0.contains("erge") && $0.contains(said) })
        try server.turn("clean")
        try server.turn("squash")
        let merged = try hosted.propose(environment, Self.wishing).landings[0]
        #expect(merged.pullRequest?.merges == .merged)
        // A squash gets its words from gx: what is for programs stays in the history.
        let last = try server.requests.last { $0.contains("/merge") || $0.contains("mergeCommitMessage") }
        #expect(last?.contains("Gx-Deploy: prod/api 1 -> 2 from dev") == true)
    }

    @Test(arguments: merging, ["unstable", "disallowed", "moved"])
    func whatIsOpenIsNoErrorWhereItDoesNotMerge(_ kind: Kind, _ mode: String) throws {
        let (hosted, server, environment) = try Self.online(kind)
        try server.turn(mode)
        // Only GitHub refuses to wait for other reasons than the head.
        try server.turn(kind.kind == .github && mode == "moved" ? "clean" : "moved")
        let told = Told()
        let publication = try hosted.propose(environment, Self.wishing, told: told)
        #expect(publication.end == "done")
        #expect(publication.landings[0].pullRequest?.isOpen == true)
        #expect(publication.landings[0].pullRequest?.merges == nil)
        #expect(told.warnings.count == 1)
        #expect(
            told.warnings.first?.hasPrefix(
                "\(kind.url) is open, but it does not merge by itself: \(kind.kind.name) says '"
            ) == true)
    }

    @Test(arguments: kinds)
    func aTextThatCannotBeChangedIsNoError(_ kind: Kind) throws {
        let (hosted, server, environment) = try Self.online(kind)
        _ = try hosted.propose(environment)
        try server.turn("silent")
        let told = Told()
        let publication = try hosted.propose(
            environment, PullRequestOptions(supersede: true), version: "3", told: told)
        #expect(publication.end == "done" && told.warnings.count == 1)
    }

    @Test(arguments: kinds)
    func aBusyHostIsAskedAgain(_ kind: Kind) throws {
        let (hosted, server, environment) = try Self.online(kind)
        try server.turn("busy")
        #expect(try hosted.propose(environment).landings[0].pullRequest?.isOpen == true)
        // One that wants to be left alone for an hour is.
        try server.turn("closed")
        #expect(
            throws: PublishingError.api(kind.kind, branch: branch, message: "403 rate limit"),
            performing: { _ = try hosted.propose(environment) })
    }

    @Test(arguments: kinds)
    func aTokenGoesNowhereElse(_ kind: Kind) throws {
        let (hosted, _, online) = try Self.online(kind)
        var environment = online
        environment[kind.variables.api] = "http://host.example.com/api"
        let error = #expect(throws: PublishingError.self) { _ = try hosted.propose(environment) }
        if case .badToken = error {} else { Issue.record("\(String(describing: error))") }
        #expect(try hosted.host.git("for-each-ref", "refs/heads/gx") == "")
    }

    @Test func eachKindIsToldByItsOwnNames() {
        let labels = HostKind.allCases.flatMap { $0.type.labels }
        #expect(Set(labels).count == labels.count)
    }
}
