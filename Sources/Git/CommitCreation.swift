extension Repository {
    /// Writes a commit; no ref is moved.
    ///
    /// git itself decides in whose name (`GIT_AUTHOR_*`, `user.name`, `user.useConfigOnly`), and signs where
    /// `commit.gpgSign` says so.
    ///
    /// - Parameters:
    ///   - author: Somebody else than the user.
    ///   - signing: Whether `commit.gpgSign` counts.
    /// - Throws: `GitError.noIdentity` where git does not know who the user is.
    public func createCommit(
        tree: ObjectID, parents: [ObjectID], message: String, author: Signature? = nil, signing: Bool = true
    ) throws(GitError) -> ObjectID {
        var arguments = ["-c", "i18n.commitEncoding=UTF-8", "commit-tree", tree.description]
        for parent in parents { arguments += ["-p", parent.description] }
        if signing, try isTrue("commit.gpgSign") { arguments.append("-S") }
        var command = git(arguments, input: Array(message.utf8))
        if let author {
            command.set([
                "GIT_AUTHOR_NAME": author.name, "GIT_AUTHOR_EMAIL": author.email,
                "GIT_AUTHOR_DATE": author.time.raw,
            ])
        }
        let output = try command.run("write a commit")
        guard output.status == 0 else {
            let message = output.message
            // Of the long advice the last line is the reason.
            if message.contains("tell me who you are") || message.contains("ident name") {
                let reason = message.split(separator: "\n").last ?? "no identity"
                throw GitError.noIdentity(message: String(reason))
            }
            throw GitError.failed(command: "git commit-tree", output)
        }
        guard let id = ObjectID(hex: output.text.trimmedLine) else {
            throw GitError.notUnderstood(command: "git commit-tree", answer: output.text)
        }
        return id
    }
}
