import Git
import Ledger
import Manifests
import System
import TestSupport
import Testing

@testable import Delivery

/// What hosts are told of deployments, and what they tell.
@Suite struct HostReportTests {
    private func online(
        _ kind: ReviewHostTests.Kind, _ more: String
    ) throws -> (Hosted, HostServer, [String: String?]) {
        let (hosted, server, environment) = try ReviewHostTests.online(kind)
        try hosted.push("gx.yaml", Hosted.folders + "\n\(more)\n")
        return (hosted, server, environment)
    }

    private func promote(_ hosted: Hosted, _ environment: [String: String?], told: Told = Told()) throws {
        var request = PromotionRequest(to: "prod")
        request.apps = ["api"]
        let session = try PlanSession(
            hosted.clone.repository(environment), request: .promotion(request)
        ) { _, _ in [] }
        session.report = told.hear
        #expect(try session.run().end == "done")
    }

    private func ledger(_ hosted: Hosted, _ environment: [String: String?]) throws -> (
        Repository, Configuration, [Environment], Ledger
    ) {
        try hosted.clone.git("fetch", "-q", environment: environment)
        let repository = try hosted.clone.repository(environment)
        let places = KnownPlaces(repository)
        let rules = try ConfigurationSource(repository, resolver: places).forWriting(
            at: places.tip(of: Place())
        )
        .configuration
        let estate = try Estate(rules, resolver: places)
        return (repository, rules, estate.environments, try Ledger(rules, resolver: places, in: repository))
    }

    @Test(arguments: ReviewHostTests.kinds)
    func aPromotionIsADeploymentOfTheHost(_ kind: ReviewHostTests.Kind) throws {
        let (hosted, server, environment) = try online(kind, "report: true")
        try promote(hosted, environment)
        let tip = try hosted.host.id("main")
        let posts = try server.news().filter { $0.hasPrefix("POST ") }
        #expect(!posts.isEmpty && posts[0].contains("\(tip)"))
        #expect(posts[0].contains("prod") && posts.contains { $0.contains("api 2") || kind.kind == .gitlab })
        // How it went; and the same again says nothing.
        let (repository, rules, environments, _) = try ledger(hosted, environment)
        let reports = try #require(try HostReports(rules, environments, of: repository))
        #expect(reports.tell(.succeeded, of: tip, in: "prod", ["api": "2"]) == nil)
        let news = try server.news().filter { !$0.hasPrefix("GET ") }
        #expect(news.count == 1 && news[0].lowercased().contains("succe"))
        #expect(!news[0].contains("production_environment"))
    }

    @Test(arguments: ReviewHostTests.kinds)
    func whatAHostDoesNotTakeIsAWarning(_ kind: ReviewHostTests.Kind) throws {
        let (hosted, server, online) = try online(kind, "report: true")
        try server.turn("closed")
        let told = Told()
        try promote(hosted, online, told: told)
        #expect(told.warnings.count == 1)
        #expect(
            told.warnings.first?.hasPrefix("\(kind.kind.name) is not told of the deployment to prod: 403")
                == true)
        #expect(try hosted.version("api") == "acme/api:2")
    }

    /// What came otherwise, and what was recorded meanwhile.
    @Test(arguments: ReviewHostTests.kinds)
    func theNewestDeploymentOfEachEnvironmentIsBroughtUpToDate(_ kind: ReviewHostTests.Kind) throws {
        let (hosted, server, environment) = try online(kind, "report: true")
        try hosted.push("envs/prod/api/pod.yaml", Hosted.pod("api", 2))
        let tip = try hosted.host.id("main")
        func tell() throws -> [String] {
            let (repository, rules, environments, ledger) = try ledger(hosted, environment)
            let reports = try #require(try HostReports(rules, environments, of: repository))
            #expect(try reports.tell(ledger, ledger.outcomes(in: repository)) == [])
            return try server.news().filter { !$0.hasPrefix("GET ") }
        }
        #expect(try tell().contains { $0.contains("\(tip)") && $0.contains("prod") })
        #expect(try tell() == [])
        let failed = FinishedDeployment(
            environment: "prod", app: "api", outcome: .failed, by: "Ada <ada@example.com>")
        _ = try RecordStore(hosted.clone.repository(environment)).record(failed, of: tip)
        let second = try tell()
        #expect(second.count == 1 && second[0].lowercased().contains("fail"))
    }

    @Test func withoutTheWishNobodyIsTold() throws {
        let (hosted, server, environment) = try online(ReviewHostTests.kinds[0], "report: false")
        try promote(hosted, environment)
        #expect(try server.requests == [])
    }

    @Test(arguments: ReviewHostTests.kinds)
    func howDeploymentsWentIsTakenOver(_ kind: ReviewHostTests.Kind) throws {
        let (hosted, server, environment) = try online(
            kind, "report: true\noutcomes: { dev: ci/e2e }")
        try promote(hosted, environment)
        let tip = try hosted.host.id("main")
        let hasDeployments = [.github, .gitlab].contains(kind.kind)
        func find() throws -> [HostOutcomes.Found] {
            let (repository, rules, _, ledger) = try ledger(hosted, environment)
            let source = try #require(try HostOutcomes(ledger, rules, of: repository))
            let found = try source.find(ledger.outcomes(in: repository), now: ledger[0].time)
            for one in found { _ = try RecordStore(repository).record(one.finished, of: one.commit) }
            return found
        }
        // It goes on, and nobody knows.
        #expect(try find().isEmpty)
        let (repository, rules, environments, _) = try ledger(hosted, environment)
        let reports = try #require(try HostReports(rules, environments, of: repository))
        #expect(reports.tell(.failed, of: tip, in: "prod", ["api": "2"]) == nil)
        try server.turn("check-passed")
        let found = try find()
        let prod = found.filter { $0.finished.environment == "prod" }
        #expect(prod.map(\.finished.outcome) == (hasDeployments ? [.failed] : []))
        #expect(prod.map(\.commit) == (hasDeployments ? [tip] : []))
        // By a status that gx.yaml names: of the only deployment to dev.
        #expect(found.filter { $0.finished.environment == "dev" }.map(\.finished.outcome) == [.succeeded])
        let notes = try hosted.clone.git("rev-parse", "refs/notes/gx/deployments")
        _ = try find()
        #expect(try hosted.clone.git("rev-parse", "refs/notes/gx/deployments") == notes)
    }

    @Test func whatOthersRecordedStays() throws {
        let (hosted, server, environment) = try online(
            ReviewHostTests.kinds[0], "outcomes: { dev: ci/e2e }")
        try server.turn("check-failed")
        let (repository, rules, _, ledger) = try ledger(hosted, environment)
        let dev = try #require(ledger.newest(of: "api", in: "dev"))
        _ = try RecordStore(repository).record(
            FinishedDeployment(environment: "dev", outcome: .succeeded, by: "Ada <ada@example.com>"),
            of: dev.commit)
        let source = try #require(try HostOutcomes(ledger, rules, of: repository))
        #expect(try source.find(ledger.outcomes(in: repository), now: dev.time).isEmpty)
    }

    @Test func whoHasNoTokenIsToldSo() throws {
        let (hosted, _, online) = try online(ReviewHostTests.kinds[0], "")
        var environment = online
        environment["GITHUB_TOKEN"] = nil as String?
        let (repository, rules, _, ledger) = try ledger(hosted, environment)
        #expect(throws: PublishingError.noAccess(.github)) {
            _ = try HostOutcomes(ledger, rules, of: repository)
        }
    }
}
