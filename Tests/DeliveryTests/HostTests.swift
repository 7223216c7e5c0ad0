import Git
import Manifests
import System
import TestSupport
import Testing

@testable import Delivery

@Suite struct HostTests {
    @Test(arguments: [
        ("https://github.com/acme/infra.git", "github.com", nil, "acme/infra"),
        ("https://user:secret@git.example.com:8443/a/b/c/", "git.example.com", 8443, "a/b/c"),
        ("git@GitLab.example.com:team/sub/infra.git", "gitlab.example.com", nil, "team/sub/infra"),
        ("ssh://ann@review.example.com:29418/infra", "review.example.com", 29418, "infra"),
        ("example.com:/srv/infra.git", "example.com", nil, "srv/infra"),
    ])
    func readsAddresses(_ url: String, _ host: String, _ port: Int?, _ path: String) throws {
        let address = try #require(RemoteAddress(url: url))
        #expect(address.host == host && address.port == port && address.path == path)
    }

    @Test(arguments: ["/srv/infra.git", "../infra", "file:///srv/infra.git", "a/b:c", "https://", ":x"])
    func pathsHaveNoHost(_ url: String) {
        #expect(RemoteAddress(url: url) == nil)
    }

    @Test(arguments: [
        ("git@github.com:a/b", HostKind.github), ("https://github.example.com/a/b", .github),
        ("https://gitlab.com/a/b", .gitlab), ("https://gitlab-eu.example.com/a/b", .gitlab),
        ("https://codeberg.org/a/b", .gitea), ("https://forgejo.example.com/a/b", .gitea),
        ("ssh://git.example.com:29418/a", .gerrit), ("https://review.example.com/a", .gerrit),
        ("git@bitbucket.org:a/b.git", .bitbucket),
        ("ssh://git@bitbucket.example.com:7999/a/b", .bitbucketServer),
        ("https://dev.azure.com/org/a/_git/b", .azure), ("git@ssh.dev.azure.com:v3/org/a/b", .azure),
        ("https://org.visualstudio.com/a/_git/b", .azure), ("https://notgithub.com/a/b", nil),
        ("https://example.com/github.com/b", nil),
    ])
    func tellsKindsByAddress(_ url: String, _ kind: HostKind?) throws {
        let nowhere = ProcessEnvironment(["CI_SERVER_HOST": nil, "GITHUB_SERVER_URL": nil])
        #expect(Host.kind(of: try #require(RemoteAddress(url: url)), in: nowhere) == kind)
    }

    @Test(arguments: [
        ("https://org@dev.azure.com/org/a/_git/b", "https://dev.azure.com/org a b"),
        ("git@ssh.dev.azure.com:v3/org/a/b", "https://dev.azure.com/org a b"),
        ("https://org.visualstudio.com/a/_git/b", "https://org.visualstudio.com a b"),
        ("https://org.visualstudio.com/_git/b", "https://org.visualstudio.com b b"),
        ("https://dev.azure.com/org/_git/b", "https://dev.azure.com/org b b"),
        (
            "https://tfs.example.com/tfs/All/My%20Project/_git/b",
            "https://tfs.example.com/tfs/All My%20Project b"
        ),
        ("https://dev.azure.com/org/a", nil),
    ])
    func readsAddressesOfAzure(_ url: String, _ place: String?) throws {
        let found = AzureDevOps.Place(try #require(RemoteAddress(url: url)))
        #expect(found.map { "\($0.root) \($0.project) \($0.repository)" } == place)
    }

    @Test func aJobKnowsItsOwnHost() throws {
        let address = try #require(RemoteAddress(url: "https://git.example.com/a/b"))
        let kind = { (variables: [String: String?]) in
            let none: [String: String?] = [
                "CI_SERVER_HOST": nil, "GITHUB_SERVER_URL": nil, "GITEA_ACTIONS": nil, "FORGEJO_ACTIONS": nil,
            ]
            return Host.kind(of: address, in: ProcessEnvironment(none.merging(variables) { $1 }))
        }
        #expect(kind(["CI_SERVER_HOST": "git.example.com"]) == .gitlab)
        #expect(kind(["GITHUB_SERVER_URL": "https://git.example.com"]) == .github)
        #expect(kind(["GITHUB_SERVER_URL": "https://git.example.com", "GITEA_ACTIONS": "true"]) == .gitea)
        #expect(kind(["GITHUB_SERVER_URL": "https://github.com", "CI_SERVER_HOST": "gitlab.com"]) == nil)
    }
}

@Suite struct PromotionBranchTests {
    private func name(_ environments: [String], _ apps: [String]) throws -> String {
        let hosted = try Hosted("api")
        let plan = try hosted.publisher(quarantined: true).preview(hosted.promotion("api"))
        var step = try #require(plan.steps.first)
        step.environments = environments
        step.changes = apps.map { app in
            var change = step.changes[0]
            change.app = app
            return change
        }
        return try PromotionBranch.name(of: step)
    }

    @Test func isReadable() throws {
        #expect(try name(["prod-eu"], ["api"]) == "gx/promote/prod-eu/api")
        #expect(try name(["us", "eu"], ["web", "api"]) == "gx/promote/eu+us/api+web")
        #expect(try name(["prod"], ["team/api"]) == "gx/promote/prod/team--api")
        #expect(try name(["prod"], []) == "gx/promote/prod/configuration")
    }

    @Test func isANameThatGitTakesAndKeepsOthersApart() throws {
        let strange = [
            "a b", "a~b", "a^b", "a:b", "a?b", "a*b", "a[b", "a\\b", "a..b", ".a", "a.lock", "a.", "a@{b",
            "ä",
            "a\u{1B}b", "-a", "@", String(repeating: "a", count: 300), String(repeating: "a", count: 301),
        ]
        let names = try strange.map { try name(["prod"], [$0]) }
        #expect(Set(names).count == strange.count)
        let folder = ScratchFolder()
        for name in names {
            try folder.run("git", ["check-ref-format", "refs/heads/\(name)"])
            #expect(name.utf8.count < 100)
        }
    }
}
