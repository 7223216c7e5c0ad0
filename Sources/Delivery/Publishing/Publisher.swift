public import Git
internal import Ledger
internal import Manifests

/// Carries a plan to its end: commits it on the tips that it was planned on, pushes, and plans again as often as
/// others were faster. A process that is killed at any point leaves each branch with a whole commit or none.
public struct Publisher {
    public enum Mode {
        /// To the remote's branches; where there is no remote, to the local ones.
        case push
        /// To branches that the remote's are asked to merge.
        case pullRequest(PullRequestOptions)
        /// To the local branches.
        case commit
    }

    private let repository: Repository
    private let mode: Mode
    /// How long one talk to a remote may take.
    public var timeout = Repository.networkTimeout
    public var patience = Patience()
    /// What the commit of a step says.
    public var message: (Step) -> CommitMessage = CommitMessage.init(_:)
    /// Told what happens, as it happens.
    public var report: (PublishEvent) throws -> Void = { _ in }

    public init(_ repository: Repository, _ mode: Mode) {
        self.repository = repository
        self.mode = mode
    }

    /// What would be published: the plan, made on the tips as they are now, without a trace in the repository.
    public func preview(_ plan: (FetchedPlaces) throws -> Plan) throws -> Plan {
        let places = try places(in: repository.quarantined())
        return try reviewed(plan(places), places)
    }

    /// Publishes what `plan` makes of the places as they are.
    ///
    /// - Parameters:
    ///   - confirm: Shown the plan before anything is written, and again where a later one is another.
    ///   - plan: Makes the plan; called again on what others pushed meanwhile.
    /// - Throws: Where nothing was published; afterwards, the outcome says what stopped it.
    public func publish(
        confirm: (Plan) throws -> Bool = { _ in true }, plan: (FetchedPlaces) throws -> Plan
    ) throws -> Publication {
        let places = places(in: repository)
        var publication = Publication()
        do {
            try publish(on: places, &publication, confirm, plan)
        } catch  where !publication.landings.isEmpty {
            publication.outcome = .stopped(error)
        }
        return publication
    }

    private func publish(
        on places: FetchedPlaces, _ publication: inout Publication, _ confirm: (Plan) throws -> Bool,
        _ make: (FetchedPlaces) throws -> Plan
    ) throws {
        var attempts = Attempts(patience)
        var confirmed: Set<Intent> = []
        while true {
            let plan = try reviewed(make(places), places)
            publication.plan = plan
            guard plan.refusals.isEmpty else {
                publication.outcome = .refused
                return
            }
            guard !plan.isEmpty else {
                publication.outcome =
                    !publication.landings.isEmpty ? .done : attempts.count > 0 ? .overtaken : .nothing
                return
            }
            let intents = Intent.all(of: plan)
            if !intents.isSubset(of: confirmed) {
                guard try confirm(plan) else {
                    publication.outcome = .declined
                    return
                }
                confirmed.formUnion(intents)
            }
            switch try carryOut(plan, places, &publication) {
            case .done:
                publication.outcome = .done
                return
            case .planAgain: break
            case .moved(let branch, let reason):
                publication.retries += 1
                try attempts.wait(for: branch)
                try report(.retrying(attempt: attempts.count, reason: reason))
            }
            places.refresh()
        }
    }

    private enum Progress {
        case done
        case planAgain
        case moved(branch: String, reason: String)
    }

    private func carryOut(
        _ plan: Plan, _ places: FetchedPlaces, _ publication: inout Publication
    ) throws -> Progress {
        var touched: Set<Place> = []
        for step in plan.steps where !step.isEmpty {
            // A second step on a branch was planned without the first.
            guard touched.insert(step.place).inserted else { return .planAgain }
            switch try carryOut(step, places) {
            case .landed(let landing):
                publication.landings.append(landing)
                try report(.landed(landing))
            case .moved(let branch, let reason): return .moved(branch: branch, reason: reason)
            }
        }
        return .done
    }

    private func carryOut(_ step: Step, _ places: FetchedPlaces) throws -> StepResult {
        let address = try places.address(of: step.place)
        let write = StepWrite(
            step: step, message: message(step), address: address, timeout: timeout, report: report)
        if case .pullRequest(let options) = mode, let remote = address.remote {
            return try write.propose(
                options, to: remote, pending: places.proposals(in: step.place.repository))
        }
        if let remote = address.remote { return try write.push(to: remote) }
        return try write.commitHere()
    }

    /// The plan with what stands in its way on the host.
    private func reviewed(_ plan: Plan, _ places: FetchedPlaces) throws -> Plan {
        guard case .pullRequest(let options) = mode else { return plan }
        var plan = plan
        for step in plan.steps where !step.isEmpty {
            guard try places.address(of: step.place).remote != nil else { throw PublishingError.noRemote }
            let proposals = try Proposals(places.proposals(in: step.place.repository), step.base.repository)
            plan.refusals += try proposals.refusals(of: step, options)
        }
        return plan
    }

    private func places(in repository: Repository) -> FetchedPlaces {
        let destination: FetchedPlaces.Destination =
            switch mode {
            case .push: .remote
            case .pullRequest: .proposal
            case .commit: .local
            }
        return FetchedPlaces(repository, for: destination, timeout: timeout)
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
