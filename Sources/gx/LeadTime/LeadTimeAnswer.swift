import Answers
import Ledger
import Manifests
import System
import Terminal
import YAML

/// The report in the format that was asked for.
struct LeadTimeAnswer {
    let report: LeadTimeReport
    let command: LeadTime
    let hours: BusinessHours?
    let configuration: Configuration

    private var tables: LeadTimeTables { LeadTimeTables(report: report) }

    func give(in context: Context) throws {
        let groups = groups
        switch command.picture.format {
        case .table where command.picture.out == nil: try show(groups, context)
        case .table:
            try context.answer(
                sections(groups).map { $0.rendered(color: false) }.joined(separator: "\n"),
                to: command.picture.out)
        case .markdown:
            try context.answer(
                sections(groups).map(\.markdown).joined(separator: "\n"), to: command.picture.out)
        case .csv: try context.answer(CSV(list(groups)).text, to: command.picture.out)
        case .json: try context.answer(json.pretty + "\n", to: command.picture.out)
        case .html: try context.answer(LeadTimePage(report: report).rendered, to: command.picture.out)
        case .svg: try context.answer(Chart.file(LeadTimeCharts(report: report).all), to: command.picture.out)
        }
    }

    var json: JSON {
        LeadTimeJSON(report: report, hours: hours, isStrict: command.strict).fields(groups)
    }

    var rows: [JSON] { list(groups) }

    /// A line for each group; where none are asked for, one for all.
    var summary: Table {
        if let groups { return tables.groups(groups.groups, groups.by.uppercased()) }
        let all = LeadTimeReport.Group(name: report.name, measures: report.now, stages: report.stages)
        return tables.groups([all], "TO")
    }

    private typealias Groups = (by: String, groups: [LeadTimeReport.Group])

    private var groups: Groups? {
        guard let by = command.by else { return nil }
        let found: [LeadTimeReport.Group]
        switch by {
        case .week, .month:
            let parts = report.period.parts(by: by == .week ? .week : .month, report.calendar)
            found = LeadTimeReport.parts(
                report.slice, ledger: report.ledger, parts: parts, calendar: report.calendar,
                stopwatch: report.stopwatch
            ).map { LeadTimeReport.Group(name: $0.part.name, measures: $0.measures, stages: []) }
        case .app: found = report.groups { $1 }
        case .env:
            found = report.groups { environment, _ in
                report.survey.targets.contains(environment) ? environment : nil
            }
        case .team: found = report.groups { configuration.team(of: $1) ?? "" }
        }
        return (by.rawValue, found)
    }

    /// What tables there are, in order.
    private func sections(_ groups: Groups?) -> [Table] {
        if let groups { return [tables.groups(groups.groups, groups.by.uppercased())] }
        let (quickest, slowest) = report.extremes(5)
        return [
            tables.distributions, tables.rates, tables.stages, tables.items(quickest, "QUICKEST"),
            tables.items(slowest, "SLOWEST"), tables.open(report.open),
        ]
    }

    private func list(_ groups: Groups?) -> [JSON] {
        var list = LeadTimeList()
        if let groups {
            for group in groups.groups { list.add(group.measures, group: group.name) }
        } else {
            list.add(report.now, group: report.name)
        }
        return list.json
    }

    // MARK: On a terminal

    private func show(_ groups: Groups?, _ context: Context) throws {
        let output = context.output
        try output.print(tables.heading)
        if let hours {
            try output.print(
                Text(
                    "durations in business hours, \(hours): a day has \(report.stopwatch.words(hours.dayLength - 1))",
                    .faint))
        }
        try output.print("")
        if let groups {
            try output.print(tables.groups(groups.groups, groups.by.uppercased()))
        } else {
            try output.print(tables.distributions)
            try output.print("")
            try output.print(tables.rates)
            try showHistogram(output)
            try showLists(output)
        }
        try output.print("")
        for line in tables.basis { try output.print(line) }
    }

    private func showHistogram(_ output: Output) throws {
        guard report.headline.count > 0 else { return }
        try output.print("")
        try output.print(Text(tables.histogram.title, .heading))
        for line in tables.histogram.lines(width: output.screen.width) { try output.print(line) }
    }

    private func showLists(_ output: Output) throws {
        if report.stages.count > 0 {
            try output.print("")
            try output.print(tables.stages)
        }
        let slowest = report.extremes(3).slowest
        if !slowest.isEmpty {
            try output.print("")
            try output.print(tables.items(slowest, "SLOWEST"))
        }
        let open = report.open
        guard !open.isEmpty else { return }
        try output.print("")
        try output.print(tables.open(Array(open.prefix(3))))
        if open.count > 3 {
            let newest = open[open.count - 1]
            try output.print(
                "and \(open.count - 3) more; the newest has waited for \(report.stopwatch.words(newest.seconds)): \(newest.app, .app) \(newest.what, .version)"
            )
        }
    }
}
