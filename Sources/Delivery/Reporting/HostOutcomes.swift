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
        let open = open(outcomes, now)
        var hosted: [String: [HostedDeployment]] = [:]
        for name in Set(open.map(\.environment)).sorted() {
            hosted[name] = try host.talk.deployments(to: name)
        }
        var endings: [Int: HostedEnding?] = [:]
        var checks: [ObjectID: [HostedCheck]] = [:]
        return try open.compactMap { one in
            var ending: HostedEnding?
            if let known = hosted[one.environment]?.first(where: { $0.commit == "\(one.commit)" }) {
                ending = try endings[known.id] ?? host.talk.ending(of: known)
                endings[known.id] = .some(ending)
            }
            let names = statuses(of: one)
            if ending == nil, !names.isEmpty {
                let all = try checks[one.commit] ?? host.talk.checks(at: one.commit, of: nil)
                checks[one.commit] = all
                ending = all.last { names.contains($0.name) }.flatMap { HostedEnding($0, at: one.time) }
            }
            return ending.map { found($0, of: one) }
        }
    }

    /// The deployments of which nobody else has said how they went.
    private func open(_ outcomes: Outcomes, _ now: Timestamp) -> [Deployment] {
        ledger.series.flatMap { series in
            ledger.deployments(endingWith: series.last).prefix(Self.depth).map { ledger[$0] }.filter { one in
                guard one.after != nil, now.seconds - one.time.seconds < Self.seconds else { return false }
                guard let said = outcomes.record(of: one) else { return true }
                // What runs now may still change, by the host's own word.
                return said.by == name && one.number == series.last
            }
        }
    }

    /// What the commit statuses are called that say how it went.
    private func statuses(of one: Deployment) -> [String] {
        configuration.outcomes.filter { Glob.matches($0.environments, one.environment) }
            .compactMap { $0.status.filled { ["env": one.environment, "app": one.app][$0] } }
    }

    private func found(_ ending: HostedEnding, of one: Deployment) -> Found {
        Found(
            commit: one.commit,
            finished: FinishedDeployment(
                environment: one.environment, app: one.app,
                outcome: ending.hasSucceeded ? .succeeded : .failed, at: ending.time, by: name,
                pipeline: ending.url.map { Pipeline(named: $0) },
                reason: ending.hasSucceeded ? nil : ending.words))
    }
}

extension HostedEnding {
    /// Nil while the check goes on. When it ended, hosts don't tell.
    fileprivate init?(_ check: HostedCheck, at time: Timestamp) {
        guard check.state != .pending else { return nil }
        self.init(hasSucceeded: check.state == .passed, time: time.utc, words: "\(check.name) \(check.word)")
    }
}
