internal import System

extension Repository {
    /// In a partial clone, fetches those of these objects that are missing, all at once. Asking for each when it
    /// is needed costs a connection each. Where the remote does not answer it is not asked again, and what is missing
    /// stays so.
    public func prefetch(_ ids: some Sequence<ObjectID>) throws(GitError) {
        guard isPartial, !isPromisorSilent else { return }
        let missing = Set(ids).filter { !contains($0) }
        if missing.isEmpty { return }
        do {
            try fetchMissing(missing.sorted())
        } catch {
            guard case .remoteFailed(let remote, let message) = error else { throw error }
            isPromisorSilent = true
            for id in missing.sorted().prefix(1) {
                note(
                    Damage(
                        id: id, what: "this partial clone lacks objects",
                        reason: "\(remote) does not give them: \(message.onOneLine)", isPast: false))
            }
        }
    }

    /// As git itself does it: no negotiation, since nothing that is here reaches what is missing.
    private func fetchMissing(_ ids: [ObjectID]) throws(GitError) {
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
