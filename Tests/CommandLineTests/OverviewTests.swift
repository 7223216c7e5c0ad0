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

    init() throws {
        let scratch = try ScratchRepository()
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
        let configuration = try source.forReading().configuration
        let ledger = try Ledger(configuration, resolver: places, in: repository)
        let environments = configuration.environments.map(\.environment)
        var overview = try Overview(
            Running(ledger), configuration: configuration, all: environments, named: [], app: nil)
        // How long ago that was changes with every second.
        for row in overview.rows.indices {
            for cell in overview.rows[row].cells.indices { overview.rows[row].cells[cell]?.since = nil }
        }
        self.overview = overview
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
