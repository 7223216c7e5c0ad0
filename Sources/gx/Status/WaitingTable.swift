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
        /// Those whose version is kept out: they wait for nothing.
        var held: [String]
    }

    private let rows: [Row]
    private let order: EnvironmentOrder

    init(_ environments: [Environment], app: String?, ledger: Ledger, order: EnvironmentOrder) throws {
        self.order = order
        let apps = Set(ledger.series.map(\.app))
        let before = { (name: String) in Set(apps.flatMap { order.before(name, app: $0) }) }
        // A preview waits for nothing, unless somebody asks about it.
        let lasting = environments.filter { !$0.isEphemeral }
        let environments = lasting.isEmpty ? environments : lasting
        let ahead = environments.map(\.name).map {
            ledger.deployments(in: before($0), aheadOf: [$0], app: app)
        }
        let issues = try ledger.issuePresences(app: app, contained: Set(ahead.joined()))
        let holds = try ledger.openHolds()
        var rows: [Row] = []
        for environment in environments {
            let sources = before(environment.name)
            guard !sources.isEmpty else { continue }
            let backlog = Backlog(of: issues, in: sources, notIn: [environment.name])
            let names = order.names(sources, among: sources)
            let own = holds.filter { $0.isFor(environment.name) }
            let free = own.isEmpty ? backlog.items : backlog.items.filter { !$0.isHeld(by: own, ledger) }
            let issues = unique(free.map(\.issue))
            let held = backlog.issues.filter { !issues.contains($0) }
            let same = rows.firstIndex { ($0.issues, $0.held) == (issues, held) }
            if let index = same, !backlog.issues.isEmpty {
                rows[index].environments.insert(environment.name)
                rows[index].source += names.filter { !rows[index].source.contains($0) }
            } else {
                rows.append(Row(environments: [environment.name], source: names, issues: issues, held: held))
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
            ]
                + (rows.allSatisfy(\.held.isEmpty)
                    ? [] : [Column("HELD", minimum: 6) { Text($0.held.joined(separator: " "), .warning) }]))
    }

    var json: JSON {
        .array(
            rows.flatMap { row in
                row.environments.sorted().map { name in
                    [
                        "environment": .string(name), "waiting": .int(row.issues.count),
                        "in": .array(row.source.map(JSON.string)),
                        "issues": .array(row.issues.map(JSON.string)),
                        "held": .array(row.held.map(JSON.string)),
                    ] as JSON
                }
            })
    }
}

extension Backlog.Item {
    /// Whether what the environments that have it run is kept out, in all of them.
    fileprivate func isHeld(by holds: [Hold], _ ledger: Ledger) -> Bool {
        present.allSatisfy { presence in
            let pins = ledger.newest(of: app, in: presence.environment)?.after ?? []
            return holds.contains { hold in
                pins.contains { hold.trailer.concerns(Version($0.version), of: $0.named.name, app) }
            }
        }
    }
}
