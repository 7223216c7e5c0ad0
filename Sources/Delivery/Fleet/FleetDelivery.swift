public import Git
internal import Ledger
internal import Manifests
internal import System

/// How a change stands in one repository of a fleet.
public struct FleetState: Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// It would be made; or it was left for another run.
        case planned
        /// It was made, and is proposed, or was taken up, by this very run.
        case done
        /// It is proposed, and waits.
        case open
        case merged
        /// Somebody did not want it, or it was taken back: it is not made again.
        case closed
        /// There is nothing to change.
        case nothing
        case failed
    }

    public var kind: Kind
    /// Why, or what is to be known besides: lower case, without a full stop.
    public var reason: String?
    /// The files that change.
    public var files: [String] = []
    /// Of the branch.
    public var commit: ObjectID?
    /// Where to look at the request, or to open one.
    public var url: String?
    /// Whether the branch is there, and nobody has been asked to merge it.
    var lacksRequest = false

    public init(_ kind: Kind, reason: String? = nil) { (self.kind, self.reason) = (kind, reason) }
}

/// Makes a change in one repository of a fleet: a commit on a branch of its own, and a request where the host takes one.
///
/// All that is remembered is the branch and the request on the remote, so whoever is killed goes on where that was.
public final class FleetDelivery {
    private let repository: Repository
    /// As the fleet calls it.
    private let name: String
    private let branch: String
    private let places: FetchedPlaces
    private let timeout: Duration
    /// Told what the host says.
    public var report: (String) throws -> Void = { _ in }

    /// - Parameter branch: The branch that the change is on everywhere.
    public init(_ repository: Repository, named name: String, branch: String) throws {
        (self.repository, self.name, self.branch) = (repository, name, branch)
        timeout = try TimeLimits(repository).network
        places = FetchedPlaces(repository, for: .proposal, timeout: timeout)
    }

    fileprivate struct Situation {
        var base: Tip
        var address: FetchedPlaces.Address
        var remote: String
        /// Of the branch; nil where the remote has none.
        var tip: Commit?
        /// What is on the branch and not in the base, newest first.
        var commits: [Commit] = []
        /// Whether all of them are of a change of this name.
        var isOurs: Bool
    }

    private func situation() throws -> Situation {
        let place = Place(branch: branch)
        try places.prepare([Place(), place])
        let base = try places.tip(of: Place())
        let address = try places.address(of: Place())
        guard let remote = address.remote else { throw PublishingError.noRemote }
        guard address.branch != branch else {
            throw DeliveryError.badChange("\(branch) is the branch that is changed: name another one")
        }
        var tip: Commit?
        do { tip = try repository.commit(places.tip(of: place).commit) } catch ManifestsError.noBranch {}
        var situation = Situation(base: base, address: address, remote: remote, tip: tip, isOurs: true)
        if let tip {
            let ids = try repository.difference(base.commit, tip.id).onlyRight
            situation.commits = try ids.prefix(100).map { try repository.commit($0) }
            situation.isOurs = situation.commits.allSatisfy { $0.isOfChange(branch) }
        }
        return situation
    }

    private func host(_ situation: Situation) throws -> any ReviewHost {
        try Host(remote: situation.remote, of: repository, nil).talk()
    }

    // MARK: How it stands

    /// How a change of this name stands, whatever it does.
    public func status() throws -> FleetState { try state(in: try situation()) ?? FleetState(.nothing) }

    /// - Parameter mark: Only of this very change.
    /// - Returns: Nil where there is none.
    private func state(in situation: Situation, marked mark: String? = nil) throws -> FleetState? {
        let host = try host(situation)
        let request =
            host.isAuthorized ? try asked { try host.newest(branch, into: situation.address.branch) } : nil
        let isMeant = { (text: String?) in mark.map { text?.contains($0) ?? false } ?? true }
        if let request, isMeant(request.body) {
            switch request.state {
            case .merged: return FleetState(.merged, of: request)
            case .closed: return FleetState(.closed, of: request)
            case .open: break
            }
        }
        guard let tip = situation.tip else {
            let line = mark ?? "\(FleetChange.trailer): \(branch) "
            let found = try repository.commits(saying: [line], in: [situation.base.commit])
            let isThere = try found.contains {
                try repository.commit($0).trailerLines.contains { $0.hasPrefix(line) }
            }
            return isThere ? FleetState(.merged) : nil
        }
        guard !situation.commits.isEmpty else {
            // All of the branch is in the base. One that was made there and left alone is none of ours.
            guard tip.isOfChange(branch), isMeant(tip.message) else { return nil }
            return FleetState(.merged)
        }
        guard situation.commits.contains(where: { $0.isOfChange(branch) && isMeant($0.message) }) else {
            return nil
        }
        var state = FleetState(.open, reason: situation.isOurs ? nil : "others committed on the branch")
        state.commit = tip.id
        state.url = request?.url ?? host.pageToOpen(branch, into: situation.address.branch)
        state.lacksRequest = host.isAuthorized && request?.state != .open
        return state
    }

    // MARK: Making it

    /// What would be done, and what is there already.
    public struct Plan {
        public var state: FleetState
        /// What should perhaps have changed, and was left alone.
        public var notes: [String] = []
        fileprivate var situation: Situation
        fileprivate var step: Step?

        /// For `git apply`.
        public func patch() throws -> [UInt8] { try step?.patch() ?? [] }
        /// Whether something is to be done on the remote.
        public var isWork: Bool { state.kind == .planned }
    }

    public func plan(_ change: FleetChange) throws -> Plan {
        let situation = try situation()
        var plan = Plan(state: FleetState(.nothing), situation: situation)
        let mark = try change.mark()
        if let state = try state(in: situation, marked: mark) {
            plan.state = state
            guard state.kind == .open else { return plan }
            let merged = try repository.mergeTrees(
                situation.base.commit, state.commit ?? situation.base.commit)
            guard case .conflicts = merged, situation.isOurs else {
                if state.lacksRequest { plan.state.kind = .planned }
                return plan
            }
            plan.state = FleetState(
                .planned, reason: "made anew, since it conflicts with \(situation.address.branch)")
        } else if !situation.isOurs {
            plan.state = FleetState(.failed, reason: "\(branch) is there already, with commits of others")
            return plan
        } else if situation.tip != nil, !situation.commits.isEmpty {
            plan.state = FleetState(.planned, reason: "made anew: the branch has another change")
        }
        var edits = try FleetEdits(situation.base) { [places, repository] in
            try FetchedEstate(places, in: repository).estate
        }
        let found = try edits.plan(change.actions, named: name)
        plan.notes = found.notes
        guard !found.files.isEmpty else {
            plan.state = FleetState(.nothing, reason: found.notes.first)
            return plan
        }
        if plan.state.kind != .planned { plan.state = FleetState(.planned) }
        plan.state.files = found.files.map(\.path)
        plan.step = Step(
            place: Place(), base: situation.base, environments: [], changes: [], configuration: [],
            content: .files(found.files))
        return plan
    }

    /// Carries out what was planned.
    public func carryOut(_ plan: Plan, of change: FleetChange) throws -> FleetState {
        let situation = plan.situation
        let step =
            plan.step
            ?? Step(
                place: Place(), base: situation.base, environments: [], changes: [], configuration: [],
                content: .files([]))
        let write = StepWrite(
            step: step, message: try change.commitMessage(), address: situation.address, timeout: timeout,
            report: { [report] event in
                switch event {
                case .warning(let words): try report(words)
                case .host(let lines), .hook(let lines): for line in lines { try report(line) }
                case .retrying, .landed: break
                }
            }, announce: { _, _ in },
            // It deploys what its pull request brings, once that is merged.
            telling: { _, _ in nil }, judging: { _, _, _ in RequestGates() })
        let result = try write.offer(
            on: branch, expecting: situation.tip?.id, keeping: { plan.step == nil ? situation.tip?.id : nil },
            PullRequestOptions(), to: situation.remote)
        switch result {
        case .moved(_, let reason): throw DeliveryError.badChange("\(reason): run it again")
        case .landed(let landing):
            var state = FleetState(.done)
            (state.files, state.commit) = (plan.state.files, landing.commit)
            state.url = landing.pullRequest?.url
            if landing.pullRequest?.isOpen != true {
                state.reason =
                    "the branch is pushed; open a request yourself, or take it up with gx fleet merge"
            }
            return state
        }
    }

    // MARK: Taking it up, taking it back

    /// Merges what is open: by the host where it is one of requests, else by a push.
    public func merge() throws -> FleetState {
        let situation = try situation()
        guard let state = try state(in: situation), state.kind == .open, let tip = situation.tip else {
            return try status()
        }
        let host = try host(situation)
        let message = CommitMessage(merging: tip)
        if host.isAuthorized {
            guard let request = try asked({ try host.find(branch, into: situation.address.branch) }) else {
                return FleetState(.failed, reason: "there is no request to merge: gx fleet change makes it")
            }
            let answer = try asked { try host.merge(request, at: tip.id, message, waits: true) }
            switch answer {
            case .merged: return FleetState(.merged, of: request)
            case .waits:
                var state = FleetState(.open, of: request)
                state.reason = "it merges once it may"
                return state
            case .refused(let words): return FleetState(.failed, reason: words.onOneLine)
            }
        }
        guard host is PlainHost else {
            let token = type(of: host).tokenVariable.map { "set \($0), or " } ?? ""
            return FleetState(.failed, reason: "\(token)merge it on \(type(of: host).name) yourself")
        }
        guard case .clean(let tree) = try repository.mergeTrees(situation.base.commit, tip.id) else {
            return FleetState(
                .failed, reason: "it conflicts with \(situation.address.branch): run gx fleet change again")
        }
        var commit = tip.id
        if tip.parents != [situation.base.commit] {
            commit = try repository.createCommit(
                tree: tree, parents: [situation.base.commit, tip.id], message: message.text)
        }
        let into = PushUpdate(
            "refs/heads/\(situation.address.branch)", to: commit, expecting: .exactly(situation.base.commit))
        try push([into, PushUpdate("refs/heads/\(branch)", to: nil, expecting: .exactly(tip.id))], situation)
        var merged = FleetState(.merged)
        merged.commit = commit
        return merged
    }

    /// Closes the request, and deletes the branch as long as all on it is of the change.
    public func close() throws -> FleetState {
        let situation = try situation()
        guard let state = try state(in: situation), state.kind == .open, let tip = situation.tip else {
            return try status()
        }
        guard situation.isOurs else { return FleetState(.failed, reason: "others committed on \(branch)") }
        let host = try host(situation)
        if host.isAuthorized,
            let request = try asked({ try host.find(branch, into: situation.address.branch) })
        {
            _ = try asked { try host.close(request) }
        }
        try push([PushUpdate("refs/heads/\(branch)", to: nil, expecting: .exactly(tip.id))], situation)
        return FleetState(.closed)
    }

    private func push(_ updates: [PushUpdate], _ situation: Situation) throws {
        let result = try repository.push(
            updates, to: situation.remote, isAtomic: updates.count > 1, timeout: timeout)
        guard result.outcome != .landed else { return }
        throw PublishingError.rejected(
            branch: situation.address.branch, remote: situation.remote, message: result.message)
    }

    private func asked<Answer>(_ ask: () throws -> Answer) throws -> Answer {
        do { return try ask() } catch let error as HostError { throw DeliveryError.badChange(error.message) }
    }
}

extension FleetState {
    fileprivate init(_ kind: Kind, of request: HostedRequest) {
        self.init(kind)
        url = request.url
    }
}

extension CommitMessage {
    /// That of a merge: the change's own.
    fileprivate init(merging tip: Commit) {
        self.init(subject: tip.subject)
        let rest = tip.message.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            .dropFirst()
        paragraphs = rest.first.map { [String($0.drop { $0 == "\n" }.trimmingSuffix { $0 == "\n" })] } ?? []
    }
}

extension Commit {
    /// Whether it is of a change of a name.
    fileprivate func isOfChange(_ branch: String) -> Bool {
        trailerLines.contains { $0.hasPrefix("\(FleetChange.trailer): \(branch) ") }
    }
}
