internal import CLibGit2
internal import System

extension Repository {
    /// Writes a commit; no ref is moved.
    ///
    /// Where it is said outright in whose name, nothing is run. Else git itself decides (`user.useConfigOnly`, names
    /// of the system), and it signs where `commit.gpgSign` says so.
    ///
    /// - Parameter signing: Whether `commit.gpgSign` counts.
    /// - Throws: `GitError.noIdentity` where git does not know who the user is.
    public func createCommit(
        tree: ObjectID, parents: [ObjectID], message: String, signing: Bool = true
    ) throws(GitError) -> ObjectID {
        let isSigned = if signing { try isTrue("commit.gpgSign") } else { false }
        if !isSigned, !message.utf8.contains(0), let author = try statedSignature(.author),
            let committer = try statedSignature(.committer)
        {
            return try writeCommit(
                tree: tree, parents: parents, message: message, author: author, committer: committer)
        }
        var arguments = ["-c", "i18n.commitEncoding=UTF-8", "commit-tree", tree.description]
        for parent in parents { arguments += ["-p", parent.description] }
        if isSigned { arguments.append("-S") }
        let output = try git(arguments, input: Array(message.utf8)).run("write a commit")
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

    /// Writes a commit in the names of others and at times of their own, as history that is told anew. It is
    /// not signed, no ref is moved, and git is not run.
    ///
    /// - Throws: `GitError.refused` for names and addresses that no commit can hold.
    public func writeCommit(
        tree: ObjectID, parents: [ObjectID], message: String, author: Signature, committer: Signature
    ) throws(GitError) -> ObjectID {
        var text = "tree \(tree)\n"
        for parent in parents { text += "parent \(parent)\n" }
        text += "author \(try author.line)\ncommitter \(try committer.line)\n\n\(message)"
        return try write(Array(text.utf8), GIT_OBJECT_COMMIT)
    }
}

extension Signature {
    /// `Name <email> 1767225600 +0100`
    fileprivate var line: String {
        get throws(GitError) {
            guard !(name + email).utf8.contains(where: { "<>\n\0".utf8.contains($0) }) else {
                throw GitError.refused(
                    doing: "write a commit of \(name)", reason: "not a name that git can hold")
            }
            return "\(name) <\(email)> \(time.raw.dropFirst())"
        }
    }
}
