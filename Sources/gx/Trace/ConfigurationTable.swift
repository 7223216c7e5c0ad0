import Answers
import Ledger
import Manifests
import System
import Terminal
import YAML

/// The configuration in which two sides differ.
struct ConfigurationTable {
    struct Row {
        var app: String
        var difference: ConfigurationDifference
        /// The environments on the right of which this is true.
        var environments: Set<String>
    }

    private(set) var rows: [Row] = []

    init(_ left: DiffSide, right: DiffSide, app: String?, order: EnvironmentOrder, context: Context)
        throws
    {
        for place in right.members {
            let new = try context.estate(at: Moment(environment: place, when: right.moment.when))
            for unit in try new.units where unit.environment == place {
                let snapshots = try new.apps(of: unit)
                guard app == nil || snapshots.contains(where: { Glob.includes(app, $0.app) }) else {
                    continue
                }
                let name = unit.name ?? snapshots.first?.app ?? place
                guard let other = left.counterpart(of: place, app: name, order) else { continue }
                let old = try context.estate(at: Moment(environment: other, when: left.moment.when))
                let match = try old.units.first { (one: Unit) in
                    one.environment == other && one.name == unit.name && one.layout == unit.layout
                }
                guard let match else { continue }
                let all = try snapshots + old.apps(of: match)
                let pins = all.flatMap(\.slots).flatMap { (slot: Slot) in slot.pins + slot.hidden }
                let comparison = ConfigurationComparison(
                    leavingOut: new.configuration.promote.protectedPaths + new.configuration.ignored,
                    names: Self.names(match, right: unit, old: old, new: new),
                    pins: Set(pins.map(\.path.named)))
                for difference in try comparison.differences(
                    from: old.objects(of: match), to: new.objects(of: unit))
                {
                    add(Row(app: name, difference: difference, environments: [place]))
                }
            }
        }
    }

    /// What each side calls itself, where they differ.
    private static func names(
        _ left: Unit, right: Unit, old: Estate, new: Estate
    ) -> (old: [String], new: [String]) {
        guard left.environment != right.environment else { return ([], []) }
        var names: (old: [String], new: [String]) = ([left.environment], [right.environment])
        let groups = (
            old.environment(named: left.environment)?.group, new.environment(named: right.environment)?.group
        )
        if let before = groups.0, let after = groups.1, before != after {
            names.old.append(before)
            names.new.append(after)
        }
        for (key, value) in left.captures {
            guard let other = right.captures[key], other != value, !names.old.contains(value) else {
                continue
            }
            names.old.append(value)
            names.new.append(other)
        }
        return names
    }

    private mutating func add(_ row: Row) {
        let known = rows.firstIndex { $0.app == row.app && $0.difference == row.difference }
        if let known { rows[known].environments.formUnion(row.environments) } else { rows.append(row) }
    }

    func table(_ left: DiffSide, right: DiffSide, order: EnvironmentOrder) -> Table {
        var columns = [
            Column<Row>("APP") { Text($0.app, .app) },
            Column("CONFIGURATION", minimum: 24) { row in
                // Items by their name alone: people know what it is.
                Text(
                    row.difference.object
                        + (row.difference.path.map { " " + $0.replacing("[name=", with: "[") } ?? ""))
            },
            Column(left.text, minimum: 12) { Text($0.difference.old ?? "–", .removed) },
            Column(right.text, minimum: 12) { Text($0.difference.new ?? "–", .added) },
        ]
        if right.members.count > 1 {
            columns.append(
                Column("IN", minimum: 12, drop: 1) { row in
                    Text(
                        order.names(row.environments, among: Set(right.members), counting: true)
                            .joined(separator: ", "), .environment)
                })
        }
        return Table(rows, columns)
    }

    var json: JSON {
        .array(
            rows.map { row in
                [
                    "app": .string(row.app), "object": .string(row.difference.object),
                    "path": row.difference.path.map(JSON.string) ?? .null,
                    "left": row.difference.old.map(JSON.string) ?? .null,
                    "right": row.difference.new.map(JSON.string) ?? .null,
                    "environments": .array(row.environments.sorted().map(JSON.string)),
                ]
            })
    }
}

extension Path {
    /// The path without the parameter of a URL: what `ConfigurationComparison` goes by.
    fileprivate var named: Path {
        guard query != nil else { return self }
        return Path(steps: steps.dropLast())
    }
}
