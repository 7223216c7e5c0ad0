import Ledger
import Manifests

/// The environments of gx.yaml in its order, then those that were and are no more.
struct EnvironmentOrder {
    private let configuration: Configuration
    private let positions: [String: Int]

    init(_ configuration: Configuration) {
        self.configuration = configuration
        positions = Dictionary(
            configuration.environments.enumerated().map { ($0.element.environment.name, $0.offset) },
            uniquingKeysWith: { first, _ in first })
    }

    func sorted(_ presences: [Presence]) -> [Presence] {
        presences.sorted { a, b in
            let key = (a.app, positions[a.environment] ?? .max, a.environment)
            return key < (b.app, positions[b.environment] ?? .max, b.environment)
        }
    }

    /// The environments that a name stands for, of those that ever were: one, or those of a group.
    func members(of name: String, _ ledger: Ledger) throws -> Set<String> {
        let known = Set(ledger.series.map(\.environment)).union(positions.keys)
        if known.contains(name) { return [name] }
        let members = known.filter { configuration.environment(named: $0)?.group == name }
        guard members.isEmpty else { return members }
        throw LedgerError.unknownEnvironment(
            name, nearest: NearestName.of(name, among: Array(known)), known: known.sorted())
    }
}
