public import Git
public import Ledger
public import Manifests

/// What clusters say of apps right now.
public struct ClusterSurvey {
    /// So many apps are asked about at once: each takes a process.
    private static let limit = 8

    private let repository: Repository
    private let rules: Configuration
    private let tip: Tip
    private let estate: Estate
    private let ledger: Ledger

    /// - Parameters:
    ///   - rules: gx.yaml as it is committed at `tip`: its commands are run, so no work tree's will do.
    public init(
        _ repository: Repository, rules: Configuration, at tip: Tip, estate: Estate, ledger: Ledger
    ) {
        (self.repository, self.rules, self.tip) = (repository, rules, tip)
        (self.estate, self.ledger) = (estate, ledger)
    }

    /// What the cluster says of each app, in their order: how it stands as `value`, and why as `detail`; nil where no
    /// rule says how to ask.
    public func ask(about apps: [AppSnapshot]) throws -> [CheckResult?] {
        let files = ExportedFiles(tip)
        let runner = SystemRunner()
        let checks = try apps.map { try check($0, files) }
        var watches = checks.enumerated().map { Watch([$1].compactMap { $0 }, from: $0, on: runner) }
        while true {
            let open = watches.indices.filter { watches[$0].results == nil }.prefix(Self.limit)
            if open.isEmpty { return watches.map { $0.results?.first } }
            let wake = open.map { watches[$0].advance() }.min() ?? .max
            guard open.allSatisfy({ watches[$0].results == nil }),
                let (id, answer) = try runner.wait(until: min(wake, runner.now + 60_000))
            else { continue }
            watches[id].take(id, answer)
        }
    }

    private func check(_ app: AppSnapshot, _ files: ExportedFiles) throws -> Arrival? {
        guard let environment = estate.environment(named: app.environment),
            let rule = rules.verification(of: app.app, in: environment), rule.cluster != nil
        else { return nil }
        let tip = try estate.tip(of: app.unit.place)
        let newest = ledger.newest(of: app.app, in: app.environment)
        // Where history does not reach back to it, it is in the newest commit.
        let commit = newest.flatMap { $0.basis == .horizon ? nil : $0.commit } ?? tip.commit
        let target = VerificationTarget(
            environment: app.environment, app: app.app, commit: commit, version: app.main?.version.short)
        let builder = CheckBuilder(
            target: target, rule: rule, snapshot: app, environment: repository.environment,
            files: { try files.path() },
            contains: { revision in
                guard let id = ObjectID(hex: revision), tip.repository.contains(id) else { return nil }
                return try? tip.repository.isAncestor(commit, of: id)
            }, committed: 0)
        return Arrival(try builder.looks(), every: 1000, grace: 0, patience: 0)
    }
}
