public import Ledger
public import System

/// Where a subject is, was, or is not yet: one environment and app, with the deployments that tell it.
public struct PresenceRow {
    public var subject: String
    public var presence: Presence
    /// The environments that have the same to tell, of this app.
    public var environments: Set<String>
    public var entered: Deployment?
    /// What took it away.
    public var left: Deployment?
    /// The environments that it came from, or waits in.
    public var sources: Set<String>

    public init(_ subject: String, presence: Presence, ledger: Ledger) {
        (self.subject, self.presence) = (subject, presence)
        environments = [presence.environment]
        entered = presence.entered.map { ledger[$0] }
        if case .left(_, let number?) = presence.status { left = ledger[number] }
        sources = []
        switch presence.status {
        case .pending(let source): sources = [source]
        default: if let source = (left ?? entered)?.source { sources = [source] }
        }
    }

    /// The deployment that the row tells of: what took it away, else what brought it.
    public var deployment: Deployment? { left ?? entered }

    /// How long it was there, or has been.
    public func span(at now: Timestamp) -> TimeSpan? {
        guard let entered else { return nil }
        if case .left(_, nil) = presence.status { return nil }
        return (left?.time ?? now) - entered.time
    }
}

extension Presence.Status {
    /// One word for programs.
    public var kind: String {
        switch self {
        case .now: "now"
        case .left: "left"
        case .inFlight: "in flight"
        case .pending: "pending"
        case .notYet: "not yet"
        case .unknown: "unknown"
        }
    }

    /// The environment that it waits in.
    public var source: String? { if case .pending(let source) = self { source } else { nil } }
    /// The branch of the promotion that would bring it.
    public var branch: String? { if case .inFlight(let branch) = self { branch } else { nil } }
}
