/// A deployment of a version, as metrics count it.
public struct Rollout: Hashable, Sendable {
    public enum Verdict: Hashable, Sendable {
        case succeeded
        /// It was recorded as failed, or taken back. Declared: a record says so, or the rollback says what it is (by
        /// a trailer, a record, or as a `git revert`); else it is inferred from the versions.
        case failed(isDeclared: Bool)
        /// Nothing says how it went; or it was replaced before that was known.
        case unknown
    }

    /// The deployment's number in the ledger.
    public var number: Int
    /// Seconds since 1970.
    public var time: Int64
    public var verdict: Verdict
    /// Whether it repairs: a rollback, or the next version after one that was recorded as failed.
    public var isRemediation: Bool
    public var isRollback: Bool
    /// The number and the time of the deployment after which what had failed worked again.
    public var recovery: (number: Int, time: Int64)?

    public var hasFailed: Bool { if case .failed = verdict { true } else { false } }

    public static func == (a: Rollout, b: Rollout) -> Bool { a.number == b.number }
    public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

/// Judges the deployments of an app in an environment.
struct Judge {
    let outcomes: Outcomes
    /// Whether rollbacks count only where they are declared.
    let isStrict: Bool
    let names: ArtifactNames

    private var ledger: Ledger { names.ledger }

    /// The versions that were rolled out, oldest first. Races are none: what a bot undoes at once was a slip.
    func rollouts(_ chain: [Int]) -> [Rollout] {
        var found: [Rollout] = []
        var broken: [Int] = []
        for number in chain {
            let row = ledger.tables.deployments[number]
            guard let kind = Deployment.Kind(rawValue: row.kind), counts(kind, number) else { continue }
            let verdict = verdict(of: number)
            let isRollback = kind == .rollback && (!isStrict || isDeclared(row.basis))
            let rollout = Rollout(
                number: number, time: ledger.tables.commits[Int(row.commit)].time, verdict: verdict,
                isRemediation: isRollback || !broken.isEmpty, isRollback: isRollback)
            found.append(rollout)
            if rollout.hasFailed {
                broken.append(found.count - 1)
            } else if outcomes.recorded(number, in: ledger) != .superseded {
                for index in broken { found[index].recovery = (number, rollout.time) }
                broken = []
            }
        }
        return found
    }

    private func counts(_ kind: Deployment.Kind, _ number: Int) -> Bool {
        switch kind {
        case .configuration, .removal, .race: false
        case .initial: !names.isBeforeHistory(number)
        case .forward, .promotion, .rollback, .repair, .addition: true
        }
    }

    /// Whether a version came to stay: it was not taken back, not even at once, and not recorded as failed or as
    /// replaced by the next.
    func hasStayed(_ number: Int) -> Bool {
        if outcomes.undoing(number).map({ counts(undoing: $0) || isRace($0) }) == true { return false }
        return ![.failed, .rolledBack, .superseded].contains(outcomes.recorded(number, in: ledger))
    }

    private func verdict(of number: Int) -> Rollout.Verdict {
        if let undoing = outcomes.undoing(number), counts(undoing: undoing) {
            return .failed(isDeclared: isDeclared(ledger.tables.deployments[undoing].basis))
        }
        switch outcomes.recorded(number, in: ledger) {
        case .failed, .rolledBack: return .failed(isDeclared: true)
        case .succeeded: return .succeeded
        case .superseded, .unknown: return .unknown
        }
    }

    private func counts(undoing number: Int) -> Bool {
        !isRace(number) && (!isStrict || isDeclared(ledger.tables.deployments[number].basis))
    }

    private func isRace(_ number: Int) -> Bool {
        ledger.tables.deployments[number].kind == Deployment.Kind.race.rawValue
    }

    private func isDeclared(_ basis: UInt8) -> Bool {
        [Deployment.Basis.declared.rawValue, Deployment.Basis.revert.rawValue].contains(basis)
    }
}
