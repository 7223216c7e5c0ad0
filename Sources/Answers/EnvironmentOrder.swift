public import Ledger
public import Manifests

/// The environments that there are, in the order of gx.yaml, and their groups; those that are no more come last.
public struct EnvironmentOrder {
    private let configuration: Configuration
    private let environments: [Environment]
    private let positions: [String: Int]

    public init(_ configuration: Configuration, _ environments: [Environment]) {
        self.configuration = configuration
        self.environments = environments
        positions = Dictionary(
            environments.enumerated().map { ($0.element.name, $0.offset) },
            uniquingKeysWith: { first, _ in first })
    }

    public func sorted(_ presences: [Presence]) -> [Presence] {
        presences.sorted { a, b in
            (a.app, position(of: a.environment), a.environment)
                < (b.app, position(of: b.environment), b.environment)
        }
    }

    /// Those of some environments that there still are.
    public func existing(_ names: Set<String>) -> Set<String> { names.filter { positions[$0] != nil } }

    public func position(of environment: String) -> Int { positions[environment] ?? .max }

    /// The environments that a name stands for, of those that ever were: one, or those of a group; `prod-*` for
    /// all that are called so. Where a group has the name of an environment, as `production` beside its clusters, it is
    /// all of them.
    public func members(of name: String, _ ledger: Ledger) throws -> Set<String> {
        let known = Set(ledger.series.map(\.environment)).union(positions.keys)
        let members = known.filter { Glob.names(name, environment: $0, group: group(of: $0)) }
        guard members.isEmpty else { return members }
        throw LedgerError.unknownEnvironment(
            name, nearest: NearestName.of(name, among: Array(known)), known: known.sorted())
    }

    /// The environments before one, for an app.
    public func before(_ name: String, app: String) -> [String] {
        guard let index = positions[name] else { return [] }
        let names = configuration.predecessors(of: environments[index], app: app)
        return environments.filter { one in
            one.name != name && (names.contains(one.name) || one.group.map(names.contains) == true)
        }.map(\.name)
    }

    /// The ways that versions take through them.
    public func routes(_ ledger: Ledger) -> Routes { Routes(configuration, ledger, group: group) }

    public func group(of name: String) -> String? {
        positions[name].map { environments[$0].group } ?? configuration.environment(named: name)?.group
    }

    /// Whether an environment comes and goes, as a preview does.
    public func isEphemeral(_ name: String) -> Bool {
        positions[name].map { environments[$0].isEphemeral } ?? configuration.environment(named: name)?
            .isEphemeral
            ?? false
    }

    /// Environments in few words, in order: a group by its name where all of its environments are among them, or
    /// nearly all; of many others of a group only how many they are.
    ///
    /// - Parameters:
    ///   - all: The environments that there could be: those of a group that are not among these do not count.
    ///   - counting: Whether the size of a whole group is told: `staging ×3`.
    public func names(_ members: Set<String>, among all: Set<String>, counting: Bool = false) -> [String] {
        var names: [String] = []
        var told: Set<String> = []
        for name in sorted(members) {
            guard let group = group(of: name) else {
                names.append(name)
                continue
            }
            guard told.insert(group).inserted else { continue }
            let siblings = all.union(members).filter { self.group(of: $0) == group }
            names += self.names(
                members.intersection(siblings), of: group, siblings: siblings, counting: counting)
        }
        return names
    }

    /// The same for the environments of one group.
    private func names(
        _ members: Set<String>, of group: String, siblings: Set<String>, counting: Bool
    ) -> [String] {
        let missing = sorted(siblings.subtracting(members))
        if siblings.count > 1, missing.isEmpty { return [counting ? "\(group) ×\(siblings.count)" : group] }
        if members.count <= 3 { return sorted(members) }
        if missing.count <= 2 { return ["\(group) but \(missing.joined(separator: " and "))"] }
        return ["\(members.count) of \(siblings.count) \(group)"]
    }

    private func sorted(_ names: Set<String>) -> [String] {
        names.sorted { (position(of: $0), $0) < (position(of: $1), $1) }
    }
}
