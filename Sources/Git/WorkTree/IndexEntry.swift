internal import System

/// A file as the index has it: what the next commit would hold.
public struct IndexEntry: Hashable, Sendable {
    public let path: String
    /// All zeros for an untracked file.
    public let id: ObjectID
    public let isRegular: Bool
}

extension Repository {
    /// All files of the index, sorted by path; of one that is being merged, our side.
    public func index() throws(GitError) -> [IndexEntry] {
        let output = try git(["ls-files", "--stage", "-z"]).output("read the index")
        var entries: [IndexEntry] = []
        for line in output.stdout.split(separator: 0) {
            // "100644 <id> <stage>\t<path>"
            guard let tab = line.firstIndex(of: 9) else { continue }
            let words = String(decoding: line[..<tab], as: UTF8.self).split(separator: " ")
            guard words.count == 3, words[2] == "0" || words[2] == "2", let id = ObjectID(hex: words[1])
            else { continue }
            entries.append(
                IndexEntry(path: path(line[(tab + 1)...]), id: id, isRegular: words[0].hasPrefix("100")))
        }
        return entries
    }

    /// What the index changes or adds, against the commit that is checked out.
    public func stagedChanges() throws(GitError) -> [IndexEntry] {
        let isUnborn = if case .unborn = try head { true } else { false }
        if isUnborn { return try index() }
        let output = try git([
            "diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", "--diff-filter=d", "HEAD",
            "--",
        ]).output("read the index")
        var entries: [IndexEntry] = []
        var words = output.stdout.split(separator: 0)[...]
        while let line = words.popFirst(), let name = words.popFirst() {
            // ":<old mode> <mode> <old id> <id> <status>", then the path.
            let parts = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard parts.count == 5, let id = ObjectID(hex: parts[3]) else { continue }
            entries.append(IndexEntry(path: path(name), id: id, isRegular: parts[1].hasPrefix("100")))
        }
        return entries
    }

    /// Writes the tree that the next commit would have.
    public func writeTree() throws(GitError) -> ObjectID {
        let output = try git(["write-tree", "--missing-ok"]).output("read the index")
        guard let tree = ObjectID(hex: output.text.trimmedLine) else {
            throw GitError.notUnderstood(command: "git write-tree", answer: output.text)
        }
        return tree
    }

    /// Files of the work tree that are neither in the index nor ignored.
    public func untrackedPaths() throws(GitError) -> [String] {
        let output = try git(["ls-files", "--others", "--exclude-standard", "-z"]).output(
            "look for new files")
        return output.stdout.split(separator: 0).map { path($0) }
    }

    private func path(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
