public import Git
public import Ledger
public import Manifests
internal import System

/// Tells the host of deployments, where gx.yaml says `report: true`. A host that does not take it is no reason for anything
/// else to fail.
public struct HostReports {
    private struct Target {
        var host: BranchHost
        var pages: HostPages
    }

    /// Why nobody can be told, where that is so.
    private let target: Result<Target, PublishingError>
    private let configuration: Configuration
    private let environments: [Environment]

    /// Nil where nobody wants it, or there is no host with a token.
    public init?(_ configuration: Configuration, _ environments: [Environment], of repository: Repository)
        throws
    {
        guard configuration.reports else { return nil }
        (self.configuration, self.environments) = (configuration, environments)
        do {
            guard let host = try BranchHost(home: repository), host.talk.canReport else { return nil }
            target = .success(Target(host: host, pages: try HostPages(of: repository)))
        } catch let error as PublishingError { target = .failure(error) }
    }

    /// Tells of the newest deployment of each environment what is recorded of it.
    ///
    /// - Returns: What the host does not take.
    public func tell(_ ledger: Ledger, _ outcomes: Outcomes) -> [String] {
        var newest: [String: Int] = [:]
        for series in ledger.series {
            let one = ledger[series.last]
            guard one.after != nil, one.basis != .horizon else { continue }
            newest[series.environment] = max(newest[series.environment] ?? 0, series.last)
        }
        return newest.sorted { $0.key < $1.key }.compactMap { environment, number in
            guard environments.contains(where: { $0.name == environment && !$0.isEphemeral }) else {
                return nil
            }
            return tell(of: ledger[number].commit, in: environment, ledger, outcomes)
        }
    }

    /// Tells what is recorded of a commit's deployment to an environment: of its apps, the one that went worst.
    ///
    /// - Returns: Why the host does not take it; nil where it does, or has nothing for such an outcome.
    public func tell(
        of commit: ObjectID, in environment: String, _ ledger: Ledger, _ outcomes: Outcomes
    ) -> String? {
        let parts = ledger.deployments(of: nil, in: [environment]).map { ledger[$0] }.filter {
            $0.commit == commit
        }
        let worst: [Outcome] = [.failed, .rolledBack, .unknown, .superseded, .succeeded]
        let said = Set(parts.map { outcomes[$0] })
        return tell(
            worst.first(where: said.contains) ?? .unknown, of: commit, in: environment,
            Dictionary(
                parts.map { ($0.app, $0.main.map { Version($0.version).short } ?? "") },
                uniquingKeysWith: { first, _ in first }))
    }

    /// Tells how a deployment went; of `unknown`, that it goes on.
    ///
    /// - Parameter versions: What was deployed, by app.
    func tell(
        _ outcome: Outcome, of commit: ObjectID, in environment: String, _ versions: [String: String]
    ) -> String? {
        let state: HostedCheck.State
        switch outcome {
        case .succeeded: state = .passed
        case .failed, .rolledBack: state = .failed
        case .unknown: state = .pending
        case .superseded: return nil
        }
        switch target {
        case .failure(let error): return "the host is not told of the deployment to \(environment): \(error)"
        case .success(let target):
            let words = versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            let report = DeploymentReport(
                commit: commit, environment: environment, state: state,
                words: String(words.joined(separator: ", ").onOneLine.prefix(140)),
                url: target.pages.commit(commit) ?? "", branch: target.host.branch,
                isProduction: versions.keys.contains { isEnd(environment, app: $0) })
            do { try target.host.talk.report(report) } catch {
                let name = target.host.kind.name
                return "\(name) is not told of the deployment to \(environment): \(error.message.onOneLine)"
            }
            return nil
        }
    }

    /// Whether others come before an environment, and it comes before none.
    private func isEnd(_ name: String, app: String) -> Bool {
        guard let environment = environments.first(where: { $0.name == name }) else { return false }
        let names = [environment.name, environment.group].compactMap(\.self)
        let before = { configuration.predecessors(of: $0, app: app) }
        return !before(environment).isEmpty
            && !environments.contains { !Set(before($0)).isDisjoint(with: names) }
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
