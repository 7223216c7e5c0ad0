internal import System

extension Repository {
    /// In a partial clone, fetches those of these objects that are missing, all at once. Asking for each when it
    /// is needed costs a connection each.
    public func prefetch(_ ids: some Sequence<ObjectID>) throws(GitError) {
        guard isPartial else { return }
        let missing = Set(ids).filter { !contains($0) }
        if !missing.isEmpty { try fetchMissing(missing.sorted()) }
    }

    /// As git itself does it: no negotiation, since nothing that is here reaches what is missing.
    func fetchMissing(_ ids: [ObjectID]) throws(GitError) {
        let remote = try promisorRemote()
        let output = try network(
            [
                "-c", "fetch.negotiationAlgorithm=noop", "fetch", "--no-tags", "--no-write-fetch-head",
                "--recurse-submodules=no", "--filter=blob:none", "--stdin", remote,
            ], input: Array(ids.map { "\($0)\n" }.joined().utf8), timeout: Repository.networkTimeout
        ).run("fetch objects that this partial clone lacks")
        guard output.status == 0 else { throw GitError.remoteFailed(remote: remote, message: output.message) }
    }

    private func promisorRemote() throws(GitError) -> String {
        let settings = try allSettings()
        for key in settings.keys.sorted() where key.hasPrefix("remote.") && key.hasSuffix(".promisor") {
            return String(key.dropFirst("remote.".count).dropLast(".promisor".count))
        }
        return settings["extensions.partialclone"]?.last ?? "origin"
    }
}
