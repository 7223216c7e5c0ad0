internal import Git
internal import System

/// Pushes a branch of a remote, and a note and the shared ledger along with it, and finds out what became of it.
struct BranchPush {
    enum Result {
        /// The branch is there; where its note is not, the reason.
        case landed(withoutNote: String?, withLedger: Bool = false)
        /// The remote is not where it was planned on, or was busy.
        case moved(reason: String)
    }

    private let write: StepWrite
    private let remote: String

    init(_ write: StepWrite, _ remote: String) {
        self.write = write
        self.remote = remote
    }

    func push(_ branch: PushUpdate, with note: PushUpdate?, _ ledger: PushUpdate? = nil) throws -> Result {
        let result: PushResult
        do {
            result = try send([branch, note, ledger].compactMap(\.self))
        } catch let failure {
            guard case .system(.timedOut) = failure else { throw failure }
            return try find(branch, after: failure)
        }
        if result.outcome == .landed, !result.words.isEmpty, try write.repository.hasHook("pre-push") {
            try write.report(.hook(result.words))
        }
        if let ledger {
            switch result.outcome {
            case .landed where result.landed(ledger.name):
                let isNoted = note.map { result.landed($0.name) } ?? true
                return .landed(withoutNote: isNoted ? nil : reason(of: result), withLedger: true)
            // A host that takes no such ref may take the others; one after the other it could go back in time.
            case .notesRefused, .notAtomic: return try push(branch, with: note)
            default: break
            }
        }
        guard let note else { return try end(result, of: branch) }
        switch result.outcome {
        case .landed where result.landed(note.name): return .landed(withoutNote: nil)
        case .landed: return .landed(withoutNote: reason(of: result))
        case .notAtomic:
            let first = try pushAlone(branch)
            guard case .landed = first else { return first }
            let second = try send([note])
            return .landed(withoutNote: second.outcome == .landed ? nil : reason(of: second))
        case .notesRefused:
            // A host may say so where the branch has moved, too.
            if try tip() != write.base { return .moved(reason: "\(write.branch) moved") }
            let without = try pushAlone(branch)
            guard case .landed = without else { return without }
            return .landed(withoutNote: reason(of: result))
        default: return try end(result, of: branch)
        }
    }

    private func pushAlone(_ branch: PushUpdate) throws -> Result {
        try end(send([branch]), of: branch)
    }

    private func send(_ updates: [PushUpdate]) throws(GitError) -> PushResult {
        try write.repository.push(updates, to: remote, isAtomic: updates.count > 1, timeout: write.timeout)
    }

    private func end(_ result: PushResult, of branch: PushUpdate) throws -> Result {
        switch result.outcome {
        case .landed: return .landed(withoutNote: nil)
        case .moved: return .moved(reason: "\(write.branch) moved")
        case .locked: return .moved(reason: "\(remote) was busy")
        case .refused, .notesRefused, .notAtomic:
            if try result.lines.isEmpty && write.repository.hasHook("pre-push") {
                // git sends nothing then, and the host says nothing.
                throw PublishingError.hook("pre-push", words: result.message)
            }
            throw PublishingError.rejected(branch: write.branch, remote: remote, message: result.message)
        case .unreachable:
            return try find(branch, after: .remoteFailed(remote: remote, message: result.message))
        }
    }

    /// Asks the host, after the connection broke, whether the commit had got there before.
    private func find(_ branch: PushUpdate, after failure: GitError) throws -> Result {
        let tip: ObjectID?
        do { tip = try self.tip() } catch {
            throw PublishingError.unknownOutcome(
                branch: write.branch, remote: remote, commit: branch.target ?? .zero, message: "\(failure)")
        }
        guard let tip, let commit = branch.target, try write.repository.isAncestor(commit, of: tip) else {
            throw failure
        }
        return .landed(withoutNote: nil)
    }

    private func tip() throws -> ObjectID? {
        try write.repository.fetch(branches: [write.branch], from: remote, timeout: write.timeout)[
            write.branch]
    }

    private func reason(of result: PushResult) -> String {
        let rejected = result.lines.first { !$0.landed }
        return result.message.isEmpty ? rejected?.summary ?? "no reason given" : result.message
    }
}
