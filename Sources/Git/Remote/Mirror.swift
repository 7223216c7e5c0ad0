internal import System

extension Repository {
    /// Brings a bare clone to where its remote is: all branches, the notes below a prefix, and which branch is the
    /// default one. Where nothing is new that takes one connection.
    ///
    /// - Parameter prefix: As in `refs/notes/gx/`.
    /// - Throws: `GitError.remoteFailed`, `.timedOut`.
    public func mirror(
        _ remote: String = "origin", notesUnder prefix: String,
        timeout: Duration = Repository.networkTimeout
    ) throws(GitError) {
        let output = try network(
            ["ls-remote", "--symref", "--", remote, "HEAD", "refs/heads/*", prefix + "*"], timeout: timeout
        ).run("ask \(remote) for its branches")
        guard output.status == 0 else { throw GitError.remoteFailed(remote: remote, message: output.message) }
        let tracking = "refs/remotes/\(remote)/"
        var head: Substring?
        var there: [String: ObjectID] = [:]
        for line in output.text.lines {
            let fields = line.split(separator: "\t")
            guard fields.count == 2 else { continue }
            if fields[1] == "HEAD", fields[0].hasPrefix("ref: refs/heads/") {
                head = fields[0].dropFirst("ref: refs/heads/".count)
            } else if let id = ObjectID(hex: fields[0]), !fields[1].hasSuffix("^{}") {
                let name = fields[1]
                if name.hasPrefix("refs/heads/") {
                    there[tracking + name.dropFirst("refs/heads/".count)] = id
                }
                if name.hasPrefix(prefix) { there[String(name)] = id }
            }
        }
        var here: [String: ObjectID] = [:]
        for reference in try references(under: tracking) + references(under: prefix)
        where reference.name != tracking + "HEAD" { here[reference.name] = reference.target }
        if here != there {
            try fetchRetrying(
                ["--prune", "--", remote, "+refs/heads/*:\(tracking)*", "+\(prefix)*:\(prefix)*"],
                from: remote, timeout)
        }
        if let head {
            // Written each time: it tells when the remote was last heard from.
            _ = try git(["symbolic-ref", tracking + "HEAD", tracking + head]).output(
                "note the default branch of \(remote)")
        }
    }
}
