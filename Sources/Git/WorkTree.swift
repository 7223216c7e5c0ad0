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

    /// Moves a branch forward to a commit that descends from it. Where it is checked out, in this work tree or a
    /// linked one, git moves the files along, and refuses to touch local changes.
    ///
    /// - Throws: `GitError.refused` with git's words; then nothing has changed.
    public func fastForward(_ branch: String, to commit: ObjectID, log: String) throws(GitError) {
        let name = "refs/heads/" + branch
        let current = try reference(name)
        if current == commit { return }
        guard let checkout = try workTrees().first(where: { $0.branch == branch }) else {
            if let current, try !isAncestor(current, of: commit) {
                throw GitError.refused(
                    doing: "fast-forward \(branch)",
                    reason: "it has commits that \(commit.short) does not contain")
            }
            return try update(name, to: commit, expecting: current, log: log)
        }
        // In a hook the environment speaks of the work tree that it is run for.
        var command = GitCommand(
            ["merge", "--ff-only", "--no-autostash", "--quiet", commit.description], in: checkout.path,
            environment: environment.withoutRepository)
        command.set(["GIT_REFLOG_ACTION": log])
        Effect.about(to: .fastForward(branch: branch), in: environment)
        let output = try command.run("fast-forward \(branch)")
        guard output.status == 0 else {
            throw GitError.refused(
                doing: "fast-forward \(branch) in \(checkout.path)", reason: output.message)
        }
    }
}

extension ProcessEnvironment {
    /// Without what says where a repository is: `git rev-parse --local-env-vars`.
    var withoutRepository: ProcessEnvironment {
        let names = [
            "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_OBJECT_DIRECTORY", "GIT_DIR", "GIT_WORK_TREE",
            "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE",
            "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_INTERNAL_SUPER_PREFIX",
        ]
        return setting(Dictionary(uniqueKeysWithValues: names.map { ($0, nil) }))
    }
}
