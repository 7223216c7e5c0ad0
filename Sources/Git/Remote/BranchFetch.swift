internal import Glibc
internal import System

extension Repository {
    /// Fetches branches to where the remote's are kept (`refs/remotes/origin/main`) and the notes below a prefix to
    /// where theirs are, both by one connection, and says where the branches are.
    ///
    /// In a quarantine only objects come, and no ref is written; `fetchedNotes` knows them all the same.
    ///
    /// - Parameters:
    ///   - names: Short names; `gx/promote/*` takes all below it, and forgets those that the remote has no more.
    ///   - prefix: As in `refs/notes/gx/`; read the notes with `fetchedNotes`.
    ///   - other: A ref that is no branch, to be had along with them where the remote has it.
    /// - Throws: `GitError.noRemoteBranch`, `.remoteFailed`, `.timedOut`.
    public func fetch(
        branches names: [String], notesUnder prefix: String? = nil, beside other: String? = nil,
        from remote: String,
        timeout: Duration = Repository.networkTimeout
    ) throws(GitError) -> [String: ObjectID] {
        if isQuarantined { return try fetchObjects(ofBranches: names, prefix, from: remote, timeout) }
        let tracking = "refs/remotes/\(remote)/"
        var refspecs = names.map { "+refs/heads/\($0):\(tracking)\($0)" }
        if let prefix, !isPartial { refspecs.append(Repository.notesRefspec(prefix, remote)) }
        if let other, !isPartial { refspecs.append(Repository.refspec(beside: other, remote)) }
        try fetchRetrying(["--no-tags", "--prune", "--", remote] + refspecs, from: remote, timeout)
        if let other, isPartial { try fetch(beside: other, from: remote, timeout: timeout) }
        if let prefix, isPartial { try fetchNotesAlone(prefix, remote: remote, timeout: timeout) }
        var tips: [String: ObjectID] = [:]
        for name in names {
            if name.hasSuffix("*") {
                for reference in try references(under: tracking + name.dropLast()) {
                    tips[String(reference.name.dropFirst(tracking.count))] = reference.target
                }
            } else {
                tips[name] = try reference(tracking + name)
            }
        }
        return tips
    }

    /// The branch that a remote's `HEAD` names, asked of it now; nil where it names none.
    public func defaultBranch(
        ofRemote remote: String, timeout: Duration = Repository.networkTimeout
    ) throws(GitError) -> String? {
        let output = try network(["ls-remote", "--symref", "--", remote, "HEAD"], timeout: timeout)
            .run("ask \(remote) for its default branch")
        guard output.status == 0 else {
            throw GitError.remoteFailed(remote: remote, message: output.message)
        }
        let lead = "ref: refs/heads/"
        let line = output.text.split(separator: "\n").first { $0.hasPrefix(lead) && $0.hasSuffix("\tHEAD") }
        return line.map { String($0.dropFirst(lead.count).dropLast("\tHEAD".count)) }
    }

    private func fetchObjects(
        ofBranches names: [String], _ prefix: String?, from remote: String, _ timeout: Duration
    ) throws(GitError) -> [String: ObjectID] {
        let patterns = names.map { "refs/heads/\($0)" } + (prefix.map { ["\($0)*"] } ?? [])
        let found = try references(ofRemote: remote, matching: patterns, timeout: timeout)
        var tips: [String: ObjectID] = [:]
        for reference in found where reference.name.hasPrefix("refs/heads/") {
            let name = String(reference.name.dropFirst("refs/heads/".count))
            // ls-remote matches the end of a name too: `main` finds `other/main`.
            let isWanted = names.contains {
                $0.hasSuffix("*") ? name.hasPrefix($0.dropLast()) : name == $0
            }
            if isWanted { tips[name] = reference.target }
        }
        if let missing = names.first(where: { !$0.hasSuffix("*") && tips[$0] == nil }) {
            throw GitError.noRemoteBranch(missing, remote: remote)
        }
        let unknown = tips.filter { !contains($0.value) }.keys.sorted()
        if !unknown.isEmpty {
            let refspecs = unknown.map { "refs/heads/\($0)" }
            try fetch(["--no-tags", "--refmap=", "--", remote] + refspecs, from: remote, timeout)
        }
        if let prefix {
            let notes = found.filter { $0.name.hasPrefix(prefix) }
            let unknown = notes.filter { !contains($0.target) }.map(\.name)
            if !unknown.isEmpty {
                let filter = isPartial ? ["--no-filter"] : []
                try fetch(filter + ["--no-tags", "--refmap=", "--", remote] + unknown, from: remote, timeout)
            }
            keepNotes(notes, under: prefix, of: remote)
        }
        return tips
    }

    /// Two that fetch in one clone at once meet at the locks of the same refs.
    func fetchRetrying(
        _ arguments: [String], from remote: String, _ timeout: Duration
    ) throws(GitError) {
        var attempts = 0
        while true {
            do {
                return try fetch(arguments, from: remote, timeout)
            } catch {
                guard case .remoteFailed(_, let message) = error else { throw error }
                let lead = "couldn't find remote ref refs/heads/"
                if let start = message.firstRange(of: lead) {
                    let name = message[start.upperBound...].prefix { !$0.isNewline }
                    throw GitError.noRemoteBranch(String(name), remote: remote)
                }
                attempts += 1
                let isLocked = ["cannot lock ref", ".lock': File exists"].contains { message.contains($0) }
                guard isLocked, attempts < 10 else { throw error }
                usleep(.random(in: 10_000...100_000))
            }
        }
    }
}
