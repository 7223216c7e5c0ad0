public import Git
internal import Ledger
internal import Manifests
internal import System

/// Takes a deployment back that failed, without anybody being asked: to the last one that succeeded there.
public struct AutomaticRollback {
    public enum Result: Hashable, Sendable {
        /// It is on the branch.
        case pushed(ObjectID, branch: String)
        /// The host is asked to merge it, as gx.yaml has it for the environment.
        case proposed(ObjectID, branch: String)
        /// Why it is left to a person, in lower case and without a full stop.
        case stopped(String)
    }

    /// How the reason begins that stands in the commit: by it a rollback of a person's is told from one of ours.
    private static let lead = "verification failed: "

    private let repository: Repository
    private let deployment: Deployment
    private let cooldown: Int
    private let timeout: Duration
    private let report: (VerificationEvent) throws -> Void

    /// - Parameters:
    ///   - cooldown: Seconds after one of ours in which there is no second one of the same app.
    ///   - report: Told what the user should know.
    init(
        of deployment: Deployment, in repository: Repository, cooldown: Int, timeout: Duration,
        report: @escaping (VerificationEvent) throws -> Void
    ) {
        (self.deployment, self.repository) = (deployment, repository)
        (self.cooldown, self.timeout, self.report) = (cooldown, timeout, report)
    }

    /// Why nothing is planned.
    private struct Stop: Error {
        var reason: String

        init(_ reason: String) { self.reason = reason }
    }

    /// Rolls back, publishes, and holds the version that failed.
    func carryOut(because reason: String) throws -> Result {
        do {
            return try publish(because: reason)
        } catch let stop as Stop {
            return .stopped(stop.reason)
        }
    }

    private func publish(because reason: String) throws -> Result {
        var publisher = Publisher(repository, try mode())
        publisher.timeout = timeout
        publisher.report = { event in
            if case .warning(let text) = event { try report(.warning(text)) }
        }
        let publication = try publisher.publish { try plan(on: $0, because: reason) }
        if case .stopped(let error) = publication.outcome { throw error }
        if let landing = publication.landings.first {
            return landing.pullRequest == nil
                ? .pushed(landing.commit, branch: landing.branch)
                : .proposed(landing.commit, branch: landing.branch)
        }
        let refusals = publication.plan.refusals.map(\.message)
        return .stopped(
            refusals.isEmpty ? "the files are as they were then" : refusals.joined(separator: "; "))
    }

    private func mode() throws -> Publisher.Mode {
        let places = FetchedPlaces(repository, for: .remote, timeout: timeout)
        let tip = try places.tip(of: Place())
        let configuration = try ConfigurationSource(repository, resolver: places).forWriting(at: tip)
            .configuration
        let environment = configuration.environment(named: deployment.environment)
        return environment?.publish == .pullRequest ? .pullRequest(PullRequestOptions()) : .push
    }

    private func plan(on places: FetchedPlaces, because reason: String) throws -> Plan {
        let tip = try places.tip(of: Place())
        let configuration = try ConfigurationSource(repository, resolver: places).forWriting(at: tip)
            .configuration
        let estate = try Estate(configuration, resolver: places)
        let ledger = try Ledger(configuration, resolver: places, in: repository)
        guard let newest = ledger.newest(of: deployment.app, in: deployment.environment) else {
            throw Stop("\(deployment.app) is gone")
        }
        guard newest.commit == deployment.commit else {
            throw Stop("\(newest.commit.short) came after it")
        }
        let chain = ledger.deployments(endingWith: newest.number).map { ledger[$0] }
        try guardAgainstLoops(chain, tip)
        let success = try lastSuccess(chain, ledger.outcomes(in: repository), isComplete: ledger.isComplete)
        var request = RollbackRequest(in: deployment.environment, to: .commit(success.commit))
        request.apps = [deployment.app]
        request.reason = Self.lead + reason
        // Configuration that others changed since the last success is theirs; what came right after it came with this.
        let isNext = chain.dropFirst().first == success
        guard isNext || deployment.isVersion else {
            throw Stop(
                "it changed configuration only, and \(success.commit.short), the last that succeeded, is not the one before it"
            )
        }
        request.withConfiguration = isNext
        let plan = try Rollback(request, in: estate, ledger: ledger).plan()
        return try plan.withContents(in: estate, from: nil)
    }

    /// A second time in short order, something is wrong that going back does not mend.
    private func guardAgainstLoops(_ chain: [Deployment], _ tip: Tip) throws {
        let since = Timestamp.now.seconds - Int64(cooldown)
        for one in chain.prefix(while: { $0.time.seconds > since }) where one.kind == .rollback {
            let message = try tip.repository.commit(one.commit).message
            if message.contains("\nReason: \(Self.lead)") {
                throw Stop(
                    "\(one.commit.short) did so less than \(Int64(cooldown).asTime) ago, and it failed again: a person is needed"
                )
            }
        }
    }

    /// The newest deployment that is known to have succeeded, of a version that has not failed since.
    private func lastSuccess(
        _ chain: [Deployment], _ outcomes: Outcomes, isComplete: Bool
    ) throws -> Deployment {
        var failed: Set<[Pinned]> = []
        if deployment.isVersion, let after = deployment.after { failed.insert(after) }
        for one in chain.dropFirst() {
            guard let after = one.after, !failed.contains(after) else { continue }
            switch outcomes[one] {
            case .succeeded: return one
            case .failed, .rolledBack: if one.isVersion { failed.insert(after) }
            case .superseded, .unknown: break
            }
        }
        throw Stop(
            "no version of \(deployment.app) is known to have succeeded in \(deployment.environment)"
                + (isComplete ? "" : ", as far as this shallow clone goes"))
    }
}
