internal import System

/// A file as a commit of a range has it, where it differs from all parents.
public struct ChangedFile: Hashable, Sendable {
    public let path: String
    public let id: ObjectID
    public let commit: ObjectID
}

extension Repository {
    /// The regular files that commits change or add, as each commit has them, and how many commits there are.
    /// `revisions` are git's: `A..B`, or `B` and what it is `--not` of.
    public func changedFiles(in revisions: [String]) throws(GitError) -> (commits: Int, files: [ChangedFile])
    {
        let commits = try git(["rev-list"] + revisions + ["--"]).output(
            "list the commits"
        ).stdout
        let count = commits.count { $0 == 10 }
        guard count > 0 else { return (0, []) }
        let output = try git(
            [
                "diff-tree", "--stdin", "-r", "-c", "--root", "--no-renames", "--no-ext-diff", "--no-abbrev",
                "-z",
            ],
            input: commits
        ).output("read the commits")
        var files: [ChangedFile] = []
        var commit: ObjectID?
        var words = output.stdout.split(separator: 0)[...]
        while let word = words.popFirst() {
            let line = String(decoding: word, as: UTF8.self)
            guard line.hasPrefix(":") else {
                commit = ObjectID(hex: line.prefix(ObjectID.digitCount)) ?? commit
                continue
            }
            guard let name = words.popFirst(), let commit else { continue }
            // ":<mode> <mode> <id> <id> <status>", of a merge with a colon, a mode and an id more for each parent.
            let parents = line.prefix { $0 == ":" }.count
            let parts = line.dropFirst(parents).split(separator: " ")
            guard parts.count == 2 * parents + 3, parts[parents].hasPrefix("100"),
                let id = ObjectID(hex: parts[2 * parents + 1])
            else { continue }
            files.append(ChangedFile(path: String(decoding: name, as: UTF8.self), id: id, commit: commit))
        }
        return (count, files)
    }
}
