public import Git
internal import Ledger
internal import Manifests
internal import System

/// A deployment that failed, and is to be taken back without anybody being asked: to the last one that succeeded there.
public struct FailedDeployment: Hashable, Sendable {
    var deployment: Deployment
    /// Why it failed.
    var reason: String
    /// Seconds after a rollback of ours in which there is no second one of the same app.
    var cooldown: Int

    /// What is done about it.
    enum Decision {
        case goBack(RollbackRequest)
        /// It is left to a person, and why.
        case leave(Refusal)
    }

    /// How the reason begins that stands in the commit: by it a rollback of a person's is told from one of ours.
    private static let lead = "verification failed: "

    func decision(by ledger: Ledger, in repository: Repository, _ scene: FetchedEstate) throws -> Decision {
        guard let newest = ledger.newest(of: deployment.app, in: deployment.environment) else {
            return leave("\(deployment.app) is gone")
        }
        guard newest.commit == deployment.commit else { return leave("\(newest.commit.short) came after it") }
        let chain = ledger.deployments(endingWith: newest.number).map { ledger[$0] }
        if let earlier = try recent(in: chain, scene.tip) {
            return leave(
                "\(earlier.commit.short) did so less than \(Int64(cooldown).asTime) ago, and it failed again: a person is needed"
            )
        }
        guard let success = lastSuccess(in: chain, try ledger.outcomes(in: repository)) else {
            return leave(
                "no version of \(deployment.app) is known to have succeeded in \(deployment.environment)"
                    + (ledger.isComplete ? "" : ", as far as this shallow clone goes"))
        }
        // Configuration that others changed since the last success is theirs; what came right after it came with this.
        let isNext = chain.dropFirst().first == success
        guard isNext || deployment.isVersion else {
            return leave(
                "it changed configuration only, and \(success.commit.short), the last that succeeded, is not the one before it"
            )
        }
        var request = RollbackRequest(in: deployment.environment, to: .commit(success.commit))
        if try scene.estate.isBranch(deployment.environment) {
            // It goes back as a whole, which is right only where nothing else came since.
            let others = try scene.estate.apps(in: deployment.environment).map(\.app)
            let newer = others.compactMap { ledger.newest(of: $0, in: deployment.environment) }.first {
                $0.app != deployment.app && $0.number > success.number
                    && ![deployment.commit, success.commit].contains($0.commit)
            }
            if let newer {
                return leave(
                    "a branch goes back as a whole, and \(newer.app) was deployed by \(newer.commit.short) since the last success"
                )
            }
            request.allApps = true
        } else {
            request.apps = [deployment.app]
        }
        request.reason = Self.lead + reason
        request.withConfiguration = isNext
        return .goBack(request)
    }

    private func leave(_ reason: String) -> Decision {
        .leave(
            Refusal(
                code: .absent, environment: deployment.environment, app: deployment.app, message: reason,
                hint: nil))
    }

    /// A rollback of ours a short time ago: after it, something is wrong that going back does not mend.
    private func recent(in chain: [Deployment], _ tip: Tip) throws -> Deployment? {
        let since = Timestamp.now.seconds - Int64(cooldown)
        return try chain.prefix { $0.time.seconds > since }.first { one in
            try one.kind == .rollback
                && tip.repository.commit(one.commit).message.contains("\nReason: \(Self.lead)")
        }
    }

    /// The newest deployment that is known to have succeeded, of a version that has not failed since.
    private func lastSuccess(in chain: [Deployment], _ outcomes: Outcomes) -> Deployment? {
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
        return nil
    }
}

/// What became of taking a failed deployment back.
public enum AutomaticRollback: Sendable {
    /// It is on the branch.
    case pushed(ObjectID, branch: String)
    /// The host is asked to merge it, as gx.yaml has it for the environment.
    case proposed(ObjectID, branch: String)
    /// It is on the local branch, as gx.yaml has it for the environment.
    case committed(ObjectID, branch: String)
    /// Why it is left to a person, in lower case and without a full stop.
    case stopped(String)
    /// It could not be done.
    case failed(any Error)

    init(_ publication: Publication) {
        if let landing = publication.landings.first {
            self =
                landing.pullRequest != nil
                ? .proposed(landing.commit, branch: landing.branch)
                : landing.remote == nil
                    ? .committed(landing.commit, branch: landing.branch)
                    : .pushed(landing.commit, branch: landing.branch)
            return
        }
        if case .stopped(let error) = publication.outcome {
            self = .failed(error)
            return
        }
        let refusals = publication.plan.refusals.map(\.message)
        self = .stopped(
            refusals.isEmpty ? "the files are as they were then" : refusals.joined(separator: "; "))
    }
}
