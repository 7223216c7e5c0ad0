internal import System

/// A ref of a remote, and what it is to become.
public struct PushUpdate: Hashable, Sendable {
    /// The remote's ref by its full name: `refs/heads/main`.
    public var name: String
    /// The commit; nil deletes the ref.
    public var target: ObjectID?
    /// What the ref must be for the update to happen.
    public var expectation: Expectation

    /// What a ref of the remote must be.
    public enum Expectation: Hashable, Sendable {
        /// An ancestor of the new commit, whichever.
        case ancestor
        /// Exactly this commit; nil: not there.
        case exactly(ObjectID?)
        /// Whatever it is.
        case anything
    }

    public init(_ name: String, to target: ObjectID?, expecting expectation: Expectation = .ancestor) {
        self.name = name
        self.target = target
        self.expectation = expectation
    }

    /// Whether a branch can do without it: notes, and what only gx reads.
    var isBeside: Bool { name.hasPrefix("refs/notes/") || name.hasPrefix("refs/gx/") }

    fileprivate var refspec: String {
        "\(expectation == .anything ? "+" : "")\(target?.description ?? ""):\(name)"
    }
}

/// What became of a push.
public struct PushResult: Sendable {
    /// What to do next.
    public enum Outcome: Hashable, Sendable {
        /// The branches are there; of the notes `landed` tells.
        case landed
        /// Refs of the remote are not where they were expected: fetch and plan again.
        case moved
        /// Refused, and notes were among the refs: try again without them.
        case notesRefused
        /// The host cannot update several refs at once: push one after the other.
        case notAtomic
        /// A lock was in the way: try again.
        case locked
        /// Refused for good.
        case refused
        /// The host was not reached, or let nobody in.
        case unreachable
    }

    /// One ref's line of the answer.
    public struct Line: Hashable, Sendable {
        public let name: String
        public let landed: Bool
        /// git's words: `[remote rejected] (pre-receive hook declined)`.
        public let summary: String
    }

    public let outcome: Outcome
    public let lines: [Line]
    /// What the host said, line by line, without git's `remote: `.
    public let remoteMessages: [String]
    /// What git printed besides, line by line: the words of a hook of this clone, where there is one.
    public let words: [String]
    /// Where it did not land: why, in git's words or the host's.
    public let message: String

    /// Whether a ref landed.
    public func landed(_ name: String) -> Bool { lines.contains { $0.name == name && $0.landed } }
}

extension Repository {
    /// Pushes refs of a remote, all or none if the host can do so.
    ///
    /// - Parameters:
    ///   - options: Push options (`git push -o`), for hosts that open pull requests by them.
    ///   - isAtomic: Whether all refs are to land or none.
    /// - Returns: What became of it: a push that was refused is not an error.
    /// - Throws: `GitError.timedOut`, after which it may have landed all the same; and where git could not be run.
    public func push(
        _ updates: [PushUpdate], to remote: String, options: [String] = [], isAtomic: Bool = true,
        timeout: Duration = Repository.networkTimeout
    ) throws(GitError) -> PushResult {
        var arguments = ["push", "--porcelain", "--no-follow-tags", "--recurse-submodules=no"]
        if isAtomic { arguments.append("--atomic") }
        for option in options { arguments += ["--push-option", option] }
        for update in updates {
            if case .exactly(let id) = update.expectation {
                arguments.append("--force-with-lease=\(update.name):\(id?.description ?? "")")
            }
        }
        arguments += ["--", remote] + updates.map(\.refspec)
        let command = try network(arguments, timeout: timeout)
        Effect.about(to: .push(remote: remote), in: environment)
        return try Termination.holding { () throws(GitError) in
            try settled(updates, on: remote) { () throws(GitError) in try command.run("push to \(remote)") }
        }
    }

    /// What became of a push. Where a signal ended it before it was told, the remote is asked.
    private func settled(
        _ updates: [PushUpdate], on remote: String, _ push: () throws(GitError) -> Subprocess.Output
    ) throws(GitError) -> PushResult {
        let output: Subprocess.Output
        do {
            output = try push()
        } catch {
            guard Termination.kept != nil, case .system(.timedOut) = error else { throw error }
            output = Subprocess.Output(status: 128 + 15)
        }
        let result = PushResult(output, of: updates)
        guard Termination.kept != nil, result.outcome != .landed, result.lines.isEmpty else { return result }
        let found = try references(
            ofRemote: remote, matching: updates.map(\.name), timeout: .seconds(5))
        let lines = updates.map { update in
            let isThere = found.first { $0.name == update.name }?.target == update.target
            return "\(isThere ? "*" : "!")\t\(update.target?.description ?? ""):\(update.name)\t"
                + (isThere ? "[landed]" : "[interrupted] (it had not landed)")
        }
        return PushResult(
            Subprocess.Output(
                status: output.status, stdout: Array((lines.joined(separator: "\n") + "\n").utf8)),
            of: updates)
    }
}

extension PushResult {
    /// Each ref's line counts, never the exit status alone.
    init(_ output: Subprocess.Output, of updates: [PushUpdate]) {
        lines = output.text.lines.compactMap(Line.init)
        let messages = output.message.lines
        remoteMessages = messages.filter { $0.hasPrefix("remote:") }
            .map {
                String($0.dropFirst("remote:".count).drop { $0 == " " }.trimmingSuffix(while: \.isWhitespace))
            }
        let lines = lines
        var missing = updates.filter { update in !lines.contains { $0.name == update.name && $0.landed } }
        // A host may answer under the name that it gave: `refs/pull/7/head` for `refs/for/main`.
        let renamed = lines.filter { line in line.landed && !updates.contains { $0.name == line.name } }
        missing.removeAll { !renamed.isEmpty && $0.name.hasPrefix("refs/for/") }
        outcome = PushResult.outcome(
            output, lines, missing: missing, ofNotes: updates.contains(where: \.isBeside))
        // What a hook of this clone prints stands among git's own lines.
        let printed = output.text.lines.filter {
            Line($0) == nil && !$0.hasPrefix("To ") && $0 != "Done" && !$0.isEmpty
        }
        words =
            (printed + messages.filter { !$0.hasPrefix("remote:") && !$0.hasPrefix("To ") && !$0.isEmpty })
            .map(String.init)
        message =
            outcome == .landed
            ? "" : PushResult.reason(lines, remote: remoteMessages, all: messages, printed: printed)
    }

    private static func outcome(
        _ output: Subprocess.Output, _ lines: [Line], missing: [PushUpdate], ofNotes: Bool
    ) -> Outcome {
        let rejected = lines.filter { !$0.landed }
        let has = { (words: [String]) in
            rejected.contains { line in words.contains { line.summary.contains($0) } }
                || words.contains { output.message.contains($0) }
        }
        if missing.isEmpty || (!lines.isEmpty && missing.allSatisfy(\.isBeside)) {
            // Nothing is left to do for the branches, but a note that is only behind can be made to land.
            return missing.isEmpty || !has(movedWords) ? .landed : .moved
        }
        if output.message.contains("does not support --atomic") { return .notAtomic }
        if has(movedWords) { return .moved }
        if has(lockWords) { return .locked }
        if ofNotes, !rejected.isEmpty { return .notesRefused }
        return lines.isEmpty && output.status >= 128 ? .unreachable : .refused
    }

    /// The first five are git's own before it sends anything, the others a host's where two pushes meet.
    private static let movedWords = [
        "(fetch first)", "(non-fast-forward)", "(stale info)", "(needs force)", "(already exists)",
        "but expected", "incorrect old value provided", "reference already exists",
    ]
    static let lockWords = [".lock': File exists", "(failed to lock)", "(failed to update ref)"]

    /// git's reason for a ref, where it says more than that a hook or another ref was the reason; then the host's words.
    private static func reason(
        _ lines: [Line], remote: [String], all: [Substring], printed: [Substring]
    ) -> String {
        let reasons = lines.filter { line in
            !line.landed && !line.summary.contains("atomic push fail")
                && (remote.isEmpty || !line.summary.contains("hook declined"))
        }
        let words = reasons.prefix(1).map(\.summary) + remote
        if !words.isEmpty { return words.joined(separator: "\n") }
        let fatal = all.filter { $0.hasPrefix("fatal: ") || $0.hasPrefix("error: ") }
        if lines.isEmpty, fatal.allSatisfy({ $0.hasPrefix("error: failed to push some refs") }) {
            // The words of a hook of this clone.
            return (printed + all.filter { !fatal.contains($0) }).joined(separator: "\n")
        }
        return (fatal.isEmpty ? all : fatal).joined(separator: "\n")
    }
}

extension PushResult.Line {
    /// `FLAG TAB source:ref TAB summary`; nil for the lines around them.
    fileprivate init?(_ line: Substring) {
        let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, fields[0].count == 1, let colon = fields[1].lastIndex(of: ":") else {
            return nil
        }
        name = String(fields[1][fields[1].index(after: colon)...])
        landed = fields[0] != "!"
        summary = String(fields[2])
    }
}
