internal import Git
internal import Ledger
internal import Manifests

/// The rollbacks of a branch since it was last promoted to. A merge would take what they took back for a decision
/// against it, and mix two states into one that never ran: so a promotion merges with the branch as if they had not
/// been. What must not come again is held.
struct BranchRestorations {
    private let environment: String
    private let base: Tip
    private let source: ObjectID

    /// - Parameter source: The commit that is promoted.
    init(of environment: String, _ base: Tip, since source: ObjectID) {
        (self.environment, self.base, self.source) = (environment, base, source)
    }

    /// The branch without them: the base itself where there are none, else a commit that nothing refers to. Files that
    /// were changed again afterwards are conflicts.
    func undone() throws -> (commit: ObjectID, conflicts: [String]) {
        let rollbacks = try self.rollbacks()
        guard !rollbacks.isEmpty else { return (base.commit, []) }
        let repository = base.repository
        let tip = try repository.commit(base.commit)
        var tree = tip.tree
        for (rollback, before) in rollbacks {
            var edits: [TreeEdit] = []
            for change in try repository.changes(from: rollback.tree, to: before.tree) {
                let now = try repository.entry(at: change.path, inTree: tree)
                guard now?.id == change.old?.id else { return (base.commit, [change.path]) }
                if let new = change.new {
                    edits.append(.put(path: change.path, mode: new.mode, id: new.id))
                } else {
                    edits.append(.remove(path: change.path))
                }
            }
            tree = try repository.tree(editing: tree, edits)
        }
        let commit = try repository.writeCommit(
            tree: tree, parents: [base.commit], message: "as if nothing had been rolled back\n",
            author: tip.author, committer: tip.committer)
        return (commit, [])
    }

    /// Newest first, each with the commit before it.
    private func rollbacks() throws -> [(rollback: Commit, before: Commit)] {
        let repository = base.repository
        var found: [(Commit, Commit)] = []
        for id in try repository.commits(in: [base.commit], notIn: [source], firstParentOnly: true) {
            let commit = try repository.commit(id)
            // A promotion has undone those before it.
            if says(isRollback: false, commit) { break }
            if let merged = commit.parents.dropFirst().first,
                try repository.isAncestor(merged, of: source)
            {
                break
            }
            if let parent = commit.parents.first, says(isRollback: true, commit) {
                found.append((commit, try repository.commit(parent)))
            }
        }
        return found
    }

    private func says(isRollback: Bool, _ commit: Commit) -> Bool {
        DeployTrailer.Declaration.all(in: commit.trailerLines).contains {
            $0.isRollback == isRollback && $0.trailer.environment == environment
        }
    }
}
