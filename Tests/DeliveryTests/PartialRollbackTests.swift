import Delivery
import Git
import Ledger
import Manifests
import TestSupport
import Testing

/// Rollbacks of some of the artifacts that an app runs.
@Suite struct PartialRollbackTests {
    private static let rules = """
        version: 1
        environments: { dev: {}, prod: { after: dev } }
        layout: [ "envs/{env}/{app}/**" ]
        issues: { keys: [PROJ] }

        """

    private static let file = "envs/prod/web/d.yaml"

    private static func web(_ web: String, proxy: String) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: web }
        spec:
          template:
            spec:
              containers:
                - { name: web, image: "ghcr.io/acme/web:\(web)" }
                - { name: proxy, image: "ghcr.io/acme/proxy:\(proxy)" }

        """
    }

    /// web 1.0 with proxy 5.0, then web 1.1, then proxy 5.1, then web 1.2.
    private func sample() throws -> Sample {
        let sample = try Sample(Self.rules, [Self.file: Self.web("1.0", proxy: "5.0")])
        try sample.commit([Self.file: Self.web("1.1", proxy: "5.0")], "PROJ-2 web 1.1")
        try sample.commit([Self.file: Self.web("1.1", proxy: "5.1")], "PROJ-3 proxy 5.1")
        try sample.commit([Self.file: Self.web("1.2", proxy: "5.1")], "PROJ-4 web 1.2")
        return sample
    }

    @Test(
        "Whatever else was changed since stays",
        arguments: [
            (["proxy"], "5.1 -> 5.0", "1.2", "5.0"), (["acme/web"], "1.2 -> 1.1", "1.1", "5.1"),
            (["ghcr.io/acme/proxy"], "5.1 -> 5.0", "1.2", "5.0"), (["prox*"], "5.1 -> 5.0", "1.2", "5.0"),
        ])
    func oneArtifact(names: [String], change: String, web: String, proxy: String) throws {
        let plan = try sample().rollBack("web", in: "prod") { $0.artifacts = names }
        #expect(plan.refusals.isEmpty)
        #expect(plan.versions == ["prod/web \(change)"])
        #expect(plan.after == [Self.file: Self.web(web, proxy: proxy)])
    }

    @Test("What is left, held and taken away is the artifact's alone")
    func whatGoes() throws {
        let plan = try sample().rollBack("web", in: "prod") { $0.artifacts = ["proxy"] }
        let message = CommitMessage(try #require(plan.steps.first))
        #expect(message.subject == "Roll back proxy of web to 5.0 in prod")
        #expect(plan.steps.first?.contents?.issuesRemoved == ["PROJ-3"])
        #expect(plan.steps.first?.holds.map(\.line) == ["Gx-Hold: prod/web 5.1 of ghcr.io/acme/proxy"])
        #expect(plan.steps.first?.holds.map(\.subject) == ["proxy 5.1 of web"])
        #expect(plan.steps.first?.restoration?.points.map { $0.after?.map(\.version) } == [["5.0"]])
        #expect(plan.steps.first?.restoration?.left.count == 1)
    }

    @Test("Its own deployments count, and its own versions are names")
    func pointsOfOneArtifact() throws {
        let sample = try sample()
        func back(_ point: RollbackRequest.Point, _ name: String) throws -> Plan {
            try sample.rollBack("web", in: "prod", to: point) { $0.artifacts = [name] }
        }
        #expect(try back(.deploymentsAgo(1), "proxy").versions == ["prod/web 5.1 -> 5.0"])
        #expect(try back(.deploymentsAgo(2), "web").versions == ["prod/web 1.2 -> 1.0"])
        #expect(try back(.named("1.0"), "web").versions == ["prod/web 1.2 -> 1.0"])
        #expect(try back(.named("1.0"), "proxy").refusals.map(\.code) == [.absent])
        #expect(try back(.before("PROJ-3"), "proxy").versions == ["prod/web 5.1 -> 5.0"])
        #expect(try back(.deploymentsAgo(3), "proxy").refusals.map(\.code) == [.absent])
    }

    @Test(
        "What was rolled back alone is not gone back to with the rest, and not gone forward to by a second rollback"
    )
    func theSecondTime() throws {
        let sample = try sample()
        try sample.carryOut(
            sample.rollBack("web", in: "prod") {
                $0.artifacts = ["proxy"]
                $0.holds = false
            })
        let again = try sample.rollBack("web", in: "prod") { $0.artifacts = ["proxy"] }
        #expect(again.versions == [])
        #expect(again.refusals.map(\.code) == [.absent])
        // 1.1 ran with 5.0, too; with 5.1, which was taken back, it does not come again.
        #expect(try sample.rollBack("web", in: "prod").versions == ["prod/web 1.2 -> 1.1"])
        #expect(
            try sample.rollBack("web", in: "prod") { $0.artifacts = ["web"] }.versions
                == ["prod/web 1.2 -> 1.1"])
    }

    @Test("A name that nothing is called is refused with what there is")
    func unknownNames() throws {
        let sample = try sample()
        #expect(
            throws: DeliveryError.notRun(
                artifact: "nginx", app: "web", environment: "prod",
                known: ["ghcr.io/acme/proxy", "ghcr.io/acme/web"])
        ) { try sample.rollBack("web", in: "prod") { $0.artifacts = ["nginx"] } }
    }

    @Test("What failed beside others is not failed by itself")
    func failures() throws {
        let sample = try sample()
        func say(_ outcome: Outcome, _ commit: String) throws {
            let id = try sample.repository.id(commit)
            let record = try FinishedDeployment(
                environment: "prod", app: "web", outcome: outcome, at: nil, by: "ada", pipeline: nil,
                reason: nil, checks: []
            ).record(on: id)
            try RecordStore(sample.repository.repository()).append([record], to: id, .deployments)
        }
        // 1.1 was right beside 5.0, and failed beside 5.1.
        try say(.succeeded, "HEAD~2")
        try say(.failed, "HEAD~1")
        #expect(
            try sample.rollBack("web", in: "prod") { $0.artifacts = ["web"] }.versions
                == ["prod/web 1.2 -> 1.1"])
    }

    @Test("Patterns name apps and environments")
    func patterns() throws {
        let sample = try sample()
        #expect(try sample.rollBack("w*", in: "pr*").versions == ["prod/web 1.2 -> 1.1"])
        #expect(throws: (any Error).self) { try sample.rollBack("x*", in: "prod") }
        try sample.commit(["envs/dev/web/d.yaml": Self.web("1.3", proxy: "5.1")], "dev")
        try sample.commit(["envs/prod/wiki/d.yaml": Self.web("1.0", proxy: "1.0")], "wiki")
        let plan = try sample.promote("w*", to: "p*")
        #expect(plan.versions == ["prod/web 1.2 -> 1.3"])
        #expect(plan.warnings == ["wiki is not in dev: left as it is"])
        try sample.commit(["envs/dev/news/d.yaml": Self.web("1.0", proxy: "1.0")], "news")
        let all = try sample.promote(to: "prod") { $0.allApps = true }
        #expect(all.warnings == ["wiki is not in dev: left as it is"])
        #expect(all.skipped.map(\.reason) == ["news of dev is not in prod"])
    }
}
