/// How often versions were rolled out: each app in each environment counts, rollbacks too.
public struct DeploymentFrequency: Hashable, Sendable {
    public var count: Int
    /// A commit may deploy several apps, and to several environments.
    public var commits: Int
    /// The seconds that the period has.
    public var seconds: Int64
    /// How many there were in each week (from Monday on) that lies in the period as a whole.
    public var weekly: Distribution
    /// Days with any, and all days that the period touches.
    public var activeDays: Int
    public var days: Int

    init(_ rollouts: [Rollout], ledger: Ledger, period: Period, calendar: Calendar) {
        count = rollouts.count
        commits = Set(rollouts.map { ledger.tables.deployments[$0.number].commit }).count
        seconds = period.seconds
        let weeks = period.parts(by: .week, calendar)
        let parts = period.parts(by: .day, calendar)
        var (byWeek, byDay) = ([Int64](repeating: 0, count: weeks.count), parts.map { _ in false })
        for rollout in rollouts {
            if let week = weeks.index(at: rollout.time) { byWeek[week] += 1 }
            if let day = parts.index(at: rollout.time) { byDay[day] = true }
        }
        weekly = Distribution(weeks.indices.filter { weeks[$0].isWhole }.map { byWeek[$0] })
        activeDays = byDay.count { $0 }
        days = parts.count
    }

    /// In hundredths.
    public var perWeek: Int64 {
        seconds > 0 ? (Int64(count) * 100 * 7 * 86_400 + seconds / 2) / seconds : 0
    }
}
