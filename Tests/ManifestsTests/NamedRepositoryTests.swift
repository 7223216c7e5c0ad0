import Git
import System
import TestSupport
import Testing

@testable import Manifests

/// `repository:` and `source:` of gx.yaml lead out of the repository that it is in, or nowhere.
@Suite struct NamedRepositoryTests {
    private let scratch: ScratchRepository

    init() throws {
        scratch = try ScratchRepository()
        try scratch.folder.run("git", ["init", "-q", "--bare", scratch.path + "/inner.git"])
        try scratch.folder.run("git", ["init", "-q", scratch.folder.path + "/beside"])
        try scratch.folder.run("git", ["init", "-q", "--bare", scratch.folder.path + "/plain.git"])
        try scratch.folder.run("ln", ["-s", scratch.path + "/inner.git", scratch.folder.path + "/link"])
        try scratch.folder.run("ln", ["-s", "../beside", scratch.path + "/out"])
    }

    private func load(_ name: String) throws -> LoadedConfiguration? {
        try scratch.write(
            "gx.yaml",
            "version: 1\nenvironments: { dev: {} }\nlayout: [ '{env}/**' ]\napps: { api: { source: '\(name)' } }\n"
        )
        let repository = try scratch.repository()
        return try ConfigurationSource(repository, resolver: KnownPlaces(repository)).written()
    }

    @Test(arguments: [
        "inner.git", "./inner.git", "a/../inner.git", "../repository/inner.git", "../link", "out", ".",
        "missing",
        "file://HERE/inner.git", "FILE://localhostHERE/inner%2egit", "HERE/inner.git", "ext::touch x",
        "foo::bar",
    ])
    func isRefusedWithItsPlace(_ name: String) throws {
        let name = name.replacing("HERE", with: scratch.path)
        let error = #expect(throws: ManifestsError.self) { try load(name) }
        guard case .configuration("gx.yaml", 4, 24, _, _) = error else {
            Issue.record(Comment(rawValue: "\(String(describing: error))"))
            return
        }
    }

    @Test(arguments: [
        "../beside", "../plain.git", "../nowhere", "https://example.com/x.git", "git@example.com:x.git",
    ])
    func isTaken(_ name: String) throws { #expect(try load(name) != nil) }

    @Test func objectsOfTheRepositoryAreRefused() throws {
        try scratch.folder.write(
            scratch.folder.path + "/beside/.git/objects/info/alternates",
            "\(scratch.path)/inner.git/objects\n".utf8)
        let repositories = Repositories(try scratch.repository())
        #expect(throws: GitError.self) { try repositories["../beside"] }
        #expect(try repositories["../plain.git"].isBare)
    }

    // MARK: Time in proportion

    @Test(
        .timeLimit(.minutes(1)), arguments: ["*a*a*a*a*a*a*a*b", "{x}*a*a*a*a*{x}*a*a*b", "**/**/**/**/**/b"])
    func aPatternTakesItsTime(_ text: String) throws {
        let pattern = try Pattern(text)
        #expect(pattern.match(String(repeating: "a", count: 120)) == nil)
        #expect(pattern.match(String(repeating: "a/", count: 60) + "c") == nil)
    }

    @Test func aPatternThatRemembersMatchesAllTheSame() throws {
        let name = String(repeating: "a", count: 100)
        let match = try #require(try Pattern("*a*a*a*a*a*a{x}b").match(name + "b"))
        #expect(try Pattern("*a*a*a*a*a*a{x}b").path(match) == name + "b")
    }

    @Test func anOrderMayBeLongAndHasNoCircle() throws {
        var chain = [Environment(name: "e0")]
        for index in 1..<20_000 { chain.append(Environment(name: "e\(index)", after: ["e\(index - 1)"])) }
        #expect(chain.firstInCircle == nil)
        chain[0].after = ["e19999"]
        #expect(chain.firstInCircle == "e0")
        let group = [
            Environment(name: "us", group: "prod", after: ["qa"]), Environment(name: "qa"),
            Environment(name: "eu", group: "prod", after: ["prod"]),
        ]
        #expect(group.firstInCircle == nil)
        #expect([Environment(name: "a", after: ["a"])].firstInCircle == "a")
        #expect(
            [Environment(name: "a", after: ["g"]), Environment(name: "b", group: "g", after: ["a"])]
                .firstInCircle == "a")
    }
}
