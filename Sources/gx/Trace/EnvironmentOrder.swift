import Ledger
import Manifests

/// The environments that there are, in the order of gx.yaml, and their groups; those that are no more come last.
struct EnvironmentOrder {
    private let configuration: Configuration
    private let environments: [Environment]
    private let positions: [String: Int]

    init(_ context: Context) throws {
        configuration = try context.configuration().configuration
        // Groups that layouts give, and environments that are found as they appear, are known from the files.
        let isDeclared =
            configuration.layouts.allSatisfy { $0.group == nil }
            && configuration.environments.allSatisfy { $0.match == nil }
        environments =
            isDeclared ? configuration.environments.map(\.environment) : try context.estate.environments
        positions = Dictionary(
            environments.enumerated().map { ($0.element.name, $0.offset) },
            uniquingKeysWith: { first, _ in first })
    }

    func sorted(_ presences: [Presence]) -> [Presence] {
        presences.sorted { a, b in
            (a.app, position(of: a.environment), a.environment)
                < (b.app, position(of: b.environment), b.environment)
        }
    }

    func position(of environment: String) -> Int { positions[environment] ?? .max }

    /// The environments that a name stands for, of those that ever were: one, or those of a group. Where a group has
    /// the name of an environment, as `production` beside its clusters, it is all of them.
    func members(of name: String, _ ledger: Ledger) throws -> Set<String> {
        let known = Set(ledger.series.map(\.environment)).union(positions.keys)
        let members = known.filter { $0 == name || group(of: $0) == name }
        guard members.isEmpty else { return members }
        throw LedgerError.unknownEnvironment(
            name, nearest: NearestName.of(name, among: Array(known)), known: known.sorted())
    }

    /// The environments before one, for an app.
    func before(_ name: String, app: String) -> [String] {
        guard let index = positions[name] else { return [] }
        let names = configuration.predecessors(of: environments[index], app: app)
        return environments.filter { one in
            one.name != name && (names.contains(one.name) || one.group.map(names.contains) == true)
        }.map(\.name)
    }

    func group(of name: String) -> String? {
        positions[name].map { environments[$0].group } ?? configuration.environment(named: name)?.group
    }

    /// Environments in few words, in order: those of a group by its name, where all of them are among them.
    ///
    /// - Parameters:
    ///   - all: The environments that there could be: a group is whole if all of its that are among these are there.
    ///   - counting: Whether the size of a group is told: `staging ×3`.
    func names(_ members: Set<String>, among all: Set<String>, counting: Bool = false) -> [String] {
        var names: [String] = []
        for name in members.sorted(by: { (position(of: $0), $0) < (position(of: $1), $1) }) {
            let group = group(of: name)
            let siblings: Set<String> =
                group.map { group in all.filter { self.group(of: $0) == group } } ?? []
            var text = name
            if let group, siblings.count > 1, siblings.isSubset(of: members) {
                text = counting ? "\(group) ×\(siblings.count)" : group
            }
            if !names.contains(text) { names.append(text) }
        }
        return names
    }
}
