public import Git
public import Ledger
public import Manifests
public import System

/// Which versions come next to which environments, and what they wait for. Nothing is fetched, run or written, so gates
/// that ask commands, Prometheus or pages are left out: those are asked when somebody promotes.
public struct GateOutlook: Sendable {
    /// The version of an app that comes next to an environment.
    public struct Row: Sendable {
        public var environment: String
        public var app: String
        /// The environment that it comes from.
        public var source: String
        public var version: Version
        public var answers: [GateAnswer]
        /// What keeps it out until somebody lifts it.
        public var hold: Hold?

        /// Whether somebody, or `--auto`, may promote it now.
        public var isReady: Bool { hold == nil && answers.areOpen }
        /// When its gates can be open; nil where that depends on what somebody does, or they are.
        public var until: Timestamp? { hold == nil ? answers.opening : nil }
    }

    public private(set) var rows: [Row] = []
    /// The locks in force, also those for which nothing waits.
    public private(set) var locks: [GateWord] = []
    /// The earliest moment at which a gate can open by itself.
    public var next: Timestamp? { rows.compactMap(\.until).min() }

    /// - Parameters:
    ///   - environments: In the order in which they are to be told.
    ///   - app: Only this one; nil for all.
    ///   - ledger: Of the same tips as the estate.
    public init(
        _ estate: Estate, in repository: Repository, _ environments: [Environment], app: String?,
        now: Timestamp = .now, ledger: @escaping () throws -> Ledger
    ) throws {
        let keeper = GateKeeper(
            estate, at: try estate.tip(of: Place()), in: repository, HoldCache(in: estate),
            now: now,
            person: { nil }, ledger: ledger)
        for environment in environments {
            let names = try estate.apps(in: environment.name).map(\.app).filter { Glob.includes(app, $0) }
            let coming = try keeper.next(in: environment, among: names)
            for name in names {
                locks += try keeper.locks(on: name, in: environment.name)
                guard let next = coming[name], let change = next.candidate.changes.first else { continue }
                rows.append(
                    Row(
                        environment: environment.name, app: name, source: next.candidate.environment,
                        version: Version(change.version), answers: next.answers, hold: next.hold))
            }
        }
        locks = unique(locks)
    }
}

/// A version that comes next, and what its gates say.
struct NextVersion {
    var candidate: Candidates.Candidate
    var answers: [GateAnswer]
    var hold: Hold?
}

extension GateKeeper {
    /// What comes next to some apps of an environment, by app. Where it takes only whole sets, each waits for all others,
    /// also for those that were not asked for.
    func next(in environment: Environment, among apps: [String]) throws -> [String: NextVersion] {
        let isSet = environment.selection == .set
        var coming: [String: NextVersion] = [:]
        var closed: [(app: String, answer: GateAnswer)] = []
        for app in isSet ? try estate.apps(in: environment.name).map(\.app) : apps {
            guard let next = try next(for: app, in: environment) else {
                guard isSet, let obstacle = try obstacle(to: app, in: environment) else { continue }
                closed.append(
                    (
                        app,
                        GateAnswer(
                            .set, verdict: .waiting(until: nil), words: "waits for \(app): \(obstacle)")
                    ))
                continue
            }
            coming[app] = next
            guard isSet, next.hold != nil || !next.answers.areOpen, let change = next.candidate.changes.first
            else { continue }
            let why = next.hold == nil ? next.answers.closed.first?.gate.rawValue ?? "" : "held"
            closed.append(
                (
                    app,
                    GateAnswer(
                        .set, verdict: .waiting(until: next.hold == nil ? next.answers.opening : nil),
                        words: "waits for \(app) \(Version(change.version).short): \(why)")
                ))
        }
        for app in coming.keys {
            coming[app]?.answers += closed.filter { $0.app != app }.map(\.answer)
        }
        return coming.filter { apps.contains($0.key) }
    }

    private func obstacle(to app: String, in environment: Environment) throws -> String? {
        try Candidates.obstacle(
            own: residences(of: app, in: environment.name), sources: sources(of: app, before: environment))
    }

    /// The newest version of an app that the gates of an environment let in, which supersedes those that waited; where they
    /// let none in the newest of all, and a held one only where there is no other. Nil where nothing is newer than what
    /// runs there.
    func next(for app: String, in environment: Environment) throws -> NextVersion? {
        let candidates = try Candidates.all(
            own: residences(of: app, in: environment.name), sources: sources(of: app, before: environment),
            environment.selection)
        var waiting: NextVersion?
        for candidate in candidates {
            let hold = try hold(on: candidate.changes, of: app, in: environment.name)
            let answers =
                try hold == nil ? answers(for: candidate.changes, of: app, in: environment.name) : []
            let next = NextVersion(candidate: candidate, answers: answers, hold: hold)
            if hold == nil, answers.areOpen { return next }
            if waiting == nil || waiting?.hold != nil && hold == nil { waiting = next }
        }
        return waiting
    }
}
