/// The share of rollouts that had to be repaired. Each counts once, however often it was repaired; repairs themselves
/// do not count. Where it is not known how rollouts went the rate lies between two bounds.
public struct ChangeFailRate: Hashable, Sendable {
    public var failed: Int
    /// Those of them whose rollback is inferred from versions.
    public var inferred: Int
    public var succeeded: Int
    /// Never counted as success.
    public var unknown: Int

    init(_ rollouts: [Rollout]) {
        let counted = rollouts.filter { !$0.isRemediation }
        failed = counted.count { $0.hasFailed }
        inferred = counted.count { $0.verdict == .failed(isDeclared: false) }
        succeeded = counted.count { $0.verdict == .succeeded }
        unknown = counted.count { $0.verdict == .unknown }
    }

    public var count: Int { failed + succeeded + unknown }
    /// If all went well of which nothing is known.
    public var lowest: Share { Share(failed, of: count) }
    /// If all failed of which nothing is known.
    public var highest: Share { Share(failed + unknown, of: count) }
}

/// So many of so many.
public struct Share: Hashable, Sendable {
    public var part: Int
    public var whole: Int

    public init(_ part: Int, of whole: Int) {
        (self.part, self.whole) = (part, whole)
    }

    /// In tenths of a hundredth part, to the nearest; nil of nothing.
    public var perMille: Int? { whole > 0 ? (part * 2000 + whole) / (2 * whole) : nil }
}
