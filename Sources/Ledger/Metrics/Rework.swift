/// The share of rollouts that repaired others.
public struct Rework: Hashable, Sendable {
    public var rollbacks: Int
    /// Versions rolled out next after one that was recorded as failed.
    public var fixes: Int
    public var count: Int

    init(_ rollouts: [Rollout]) {
        count = rollouts.count
        rollbacks = rollouts.count { $0.isRollback }
        fixes = rollouts.count { $0.isRemediation && !$0.isRollback }
    }

    public var share: Share { Share(rollbacks + fixes, of: count) }
}
