extension Repository {
    /// Where the remote's notes are kept as they were fetched, apart from one's own: fetching onto those would drop
    /// what was not pushed yet.
    static func tracking(_ remote: String) -> String { "refs/gx/remotes/\(remote)/notes/" }

    /// Fetches the notes below a prefix, such as `refs/notes/gx/`, and takes them over into one's own.
    ///
    /// - Throws: `GitError.remoteFailed`, `.timedOut`.
    public func fetchNotes(
        under prefix: String, from remote: String, timeout: Duration = Repository.networkTimeout
    ) throws(GitError) {
        let tracking = Repository.tracking(remote)
        // Where a filter is set up, it would leave out every note.
        let filter = isPartial ? ["--no-filter"] : []
        try fetch(
            filter + ["--no-tags", "--prune", "--", remote, "+\(prefix)*:\(tracking)*"], from: remote, timeout
        )
        for reference in try references(under: tracking) {
            try mergeNotes(prefix + reference.name.dropFirst(tracking.count), with: reference.target)
        }
    }
}
