/// All metrics of a period, or of a part of what happened in it.
public struct Measures: Sendable {
    public var frequency: DeploymentFrequency
    /// From commits to the environments that are asked about, a value for each commit and environment.
    public var lead: Distribution
    /// From the first environment to them, a value for each version and environment.
    public var dwell: Distribution
    public var failRate: ChangeFailRate
    public var recovery: Recovery
    public var rework: Rework
    /// How many rollouts have which basis.
    public var bases: [Survey.Basis: Int]
    /// How many deployments or changes were left out, and why.
    public var omissions: [Survey.Omission: Int]

    public init(
        _ slice: Survey.Slice, ledger: Ledger, period: Period, calendar: Calendar,
        stopwatch: Stopwatch
    ) {
        frequency = DeploymentFrequency(slice.rollouts, ledger: ledger, period: period, calendar: calendar)
        failRate = ChangeFailRate(slice.rollouts)
        recovery = Recovery(slice.rollouts, stopwatch)
        rework = Rework(slice.rollouts)
        func durations(_ leg: Passage.Leg) -> Distribution {
            Distribution(
                slice.passages.filter { $0.leg == leg }.map {
                    stopwatch.seconds(from: $0.start, to: $0.end)
                })
        }
        lead = durations(.lead)
        dwell = durations(.dwell)
        bases = slice.rollouts.reduce(into: [:]) { $0[slice.bases[$1.number] ?? .nothing, default: 0] += 1 }
        omissions = slice.omissions.reduce(into: [:]) { $0[$1.omission, default: 0] += 1 }
    }
}

extension Survey {
    /// A part of what a survey found: what happened in a period, or belongs together in another way.
    public struct Slice: Sendable {
        public var rollouts: [Rollout] = []
        /// By when they ended.
        public var passages: [Passage] = []
        public var omissions: [(omission: Omission, number: Int)] = []
        fileprivate var bases: [Int: Basis] = [:]

        public init() {}

        fileprivate init(
            _ rollouts: [Rollout], passages: [Passage], omissions: [(omission: Omission, number: Int)],
            bases: [Int: Basis]
        ) {
            (self.rollouts, self.passages, self.omissions, self.bases) = (
                rollouts, passages, omissions, bases
            )
        }

        /// The same in parts, by the number and the time of deployments.
        public func grouped<Key: Hashable>(by key: (Int, Int64) -> Key?, _ ledger: Ledger) -> [Key: Slice] {
            var groups: [Key: Slice] = [:]
            let empty = Slice([], passages: [], omissions: [], bases: bases)
            for rollout in rollouts {
                if let key = key(rollout.number, rollout.time) {
                    groups[key, default: empty].rollouts.append(rollout)
                }
            }
            for passage in passages {
                if let key = key(passage.number, passage.end) {
                    groups[key, default: empty].passages.append(passage)
                }
            }
            for one in omissions {
                if let key = key(one.number, ledger.time(of: one.number)) {
                    groups[key, default: empty].omissions.append(one)
                }
            }
            return groups
        }
    }

    /// What happened in a period.
    public func slice(_ period: Period, _ ledger: Ledger) -> Slice {
        Slice(
            rollouts.filter { period.contains($0.time) },
            passages: passages.filter { period.contains($0.end) },
            omissions: omissions.filter { period.contains(ledger.time(of: $0.number)) }, bases: bases)
    }
}

extension Ledger {
    /// The committer's clock at a deployment, in seconds since 1970.
    public func time(of number: Int) -> Int64 {
        tables.commits[Int(tables.deployments[number].commit)].time
    }

    /// Where a deployment went.
    public func target(of number: Int) -> (environment: String, app: String) {
        let series = tables.series[Int(tables.deployments[number].series)]
        return (tables.string(series.environment), tables.string(series.app))
    }
}
