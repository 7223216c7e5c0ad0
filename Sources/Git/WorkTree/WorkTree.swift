public import System

/// A work tree of the repository: the main one, or a linked one.
public struct WorkTree: Hashable, Sendable {
    public let path: String
    /// The branch's short name; nil for a detached head.
    public let branch: String?
}

extension Repository {
    /// The files of this work tree that differ from what is committed, untracked ones included.
    public func dirtyPaths() throws(GitError) -> [String] {
        guard let workTree else { return [] }
        let output = try GitCommand(
            ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all"], in: workTree,
            environment: environment
        ).output("look for local changes")
        // Each entry is two letters, a space and the path.
        return output.stdout.split(separator: 0).map { String(decoding: $0.dropFirst(3), as: UTF8.self) }
    }

    /// All work trees, linked ones too.
    public func workTrees() throws(GitError) -> [WorkTree] {
        let output = try git(["worktree", "list", "--porcelain", "-z"]).output("list the work trees")
        var workTrees: [WorkTree] = []
        // Of each work tree the attributes, and an empty one at the end.
        var path: String?
        var branch: String?
        var isBare = false
        for bytes in output.stdout.split(separator: 0, omittingEmptySubsequences: false) {
            let line = String(decoding: bytes, as: UTF8.self)
            if line.isEmpty {
                if let path, !isBare { workTrees.append(WorkTree(path: path, branch: branch)) }
                (path, branch, isBare) = (nil, nil, false)
            } else if line.hasPrefix("worktree ") {
                path = String(line.dropFirst("worktree ".count))
            } else if line.hasPrefix("branch refs/heads/") {
                branch = String(line.dropFirst("branch refs/heads/".count))
            } else if line == "bare" {
                isBare = true
            }
        }
        return workTrees
    }

    /// The work tree that has a branch checked out; nil where none has.
    private func workTree(of branch: String) throws(GitError) -> WorkTree? {
        // Mostly it is this one: then nothing is run.
        if let workTree, try head.branch == branch { return WorkTree(path: workTree, branch: branch) }
        return try workTrees().first { $0.branch == branch }
    }

    /// Moves a branch forward to a commit that descends from it. Where it is checked out, in this work tree or a
    /// linked one, git moves the files along, and refuses to touch local changes.
    ///
    /// - Parameter base: Where the branch must be; nil: at any ancestor.
    /// - Throws: `GitError.refused` with git's words, `.referenceMoved`, `.referenceLocked`; then nothing has changed.
    public func fastForward(
        _ branch: String, to commit: ObjectID, expecting base: ObjectID? = nil, log: String
    ) throws(GitError) {
        try locked("work-tree") { () throws(GitError) in
            try moveForward(branch, to: commit, expecting: base, log: log)
        }
    }

    private func moveForward(
        _ branch: String, to commit: ObjectID, expecting base: ObjectID?, log: String
    ) throws(GitError) {
        let name = "refs/heads/" + branch
        let current = try reference(name)
        if let base, base != current { throw GitError.referenceMoved(name) }
        if current == commit { return }
        guard let checkout = try workTree(of: branch) else {
            if let current, try !isAncestor(current, of: commit) {
                if try isAncestor(commit, of: current) { return }
                throw GitError.refused(
                    doing: "fast-forward \(branch)",
                    reason: "it has commits that \(commit.short) does not contain")
            }
            return try update(name, to: commit, expecting: current, log: log)
        }
        // git would move the files first, and find the lock then.
        if try system(try readFile("\(commonDirectory)/\(name).lock")) != nil {
            throw GitError.referenceLocked(name)
        }
        // In a hook the environment speaks of the work tree that it is run for.
        var command = GitCommand(
            ["merge", "--ff-only", "--no-autostash", "--quiet", commit.description], in: checkout.path,
            environment: environment.withoutRepository)
        command.set(["GIT_REFLOG_ACTION": log])
        Effect.about(to: .fastForward(branch: branch), in: environment)
        let output = try command.run("fast-forward \(branch)")
        guard output.status == 0 else {
            if try reference(name) != current { throw GitError.referenceMoved(name) }
            if output.message.contains("index.lock") { throw GitError.referenceLocked("index") }
            throw GitError.refused(
                doing: "fast-forward \(branch) in \(checkout.path)", reason: output.message)
        }
    }
}

extension ProcessEnvironment {
    /// Without what says where a repository is: `git rev-parse --local-env-vars`.
    public var withoutRepository: ProcessEnvironment {
        let names = [
            "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_OBJECT_DIRECTORY", "GIT_DIR", "GIT_WORK_TREE",
            "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE",
            "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_INTERNAL_SUPER_PREFIX",
        ]
        return setting(Dictionary(uniqueKeysWithValues: names.map { ($0, nil) }))
    }
}
