internal import Git
internal import Ledger
internal import Manifests
internal import System

/// Asks the gates of environments, of what is known at the tips that were fetched.
final class GateKeeper {
    let estate: Estate
    /// Where the rules are from.
    private let tip: Tip
    private let repository: Repository
    private let holds: HoldCache
    private let now: Timestamp
    /// The address of who answers for it, in lower case; nil where nobody does.
    private let person: () throws -> String?
    private let readLedger: () throws -> Ledger
    private let findHost: (Place) throws -> BranchHost?
    private var hosts: [Place: BranchHost?] = [:]
    /// Whether what is written to an environment is proposed, and not pushed.
    private let isProposed: (Environment) -> Bool
    private var known: (ledger: Ledger, outcomes: Outcomes)?

    /// - Parameter ledger: What was deployed before, read where a gate judges by it.
    init(
        _ estate: Estate, at tip: Tip, in repository: Repository, _ holds: HoldCache, now: Timestamp = .now,
        person: @escaping () throws -> String?, ledger: @escaping () throws -> Ledger,
        host: @escaping (Place) throws -> BranchHost? = { _ in nil },
        isProposed: @escaping (Environment) -> Bool = { _ in false }
    ) {
        (self.estate, self.tip, self.repository, self.holds) = (estate, tip, repository, holds)
        (findHost, self.isProposed) = (host, isProposed)
        (self.now, self.person, readLedger) = (now, person, ledger)
    }

    /// - Parameters:
    ///   - way: How it is published, whatever the environments say.
    ///   - isUnattended: Whether nobody is there who would answer for it.
    convenience init(
        _ scene: FetchedEstate, in repository: Repository, _ holds: HoldCache,
        way: Environment.Publish? = nil, isUnattended: Bool, now: Timestamp = .now
    ) {
        self.init(
            scene.estate, at: scene.tip, in: repository, holds, now: now,
            person: { isUnattended ? nil : try repository.address() }, ledger: scene.ledger,
            host: scene.places.host, isProposed: { (way ?? $0.publish) == .pullRequest })
    }

    /// The ledger is read where a gate judges by it, and once.
    func history() throws -> (ledger: Ledger, outcomes: Outcomes) {
        if let known { return known }
        let ledger = try readLedger()
        let history = (ledger, try ledger.outcomes(in: repository, signedBy: holds.signatures))
        known = history
        return history
    }

    /// What the gates say of versions of an app, without those that have to be run.
    ///
    /// - Parameter person: Who answers for these very versions, in place of who does for all.
    func answers(
        for versions: [Pinned], of app: String, in name: String, by person: (() throws -> String?)? = nil
    ) throws -> [GateAnswer] {
        guard let environment = estate.environment(named: name) else { return [] }
        let windows = estate.configuration.windows(for: app, in: environment)
        let words = try self.words(of: app, in: name)
        var rules = environment.gates
        // Those who review the pull request are asked for, once there is one.
        if rules?.approvals != nil, try isReviewed(app, in: environment) { rules?.approvals = nil }
        let needsHistory = rules.map {
            $0.verified || $0.soak != nil || $0.every != nil || $0.approvals != nil
        }
        let facts = try GateFacts(
            now: now, app: app, versions: versions,
            sources: needsHistory == true
                ? trusted(sources(of: app, before: environment), running: versions, of: app) : [],
            own: needsHistory == true ? residences(of: app, in: name) : [], words: words,
            person: (person ?? self.person)())
        return facts.answers(rules, windows, in: environment)
    }

    /// What locks say alone: rollbacks pass all other gates.
    func lock(on app: String, in name: String) throws -> GateAnswer? {
        guard let environment = estate.environment(named: name) else { return nil }
        return GateFacts(
            now: now, app: app, versions: [], sources: [], own: [],
            words: try words(of: app, in: name), person: nil
        ).lock(in: environment)
    }

    private func words(of app: String, in environment: String) throws -> GateWords {
        let place = try estate.app(app, in: environment)?.unit.place ?? Place()
        return try holds[estate.tip(of: place)].words
    }

    /// The locks in force.
    func locks(on app: String, in name: String) throws -> [GateWord] {
        try words(of: app, in: name).locks.filter {
            !$0.isExpired(at: now) && $0.trailer.concerns(app, in: name)
        }
    }

    /// What keeps one of some versions out.
    func hold(on versions: [Pinned], of app: String, in name: String) throws -> Hold? {
        let place = try estate.app(app, in: name)?.unit.place ?? Place()
        let holds = try holds[estate.tip(of: place)]
        for version in versions {
            let hold = try holds.hold(on: Version(version.version), of: version.named.name, app, in: name)
            if let hold { return hold }
        }
        return nil
    }

    /// What the environments before ran, each oldest first.
    func sources(of app: String, before environment: Environment) throws -> [(
        environment: String, residences: [Residence]
    )] {
        let names = try estate.configuration.predecessors(of: environment, app: app)
            .flatMap { try estate.environments(named: $0) }.map(\.name)
        return try unique(names).filter { $0 != environment.name }
            .map { ($0, try residences(of: app, in: $0)) }.filter { !$0.residences.isEmpty }
    }

    /// Where it has to be signed that versions succeeded, nobody knows it unless it is.
    private func trusted(
        _ sources: [(environment: String, residences: [Residence])], running versions: [Pinned],
        of app: String
    ) throws -> [(environment: String, residences: [Residence])] {
        guard let signatures = try holds.signatures else { return sources }
        let outcomes = try history().outcomes
        return try sources.map { name, residences in
            var residences = residences
            if let last = residences.lastIndex(where: { $0.runs(versions) }),
                residences[last].outcome == .succeeded,
                try !outcomes.isSigned(residences[last].commit, in: name, of: app, by: signatures)
            {
                residences[last].outcome = .unknown
            }
            return (name, residences)
        }
    }

    func residences(of app: String, in environment: String) throws -> [Residence] {
        let (ledger, outcomes) = try history()
        return ledger.residences(of: app, in: environment, outcomes)
    }

    /// The commit since which an environment has a version; nil where it runs something else.
    func has(_ version: Version, of app: String, in environment: String) throws -> ObjectID? {
        guard let now = try residences(of: app, in: environment).last, now.end == nil,
            now.versions.contains(where: { Version($0.version).isSame(as: version) })
        else { return nil }
        return now.commit
    }

    // MARK: What the host says

    /// Whether the host is asked about a pull request, once there is one.
    private func isReviewed(_ app: String, in environment: Environment) throws -> Bool {
        guard isProposed(environment) else { return false }
        return try host(of: app, in: environment.name)?.talk.isAuthorized == true
    }

    /// Whether those who review the pull request are asked for, once there is one.
    func awaitsReviews(of app: String, in name: String) throws -> Bool {
        guard let environment = estate.environment(named: name), environment.gates?.approvals != nil else {
            return false
        }
        return try isReviewed(app, in: environment)
    }

    /// The host of an app's place; nil where there is none that could be asked.
    private func host(of app: String, in environment: String) throws -> BranchHost? {
        let place = try place(of: app, in: environment)
        if let known = hosts[place] { return known }
        let host = try findHost(place)
        hosts[place] = .some(host)
        return host
    }

    func place(of app: String, in environment: String) throws -> Place {
        try estate.app(app, in: environment)?.unit.place ?? Place()
    }

    /// Whether an environment wants to know of checks, of whatever kind.
    func wantsChecks(in name: String) -> Bool {
        let gates = estate.environment(named: name)?.gates
        return gates.map { $0.hostChecks != nil || !$0.checks.isEmpty } ?? false
    }

    /// What the host's checks say of the commit that brought versions to the environment before; nil where nobody wants to
    /// know, or they are asked of a pull request.
    private func hostChecks(
        for versions: [Pinned], of app: String, in environment: Environment
    ) throws -> GateAnswer? {
        guard let rules = environment.gates, let names = rules.hostChecks,
            try !isReviewed(app, in: environment)
        else { return nil }
        let answers = try sources(of: app, before: environment).map { source in
            guard let ran = source.residences.last(where: { $0.runs(versions) }) else {
                return GateAnswer(
                    .checks, verdict: .waiting(until: nil), words: "it has not run in \(source.environment)")
            }
            guard let host = try host(of: app, in: source.environment) else {
                return .unknown(.checks, "there is no host that could be asked for its checks")
            }
            return host.checks(names, at: ran.commit)
        }
        return [GateAnswer].combined(answers, all: rules.need == .all)
            ?? .unknown(
                .checks, "no environment comes before \(environment.name), whose commit could have checks")
    }

    /// What the host says of an open pull request: the gates that are not asked before there is one.
    func answers(
        at head: ObjectID, of request: HostedRequest, for changes: [VersionChange], of app: String,
        in name: String, _ contributors: () throws -> Contributors
    ) throws -> [GateAnswer] {
        guard let environment = estate.environment(named: name), let rules = environment.gates,
            try isReviewed(app, in: environment), let host = try host(of: app, in: name)
        else { return [] }
        var answers = rules.hostChecks.map { [host.checks($0, at: head, of: request)] } ?? []
        guard let approvals = rules.approvals else { return answers }
        do {
            let teams = approvals.from.filter { $0.hasPrefix("@") && $0.contains("/") }.map {
                String($0.dropFirst())
            }
            let reviews = try host.reviews(of: request, at: head, teams: teams)
            var facts = try GateFacts(
                now: now, app: app, versions: changes.map { Pinned($0.artifact, $0.new) },
                sources: sources(of: app, before: environment), own: [],
                words: words(of: app, in: name), person: nil)
            facts.reviews = reviews
            // Who has a part in it matters where somebody agrees.
            if !reviews.approvals.isEmpty {
                facts.contributors = try contributors()
                let ledger = try history().ledger
                for change in changes {
                    for author in try ledger.authors(
                        of: Pinned(change.artifact, change.new), app: app,
                        since: Pinned(change.artifact, change.old))
                    { facts.contributors.add(author: author) }
                }
            }
            answers.append(facts.approved(approvals, in: environment))
        } catch let error as HostError {
            answers.append(.unknown(.approvals, "\(host.kind.name) says '\(error.message.onOneLine)'"))
        }
        return answers
    }

    /// Tells the host what the gates say of a request.
    ///
    /// - Returns: Why it does not take it; nil where it does.
    func tell(
        _ answers: [GateAnswer], at head: ObjectID, of request: HostedRequest, for app: String,
        in name: String
    ) throws -> String? {
        guard let host = try host(of: app, in: name) else { return nil }
        do { try host.set(answers, at: head, of: request) } catch { return error.message }
        return nil
    }

    /// Whether an app of an environment may be promoted to at some times, and not at others.
    func isGated(_ app: String, in name: String) -> Bool {
        guard let environment = estate.environment(named: name) else { return false }
        return environment.gates != nil
            || !estate.configuration.windows(for: app, in: environment).isEmpty
    }

    // MARK: What has to be run

    /// Asks the host for its checks, and runs those of an environment's gates, one after the other.
    func checks(
        for version: Version, _ versions: [Pinned], of app: String, in name: String
    ) throws -> [GateAnswer] {
        guard let environment = estate.environment(named: name) else { return [] }
        let hosted = try hostChecks(for: versions, of: app, in: environment).map { [$0] } ?? []
        return try hosted + (hosted.areOpen ? checks(for: version, of: app, in: name) : [])
    }

    private func checks(for version: Version, of app: String, in name: String) throws -> [GateAnswer] {
        guard let environment = estate.environment(named: name), let rules = environment.gates?.checks,
            !rules.isEmpty, let snapshot = try estate.app(app, in: name)
        else { return [] }
        var rule = VerifyRule(name)
        rule.checks = rules
        let files = ExportedFiles(tip)
        let builder = CheckBuilder(
            target: VerificationTarget(
                environment: name, app: app, commit: tip.commit, version: version.short),
            rule: rule, snapshot: snapshot, environment: repository.environment,
            files: { try files.path() }, contains: { _ in nil }, committed: now.seconds * 1000)
        let results = try Watch.results(of: builder.checks(), on: SystemRunner())
        return results.map { result in
            let words = "\(result.name): \(result.inWords)".onOneLine
            switch result.result {
            case .passed: return GateAnswer(.checks, verdict: .open, words: words)
            case .failed: return GateAnswer(.checks, verdict: .waiting(until: nil), words: words)
            case .unknown: return GateAnswer(.checks, verdict: .unknown, words: words)
            }
        }
    }
}

extension Repository {
    /// The address of who works here, in lower case.
    fileprivate func address() throws -> String {
        let identity = try identity()
        guard let open = identity.lastIndex(of: "<") else { return identity.lowercased() }
        return identity[identity.index(after: open)...].prefix { $0 != ">" }.lowercased()
    }
}

extension Watch {
    /// What single looks find, in the end.
    fileprivate static func results(
        of checks: (Milliseconds) -> [any Check], on runner: any ProgramRunner
    ) throws -> [CheckResult] {
        var watch = Watch(checks(runner.now), from: 0, on: runner)
        let end = runner.now + 600_000
        while true {
            let wake = watch.advance()
            if let results = watch.results { return results }
            if runner.now >= end { watch.interrupt("ten minutes were over") }
            if let (id, answer) = try runner.wait(until: min(wake, end)) { watch.take(id, answer) }
        }
    }
}
