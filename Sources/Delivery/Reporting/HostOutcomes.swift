public import Git
public import Ledger
public import Manifests
public import System

/// How deployments went by what the host has of them: its deployments, and the commit statuses that gx.yaml names. What others
/// have recorded is left alone; the same twice is one.
public struct HostOutcomes {
    /// A deployment of which the host knows how it went.
    public struct Found: Sendable {
        public var commit: ObjectID
        public var finished: FinishedDeployment
    }

    private let ledger: Ledger
    private let configuration: Configuration
    private let host: BranchHost

    /// So far back nobody waits for an outcome any more.
    private static let seconds: Int64 = 90 * 86_400
    /// So many of an app in an environment.
    private static let depth = 20

    /// Nil where there is no host that could be asked.
    ///
    /// - Throws: `PublishingError.noAccess` where there is one, and no token for it.
    public init?(_ ledger: Ledger, _ configuration: Configuration, of repository: Repository) throws {
        guard let host = try BranchHost(home: repository) else { return nil }
        guard host.talk.canReport else { throw PublishingError.noAccess(host.kind) }
        (self.ledger, self.configuration, self.host) = (ledger, configuration, host)
    }

    /// What people call the host.
    public var name: String { host.kind.name }

    /// - Parameter outcomes: What is recorded.
    /// - Throws: `PublishingError.unanswered`, in the host's own words.
    public func find(_ outcomes: Outcomes, now: Timestamp) throws -> [Found] {
        do { return try ask(outcomes, now) } catch let error as HostError {
            throw PublishingError.unanswered(host.kind, message: error.message)
        }
    }

    private func ask(_ outcomes: Outcomes, _ now: Timestamp) throws -> [Found] {
        var open: [Deployment] = []
        for series in ledger.series {
            for number in ledger.deployments(endingWith: series.last).prefix(Self.depth) {
                let one = ledger[number]
                guard one.after != nil, now.seconds - one.time.seconds < Self.seconds else { continue }
                let said = outcomes.record(of: one)
                if said == nil || said?.by == name { open.append(one) }
            }
        }
        var found: [Found] = []
        let deployments = try deployments(for: Set(open.map(\.environment)))
        var endings: [Int: HostedEnding?] = [:]
        var checks: [ObjectID: [HostedCheck]] = [:]
        for one in open {
            if let hosted = deployments[one.environment]?.first(where: { $0.commit == "\(one.commit)" }) {
                let ending = try endings[hosted.id] ?? host.talk.ending(of: hosted)
                endings[hosted.id] = .some(ending)
                if let ending {
                    let url = ending.url.map { Pipeline(named: $0) }
                    found.append(
                        Found(
                            commit: one.commit,
                            finished: FinishedDeployment(
                                environment: one.environment, app: one.app,
                                outcome: ending.hasSucceeded ? .succeeded : .failed, at: ending.time,
                                by: name,
                                pipeline: url, reason: ending.hasSucceeded ? nil : ending.words)))
                    continue
                }
            }
            let names = configuration.outcomes.filter { Glob.matches($0.environments, one.environment) }
                .compactMap { rule in
                    rule.status.filled { ["env": one.environment, "app": one.app][$0] }
                }
            guard !names.isEmpty else { continue }
            let all = try checks[one.commit] ?? host.talk.checks(at: one.commit, of: nil)
            checks[one.commit] = all
            guard let check = all.last(where: { names.contains($0.name) }), check.state != .pending else {
                continue
            }
            found.append(
                Found(
                    commit: one.commit,
                    finished: FinishedDeployment(
                        environment: one.environment, app: one.app,
                        outcome: check.state == .passed ? .succeeded : .failed, at: one.time.utc, by: name,
                        reason: check.state == .passed ? nil : "\(check.name) \(check.word)")))
        }
        return found
    }

    private func deployments(for environments: Set<String>) throws -> [String: [HostedDeployment]] {
        var found: [String: [HostedDeployment]] = [:]
        for name in environments.sorted() { found[name] = try host.talk.deployments(to: name) }
        return found
    }
}
