/// How long it took from rollouts that failed to those after which it worked again: a rollback, or a better version.
public struct Recovery: Hashable, Sendable {
    public var durations: Distribution
    /// Rollouts that failed and are not repaired yet.
    public var open: Int

    init(_ rollouts: [Rollout], _ stopwatch: Stopwatch) {
        let failed = rollouts.filter { $0.hasFailed && !$0.isRemediation }
        durations = Distribution(
            failed.compactMap { one in
                one.recovery.map { max(0, stopwatch.seconds(from: one.time, to: $0.time)) }
            })
        open = failed.count { $0.recovery == nil }
    }
}
