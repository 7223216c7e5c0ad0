public import System

/// A condition for a version to get into an environment.
public enum Gate: String, Hashable, Sendable, CaseIterable {
    /// Nobody has locked the environment.
    case lock
    /// It is open at this time.
    case window
    case verified
    case soak
    case every
    case approvals
    /// Commands, Prometheus and pages that are asked.
    case checks
    /// The other apps of the set may come, too.
    case set
}

/// What a gate says.
public struct GateAnswer: Hashable, Sendable {
    public enum Verdict: Hashable, Sendable {
        case open
        /// It may open by itself, or by what somebody does; at a moment, where that is known.
        case waiting(until: Timestamp?)
        /// Not for this version.
        case refused
        /// It can't be told.
        case unknown
    }

    public var gate: Gate
    public var verdict: Verdict
    /// The evidence, or what is missing: lower case, without a full stop.
    public var words: String

    public init(_ gate: Gate, verdict: Verdict, words: String) {
        (self.gate, self.verdict, self.words) = (gate, verdict, words)
    }

    public var isOpen: Bool { verdict == .open }
}

extension [GateAnswer] {
    public var areOpen: Bool { allSatisfy(\.isOpen) }

    /// Those that keep it out, the most final first.
    public var closed: [GateAnswer] {
        filter { $0.verdict == .refused } + filter { $0.verdict == .unknown }
            + filter { if case .waiting = $0.verdict { true } else { false } }
    }

    /// When all that wait can be open, where each of them says when.
    public var opening: Timestamp? {
        var latest: Timestamp?
        for answer in self where !answer.isOpen {
            guard case .waiting(let until?) = answer.verdict else { return nil }
            latest = latest.map { Swift.max($0, until) } ?? until
        }
        return latest
    }

    /// Of several environments, of which all have to be content, or any.
    static func combined(_ answers: [GateAnswer], all: Bool) -> GateAnswer? {
        let ranked = answers.sorted { $0.rank < $1.rank }
        return all ? ranked.last : ranked.first
    }
}

extension GateAnswer {
    /// The further from open, the higher; of those that wait, the longer.
    fileprivate var rank: (Int, Int64) {
        switch verdict {
        case .open: (0, 0)
        case .waiting(let until): (1, until?.seconds ?? .max)
        case .unknown: (2, 0)
        case .refused: (3, 0)
        }
    }
}
