import Git
import Ledger
import Manifests
import Terminal
import YAML

/// Since when each environment runs its versions of each app.
struct RunningSince {
    private var times: [[String]: Timestamp] = [:]

    /// - Parameter moment: What is asked about, where that is not now.
    init(_ ledger: Ledger, at moment: Moment?, _ context: Context) throws {
        let isAfter = try moment.map { moment in
            let isAll = moment.environment.isEmpty
            let members = isAll ? [] : try EnvironmentOrder(context).members(of: moment.environment, ledger)
            return try ledger.isAfter(moment, of: members, in: context.repository)
        }
        for series in ledger.series {
            // What was there before history begins may be older by any time.
            let since = ledger.deployments(endingWith: series.last).lazy.filter { !(isAfter?($0) ?? false) }
                .map { ledger[$0] }.first(where: \.isVersion)
            if let since, since.basis != .horizon { times[[series.environment, series.app]] = since.time }
        }
    }

    subscript(environment: String, app: String) -> Timestamp? { times[[environment, app]] }
}

/// Environments as they are named on the command line, now or all at one moment.
enum StatusMoment {
    /// The names of environments and groups, and the moment; nil for now. `@{…}` alone means all environments.
    static func parsed(_ arguments: [String]) throws -> (names: [String], moment: Moment?) {
        var names: [String] = []
        var moments: [Moment] = []
        for argument in arguments {
            if argument.hasPrefix("@{"), argument.hasSuffix("}") {
                moments.append(Moment(environment: "", when: .date(String(argument.dropFirst(2).dropLast()))))
            } else {
                let moment = try Moment(argument)
                names.append(moment.environment)
                moments.append(moment)
            }
        }
        guard let first = moments.first, Set(moments.map(\.when)).count > 1 || first.when != .now else {
            return (names, nil)
        }
        if case .date = first.when, moments.allSatisfy({ $0.when == first.when }) { return (names, first) }
        guard moments.count == 1 else {
            throw Failure(
                "environments are shown at one moment",
                hint: "give them the same time, or compare two: gx trace diff")
        }
        return (names, first)
    }
}

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
