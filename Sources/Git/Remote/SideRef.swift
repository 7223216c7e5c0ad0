internal import System

extension Repository {
    /// Where a ref of a remote that is no branch (`refs/gx/NAME`) is kept as it was fetched.
    public static func tracking(_ name: String, of remote: String) -> String {
        "refs/gx/remotes/\(remote)/\(name.dropFirst(sidePrefix.count))"
    }

    private static let sidePrefix = "refs/gx/"

    /// With a star, which takes none where there is none.
    static func refspec(beside name: String, _ remote: String) -> String {
        "+\(name)*:\(tracking(name, of: remote))*"
    }

    /// Fetches a ref that is no branch, where the remote has it. It is kept also by who plans without a trace: nothing
    /// follows from it but what it says.
    ///
    /// - Throws: `GitError.remoteFailed`, `.timedOut`.
    public func fetch(
        beside name: String, from remote: String, timeout: Duration = Repository.networkTimeout
    ) throws(GitError) {
        guard !isQuarantined else {
            return try withoutQuarantine().fetch(beside: name, from: remote, timeout: timeout)
        }
        let filter = isPartial ? ["--no-filter"] : []
        try fetchRetrying(
            filter + ["--no-tags", "--prune", "--", remote, Repository.refspec(beside: name, remote)],
            from: remote, timeout)
    }

    /// Fetches commits with their files, and none before them, into a shallow clone, for which its edge may only be
    /// where its objects are kept: also who plans without a trace leaves them there.
    ///
    /// - Throws: `GitError.remoteFailed`, `.timedOut`.
    public func fetch(
        commits ids: [ObjectID], from remote: String, timeout: Duration = Repository.networkTimeout
    ) throws(GitError) {
        guard !isQuarantined else {
            return try withoutQuarantine().fetch(commits: ids, from: remote, timeout: timeout)
        }
        try fetch(
            ["--no-tags", "--refmap=", "--depth=1", "--", remote] + ids.map(\.description), from: remote,
            timeout)
    }

    /// Fetches so many commits more before one that a shallow clone has.
    ///
    /// - Parameter name: A ref by its full name, or a commit that the remote may be asked for.
    /// - Throws: `GitError.remoteFailed`, `.timedOut`.
    public func deepen(
        _ name: String, by count: Int, from remote: String, timeout: Duration = Repository.networkTimeout
    ) throws(GitError) {
        guard !isQuarantined else {
            try withoutQuarantine().deepen(name, by: count, from: remote, timeout: timeout)
            return try readShallowBoundary()
        }
        try fetch(
            ["--no-tags", "--refmap=", "--deepen=\(count)", "--", remote, name], from: remote,
            timeout)
    }

    private func withoutQuarantine() throws(GitError) -> Repository {
        let environment = environment.setting([
            "GIT_OBJECT_DIRECTORY": nil, "GIT_ALTERNATE_OBJECT_DIRECTORIES": nil, "GIT_QUARANTINE_PATH": nil,
        ])
        let handle = try RepositoryHandle(at: location, environment: environment)
        return try Repository(handle, at: location, environment: environment)
    }
}
