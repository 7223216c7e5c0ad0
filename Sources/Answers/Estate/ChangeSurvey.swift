import Git
import Ledger
import Manifests
public import System

/// What was deployed: commits in detail, and days in numbers.
extension EstateSurvey {
    /// The newest commits that deployed a version to one of the environments, and whether there were others before.
    func changes() throws -> (changes: [EstateReport.Change], hasOlder: Bool) {
        let apps = Set(overview.rows.map(\.app))
        var groups: [(commit: ObjectID, numbers: [Int])] = []
        var hasOlder = false
        for number in (0..<ledger.count).reversed() {
            let one = ledger[number]
            guard isShown(one), environments.contains(one.environment), apps.contains(one.app) else {
                continue
            }
            if groups.last?.commit != one.commit {
                hasOlder = groups.count == limits.changes
                if hasOlder { break }
                groups.append((one.commit, []))
            }
            groups[groups.count - 1].numbers.append(number)
        }
        return (try groups.map { try change($0.commit, $0.numbers.reversed()) }, hasOlder)
    }

    /// As in `gx trace log`: what changes a version, and did not come with the beginning of history.
    private func isShown(_ one: Deployment) -> Bool { one.isVersion && one.basis != .horizon }

    /// What a commit did to an app, the same in as many environments as it likes.
    private struct Step: Hashable {
        var app: String
        var kind: Deployment.Kind
        var outcome: Outcome
        var before: [Pinned]?
        var after: [Pinned]?

        init(_ part: EstateReport.Change.Part) {
            (app, kind, outcome) = (part.app, part.deployment.kind, part.outcome)
            (before, after) = (part.deployment.before, part.deployment.after)
        }
    }

    private func change(_ id: ObjectID, _ numbers: [Int]) throws -> EstateReport.Change {
        let commit = try commit(id)
        let all = numbers.map { ledger[$0] }
        var mentions: (issues: [String], pullRequests: [String]) = ([], [])
        if let first = numbers.first {
            mentions = (ledger.mentions(of: first).issues, ledger.mentions(of: first).pullRequests)
        }
        let parts = all.map { one in
            EstateReport.Change.Part(
                app: one.app, environments: [one.environment], sources: [one.source].compactMap(\.self),
                deployment: one, outcome: outcomes[one],
                related: (one.undone ?? outcomes.undoing(one)).map { ledger[$0].commit },
                checks: outcomes.record(of: one)?.checks ?? [])
        }.merged(by: Step.init) {
            $0.environments += $1.environments
            $0.sources += $1.sources
        }
        return EstateReport.Change(
            commit: id, time: all.first?.time ?? Timestamp(seconds: 0), author: all.first?.author ?? "",
            committer: all.first?.committer ?? "", subject: commit?.subject ?? "", issues: mentions.issues,
            pullRequests: mentions.pullRequests, pipelines: records.pipelines(of: id), parts: parts)
    }

    /// The days of the timeline: those up to the newest deployment.
    func days() -> [EstateReport.Day] {
        var days: [[Int]: EstateReport.Day] = [:]
        let stages = Dictionary(
            self.stages.enumerated().flatMap { index, stage in
                stage.members.map { (environments[$0], index) }
            }, uniquingKeysWith: { first, _ in first })
        let apps = Set(overview.rows.map(\.app))
        var start: Int?
        for number in (0..<ledger.count).reversed() {
            let one = ledger[number]
            guard isShown(one), let stage = stages[one.environment], apps.contains(one.app) else { continue }
            let day = one.time.localDay
            let first = start ?? day - limits.days + 1
            start = first
            guard day >= first else {
                // Clocks of committers run as they like: a commit before may have a later date, though not by much.
                if day < first - 30 { break }
                continue
            }
            var entry =
                days[[stage, day]]
                ?? EstateReport.Day(stage: stage, day: day, deployments: 0, rollbacks: 0, failures: 0)
            switch one.kind {
            // A race is a bot that was undone at once by itself.
            case .rollback: entry.rollbacks += 1
            default: entry.deployments += 1
            }
            if outcomes[one] == .failed { entry.failures += 1 }
            days[[stage, day]] = entry
        }
        return days.values.sorted { ($0.day, $0.stage) < ($1.day, $1.stage) }
    }
}

extension Timestamp {
    /// Days since 1970, in the zone of this machine.
    public var localDay: Int {
        let local = Timestamp.local(seconds)
        let seconds = local.seconds + Int64(local.offset) * 60
        return Int(seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400)
    }
}
