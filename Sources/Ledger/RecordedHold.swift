internal import Git
internal import Manifests
internal import System

/// A record of a hold whose line no message of a branch has.
extension HoldRecord {
    /// Whether it counts for the branch at a tip: whatever was only said does; what was to change a version as well,
    /// and may wait for somebody's review or have been turned down, as soon as the branch has that change.
    ///
    /// - Parameter tips: The same tip, wherever its commits are.
    func isInForce(at tips: [Tip], in ledger: () throws -> Ledger) throws -> Bool {
        guard tips.allSatisfy(isFor) else { return false }
        guard let change else { return true }
        for tip in tips where tip.repository.contains(commit) {
            if try tip.repository.sees(commit, behind: tip.commit) { return true }
        }
        return try ledger().hasLanded(change, of: trailer, after: base)
    }

    /// Whether a tip is of its branch, as far as the name of the ref says.
    private func isFor(_ tip: Tip) -> Bool {
        let remotes = (try? tip.repository.remotes) ?? []
        for prefix in ["refs/heads/"] + remotes.map({ "refs/remotes/\($0)/" }) where tip.ref.hasPrefix(prefix)
        {
            return tip.ref.dropFirst(prefix.count) == branch
        }
        return true
    }

    /// Puts it where it belongs among what messages say, oldest first: after what was there when it was said, and else by
    /// time.
    func insert(into said: inout [Hold], at tips: [Tip]) throws {
        let name = by.firstRange(of: " <").map { String(by[..<$0.lowerBound]) } ?? by
        let hold = Hold(trailer: trailer, commit: commit, time: time, author: name)
        let before = try said.lastIndex { other in
            if other.time != time { return other.time < time }
            return try tips.contains { tip in
                let repository = tip.repository
                guard repository.contains(base), repository.contains(other.commit) else { return false }
                return try repository.sees(other.commit, behind: base)
            }
        }
        said.insert(hold, at: before.map { $0 + 1 } ?? 0)
    }
}

extension Ledger {
    /// Whether an environment made a change of a version after a commit; also where this clone's history cannot tell.
    fileprivate func hasLanded(
        _ change: HoldRecord.Change, of trailer: HoldTrailer, after base: ObjectID
    ) -> Bool {
        guard isComplete else { return true }
        // Of history that was rewritten nothing is known but that it came.
        let start = (0..<tables.commits.count).first { tables.commits[$0].id == base }
        let artifact = Pinned(artifact: change.artifact, version: "").named
        return series.contains { series in
            guard series.app == trailer.app, trailer.environment ?? series.environment == series.environment
            else { return false }
            return deployments(endingWith: series.last).contains { number in
                guard Int(tables.deployments[number].commit) > start ?? -1 else { return false }
                return self[number].changes.contains { one in
                    Pinned(artifact: one.artifact, version: "").named.family == artifact.family
                        && Version(one.before ?? "").isSame(as: change.from)
                        && Version(one.after ?? "").isSame(as: change.to)
                }
            }
        }
    }
}
