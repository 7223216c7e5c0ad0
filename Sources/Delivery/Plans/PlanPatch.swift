public import Git
internal import Ledger
internal import Manifests
internal import System

extension Step {
    /// Writes the tree that the step makes of its base's.
    public func writeTree(in repository: Repository) throws(GitError) -> ObjectID {
        let files: [FileChange]
        switch content {
        case .merge(let tree, _), .tree(let tree): return tree
        case .files(let changes): files = changes
        }
        var edits: [TreeEdit] = []
        for file in files {
            if let bytes = file.new {
                edits.append(.put(path: file.path, mode: file.mode, id: try repository.write(blob: bytes)))
            } else {
                edits.append(.remove(path: file.path))
            }
        }
        return try repository.tree(editing: try repository.commit(base.commit).tree, edits)
    }

    /// What the commit of this step is going to change, for `git apply`. It is taken from the very tree that would be
    /// committed, which leaves no trace in the repository.
    public func patch() throws -> [UInt8] {
        let repository = base.repository.isQuarantined ? base.repository : try base.repository.quarantined()
        return try repository.diff(from: base.commit, to: writeTree(in: repository))
    }
}

extension Plan {
    /// The patches of all steps. Where there are several, a line in front of each, which `git apply` skips, names
    /// the branch that it is for.
    public func patch() throws -> [UInt8] {
        let steps = steps.filter { !$0.isEmpty }
        guard steps.count > 1 else { return try steps.first?.patch() ?? [] }
        return try steps.flatMap { step in
            let place = [step.place.repository, step.place.branch].compactMap(\.self).joined(separator: " ")
            let name = place.isEmpty ? step.environments.joined(separator: ", ") : place
            return Array("Patch of \(name.onOneLine)\n".utf8) + (try step.patch())
        }
    }
}
