internal import System

extension Repository {
    /// How long a run of git that talks to a remote may take: it might wait for ever otherwise.
    public static var networkTimeout: Duration { .seconds(300) }

    /// The remote that a branch is pushed to, by git's own rules; nil where there is none.
    public func pushRemote(for branch: String) throws(GitError) -> String? {
        for key in ["branch.\(branch).pushRemote", "remote.pushDefault", "branch.\(branch).remote"] {
            if let name = try setting(key), name != "." { return name }
        }
        return try remotes.preferred
    }

    /// The remote that a branch is read from: its upstream's; where it has none, the one that clones are made with, or
    /// that it is pushed to.
    public func homeRemote(of branch: String) throws(GitError) -> String? {
        if let name = try setting("branch.\(branch).remote"), name != "." { return name }
        if let certain = try remotes.certain { return certain }
        return try pushRemote(for: branch)
    }

    /// The remotes of which each may be the one that a branch is read from; none where something says which it is.
    public func undecidedRemotes(of branch: String) throws(GitError) -> [String] {
        for key in ["branch.\(branch).remote", "branch.\(branch).pushRemote", "remote.pushDefault"] {
            if let name = try setting(key), name != "." { return [] }
        }
        let all = try remotes
        return all.certain == nil ? all : []
    }

    /// A remote's URL as git uses it (`insteadOf` applied), to fetch from or to push to.
    public func url(ofRemote name: String, forPush: Bool = false) throws(GitError) -> String {
        try git(["remote", "get-url"] + (forPush ? ["--push"] : []) + ["--", name]).output(
            "find the remote \(name)"
        ).text.trimmedLine
    }

    /// Fetches refs, and whatever else a refspec matches that names the remote's refs.
    ///
    /// Refspecs are git's, `+refs/heads/*:refs/remotes/origin/*`; none fetches what is configured.
    ///
    /// - Throws: `GitError.remoteFailed` with git's words, `.timedOut`.
    public func fetch(
        from remote: String, _ refspecs: [String] = [], timeout: Duration = Repository.networkTimeout
    ) throws(GitError) {
        try fetch(["--", remote] + refspecs, from: remote, timeout)
    }

    /// Gets the history that a shallow clone lacks.
    ///
    /// - Parameter withoutFiles: Whether to leave out files, as far as the remote can, until they are needed.
    public func unshallow(
        from remote: String, withoutFiles: Bool = false, timeout: Duration = Repository.networkTimeout
    ) throws(GitError) {
        let filter = withoutFiles ? ["--filter=blob:none"] : []
        try fetch(["--unshallow"] + filter + ["--", remote], from: remote, timeout)
    }

    func fetch(_ arguments: [String], from remote: String, _ timeout: Duration) throws(GitError) {
        let options = [
            "--quiet", "--no-auto-maintenance", "--no-write-fetch-head", "--recurse-submodules=no",
        ]
        let output = try network(["fetch"] + options + arguments, timeout: timeout).run(
            "fetch from \(remote)")
        guard output.status == 0 else { throw GitError.remoteFailed(remote: remote, message: output.message) }
        try readShallowBoundary()
    }

    /// The refs that a remote has now, by patterns such as `refs/heads/*`; nothing is fetched.
    public func references(
        ofRemote remote: String, matching patterns: [String] = ["refs/heads/*"],
        timeout: Duration = Repository.networkTimeout
    ) throws(GitError) -> [Reference] {
        let output = try network(["ls-remote", "--refs", "--", remote] + patterns, timeout: timeout)
            .run("list the branches of \(remote)")
        guard output.status == 0 else { throw GitError.remoteFailed(remote: remote, message: output.message) }
        return output.text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t")
            guard fields.count == 2, let id = ObjectID(hex: fields[0]) else { return nil }
            return Reference(name: String(fields[1]), target: id)
        }
    }

    /// A run of git that talks to a remote. Where nobody sits at a terminal, ssh fails where it would ask.
    func network(_ arguments: [String], input: [UInt8] = [], timeout: Duration) throws(GitError) -> GitCommand
    {
        var command = git(arguments, input: input, timeout: timeout, hasTokens: true)
        let hasOwn = environment["GIT_SSH_COMMAND"] != nil || environment["GIT_SSH"] != nil
        if !ChildProcess.hasTerminal, !hasOwn, try setting("core.sshCommand") == nil {
            command.set(["GIT_SSH_COMMAND": "ssh -o BatchMode=yes"])
        }
        if let protocols = Guard.protocols(in: environment) {
            command.set(["GIT_ALLOW_PROTOCOL": protocols])
        }
        return command
    }
}
