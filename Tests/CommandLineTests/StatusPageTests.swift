import Answers
import Delivery
import Git
import Ledger
import Manifests
import System
import TestSupport
import Testing

@testable import gx

/// The page of `gx status -o html`: what is found for it, and what is drawn of that.
@Suite struct StatusPageTests {
    private static let hostile = "<script>alert(1)</script>\"'&amp;<!--]]></style>"

    private let scratch: ScratchRepository

    /// A version that went all the way, one that waits, one that was taken back; messages and names that try to be
    /// markup.
    init() throws {
        scratch = try ScratchRepository(
            configuration: """
                version: 1
                environments:
                  dev: {}
                  stage-us: { after: dev, group: stage }
                  stage-eu: { after: dev, group: stage }
                  prod: { after: stage }
                layout: [ 'apps/{app}/{env}.yaml' ]
                issues: { url: 'https://tracker.example.com/{key}' }
                """)
        try set("api", "1.0", "dev", "stage-us", "stage-eu", "prod")
        try set("<b>web", "1.0", "dev", "stage-us", "stage-eu", "prod")
        try scratch.commit("All begins")
        try set("api", "1.1", "dev")
        try scratch.commit("PROJ-1 \(Self.hostile) (#7)")
        try set("api", "1.1", "stage-us", "stage-eu")
        try scratch.commit("Promote api to stage (#8)")
        try set("api", "1.1", "prod")
        try scratch.commit("Promote api to prod (#9)")
        try set("api", "1.0", "prod")
        try scratch.commit("Take api back in prod", author: "Mira Okafor <mira@example.com>")
        try set("<b>web", "1.1", "dev")
        try scratch.commit("PROJ-2 Search as you type")
    }

    private func set(_ app: String, _ version: String, _ environments: String...) throws {
        for environment in environments {
            try scratch.write(
                "apps/\(app)/\(environment).yaml", "image: { repository: acme/app, tag: \(version) }\n")
        }
    }

    private func scene() throws -> (repository: Repository, estate: Estate, ledger: Ledger) {
        let repository = try scratch.repository()
        let places = KnownPlaces(repository)
        let configuration = try ConfigurationSource(repository, resolver: places).forReading().configuration
        return (
            repository, try Estate(configuration, resolver: places),
            try Ledger(configuration, resolver: places, in: repository)
        )
    }

    private func report(_ limits: EstateSurvey.Limits = EstateSurvey.Limits()) throws -> EstateReport {
        let (repository, estate, ledger) = try scene()
        let overview = try Overview(
            Running(ledger), configuration: estate.configuration, all: estate.environments, named: [],
            app: nil)
        let survey = EstateSurvey(
            overview, estate: estate, ledger: ledger, outcomes: try ledger.outcomes(in: repository),
            records: try EstateRecords(in: repository),
            in: repository,
            limits: limits)
        return try survey.report(
            of: EstateReport.Source(
                name: Self.hostile, read: "main", time: nil, now: Timestamp(seconds: 1_772_442_000),
                notes: [Self.hostile]))
    }

    private func page(_ report: EstateReport) throws -> String {
        let (repository, estate, ledger) = try scene()
        let metrics = LeadTimeReport.recent(
            ledger, outcomes: try ledger.outcomes(in: repository),
            routes: Routes(estate.configuration, ledger),
            until: report.source.now)
        return StatusPage(report, host: try HostPages(of: repository), metrics: metrics).rendered
    }

    // MARK: What is found

    @Test func stagesSayHowManyAppsAreTheSameAsBefore() throws {
        let report = try report()
        #expect(report.stages.map(\.name) == ["dev", "stage", "prod"])
        #expect(report.stages.map(\.members) == [0..<1, 1..<3, 3..<4])
        #expect(report.stages.map(\.compared) == [0, 2, 2])
        #expect(report.stages.map(\.same) == [0, 1, 1])
        #expect(report.answer == "1 of 2 apps runs the same in prod as in stage.")
        #expect(report.remarks == "1 feature or fix waits for prod; 1 rollback in the last 90 days.")
    }

    @Test func issuesSayWhatTheyWaitFor() throws {
        let report = try report()
        #expect(report.issues.map(\.key) == ["PROJ-2", "PROJ-1"])
        #expect(report.issues.map(\.waitsFor) == [[1], [2]])
        #expect(
            report.issues.map(\.states) == [
                [.all, EstateReport.Issue.State.none, nil], [.all, .all, .left],
            ]
                || report.issues.map(\.states) == [
                    [.all, EstateReport.Issue.State.none, EstateReport.Issue.State.none],
                    [.all, .all, .left],
                ])
        #expect(report.issues[1].pullRequests == ["7"])
        #expect(report.issues[1].presences.map(\.environments) == [[0], [1, 2], [3]])
        #expect(report.issues[0].url == "https://tracker.example.com/PROJ-2")
    }

    @Test func changesAreNewestFirstWithWhatTheyDid() throws {
        let report = try report()
        #expect(
            report.changes.map(\.subject) == [
                "PROJ-2 Search as you type", "Take api back in prod", "Promote api to prod (#9)",
                "Promote api to stage (#8)", "PROJ-1 \(Self.hostile) (#7)", "All begins",
            ])
        let back = report.changes[1].parts[0]
        #expect(back.deployment.kind == .rollback && back.related == report.changes[2].commit)
        #expect(report.changes[2].parts[0].outcome == .rolledBack)
        #expect(report.changes[3].parts.map(\.environments) == [["stage-eu", "stage-us"]])
        #expect(report.days.reduce(0) { $0 + $1.rollbacks } == 1)
    }

    @Test func whatIsLeftOutIsCounted() throws {
        let report = try report(EstateSurvey.Limits(issues: 1, changes: 2))
        #expect(report.changes.count == 2 && report.hasOlderChanges)
        #expect(report.issues.count == 1 && report.issuesLeftOut == 1)
        let page = try page(report)
        #expect(page.contains("These are the newest 2 commits that changed a version"))
        #expect(page.contains("1 more are left out"))
    }

    // MARK: What is drawn

    @Test func thePageIsWellFormed() throws {
        #expect(try unclosed(page(report())) == [])
    }

    @Test func thePageAnswersFirst() throws {
        let page = try page(report())
        let answer = try #require(page.firstRange(of: "1 of 2 apps runs the same in prod as in stage."))
        let matrix = try #require(page.firstRange(of: "<table"))
        #expect(answer.upperBound < matrix.lowerBound)
        #expect(page.contains("<h1>"))
        // Regions that run the same are one cell.
        #expect(page.contains("<td class=\"stage g0\" colspan=\"2\">1.1</td>"))
        #expect(
            page.contains(
                "<td class=\"stage g1\">1.0<i class=\"mb\">behind</i><i class=\"mr\">rolled back</i></td>"))
        #expect(page.contains("href=\"https://tracker.example.com/PROJ-2\""))
    }

    @Test func whatARepositorySaysStaysText() throws {
        let page = try page(report())
        #expect(!page.contains("<script>alert"))
        #expect(!page.contains("<b>web"))
        #expect(!page.contains("<!--"))
        #expect(page.ranges(of: "<script>").count == 1)
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&amp;amp;"))
        #expect(page.contains("<a href=\"#app-~3cb~3eweb\">&lt;b&gt;web</a>"))
    }

    @Test func nothingIsLoaded() throws {
        let page = try page(report())
        #expect(page.contains("default-src 'none'; style-src 'sha256-"))
        #expect(!page.contains(" src="))
        #expect(!page.contains("@import") && !page.contains("url("))
        #expect(!page.contains(" style=") && !page.contains(" on" + "click="))
    }

    /// Names that are the same but for their case, or for what can't stand in an anchor, have places of their own.
    @Test func anchorsAreDifferent() throws {
        let page = try page(report())
        let ids = page.ranges(of: " id=\"").map { page[$0.upperBound...].prefix { $0 != "\"" } }
        #expect(Set(ids).count == ids.count)
        let targets = page.ranges(of: "href=\"#").map { page[$0.upperBound...].prefix { $0 != "\"" } }
        #expect(Set(targets).subtracting(ids) == [])
    }

    /// The elements that are not closed, or closed in another order; none in a page that is well-formed.
    private func unclosed(_ page: String) -> [Substring] {
        var open: [Substring] = []
        for part in page.split(separator: "<").dropFirst() {
            let tag = part.prefix { $0 != ">" }
            let name = tag.prefix { $0 != " " && $0 != "/" }
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return [tag] }
            } else if !tag.hasSuffix("/") {
                open.append(name)
            }
            if tag.ranges(of: "\"").count % 2 != 0 { return [tag] }
        }
        return open
    }
}
