internal import Git
internal import Manifests

extension Ledger {
    /// Those deployments that nothing explains: no issue, neither in the commit's message nor in what the release
    /// contains; no record; and an outcome that is unknown. Rollbacks and what was there before history begins explain
    /// themselves.
    public func unexplained(_ deployments: [Deployment], _ outcomes: Outcomes) throws -> [Deployment] {
        var recorded: Set<ObjectID> = []
        var folders: Set<String> = []
        for tip in tips where folders.insert(tip.repository.commonDirectory).inserted {
            for (commit, _) in try RecordStore(tip.repository).all(.deployments, with: "\"type\"") {
                recorded.insert(commit)
            }
        }
        return try deployments.filter { one in
            guard one.basis != .horizon, one.undone == nil, !recorded.contains(one.commit),
                outcomes[one] == .unknown, mentions(of: one.number).issues.isEmpty
            else { return false }
            return try releases(in: one.number).allSatisfy(\.issues.isEmpty)
        }
    }
}
