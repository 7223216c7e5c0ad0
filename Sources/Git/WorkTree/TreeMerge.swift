internal import System

/// What a merge without a work tree came to.
public enum TreeMerge: Hashable, Sendable {
    case clean(tree: ObjectID)
    /// The files that both sides changed.
    case conflicts(paths: [String])
}

extension Repository {
    /// Merges two commits by their common ancestor; no commit is made, and no work tree is needed.
    ///
    /// - Throws: `GitError.gitTooOld` before git 2.38, `.tooShallow` where the ancestor is not in a shallow clone.
    public func mergeTrees(_ ours: ObjectID, _ theirs: ObjectID) throws(GitError) -> TreeMerge {
        let output = try git([
            "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours.description,
            theirs.description,
        ]).run("merge branches")
        let fields = output.stdout.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        switch output.status {
        case 0:
            guard let tree = fields.first.flatMap({ ObjectID(hex: $0) }) else { break }
            return .clean(tree: tree)
        case 1: return .conflicts(paths: Array(fields.dropFirst()))
        default:
            try requireGit(2, 38, to: "merge branches")
            if isShallow, try mergeBase(ours, theirs) == nil { break }
            throw GitError.failed(command: "git merge-tree", output)
        }
        throw GitError.notUnderstood(command: "git merge-tree", answer: output.text)
    }

    /// Makes sure that git is new enough for what has just failed.
    private func requireGit(_ major: Int, _ minor: Int, to purpose: String) throws(GitError) {
        let answer = try git(["version"]).output(purpose).text.trimmedLine
        // `git version 2.39.5`, or `2.39.5.windows.1`, or `2.39.5 (Apple Git-154)`.
        let version = answer.split(separator: " ").dropFirst(2).first ?? ""
        let numbers = version.split(separator: ".").map { Int($0) ?? 0 }
        if numbers.lexicographicallyPrecedes([major, minor]) {
            throw GitError.gitTooOld(
                version: String(version), needed: "\(major).\(minor)", neededFor: purpose)
        }
    }
}
