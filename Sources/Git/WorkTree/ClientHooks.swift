internal import System

/// What the hooks of this clone say of a commit, as `git commit` would ask them.
public enum HookVerdict: Hashable, Sendable {
    /// The message, as the hooks leave it, and what they wrote.
    case passed(message: String, words: String)
    case refused(hook: String, words: String)
}

extension Repository {
    /// Asks `pre-commit` and `commit-msg`, where there is a work tree and they are there. The index that the first one
    /// sees has the tree that is to be committed.
    public func askHooks(committing tree: ObjectID, message: String) throws(GitError) -> HookVerdict {
        var verdict = HookVerdict.passed(message: message, words: "")
        guard workTree != nil else { return verdict }
        let hooks = (try hasHook("pre-commit"), try hasHook("commit-msg"))
        guard hooks.0 || hooks.1 else { return verdict }
        let folder = try system(try TemporaryFolder())
        if hooks.0 {
            let index = ["GIT_INDEX_FILE": folder.path + "/index"]
            var reading = git(["read-tree", tree.description])
            reading.set(index)
            _ = try reading.output("read the tree to commit")
            var hook = git(["hook", "run", "--ignore-missing", "pre-commit"], hasTokens: true)
            hook.set(index)
            let output = try hook.run("run the hook pre-commit")
            guard output.status == 0 else { return .refused(hook: "pre-commit", words: output.message) }
            verdict = .passed(message: message, words: output.message)
        }
        guard hooks.1, case .passed(_, let before) = verdict else { return verdict }
        let file = folder.path + "/COMMIT_EDITMSG"
        try system(try createFile(file, Array(message.utf8)))
        let output = try git(
            ["hook", "run", "--ignore-missing", "commit-msg", "--", file], hasTokens: true
        ).run("run the hook commit-msg")
        guard output.status == 0 else { return .refused(hook: "commit-msg", words: output.message) }
        let written = try system(try readFile(file)).map { String(decoding: $0, as: UTF8.self) }
        return .passed(message: written ?? message, words: before + output.message)
    }

    /// Whether this clone may have a hook; where its folder is elsewhere, git knows.
    public func hasHook(_ name: String) throws(GitError) -> Bool {
        if try setting("core.hooksPath") != nil { return true }
        return try system(try readFile("\(commonDirectory)/hooks/\(name)")) != nil
    }
}
