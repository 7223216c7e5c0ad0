import Answers
import Ledger
import Manifests
import System
import Terminal
import YAML

/// The issues that wait before each environment.
struct WaitingTable {
    private struct Row {
        var environments: Set<String>
        var source: [String]
        var issues: [String]
    }

    private let rows: [Row]
    private let order: EnvironmentOrder

    init(_ environments: [Environment], app: String?, _ ledger: Ledger, _ order: EnvironmentOrder) throws {
        self.order = order
        let apps = Set(ledger.series.map(\.app))
        let before = { (name: String) in Set(apps.flatMap { order.before(name, app: $0) }) }
        let ahead = environments.map(\.name).map {
            ledger.deployments(in: before($0), aheadOf: [$0], app: app)
        }
        let issues = try ledger.issuePresences(app: app, contained: Set(ahead.joined()))
        var rows: [Row] = []
        for environment in environments {
            let sources = before(environment.name)
            guard !sources.isEmpty else { continue }
            let backlog = Backlog(of: issues, in: sources, notIn: [environment.name])
            let names = order.names(sources, among: sources)
            if let index = rows.firstIndex(where: { $0.issues == backlog.issues }), !backlog.issues.isEmpty {
                rows[index].environments.insert(environment.name)
                rows[index].source += names.filter { !rows[index].source.contains($0) }
            } else {
                rows.append(Row(environments: [environment.name], source: names, issues: backlog.issues))
            }
        }
        self.rows = rows
    }

    var table: Table {
        let all = Set(rows.flatMap(\.environments))
        return Table(
            rows,
            [
                Column("ENVIRONMENT") { row in
                    Text(
                        order.names(row.environments, among: all, counting: true).joined(separator: ", "),
                        .environment)
                },
                Column("WAITING", .right) { Text("\($0.issues.count)", .emphasis) },
                Column("IN", minimum: 12) { Text($0.source.joined(separator: ", "), .environment) },
                Column("ISSUES", minimum: 12) { Text($0.issues.joined(separator: " ")) },
            ])
    }

    var json: JSON {
        .array(
            rows.flatMap { row in
                row.environments.sorted().map { name in
                    [
                        "environment": .string(name), "waiting": .int(row.issues.count),
                        "in": .array(row.source.map(JSON.string)),
                        "issues": .array(row.issues.map(JSON.string)),
                    ] as JSON
                }
            })
    }
}
