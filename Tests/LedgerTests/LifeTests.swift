import Ledger
import TestSupport
import Testing

/// Apps and environments that come, move, go and come back.
@Suite struct LifeTests {
    private let scratch: ScratchRepository

    init() throws {
        scratch = try ScratchRepository(
            configuration: """
                version: 1
                environments: { dev: {}, prod: { after: dev }, preview: { match: "pr-*", ephemeral: true } }
                layout: ["envs/{env}/{app}/**", "clusters/{env}/{app}/**"]

                """)
    }

    private func pod(_ images: String...) -> String {
        "apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec:\n  containers:\n"
            + images.map { "    - { name: \($0.prefix(1)), image: \"example.com/\($0)\" }\n" }.joined()
    }

    @Test func imagesOfOneFileAreToldApart() throws {
        for (web, log) in [("1", "1"), ("2", "1"), ("2", "2"), ("1", "2")] {
            try scratch.write("envs/dev/api/pod.yaml", pod("web:\(web)", "log:\(log)"))
            try scratch.commit("web \(web), log \(log)")
        }
        let ledger = try scratch.ledger()
        #expect(
            (0..<ledger.count).map { ledger[$0].after?.map { "\($0.artifact):\($0.version)" } ?? [] } == [
                ["example.com/log:1", "example.com/web:1"], ["example.com/log:1", "example.com/web:2"],
                ["example.com/log:2", "example.com/web:2"], ["example.com/log:2", "example.com/web:1"],
            ])
        // No state that was there before, but web goes back to one of its versions, at once.
        #expect(ledger[3].kind == .race)
        #expect(ledger[3].changes.map(\.artifact) == ["example.com/web"])
    }

    @Test func anAppComesBack() throws {
        try scratch.write("envs/prod/api/pod.yaml", pod("api:1"))
        try scratch.commit("here")
        try scratch.remove("envs/prod/api")
        try scratch.commit("gone")
        try scratch.write("envs/prod/api/pod.yaml", pod("api:1"))
        try scratch.commit("back")
        let ledger = try scratch.ledger()
        #expect(
            ledger.lines == [
                "prod/api initial none -> 1", "prod/api removal 1 -> none", "prod/api initial none -> 1",
            ])
        #expect(try ledger.presences(of: .app("api"), broughtBy: []).list.map(\.status) == [.now(since: 2)])
    }

    @Test func aMoveToAnotherLayoutIsConfiguration() throws {
        try scratch.write("envs/prod/api/pod.yaml", pod("api:1"))
        try scratch.commit("here")
        try scratch.write("clusters/prod/.keep", "")
        try scratch.git("mv", "envs/prod/api", "clusters/prod/api")
        try scratch.commit("moved")
        #expect(
            try scratch.ledger().lines == ["prod/api initial none -> 1", "prod/api configuration 1 -> 1"])
    }

    @Test func temporaryEnvironmentsAreHistoryWhenTheyAreGone() throws {
        try scratch.write("envs/pr-7/api/pod.yaml", pod("api:7"))
        try scratch.commit("PROJ-7: preview")
        try scratch.write("envs/dev/api/pod.yaml", pod("api:7"))
        try scratch.commit("dev")
        try scratch.remove("envs/pr-7")
        try scratch.commit("merged")
        let ledger = try scratch.ledger()
        #expect(
            ledger.lines == [
                "pr-7/api initial none -> 7", "dev/api initial none -> 7", "pr-7/api removal 7 -> none",
            ])
        let places = try ledger.presences(of: .app("api"), broughtBy: []).list
        #expect(places.first { $0.environment == "pr-7" }?.status == .left(entered: 0, left: 2))
        #expect(places.first { $0.environment == "dev" }?.status == .now(since: 1))
    }

    @Test func repositoriesAreEnvironments() throws {
        try scratch.write(
            "gx.yaml",
            """
            version: 1
            environments: { dev: {}, prod: { after: dev } }
            layout: [{ repository: "../{env}-manifests", path: "{app}/**" }]

            """)
        try scratch.commit("configure")
        let dev = try ScratchRepository(in: scratch.folder, name: "dev-manifests")
        let prod = try ScratchRepository(in: scratch.folder, name: "prod-manifests")
        func deploy(_ repository: ScratchRepository, _ version: String, _ time: String) throws {
            try repository.write("api/pod.yaml", pod("api:\(version)"))
            try repository.commit("PROJ-\(version)", date: "2026-01-01 \(time):00 +0000")
        }
        try deploy(dev, "1", "01:00")
        try deploy(prod, "1", "02:00")
        try deploy(dev, "2", "03:00")
        let lines = [
            "dev/api initial none -> 1", "prod/api initial none -> 1", "dev/api forward 1 -> 2",
        ]
        #expect(try scratch.ledger(index: true).lines == lines)
        try deploy(prod, "2", "04:00")
        let ledger = try scratch.ledger(index: true)
        #expect(ledger.lines == lines + ["prod/api promotion from dev 1 -> 2"])
        #expect(ledger.lines == (try scratch.ledger().lines))
        #expect(ledger.deployments(by: ledger.commits(namingIssue: "PROJ-2")) == [2, 3])
    }
}
