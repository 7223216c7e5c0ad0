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
        _ = try git(
            [
                "-c", "fetch.negotiationAlgorithm=noop", "fetch", "--no-tags", "--no-write-fetch-head",
                "--recurse-submodules=no", "--filter=blob:none", "--stdin", remote,
            ], input: Array(ids.map { "\($0)\n" }.joined().utf8)
        ).output("fetch missing objects")
    }

    private func promisorRemote() throws(GitError) -> String {
        for key in try allSettings().keys.sorted()
        where key.hasPrefix("remote.") && key.hasSuffix(".promisor") {
            return String(key.dropFirst("remote.".count).dropLast(".promisor".count))
        }
        return "origin"
    }
}
