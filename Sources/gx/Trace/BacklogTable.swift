import Answers
import Git
import Ledger
import System
import Terminal
import YAML

/// Issues that some environments have and others do not.
struct BacklogTable {
    let backlog: Backlog
    let ledger: Ledger
    let order: EnvironmentOrder

    private func since(_ item: Backlog.Item) -> Timestamp? {
        item.present.compactMap { $0.entered.map { ledger[$0].time } }.min()
    }

    private func names(_ presences: [Presence], among all: Set<String>) -> String {
        order.names(Set(presences.map(\.environment)), among: all, counting: true).joined(separator: ", ")
    }

    private func version(_ item: Backlog.Item) -> String {
        let first = item.present.compactMap { $0.entered.map { ledger[$0] } }.first
        return first.map { $0.isVersion ? $0.version : "configuration" } ?? ""
    }

    /// What is in the way: nothing yet, or a rollback.
    private func state(_ item: Backlog.Item) -> String {
        let left = item.missing.compactMap { presence -> Deployment? in
            if case .left(_, let number?) = presence.status { ledger[number] } else { nil }
        }
        let words = left.max { $0.time < $1.time }.map { "was there, \($0.words) on \(day($0.time))" }
        return words ?? (item.isPartly ? "in a part of it" : "")
    }

    func sentence(_ source: String, _ target: String) -> Text {
        let partly = backlog.partly.count
        let count = backlog.issues.count - partly
        let words = count == 1 ? "1 issue is" : "\(count == 0 ? "no" : "\(count)") issues are"
        var text: Text = "\(words, .emphasis) in \(source, .environment) and not in \(target, .environment)"
        if partly > 0 { text += "; \(partly) more \(partly == 1 ? "is" : "are") in a part of it only" }
        return text
    }

    func table(_ sources: Set<String>, _ targets: Set<String>) throws -> Table {
        let items = backlog.items
        let titles = try IssueTitles(items.map(\.issue), ledger)
        let hasStates = items.contains { !state($0).isEmpty }
        return Table(
            items,
            [
                Column("ISSUE") { Text($0.issue, .emphasis) }
            ] + titles.column(\.issue) + [
                Column("APP") { Text($0.app, .app) },
                Column("CAME WITH") { Text(version($0), .version) },
                Column("IN", minimum: 12) { Text(names($0.present, among: sources), .environment) },
                Column("SINCE") { Text(since($0).map(minute) ?? "") },
                Column("NOT IN", minimum: 12) { Text(names($0.missing, among: targets), .environment) },
            ] + (hasStates ? [Column("", minimum: 12) { Text(state($0), .warning) }] : []))
    }

    /// The issues on one side, and where they are still to come on the other.
    func chart(_ source: DiffSide, _ target: DiffSide) -> String {
        var chart = Flowchart()
        var boxes: [Flowchart.Box] = []
        chart.group(source.text) { chart in
            boxes = backlog.items.map { item in
                let parts = [
                    item.issue, item.app, version(item), names(item.present, among: Set(source.members)),
                ]
                return chart.box(parts, .now)
            }
        }
        var places: [String: Flowchart.Box] = [:]
        chart.group(target.text) { chart in
            for (item, box) in zip(backlog.items, boxes) {
                let name = names(item.missing, among: Set(target.members))
                let place = places[name] ?? chart.box([name], .absent)
                places[name] = place
                chart.arrow(from: box, to: place, isDashed: true)
            }
        }
        return chart.text
    }

    var json: JSON {
        .array(
            backlog.items.map { item in
                [
                    "issue": .string(item.issue), "app": .string(item.app),
                    "in": .array(item.present.map { .string($0.environment) }),
                    "since": since(item).map { .string($0.utc) } ?? .null,
                    "partly": .bool(item.isPartly),
                    "notIn": .array(item.missing.map { .string($0.environment) }),
                ]
            })
    }
}

/// What a team's tracker calls issues, where records say it.
struct IssueTitles {
    private var titles: [String: String] = [:]

    init(_ issues: [String], _ ledger: Ledger) throws {
        for issue in Set(issues) { titles[issue] = try ledger.evidence?.issue(issue)?.title }
    }

    /// The column with the titles; none where no title is known.
    func column<Row>(_ issue: @escaping (Row) -> String) -> [Column<Row>] {
        titles.isEmpty ? [] : [Column("TITLE", minimum: 16) { Text(titles[issue($0)] ?? "") }]
    }
}
