public import Ledger
public import System

/// How long a subject was in some environments before it came to others.
public struct Stay {
    public struct Row {
        public var subject: String
        public var app: String
        public var entered: Deployment
        /// The environments that it went on to, or has not reached yet.
        public var targets: Set<String>
        /// The same as people are told: groups by their names.
        public var names: [String]
        public var reached: Deployment?

        public func span(at now: Timestamp) -> TimeSpan {
            (reached?.time ?? now) - entered.time
        }
    }

    public let name: String
    public let rows: [Row]

    public init(
        of answer: Whereabouts, in places: Set<String>, before targets: Set<String>, _ order: EnvironmentOrder
    ) {
        name = answer.name
        var found: [Row] = []
        for (app, rows) in Dictionary(grouping: answer.rows, by: \.presence.app).sorted(by: {
            $0.key < $1.key
        }) {
            let entries = rows.filter { places.contains($0.presence.environment) }.compactMap(\.entered)
            guard let first = entries.min(by: { $0.time < $1.time }) else { continue }
            for row in rows where targets.contains(row.presence.environment) {
                // What was there before it came here did not wait here; what has the app no more waits for nothing.
                guard row.entered.map({ $0.time >= first.time }) ?? row.presence.isThere else { continue }
                if let index = found.firstIndex(where: {
                    $0.app == app && $0.reached?.commit == row.entered?.commit
                }) {
                    found[index].targets.insert(row.presence.environment)
                } else {
                    found.append(
                        Row(
                            subject: answer.name, app: app, entered: first,
                            targets: [row.presence.environment], names: [], reached: row.entered))
                }
            }
        }
        let all = Set(found.flatMap(\.targets))
        rows = found.map { row in
            var row = row
            row.names = order.names(row.targets, among: all)
            return row
        }
    }
}
