import Answers
import Ledger
import Manifests
import System
import Terminal
import YAML

/// The workloads that run what a subject brought, and the Services in front of them.
struct WorkloadTable {
    private struct Row {
        var subject: String
        var app: String
        var environments: Set<String>
        /// Nil where the manifests do not tell.
        var affected: AffectedWorkload?
    }

    private var rows: [Row] = []
    private let order: EnvironmentOrder

    init(_ answers: [Whereabouts], estate: Estate, order: EnvironmentOrder) throws {
        self.order = order
        for answer in answers {
            let carried = answer.artifacts
            for row in answer.rows where row.presence.isNow {
                guard let app = try estate.app(row.presence.app, in: row.presence.environment) else {
                    continue
                }
                let artifacts = carried[app.app] ?? []
                // What came as configuration may be in any of the app's workloads.
                let found = try estate.workloads(of: app) {
                    artifacts.isEmpty || artifacts.contains($0.ledgerName)
                }
                for one in found.isEmpty ? [nil] : found.map(Optional.some) {
                    add(
                        Row(
                            subject: answer.name, app: app.app, environments: [app.environment], affected: one
                        ))
                }
            }
        }
    }

    private mutating func add(_ row: Row) {
        let index = rows.firstIndex {
            $0.subject == row.subject && $0.app == row.app && $0.affected == row.affected
        }
        if let index { rows[index].environments.formUnion(row.environments) } else { rows.append(row) }
    }

    var isEmpty: Bool { rows.isEmpty }

    func sentence(_ name: String) -> Text {
        let own = rows.filter { $0.subject == name }
        let workloads = Set(own.compactMap { $0.affected?.workload }).sorted()
        let services = Set(own.flatMap { $0.affected?.services ?? [] }).sorted().map { "Service/\($0)" }
        guard !workloads.isEmpty else {
            return own.isEmpty
                ? "\(name, .emphasis) is in no environment now"
                : "\(name, .emphasis): the manifests do not tell which workloads it is in"
        }
        return "\(name, .emphasis) is in \(workloads.listed("and"))"
            + (services.isEmpty ? "" : ", behind \(services.listed("and"))")
    }

    var table: Table {
        let subjects = Set(rows.map(\.subject)).count > 1
        return Table(
            rows,
            (subjects ? [Column<Row>("SUBJECT") { Text($0.subject, .emphasis) }] : []) + [
                Column("WORKLOAD") { row in
                    row.affected.map { Text($0.workload, .emphasis) }
                        ?? Text("not told by the manifests", .faint)
                },
                Column("CONTAINERS", minimum: 12) {
                    Text($0.affected?.containers.joined(separator: ", ") ?? "")
                },
                Column("SERVICES", minimum: 12) { Text($0.affected?.services.joined(separator: ", ") ?? "") },
                Column("APP") { Text($0.app, .app) },
                Column("IN", minimum: 12) { Text(places($0), .environment) },
            ])
    }

    /// From subjects over apps and workloads to Services.
    var chart: String {
        var chart = Flowchart()
        var known: [[String]: Flowchart.Box] = [:]
        // The same thing is one box, however many ways lead there.
        func box(_ path: [String], parts: [String], shade: Flowchart.Shade) -> Flowchart.Box {
            if let box = known[path] { return box }
            let box = chart.box(parts, shade)
            known[path] = box
            return box
        }
        for row in rows {
            let subject = box(["subject", row.subject], parts: [row.subject], shade: .open)
            let app = box(["app", row.app], parts: [row.app], shade: .now)
            chart.arrow(from: subject, to: app)
            guard let affected = row.affected else {
                let unknown = box(
                    ["unknown", row.app], parts: ["not told by the manifests", places(row)], shade: .absent)
                chart.arrow(from: app, to: unknown)
                continue
            }
            let containers = affected.containers.joined(separator: ", ")
            let workload = box(
                [row.app, affected.workload, containers, places(row)],
                parts: [affected.workload, containers, places(row)], shade: .now)
            chart.arrow(from: app, to: workload)
            for name in affected.services {
                chart.arrow(
                    from: workload,
                    to: box([row.app, "Service", name], parts: ["Service/\(name)"], shade: .now))
            }
        }
        return chart.text
    }

    private func places(_ row: Row) -> String {
        order.names(row.environments, among: Set(rows.flatMap(\.environments)), counting: true)
            .joined(separator: ", ")
    }

    var json: JSON {
        .array(
            rows.map { row in
                [
                    "subject": .string(row.subject), "app": .string(row.app),
                    "environments": .array(row.environments.sorted().map(JSON.string)),
                    "workload": row.affected.map { .string($0.workload) } ?? .null,
                    "containers": .array((row.affected?.containers ?? []).map(JSON.string)),
                    "services": .array((row.affected?.services ?? []).map(JSON.string)),
                ]
            })
    }
}

extension Artifact {
    /// As deployments write it.
    fileprivate var ledgerName: String {
        switch kind {
        case .image: name
        case .chart: "chart:\(name)"
        case .git: "git:\(name)"
        }
    }
}
