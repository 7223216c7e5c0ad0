extension Repository {
    /// Where the remote's notes are kept as they were fetched, apart from one's own: fetching onto those would drop
    /// what was not pushed yet.
    private static func tracking(_ remote: String) -> String { "refs/gx/remotes/\(remote)/notes/" }

    static func notesRefspec(_ prefix: String, _ remote: String) -> String {
        "+\(prefix)*:\(tracking(remote))*"
    }

    /// Fetches the notes below a prefix, such as `refs/notes/gx/`, and takes them over into one's own.
    ///
    /// - Throws: `GitError.remoteFailed`, `.timedOut`.
    public func fetchNotes(
        under prefix: String, from remote: String, timeout: Duration = Repository.networkTimeout
    ) throws(GitError) {
        try fetchNotesAlone(prefix, remote: remote, timeout: timeout)
        let tracking = Repository.tracking(remote)
        for reference in try references(under: tracking) {
            try mergeNotes(prefix + reference.name.dropFirst(tracking.count), with: reference.target)
        }
    }

    /// A remote's notes as last fetched, of the ref `prefix` + `name`.
    public func fetchedNotes(_ name: String, from remote: String) throws(GitError) -> Notes {
        try notes(at: fetchedNotesTip(name, remote))
    }

    /// The same to be read: nil where there are none, or where their commit is damaged.
    public func soundFetchedNotes(_ name: String, from remote: String) throws(GitError) -> Notes? {
        guard let tip = try fetchedNotesTip(name, remote) else { return nil }
        return try ifSound(tip, what: "the notes '\(name)' of \(remote)") { () throws(GitError) in
            try notes(at: tip)
        }
    }

    private func fetchedNotesTip(_ name: String, _ remote: String) throws(GitError) -> ObjectID? {
        let ref = Repository.tracking(remote) + name
        if let tip = quarantinedNotes[ref] { return tip }
        return try reference(ref)
    }

    /// What of a remote's refs are notes below a prefix is taken for fetched.
    func keepNotes(_ found: [Reference], under prefix: String, of remote: String) {
        for reference in found where reference.name.hasPrefix(prefix) {
            let name = Repository.tracking(remote) + reference.name.dropFirst(prefix.count)
            quarantinedNotes[name] = reference.target
        }
    }

    func fetchNotesAlone(_ prefix: String, remote: String, timeout: Duration) throws(GitError) {
        // Where a filter is set up, it would leave out every note.
        let filter = isPartial ? ["--no-filter"] : []
        try fetchRetrying(
            filter + ["--no-tags", "--prune", "--", remote, Repository.notesRefspec(prefix, remote)],
            from: remote, timeout)
    }

    /// Has a plain `git fetch` bring the remote's notes along, to where `fetchNotes` keeps them; without force, so
    /// that nothing fetched is lost when the remote's notes are rewritten.
    ///
    /// - Returns: false where it does so already.
    public func addNotesRefspec(under prefix: String, to remote: String) throws(GitError) -> Bool {
        let key = "remote.\(remote).fetch"
        let sources = try settings(key).map { value in
            String((value.hasPrefix("+") ? value.dropFirst() : value[...]).prefix { $0 != ":" })
        }
        // `refs/*` of a mirror has them, too.
        guard !sources.contains(where: { $0.hasSuffix("*") && prefix.hasPrefix($0.dropLast()) }) else {
            return false
        }
        let refspec = String(Repository.notesRefspec(prefix, remote).dropFirst())
        _ = try git(["config", "--local", "--add", key, refspec]).output("set up the remote \(remote)")
        settings = nil
        return true
    }
}
