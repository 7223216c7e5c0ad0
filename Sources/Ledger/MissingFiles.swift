internal import Git

/// What a clone without files, or folders, has to get.
enum MissingFiles {
    /// Gets the files that history leads through at once, and not one by one.
    ///
    /// - Parameter commits: Each with its tree, oldest first.
    static func fetch(
        along commits: [(id: ObjectID, tree: ObjectID)], since tree: ObjectID?, _ repository: Repository
    ) throws {
        try repository.prefetch(commits.map(\.tree) + [tree].compactMap(\.self))
        var last = tree
        var files: Set<ObjectID> = []
        for commit in commits {
            let before = last
            let changes = try repository.ifSound(
                commit.tree, what: "the files of the commit \(commit.id.short)", isPast: true
            ) { () throws(GitError) in try repository.changes(from: before, to: commit.tree) }
            guard let changes else { continue }
            for change in changes {
                if let new = change.new, new.mode != .submodule { files.insert(new.id) }
            }
            last = commit.tree
        }
        try repository.prefetch(files)
    }
}
