internal import Git
internal import Glibc
internal import Ledger
internal import Manifests
internal import System

/// Writes a step: its commit, and where that goes.
struct StepWrite {
    let step: Step
    let message: CommitMessage
    let address: FetchedPlaces.Address
    let timeout: Duration
    let report: (PublishEvent) throws -> Void
    let announce: (Step, ObjectID) throws -> Void
    let telling: (Step, ObjectID) throws -> ObjectID?
    let judging: (HostedRequest, ObjectID, Step) throws -> RequestGates
    /// Nil where a request says what its commit says.
    var text: RequestText?

    var repository: Repository { address.repository }
    var branch: String { address.branch }
    var ref: String { "refs/heads/\(branch)" }
    var base: ObjectID { step.base.commit }

    var labels: [String] { text?.labels(for: step) ?? [] }
    var reviewers: [String] { text?.rules.reviewers ?? [] }
    var isDraft: Bool { text?.rules.isDraft ?? false }

    /// What a request for the step says.
    func words(_ gates: [GateAnswer] = []) -> CommitMessage {
        text?.message(message, for: step, gates) ?? message
    }

    /// Writes the commit; no ref is moved.
    func commit(_ message: CommitMessage) throws -> ObjectID {
        var parents = [base]
        if case .merge(_, let other) = step.content { parents.append(other) }
        let tree = try step.writeTree(in: repository)
        switch try repository.askHooks(committing: tree, message: message.text) {
        case .refused(let hook, let words): throw PublishingError.hook(hook, words: words)
        case .passed(let message, let words):
            if !words.isEmpty { try report(.hook(words.lines.map(String.init))) }
            return try repository.createCommit(tree: tree, parents: parents, message: message)
        }
    }

    func landing(_ commit: ObjectID, on branch: String, remote: String?) -> Landing {
        Landing(
            environments: step.environments, changes: step.changes, commit: commit, branch: branch,
            remote: remote, repository: step.place.repository)
    }

    // MARK: Here

    /// Commits on the local branch. Where it is checked out, git moves the files along with it.
    func commitHere() throws -> StepResult {
        let commit = try commit(message)
        if let moved = try moveHere(to: commit) { return moved }
        let records = try records(of: commit)
        if !records.isEmpty { try RecordStore(repository).append(records, to: commit, .deployments) }
        return .landed(landing(commit, on: branch, remote: nil))
    }

    /// Moves the local branch; nil where it is there. A lock is waited for a little: whoever holds it is at work, or was
    /// killed and holds it for ever.
    private func moveHere(to commit: ObjectID) throws -> StepResult? {
        let limit = Clock.milliseconds + 3_000
        while true {
            do {
                if try repository.reference(ref) == nil {
                    try repository.update(ref, to: commit, expecting: nil, log: "gx: \(message.subject)")
                } else {
                    try repository.fastForward(branch, to: commit, expecting: base, log: "gx")
                }
                return nil
            } catch {
                switch error {
                case .referenceMoved: return .moved(branch: branch, reason: "\(branch) moved")
                case .referenceLocked where Clock.milliseconds < limit: usleep(.random(in: 10_000...100_000))
                case .referenceLocked(let name):
                    throw PublishingError.locked(branch: branch, lock: "\(name).lock")
                case .system(.refused(_, let reason)):
                    throw PublishingError.workTree(branch: branch, message: reason)
                default: throw error
                }
            }
        }
    }

    // MARK: There

    /// Pushes the branch and the record of the deployment, both or none.
    func push(to remote: String) throws -> StepResult {
        let commit = try commit(message)
        let store = RecordStore(repository)
        let records = try records(of: commit)
        let note =
            try records.isEmpty
            ? nil : store.commit(records, to: commit, .deployments, onNotesOf: remote)
        let ledger = try ledger(at: commit)
        try announce(step, commit)
        let update = PushUpdate(ref, to: commit, expecting: .exactly(base))
        switch try BranchPush(self, remote).push(update, with: note, ledger) {
        case .moved(let reason): return .moved(branch: branch, reason: reason)
        case .landed(let withoutNote, let withLedger):
            if let note { try store.adopt(note) }
            if withLedger, let told = ledger?.target {
                let tracking = Repository.tracking(SharedLedger.ref, of: remote)
                // The next fetch brings it in any case.
                try? repository.update(
                    tracking, to: told, expecting: repository.reference(tracking), log: "gx: push")
            }
            if let withoutNote, let note {
                try report(
                    .warning(
                        "\(remote) took the commit, but not its record in \(note.name), which stays here: \(withoutNote)"
                    ))
            }
            try catchUp(with: commit, remote)
            return .landed(landing(commit, on: branch, remote: remote))
        }
    }

    /// What goes along for clones without history. Together with the branch, which nobody moves meanwhile, it is right
    /// whatever was there before.
    private func ledger(at commit: ObjectID) throws -> PushUpdate? {
        do {
            return try telling(step, commit).map {
                PushUpdate(SharedLedger.ref, to: $0, expecting: .anything)
            }
        } catch {
            // What it is made of is no part of this.
            try report(.warning("\(SharedLedger.ref) stays as it is: \(error)"))
            return nil
        }
    }

    /// Brings this clone to where the remote is now.
    private func catchUp(with commit: ObjectID, _ remote: String) throws {
        let tracking = "refs/remotes/\(remote)/\(branch)"
        if let known = try repository.reference(tracking), known != commit {
            // git has done it, unless the remote has no refspec; a fetch does it in any case.
            try? repository.update(tracking, to: commit, expecting: known, log: "gx: push")
        }
        guard try repository.reference(ref) != nil else { return }
        do {
            try repository.fastForward(branch, to: commit, log: "gx")
        } catch {
            // What was to be done is done: the rest is the user's own.
            try report(.warning("your \(branch) stays where it is: \(error)"))
        }
    }

    private func records(of commit: ObjectID) throws -> [Record] {
        let commit = try repository.commit(commit)
        return try Record.deployments(of: step, commit: commit)
            + Record.holds(of: step, commit: commit, for: branch)
    }
}
