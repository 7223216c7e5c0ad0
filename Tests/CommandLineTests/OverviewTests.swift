import Answers
import Git
import Ledger
import Manifests
import Terminal
import TestSupport
import Testing

@testable import gx

/// How the table of `gx status` fits a terminal, with 24 environments.
@Suite struct OverviewTests {
    private let overview: Overview
    private let scratch: ScratchRepository
    private let configuration: Configuration
    private let ledger: Ledger

    init() throws {
        scratch = try ScratchRepository()
        let regions = ["asia", "brazil", "canada", "europe", "india", "japan", "korea", "us"]
        let stages = ["staging", "uat", "prod"].flatMap { stage in regions.map { "\(stage)-\($0)" } }
        var gx = "version: 1\nenvironments:\n"
        for name in stages {
            let parts = name.split(separator: "-")
            gx += "  \(name): { group: \(parts[0])\(parts[0] == "prod" ? ", after: uat-\(parts[1])" : "") }\n"
        }
        try scratch.write("gx.yaml", gx + "layout: [ 'apps/{app}/{env}.yaml' ]\n")
        for app in ["api", "a-service-with-a-rather-long-name-indeed", "web"] {
            for (number, name) in stages.enumerated() where app != "web" || number % 3 > 0 {
                let isOld = name == "prod-us" || (app == "api" && name.hasPrefix("prod-a"))
                try scratch.write(
                    "apps/\(app)/\(name).yaml",
                    "image: { repository: acme/\(app), tag: 1.4.\(isOld ? 1 : 2) }\n")
            }
        }
        try scratch.commit("Files")
        let repository = try scratch.repository()
        let places = KnownPlaces(repository)
        let source = ConfigurationSource(repository, resolver: places)
        configuration = try source.forReading().configuration
        ledger = try Ledger(configuration, resolver: places, in: repository)
        let environments = configuration.environments.map(\.environment)
        var overview = try Overview(
            Running(ledger), configuration: configuration, all: environments, named: [], app: nil)
        // How long ago that was changes with every second.
        for row in overview.rows.indices {
            for cell in overview.rows[row].cells.indices { overview.rows[row].cells[cell]?.since = nil }
        }
        self.overview = overview
    }

    /// What is asked for, now.
    private func overview(
        _ names: [String] = [], app: String? = nil, promotions: [OpenPromotion] = []
    ) throws -> Overview {
        try Overview(
            Running(ledger), configuration: configuration, all: configuration.environments.map(\.environment),
            named: names, app: app, promotions: promotions)
    }

    @Test("A pattern stands for all that are called so, wherever an app or an environment is asked for")
    func patterns() throws {
        let some = try overview(["prod-*a"], app: "a*")
        #expect(some.rows.map(\.app) == ["a-service-with-a-rather-long-name-indeed", "api"])
        #expect(some.environments.map(\.name) == ["prod-asia", "prod-canada", "prod-india", "prod-korea"])
        #expect(try overview(app: "w*b").environments.count == 16)
        #expect(try overview(app: "x*").rows.isEmpty)
        let order = EnvironmentOrder(configuration, configuration.environments.map(\.environment))
        #expect(try order.members(of: "*-us", ledger) == ["staging-us", "uat-us", "prod-us"])
        #expect(try order.members(of: "sta*", ledger).count == 8)
        #expect(order.routes(ledger).members(of: "*-us") == ["staging-us", "uat-us", "prod-us"])
        #expect(throws: LedgerError.self) { try order.members(of: "*-moon", ledger) }
        #expect(ledger.deployments(of: "a*", in: ["prod-us"]).count == 2)
        #expect(ledger.deployments(of: "a*", in: nil).count == 48)
        try ledger.requireKnown("a*")
        #expect(throws: ManifestsError.self) { try ledger.requireKnown("x*") }
    }

    @Test("An environment that is a link to the folder of another one has what is there")
    func aLinkToAFolder() throws {
        let scratch = try ScratchRepository()
        try scratch.write(
            "gx.yaml",
            "version: 1\nenvironments: { prod: {}, dr: {} }\nlayout: [ 'envs/{env}/{app}/**' ]\n")
        try scratch.write("envs/prod/api/values.yaml", "image: { repository: acme/api, tag: v1 }\n")
        try scratch.folder.run("ln", ["-s", "prod", scratch.path + "/envs/dr"])
        try scratch.commit("Files")
        let places = KnownPlaces(try scratch.repository())
        let source = ConfigurationSource(try scratch.repository(), resolver: places)
        let configuration = try source.forReading().configuration
        let ledger = try Ledger(configuration, resolver: places, in: try scratch.repository())
        let overview = try Overview(
            Running(ledger), configuration: configuration,
            all: configuration.environments.map(\.environment), named: [], app: nil)
        #expect(overview.rows.map(\.app) == ["api"])
        #expect(overview.rows.first?.cells.map { $0?.versions.first?.short } == ["v1", "v1"])
    }

    @Test("A rollback that waits for its review is called so, and no promotion")
    func openRollbacks() throws {
        let repository = try scratch.repository()
        for (branch, trailer) in [
            ("gx/rollback/prod-us/api", "Gx-Rollback: prod-us/api 1.4.1 -> 1.4.0"),
            ("gx/promote/prod-us/web", "Gx-Deploy: prod-us/web 1.4.1 -> 1.4.2"),
        ] {
            try scratch.git("checkout", "-q", "-b", branch, "main")
            try scratch.write("apps/note", branch)
            try scratch.commit("Change\n\n\(trailer)")
        }
        try scratch.git("checkout", "-q", "main")
        let all = configuration.environments.map(\.environment)
        let estate = try Estate(configuration, resolver: KnownPlaces(repository))
        let open = try OpenPromotion.all(for: all, in: repository, estate: estate)
        #expect(open.map(\.kind) == [.promotion, .rollback])
        let overview = try overview(["prod-us"], promotions: open)
        let text = OverviewTable(overview).whole.rendered(color: false)
        let marks = ["api": "«", "web": "»"]
        for (app, mark) in marks {
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(app) })
            #expect(marks.values.filter(line.contains) == [mark])
        }
        #expect(
            OverviewTable(overview).footer(isGrouped: false, width: 200).map(\.raw).joined()
                .contains("» a promotion to it is open; « a rollback of it is open"))
    }

    private func lines(_ width: Int?) -> [String] {
        let (table, _) = OverviewTable(overview).fitted(to: width)
        return table.rendered(color: false).split(separator: "\n").map(String.init)
    }

    @Test func aFileGetsAColumnForEachEnvironment() {
        #expect(overview.environments.count == 24)
        #expect(lines(nil)[0].split(separator: " ").count == 25)
        #expect(lines(1000) == lines(nil))
    }

    @Test func groupsAreDrawnTogether() {
        #expect(
            lines(100) == [
                "APP                           staging ×8  uat ×8  prod ×8",
                "…h-a-rather-long-name-indeed  1.4.2       1.4.2   1.4.2 ×7, 1.4.1↓ ×1",
                "api                           1.4.2       1.4.2   1.4.2 ×6, 1.4.1↓ ×2",
                "web                           1.4.2       1.4.2   1.4.2 ×5, 1.4.1 ×1",
            ])
    }

    @Test func whereThatIsTooWideEachVersionSaysWhereItRuns() {
        let lines = lines(60)
        #expect(lines[0].split(separator: " ") == ["APP", "VERSION", "ENVIRONMENTS"])
        #expect(lines.contains { $0.hasPrefix("api ") && $0.contains("1.4.2") })
        #expect(lines.contains { $0.contains("1.4.1↓") && $0.hasSuffix("prod-asia, prod-us") })
    }

    @Test(arguments: [60, 72, 80, 100, 120, 160, 200, 300])
    func noLineIsWiderThanTheTerminal(_ width: Int) {
        #expect(lines(width).allSatisfy { $0.displayWidth <= width })
    }

    @Test func theLegendSaysWhatTheMarksMean() {
        let footer = OverviewTable(overview).footer(isGrouped: true, width: 80).map(\.raw)
        #expect(
            footer == [
                "↓ behind the environment before it",
                "'gx status staging' shows each environment of staging",
            ])
    }
}
