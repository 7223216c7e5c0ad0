import Ledger

/// Whether a subject has gone on from some environments to all that come after them.
public struct Clearance {
    public let name: String
    /// Why it can't be told, if it is not so; nil where it can.
    public let doubt: String?
    public let present: [String]
    public let missing: [String]

    public init(of answer: Whereabouts, from places: Set<String>, _ order: EnvironmentOrder) {
        name = answer.name
        doubt = answer.isComplete ? nil : answer.gaps.first?.description ?? "history is missing here"
        let after = answer.rows.filter { row in
            // What goes on from a preview, or to one, is on nobody's way.
            !places.contains(row.presence.environment) && row.presence.isThere
                && !order.isEphemeral(row.presence.environment)
                && order.before(row.presence.environment, app: row.presence.app).contains(
                    where: places.contains)
        }
        let all = Set(after.map(\.presence.environment))
        let missing = Set(after.filter(\.presence.isMissing).map(\.presence.environment))
        present = order.names(all.subtracting(missing), among: all)
        self.missing = order.names(missing, among: all)
    }

    public enum Verdict { case cleared, notCleared, unknown }

    /// Nowhere to go on to is no clearance either.
    public var verdict: Verdict {
        if missing.isEmpty, !present.isEmpty { return .cleared }
        return doubt == nil ? .notCleared : .unknown
    }
}
