public import Git
public import Ledger
public import Manifests
internal import System

/// Tells the host of deployments, where gx.yaml says `report: true`. A host that does not take it is no reason for anything
/// else to fail.
public struct HostReports {
    private let host: BranchHost
    private let pages: HostPages
    private let environments: [Environment]

    /// Nil where nobody wants it, or there is no host with a token.
    ///
    /// - Throws: `PublishingError.badToken` where a token would go where it must not.
    public init?(_ configuration: Configuration, _ environments: [Environment], of repository: Repository)
        throws
    {
        guard configuration.reports, let host = try BranchHost(home: repository), host.talk.canReport else {
            return nil
        }
        (self.host, self.environments) = (host, environments)
        pages = try HostPages(of: repository)
    }

    /// What a host has one deployment for.
    struct Key: Hashable {
        var commit: ObjectID
        var environment: String

        init(_ commit: ObjectID, _ environment: String) {
            (self.commit, self.environment) = (commit, environment)
        }
    }

    /// How something went of which these are the parts.
    public static func worst(_ outcomes: [Outcome]) -> Outcome {
        let order: [Outcome] = [.failed, .rolledBack, .unknown, .superseded]
        return order.first(where: outcomes.contains) ?? (outcomes.isEmpty ? .unknown : .succeeded)
    }

    /// Tells of the newest deployment of each environment what is recorded of it.
    ///
    /// - Returns: What the host does not take.
    public func tell(_ ledger: Ledger, _ outcomes: Outcomes) -> [String] {
        var newest: [String: [Deployment]] = [:]
        for series in ledger.series {
            let one = ledger[series.last]
            guard one.after != nil,
                environments.contains(where: { $0.name == one.environment && !$0.isEphemeral })
            else { continue }
            newest[one.environment, default: []].append(one)
        }
        return newest.sorted { $0.key < $1.key }.compactMap { environment, all in
            guard let commit = all.max(by: { $0.number < $1.number })?.commit else { return nil }
            let some = all.filter { $0.commit == commit }
            let words = some.map {
                [$0.app, $0.main.map { Version($0.version).short } ?? ""].joined(separator: " ")
            }
            return tell(
                Self.worst(some.map { outcomes[$0] }), of: commit, in: environment,
                words.joined(separator: ", "))
        }
    }

    /// Tells how a deployment went; of `unknown`, that it goes on.
    ///
    /// - Parameter words: What was deployed: `api 1.4.2`.
    /// - Returns: Why the host does not take it; nil where it does, or has nothing for such an outcome.
    public func tell(
        _ outcome: Outcome, of commit: ObjectID, in environment: String, _ words: String
    ) -> String? {
        let state: HostedCheck.State
        switch outcome {
        case .succeeded: state = .passed
        case .failed, .rolledBack: state = .failed
        case .unknown: state = .pending
        case .superseded: return nil
        }
        let isLast = !environments.contains { other in
            other.after.contains {
                $0 == environment || $0 == environments.first { $0.name == environment }?.group
            }
        }
        let report = DeploymentReport(
            commit: commit, environment: environment, state: state,
            words: String(words.onOneLine.prefix(140)),
            url: pages.commit(commit) ?? "", branch: host.branch, isProduction: isLast)
        do { try host.talk.report(report) } catch {
            return
                "\(host.kind.name) is not told of the deployment to \(environment): \(error.message.onOneLine)"
        }
        return nil
    }
}

extension BranchHost {
    /// The host of a repository's default branch; nil where there is no remote.
    init?(home repository: Repository) throws {
        let branch = try repository.defaultBranch ?? repository.head.branch ?? "main"
        guard let remote = try repository.homeRemote(of: branch) else { return nil }
        let host = try Host(remote: remote, of: repository, nil)
        // A path on this machine has none.
        guard host.address != nil else { return nil }
        self.init(kind: host.kind, talk: try host.talk(), branch: branch)
    }
}
