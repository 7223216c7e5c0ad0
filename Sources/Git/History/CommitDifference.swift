internal import System

/// The commits by which two differ.
public struct CommitDifference: Hashable, Sendable {
    /// Newest first.
    public var onlyLeft: [ObjectID] = []
    public var onlyRight: [ObjectID] = []
    /// Those of either side whose change the other side has too, as another commit: `git cherry-pick` made one of them.
    public var equivalent: Set<ObjectID> = []

    public init() {}
}

extension Repository {
    /// Which commits each of two has that the other does not contain.
    public func difference(_ left: ObjectID, _ right: ObjectID) throws(GitError) -> CommitDifference {
        // Changes are compared by what they do to files (patch ids) where both sides have some.
        let lines = { (mark: String) throws(GitError) -> [Substring] in
            try self.git(["rev-list", "--left-right", mark, "\(left)...\(right)"])
                .output("list commits").text.split(separator: "\n")
        }
        var difference = CommitDifference()
        for line in try lines("--topo-order") {
            guard let id = ObjectID(hex: line.dropFirst()) else { continue }
            if line.first == "<" { difference.onlyLeft.append(id) } else { difference.onlyRight.append(id) }
        }
        guard !difference.onlyLeft.isEmpty, !difference.onlyRight.isEmpty else { return difference }
        for line in try lines("--cherry-mark") where line.first == "=" {
            if let id = ObjectID(hex: line.dropFirst()) { difference.equivalent.insert(id) }
        }
        return difference
    }

    /// The commits that some contain and whose message has one of several texts in it.
    public func commits(saying texts: [String], in tips: [ObjectID]) throws(GitError) -> [ObjectID] {
        guard !texts.isEmpty, !tips.isEmpty else { return [] }
        let patterns = texts.map { "--grep=\($0)" }
        return try revList(["--fixed-strings"] + patterns, tips.map(\.description))
    }

    /// Of those that some contain, the commits that contain another one, without itself.
    public func descendants(of commit: ObjectID, in tips: [ObjectID]) throws(GitError) -> [ObjectID] {
        guard !tips.isEmpty else { return [] }
        return try revList(["--ancestry-path"], ["^\(commit)"] + tips.map(\.description))
    }

    private func revList(_ options: [String], _ commits: [String]) throws(GitError) -> [ObjectID] {
        let input = Array(commits.map { $0 + "\n" }.joined().utf8)
        return try git(["rev-list", "--stdin"] + options, input: input).output("list commits")
            .text.split(separator: "\n").compactMap { ObjectID(hex: $0) }
    }

    /// The newest tag before a commit, by `git describe`; nil where there is none.
    public func tag(before commit: ObjectID) throws(GitError) -> String? {
        let output = try git(["describe", "--tags", "--abbrev=0", "\(commit)^"]).run("find the tag before")
        return output.status == 0 ? output.text.trimmedLine : nil
    }

    /// Whoever commits here, by git's own rules: `Name <address>`.
    ///
    /// - Throws: `GitError.noIdentity`.
    public func identity() throws(GitError) -> String {
        let output = try git(["var", "GIT_COMMITTER_IDENT"]).run("find out who you are")
        guard output.status == 0, let end = output.text.lastIndex(of: ">") else {
            throw GitError.noIdentity(message: String(output.message.split(separator: "\n").last ?? ""))
        }
        return String(output.text[...end])
    }
}
