import Answers
import Git
import Ledger
import System
import Terminal

/// The report as people read it.
struct LeadTimeTables {
    let report: LeadTimeReport

    private var stopwatch: Stopwatch { report.stopwatch }

    /// What the answer is about: environments, the resolved interval with its zone, and the one before.
    var heading: Text {
        let days = (report.period.seconds + 43_200) / 86_400
        return """
            \(report.name, .environment) from \(Timestamp.local(report.period.start)) until \
            \(Timestamp.local(report.period.end)), \(days) days; BEFORE is as long, right before
            """
    }

    // MARK: Metrics

    private struct Row {
        var name: String
        var count: String
        var figures: [String]
        var before: String
        var trend: Chart
    }

    /// A row for each metric that is a distribution.
    var distributions: Table {
        var rows: [Row] = []
        if report.hasLead || report.before.lead.count > 0 { rows.append(durations("lead time", \.lead)) }
        rows.append(durations("dwell", \.dwell))
        rows.append(durations("recovery", \.recovery.durations))
        rows.append(frequency)
        let titles = ["BEST", "MEDIAN", "AVERAGE", "P75", "P90", "P95", "WORST"]
        let drops = [3, nil, 5, 4, nil, 6, 2] as [Int?]
        var columns = [
            Column<Row>("METRIC") { Text($0.name, .emphasis) }, Column("N", .right) { Text($0.count) },
        ]
        for (index, title) in titles.enumerated() {
            columns.append(Column(title, .right, drop: drops[index]) { Text($0.figures[index]) })
        }
        columns.append(Column("BEFORE", .right, drop: 1) { Text($0.before, .faint) })
        columns.append(
            Column("BY \(report.unit.rawValue.uppercased())", drop: 7) {
                Text($0.trend.sparkline(), .version)
            })
        return Table(rows, columns)
    }

    private static let figures = ["best", "median", "average", "p75", "p90", "p95", "worst"]

    private func durations(_ name: String, _ path: KeyPath<Measures, Distribution>) -> Row {
        let distribution = report.now[keyPath: path]
        return Row(
            name: name, count: "\(distribution.count)",
            figures: Self.figures.map { stopwatch.words(distribution.figure($0)) },
            before: stopwatch.words(report.before[keyPath: path].median),
            trend: Chart(
                name,
                report.trend.map {
                    let median = $0.measures[keyPath: path].median
                    return Chart.Bar(
                        $0.part.name, value: median.map(Double.init), label: stopwatch.words(median))
                }))
    }

    /// The best week is the one with the most deployments.
    private var frequency: Row {
        let weekly = report.now.frequency.weekly
        let hundred: [Int64?] = [
            weekly.worst.map { $0 * 100 }, weekly.hundredths(50), weekly.averageHundredths,
            weekly.hundredths(75),
            weekly.hundredths(90), weekly.hundredths(95), weekly.best.map { $0 * 100 },
        ]
        return Row(
            name: "deployments a week", count: "\(report.now.frequency.count)", figures: hundred.map(decimal),
            before: decimal(report.before.frequency.weekly.hundredths(50)),
            trend: Chart(
                "deployments",
                report.trend.map {
                    let count = $0.measures.frequency.count
                    return Chart.Bar($0.part.name, value: Double(count), label: "\(count)")
                }))
    }

    private struct Rate {
        var name: String
        var value: String
        var before: String
        var details: String
    }

    /// A row for each metric that is a share.
    var rates: Table {
        let fail = report.now.failRate
        let rework = report.now.rework
        var failed = "\(fail.failed) of \(fail.count) failed"
        if fail.inferred > 0 { failed += ", \(fail.inferred) by inferred rollbacks" }
        if fail.unknown > 0 { failed += "; of \(fail.unknown) (\(unknown.words)) nothing says how they went" }
        if report.now.recovery.open > 0 { failed += "; \(report.now.recovery.open) not repaired yet" }
        let rows = [
            Rate(
                name: "change fail rate", value: words(fail), before: words(report.before.failRate),
                details: failed),
            Rate(
                name: "rework rate", value: rework.share.words, before: report.before.rework.share.words,
                details:
                    "\(counted(rework.rollbacks, one: "rollback")), \(counted(rework.fixes, one: "fix", many: "fixes")) of \(rework.count)"
            ),
        ]
        return Table(
            rows,
            [
                Column("RATE") { Text($0.name, .emphasis) }, Column("VALUE", .right) { Text($0.value) },
                Column("BEFORE", .right, drop: 1) { Text($0.before, .faint) },
                Column("OF WHAT", minimum: 20) { Text($0.details) },
            ])
    }

    private var unknown: Share { Share(report.now.failRate.unknown, of: report.now.failRate.count) }

    private func words(_ rate: ChangeFailRate) -> String {
        rate.unknown == 0 ? rate.lowest.words : "\(rate.lowest.words) to \(rate.highest.words)"
    }

    private func counted(_ count: Int, one: String, many: String? = nil) -> String {
        "\(count) \(count == 1 ? one : many ?? "\(one)s")"
    }

    // MARK: Histogram

    /// How the durations of the headline are spread, from the first class with any to the last.
    var histogram: Chart {
        let hour: Int64 = 3600
        let day = stopwatch.day
        let bounds = [0, hour, 4 * hour, day, 2 * day, 4 * day, 8 * day, 16 * day, 32 * day]
            .reduce(into: [Int64]()) { if $1 > $0.last ?? -1 { $0.append($1) } }
        let values = report.headline.values
        let bars = bounds.indices.map { index in
            let (low, high) = (bounds[index], index + 1 < bounds.count ? bounds[index + 1] : Int64.max)
            let count = values.count { $0 >= low && $0 < high }
            let name =
                high == .max
                ? "\(stopwatch.words(low)) or more"
                : index == 0
                    ? "under \(stopwatch.words(high))" : "\(stopwatch.words(low)) to \(stopwatch.words(high))"
            return Chart.Bar(name, value: Double(count), label: "\(count)")
        }
        let isEmpty = { (bar: Chart.Bar) in bar.value == 0 }
        let from = bars.firstIndex { !isEmpty($0) } ?? 0
        let to = bars.lastIndex { !isEmpty($0) } ?? -1
        return Chart(report.hasLead ? "Lead time" : "Dwell", Array(bars[from..<max(from, to + 1)]))
    }

    // MARK: Stages, groups and single changes

    var stages: Table { Self.table(report.stages, stopwatch) }

    private static func table(_ stages: [LeadTimeReport.Stage], _ stopwatch: Stopwatch) -> Table {
        Table(
            stages,
            [
                Column("WAITED IN") { Text($0.from, .environment) },
                Column("FOR") { Text($0.to, .environment) },
                Column("N", .right) { Text("\($0.waits.count)") },
                Column("BEST", .right, drop: 2) { Text(stopwatch.words($0.waits.best)) },
                Column("MEDIAN", .right) { Text(stopwatch.words($0.waits.median)) },
                Column("P90", .right) { Text(stopwatch.words($0.waits.quantile(90))) },
                Column("WORST", .right, drop: 1) { Text(stopwatch.words($0.waits.worst)) },
            ])
    }

    /// - Parameter title: What the groups are.
    func groups(_ groups: [LeadTimeReport.Group], _ title: String) -> Table {
        let hasLead = report.hasLead
        let name = hasLead ? "LEAD TIME" : "DWELL"
        return Table(
            groups,
            [
                Column(title) { Text($0.name.isEmpty ? "–" : $0.name, .app) },
                Column("DEPLOYMENTS", .right) { Text("\($0.measures.frequency.count)") },
                Column("CHANGES", .right, drop: 5) {
                    Text("\((hasLead ? $0.measures.lead : $0.measures.dwell).count)")
                },
                Column("MEDIAN \(name)", .right) {
                    Text(stopwatch.words((hasLead ? $0.measures.lead : $0.measures.dwell).median))
                },
                Column("P90", .right, drop: 4) {
                    Text(stopwatch.words((hasLead ? $0.measures.lead : $0.measures.dwell).quantile(90)))
                },
                Column("FAIL RATE", .right, drop: 2) { Text(words($0.measures.failRate)) },
                Column("RECOVERY", .right, drop: 3) {
                    Text(stopwatch.words($0.measures.recovery.durations.median))
                },
                Column("REWORK", .right, drop: 6) { Text($0.measures.rework.share.words) },
                Column("WAITS LONGEST", drop: 1) { group in
                    let longest = group.stages.max { ($0.waits.median ?? 0) < ($1.waits.median ?? 0) }
                    return Text(longest.map { "in \($0.from), \(stopwatch.words($0.waits.median))" } ?? "")
                },
            ])
    }

    /// - Parameter title: What the durations are.
    func items(_ items: [LeadTimeReport.Item], _ title: String) -> Table {
        Table(
            items,
            [
                Column(title, .right) { Text(stopwatch.words($0.seconds)) },
                Column("APP") { Text($0.app, .app) },
                Column("CHANGE", minimum: 12) { Text($0.what, .version) },
                Column("IN") { places($0) },
                Column("ASK", minimum: 12) { Text("gx trace \($0.subject)") },
            ])
    }

    func open(_ items: [LeadTimeReport.Item]) -> Table {
        Table(
            items,
            [
                Column("OPEN FOR", .right) { Text(stopwatch.words($0.seconds)) },
                Column("APP") { Text($0.app, .app) },
                Column("CHANGE", minimum: 12) { Text($0.what, .version) },
                Column("NOT IN") { places($0) },
                Column("BUT IN", drop: 1) { Text($0.stage ?? "no environment", .environment) },
                Column("ASK", minimum: 12, drop: 2) { Text("gx trace \($0.subject)") },
            ])
    }

    /// The environments of a change; where there are more than two, the first and how many others.
    private func places(_ item: LeadTimeReport.Item) -> Text {
        let names = item.environments
        return names.count > 2
            ? "\(names[0], .environment) +\(names.count - 1)"
            : Text(names.joined(separator: ", "), .environment)
    }

    // MARK: What the figures rest on

    /// On what durations rest, what was left out, and how it was computed.
    var basis: [Text] {
        let total = report.now.frequency.count
        let shares = Survey.Basis.allCases.compactMap { basis -> String? in
            guard let count = report.now.bases[basis] else { return nil }
            let words =
                switch basis {
                case .source: "commits of the source"
                case .dwell: "dwell alone"
                case .nothing: "nothing"
                }
            return "\(words) for \(count) (\(Share(count, of: total).words))"
        }
        var lines: [Text] = []
        if total > 0 {
            lines.append(
                Text(
                    "\(counted(total, one: "deployment")) by \(counted(report.now.frequency.commits, one: "commit")): \(shares.joined(separator: ", "))",
                    .faint))
        }
        let omissions = Survey.Omission.allCases.compactMap { one in
            report.now.omissions[one].map { "\($0) \(one.rawValue)" }
        }
        if !omissions.isEmpty {
            lines.append(Text("left out: \(omissions.joined(separator: ", "))", .faint))
        }
        lines.append(Text("clock: that of committers; quantiles: interpolated (type 7)", .faint))
        return lines
    }
}
