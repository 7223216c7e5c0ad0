public import Git

/// A branch that a push or a commit is going to move.
public struct BranchMove: Hashable, Sendable {
    /// The short name.
    public var branch: String
    /// Nil for a branch that is new.
    public var old: ObjectID?
    /// Nil for one that is taken away.
    public var new: ObjectID?

    public init(_ branch: String, from old: ObjectID?, to new: ObjectID?) {
        (self.branch, self.old, self.new) = (branch, old, new)
    }

    /// Of a ref by its full name, from one id to another, zeros for none; nil for what is no branch.
    public init?(ref: some StringProtocol, old: some StringProtocol, new: some StringProtocol) {
        guard ref.hasPrefix("refs/heads/") else { return nil }
        branch = String(ref.dropFirst("refs/heads/".count))
        self.old = ObjectID(hex: old).flatMap { $0 == .zero ? nil : $0 }
        self.new = ObjectID(hex: new).flatMap { $0 == .zero ? nil : $0 }
    }
}

extension Repository {
    /// The commit that is about to be made of the index, as it would move the branch that is checked out; nil where no
    /// branch is, or it has no commit yet.
    ///
    /// The commit before it is the one that is checked out, or what was last fetched of the branch: gx commits on that,
    /// too. It is the one from which fewer files differ.
    ///
    /// - Parameter message: The commit's, as far as it is known.
    /// - Returns: The move, and a repository that has the commit and forgets it.
    public func moveByCommit(message: String) throws -> (move: BranchMove, repository: Repository)? {
        guard case .branch(let branch) = try head, let tips = try branchTips(branch), let local = tips.local
        else { return nil }
        let trial = try quarantined()
        let tree = try trial.writeTree()
        var base = (commit: local, count: Int.max)
        for tip in [local, tips.tracking?.target].compactMap(\.self) {
            let count = try trial.changes(from: trial.commit(tip).tree, to: tree).count
            if count < base.count { base = (tip, count) }
        }
        let commit = try trial.createCommit(
            tree: tree, parents: [base.commit], message: message, signing: false)
        return (BranchMove(branch, from: base.commit, to: commit), trial)
    }
}
