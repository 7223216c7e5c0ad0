internal import Git
internal import Ledger
internal import Manifests
internal import System

/// Carries plans to their end, one after the other: commits them on the tips that they were planned on and pushes, as
/// long as others are faster. A process that is killed at any point leaves each branch with a whole commit or none.
struct Publisher {
    enum Mode {
        /// To the remote's branches; where there is no remote, to the local ones.
        case push
        /// To branches that the remote's are asked to merge.
        case pullRequest(PullRequestOptions)
        /// To the local branches.
        case commit
    }

    /// What is wanted of whoever makes the plans.
    enum Reply {
        /// That somebody agrees to the plan, before anything is written: `agree`, and then `carryOn`.
        case asks
        /// Another plan, on the places as they are now.
        case planAgain
        /// Nothing: the publication has its outcome.
        case ended
    }

    private let repository: Repository
    private(set) var mode: Mode
    /// How long one talk to a remote may take.
    let timeout: Duration
    var patience = Patience()
    /// Told what happens, as it happens.
    var report: (PublishEvent) throws -> Void = { _ in }
    /// Run when a commit is ready, before it is pushed.
    var announce: (Step, ObjectID) throws -> Void = { _, _ in }
    /// Run when a step is there.
    var landed: (Landing) throws -> Void = { _ in }
    /// Writes what clones without history are to be told with a commit.
    var telling: (Step, ObjectID) throws -> ObjectID? = { _, _ in nil }
    /// What requests say of themselves; nil where that is what commits say.
    var text: () throws -> RequestText? = { nil }
    /// Asks the gates about a pull request that is open, at its head.
    var judging: (HostedRequest, ObjectID, Step) throws -> RequestGates = { _, _, _ in RequestGates() }
    /// How far it has come.
    private(set) var publication = Publication()
    /// What plans are to be made on.
    private(set) var places: FetchedPlaces
    private var attempts: Attempts?
    private var agreed: Set<Intent> = []

    init(_ repository: Repository, _ mode: Mode, timeout: Duration = Repository.networkTimeout) {
        (self.repository, self.mode, self.timeout) = (repository, mode, timeout)
        places = FetchedPlaces(repository, for: mode.destination, timeout: timeout)
    }

    /// Begins with what has been fetched for the same way of publishing.
    mutating func start(on places: FetchedPlaces) { self.places = places }

    /// Goes on in another way, on places that have to be fetched anew unless they have what that needs.
    mutating func turn(to mode: Mode) {
        self.mode = mode
        guard !places.serves(mode.destination) else { return }
        places = FetchedPlaces(repository, for: mode.destination, timeout: timeout)
    }

    /// Takes a plan that was made on the places, and carries it out where it has been agreed to all that it does.
    mutating func take(_ plan: Plan) throws -> Reply {
        if attempts == nil { attempts = Attempts(patience) }
        publication.plan = try reviewed(plan)
        guard publication.plan.refusals.isEmpty else { return end(.refused) }
        guard !publication.plan.isEmpty else {
            let isOvertaken = attempts.map { $0.count > 0 } ?? false
            return end(!publication.landings.isEmpty ? .done : isOvertaken ? .overtaken : .nothing)
        }
        return Intent.all(of: publication.plan).isSubset(of: agreed) ? try carryOn() : .asks
    }

    /// Somebody agrees to the plan that was taken last.
    mutating func agree() {
        agreed.formUnion(Intent.all(of: publication.plan))
    }

    /// Carries out the plan that was taken last.
    mutating func carryOn() throws -> Reply {
        switch try carryOut(publication.plan) {
        case .done: return end(.done)
        case .planAgain: break
        case .moved(let branch, let reason):
            publication.retries += 1
            try attempts?.wait(for: branch)
            try report(.retrying(attempt: attempts?.count ?? 0, reason: reason))
        }
        places.refresh()
        return .planAgain
    }

    /// Nothing more is done.
    @discardableResult
    mutating func end(_ outcome: Publication.Outcome) -> Reply {
        publication.outcome = outcome
        return .ended
    }

    private enum Progress {
        case done
        case planAgain
        case moved(branch: String, reason: String)
    }

    private mutating func carryOut(_ plan: Plan) throws -> Progress {
        var touched: Set<Place> = []
        for step in plan.steps where !step.isEmpty {
            // A second step on a branch was planned without the first.
            guard touched.insert(step.place).inserted else { return .planAgain }
            switch try carryOut(step) {
            case .landed(let landing):
                publication.landings.append(landing)
                try report(.landed(landing))
                try landed(landing)
                if let signal = Termination.kept { throw PublishingError.toldToEnd(signal, landed: true) }
            case .moved(let branch, let reason):
                if let signal = Termination.kept { throw PublishingError.toldToEnd(signal, landed: false) }
                return .moved(branch: branch, reason: reason)
            }
        }
        return .done
    }

    private func carryOut(_ step: Step) throws -> StepResult {
        let address = try places.address(of: step.place)
        var write = StepWrite(
            step: step, message: CommitMessage(step), address: address, timeout: timeout, report: report,
            announce: announce, telling: telling, judging: judging)
        if case .pullRequest(let options) = mode, let remote = address.remote {
            write.text = try text()
            return try write.propose(
                options, to: remote, pending: places.proposals(in: step.place.repository))
        }
        if let remote = address.remote { return try write.push(to: remote) }
        return try write.commitHere()
    }

    /// The plan with what stands in its way on the host.
    func reviewed(_ plan: Plan) throws -> Plan {
        guard case .pullRequest(let options) = mode else { return plan }
        var plan = plan
        for step in plan.steps where !step.isEmpty {
            guard try places.address(of: step.place).remote != nil else { throw PublishingError.noRemote }
            let proposals = try Proposals(places.proposals(in: step.place.repository), beside: step) {
                try places.relate($0, to: step.base.commit, of: step.place)
            }
            plan.refusals += try proposals.refusals(options)
            if options.keepsOthers, plan.refusals.isEmpty { plan.refusals += try closed(step) }
        }
        return plan
    }
}

extension Publisher {
    /// What people closed without merging it, nobody but people opens again.
    private func closed(_ step: Step) throws -> [Refusal] {
        guard let host = try places.host(of: step.place), host.talk.isAuthorized,
            let environment = step.environments.first, let app = step.changes.first?.app
        else { return [] }
        do {
            let name = try PromotionBranch.name(of: step)
            guard let last = try host.talk.newest(name, into: host.branch), last.state == .closed,
                last.proposes(step)
            else { return [] }
            let answer = GateAnswer(
                .approvals, verdict: .refused,
                words: "\(last.url ?? "its pull request") was closed without being merged")
            return [answer.refusal(for: Plan.Part(environment: environment, app: app))]
        } catch let error as HostError {
            throw PublishingError.unanswered(host.kind, message: error.message)
        }
    }
}

extension Publisher.Mode {
    fileprivate var destination: FetchedPlaces.Destination {
        switch self {
        case .push: .remote
        case .pullRequest: .proposal
        case .commit: .local
        }
    }
}

/// What became of a step.
enum StepResult {
    case landed(Landing)
    /// The branch was not where it was planned on.
    case moved(branch: String, reason: String)
}

/// What a user agrees to: a change of a version, wherever it is written; or a change of files.
private enum Intent: Hashable {
    case version(environment: String, app: String, artifact: Artifact, old: Version, new: Version)
    case configuration(environments: [String], String)
    case merge(ObjectID)
    case tree(ObjectID)
    case hold(HoldTrailer)

    static func all(of plan: Plan) -> Set<Intent> {
        var intents: Set<Intent> = []
        for step in plan.steps {
            for change in step.changes {
                intents.insert(
                    .version(
                        environment: change.environment, app: change.app, artifact: change.artifact,
                        old: change.old, new: change.new))
            }
            for text in step.configuration {
                intents.insert(.configuration(environments: step.environments, text))
            }
            for text in step.switches {
                intents.insert(.configuration(environments: step.environments, text))
            }
            for trailer in step.holds { intents.insert(.hold(trailer)) }
            switch step.content {
            case .files: break
            case .merge(_, let other): intents.insert(.merge(other))
            case .tree(let tree): intents.insert(.tree(tree))
            }
        }
        return intents
    }
}
