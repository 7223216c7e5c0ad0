public import System

/// The first parents of a commit, newest first, each with its own first parent.
public struct FirstParents {
    private let repository: Repository
    private var next: Commit?

    fileprivate init(_ repository: Repository, from tip: Commit) {
        self.repository = repository
        next = tip
    }

    /// The next commit, and its first parent: nil for the first commit of all, and at the edge of a shallow clone
    /// (see `Repository.shallowBoundary`). Nil after the last.
    public mutating func step() throws(GitError) -> (commit: Commit, parent: Commit?)? {
        guard let commit = next else { return nil }
        next = if let parent = commit.parents.first { try repository.commit(parent) } else { nil }
        return (commit, next)
    }
}

extension Repository {
    /// Walks from a commit along first parents: what a branch had, step by step.
    public func firstParents(from tip: ObjectID) throws(GitError) -> FirstParents {
        FirstParents(self, from: try commit(tip))
    }

    /// The best common ancestor of two commits; nil where their histories have nothing in common.
    ///
    /// - Throws: `GitError.tooShallow` where it may lie beyond the edge of a shallow clone.
    public func mergeBase(_ left: ObjectID, _ right: ObjectID) throws(GitError) -> ObjectID? {
        if left == right { return left }
        let output = try git(["merge-base", left.description, right.description]).run(
            "find a common ancestor")
        switch output.status {
        case 0: return ObjectID(hex: output.text.trimmedLine)
        case 1 where isShallow:
            throw GitError.tooShallow(toKnow: "what \(left.short) and \(right.short) have in common")
        case 1: return nil
        default: throw GitError.failed(command: "git merge-base", output)
        }
    }

    /// Whether a commit is another one, or one that it descends from.
    ///
    /// - Throws: `GitError.tooShallow` where a shallow clone cannot tell.
    public func isAncestor(_ ancestor: ObjectID, of commit: ObjectID) throws(GitError) -> Bool {
        if ancestor == commit { return true }
        let pair = [ancestor, commit]
        if let known = ancestry[pair] { return known }
        let descends = { (later: ObjectID, earlier: ObjectID) throws(GitError) -> Bool in
            let output = try self.git([
                "merge-base", "--is-ancestor", earlier.description, later.description,
            ]).run("compare commits")
            guard [0, 1].contains(output.status) else {
                throw GitError.failed(command: "git merge-base", output)
            }
            return output.status == 0
        }
        let answer = try descends(commit, ancestor)
        // What descends from it is not in it, however little of history is here.
        if !answer, isShallow, try !descends(ancestor, commit) {
            throw GitError.tooShallow(toKnow: "whether \(commit.short) contains \(ancestor.short)")
        }
        ancestry[pair] = answer
        return answer
    }

    /// How many commits each of two has that the other does not contain.
    public func aheadBehind(_ ours: ObjectID, _ theirs: ObjectID) throws(GitError) -> (
        ahead: Int, behind: Int
    ) {
        if ours == theirs { return (0, 0) }
        let output = try git(["rev-list", "--left-right", "--count", "\(ours)...\(theirs)"]).output(
            "compare commits")
        let counts = output.text.split { $0.isWhitespace }.compactMap { Int($0) }
        guard counts.count == 2 else {
            throw GitError.notUnderstood(command: "git rev-list", answer: output.text)
        }
        return (counts[0], counts[1])
    }

    /// The commits that are contained in some and not in others, newest first, as `git rev-list` finds them.
    ///
    /// - Parameters:
    ///   - paths: Only commits that change one of these files or folders, given by their literal paths.
    ///   - firstParentOnly: Whether merges count as what they brought.
    ///   - limit: At most so many.
    public func commits(
        in tips: [ObjectID], notIn excluded: [ObjectID] = [], touching paths: [String] = [],
        firstParentOnly: Bool = false, limit: Int? = nil
    ) throws(GitError) -> [ObjectID] {
        var arguments = ["--literal-pathspecs", "rev-list", "--stdin"]
        if firstParentOnly { arguments.append("--first-parent") }
        if let limit { arguments.append("--max-count=\(limit)") }
        var lines = tips.map(\.description) + excluded.map { "^\($0)" }
        if !paths.isEmpty { lines += ["--"] + paths }
        let output = try git(arguments, input: Array((lines.joined(separator: "\n") + "\n").utf8))
            .output("list commits")
        return output.text.split(separator: "\n").compactMap { ObjectID(hex: $0) }
    }

    /// A moment in any form that git takes: `last friday 12:00`, `2 months ago`, ISO 8601. Without a zone it is
    /// in that of this machine. A date alone is its midnight, where git would take the present time of the day.
    ///
    /// - Throws: `GitError.badDate`.
    public func date(_ text: String) throws(GitError) -> Timestamp {
        // git takes these for the end of time, and for its beginning.
        if text == "now" { return .now }
        guard !["all", "never", "false"].contains(text) else { throw GitError.badDate(text) }
        guard DateWords.areKnown(in: text) else { throw GitError.badDate(text) }
        let text = Self.isDay(text) ? "\(text) 00:00" : text
        let output = try git(["-c", "gx.date=\(text)", "config", "--type=expiry-date", "gx.date"]).run(
            "read a date")
        guard output.status == 0, let seconds = Int64(output.text.trimmedLine) else {
            throw GitError.badDate(text)
        }
        return .local(seconds)
    }
    /// `2026-03-01`
    private static func isDay(_ text: String) -> Bool {
        text.utf8.count == 10
            && text.utf8.enumerated().allSatisfy { index, byte in
                index == 4 || index == 7
                    ? byte == UInt8(ascii: "-")
                    : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
    }
}
