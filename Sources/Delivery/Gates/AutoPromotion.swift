public import Git
internal import Ledger
public import Manifests
public import System

/// Promotes without a person, as one step of a job: environment after environment, in the order in which they come
/// after each other, each app gets the newest version that may come. It may be repeated, late, killed, or run beside
/// itself: what is to be done follows from what is there.
public struct AutoPromotion {
    public enum Decision: String, Sendable, CaseIterable {
        /// It has what it may have.
        case nothing
        /// It has been pushed, or would be.
        case push
        /// It waits for a review, or would.
        case propose
        /// What was proposed has been merged.
        case merge
        /// What was proposed has come in another way: its request has been closed.
        case close
        /// Gates are not open yet.
        case wait
        /// It can't be promoted.
        case refuse
        /// A gate can't tell.
        case unknown
    }

    /// What becomes of an app in an environment.
    public struct Row: Sendable {
        public var environment: String
        public var app: String
        /// The environment that the version comes from.
        public var source: String?
        /// What would come, of the artifact that people mean; nil where nothing does.
        public var version: Version?
        public var decision: Decision
        /// Why it waits, or can't be promoted; else what the gates said.
        public var reasons: [GateAnswer] = []
        /// Other reasons not to go on.
        public var refusals: [Refusal] = []
        /// Why it can't even be planned.
        public var error: DeliveryError?
        /// When it may be open; nil where that depends on what somebody does.
        public var until: Timestamp?
        public var landing: Landing?
    }

    private let repository: Repository
    /// Environments and groups; empty for all that gx.yaml names.
    private let names: [String]
    private let encryptedKeys: EncryptedKeys
    private let autoMerge: Bool
    private let timeout: Duration
    /// Told what happens, as it happens.
    public var report: (PublishEvent) throws -> Void = { _ in }
    /// Whether nothing is written.
    public var isTrial = false
    /// Signs what others are told.
    public var sign: Signing?

    /// - Parameter encryptedKeys: Lets it see which keys of Secrets are there.
    public init(
        _ repository: Repository, _ names: [String], autoMerge: Bool, encryptedKeys: @escaping EncryptedKeys
    ) throws {
        (self.repository, self.names, self.autoMerge) = (repository, names, autoMerge)
        self.encryptedKeys = encryptedKeys
        timeout = try TimeLimits(repository).network
    }

    /// Carries out what may be done, and says for each app of each environment what that was.
    ///
    /// - Throws: what concerns more than one app: no network, no permission, a gx.yaml that serves no environment; in
    ///   `Stopped` where something has been done by then.
    public func run() throws -> [Row] {
        let scene = try scene()
        for notice in try SceneNotices(scene, in: repository).all() { try report(.warning(notice)) }
        let environments = try environments(scene.estate)
        var rows: [Row] = []
        do {
            try decide(on: environments, from: scene, &rows)
        } catch  where rows.contains(where: { $0.landing != nil }) {
            throw Stopped(rows: rows, cause: error)
        }
        return rows
    }

    /// What kept it from going on, and what is there all the same.
    public struct Stopped: Error {
        public var rows: [Row]
        public var cause: any Error
    }

    private func decide(on names: [String], from scene: FetchedEstate, _ rows: inout [Row]) throws {
        var scene = scene
        var keeper = keeper(scene)
        for name in names {
            guard let environment = scene.estate.environment(named: name) else { continue }
            let start = rows.count
            for apps in try parts(of: environment, scene.estate) {
                let part = try decide(on: apps, in: environment, keeper: keeper, on: scene.places)
                rows += part.rows
                // What comes next is decided on what is there now.
                guard part.hasMoved else { continue }
                scene.places.refresh()
                scene = try FetchedEstate(scene.places, in: repository)
                keeper = self.keeper(scene)
            }
            guard !isTrial else { continue }
            let closed = try retire(rows[start...].map(\.app), in: environment.name, keeper, scene)
            for index in rows.indices[start...]
            where rows[index].decision == .nothing && closed.contains(rows[index].app) {
                rows[index].decision = .close
            }
        }
    }

    private func scene() throws -> FetchedEstate {
        try FetchedEstate(FetchedPlaces(repository, for: .proposal, timeout: timeout), in: repository)
    }

    /// Closes what is open where the environment has just that already, and takes the branches away.
    ///
    /// - Returns: The apps of which there was such.
    private func retire(
        _ apps: [String], in environment: String, _ keeper: GateKeeper, _ scene: FetchedEstate
    ) throws -> Set<String> {
        var closed: Set<String> = []
        var repositories: Set<String?> = []
        for place in try apps.map({ try keeper.place(of: $0, in: environment) })
        where repositories.insert(place.repository).inserted {
            for open in try proposals(of: apps, in: environment, at: place, scene.places) {
                let arrivals = try open.trailers.compactMap {
                    try keeper.has($0.new, of: $0.app, in: $0.environment)
                }
                guard arrivals.count == open.trailers.count, let commit = arrivals.first,
                    try close(
                        open.branch, at: open.tip, of: place, scene,
                        "\(environment) has it since \(commit.short), by another way.")
                else { continue }
                closed.formUnion(open.trailers.filter { $0.environment == environment }.map(\.app))
            }
        }
        return closed
    }

    /// What is open for some apps of an environment: as the last commit says, or by the name where that is somebody's own.
    private func proposals(
        of apps: [String], in environment: String, at place: Place, _ places: FetchedPlaces
    ) throws -> [(branch: String, tip: ObjectID, trailers: [DeployTrailer])] {
        let repository = try places.address(of: place).repository
        return try places.proposals(in: place.repository).sorted { $0.key < $1.key }.compactMap { name, tip in
            guard PromotionBranch.isPromotion(name) else { return nil }
            let trailers = DeployTrailer.all(in: try repository.commit(tip))
            let isOfThem = try apps.contains { app in
                try trailers.contains { $0.environment == environment && $0.app == app }
                    || PromotionBranch.name(environment: environment, app: app) == name
            }
            return isOfThem ? (name, tip, trailers) : nil
        }
    }

    /// - Returns: Whether it is gone.
    private func close(
        _ name: String, at tip: ObjectID, of place: Place, _ scene: FetchedEstate, _ words: String
    ) throws -> Bool {
        let address = try scene.places.address(of: place)
        guard let remote = address.remote else { return false }
        if let host = try scene.places.host(of: place), host.talk.isAuthorized {
            do { try host.talk.retire(name, into: host.branch, words) } catch {
                try report(.warning("the request of \(name) stays as it is: \(error.message.onOneLine)"))
                return false
            }
        }
        let deletion = PushUpdate("refs/heads/\(name)", to: nil, expecting: .exactly(tip))
        let result = try address.repository.push(
            [deletion], to: remote, isAtomic: false, timeout: timeout)
        // Whoever moved it meanwhile still wants it.
        return result.outcome == .landed
    }

    private func keeper(_ scene: FetchedEstate) -> GateKeeper {
        GateKeeper(scene, in: repository, HoldCache(in: scene.estate), isUnattended: true)
    }

    private func environments(_ estate: Estate) throws -> [String] {
        let all = estate.configuration.automatic(among: estate.environments)
        guard !all.isEmpty else { throw DeliveryError.nothingAutomatic }
        guard !names.isEmpty else { return all.map(\.name) }
        let wanted = Set(try names.flatMap { try estate.environments(named: $0) }.map(\.name))
        for name in wanted.sorted() where !all.contains(where: { $0.name == name }) {
            throw DeliveryError.notAutomatic(name)
        }
        return all.map(\.name).filter(wanted.contains)
    }

    // MARK: What goes together

    /// The apps that are decided on together: each alone, or all.
    private func parts(of environment: Environment, _ estate: Estate) throws -> [[String]] {
        let apps = try estate.apps(in: environment.name).map(\.app)
        return environment.selection == .set ? [apps] : apps.map { [$0] }
    }

    /// - Returns: What becomes of them, and whether what is there may be something else since.
    private func decide(
        on apps: [String], in environment: Environment, keeper: GateKeeper, on places: FetchedPlaces
    ) throws -> (rows: [Row], hasMoved: Bool) {
        var rows = apps.map { Row(environment: environment.name, app: $0, decision: .nothing) }
        let coming = try keeper.next(in: environment, among: apps).filter { $0.value.hold == nil }
        for index in rows.indices {
            guard let next = coming[rows[index].app] else { continue }
            rows[index].take(next.candidate, next.answers)
        }
        var hasMoved = false
        // A set may be of several environments before.
        let sources = Dictionary(grouping: rows.indices.filter { coming[rows[$0].app] != nil }) { index in
            coming[rows[index].app]?.candidate.environment ?? ""
        }
        guard coming.values.allSatisfy(\.answers.areOpen) else {
            if environment.publish == .pullRequest, !isTrial {
                for row in rows where row.decision == .wait { try tellWaiting(row, keeper, places) }
            }
            return (rows, false)
        }
        for (_, indices) in sources.sorted(by: { $0.key < $1.key }) {
            let candidates = indices.compactMap { coming[rows[$0].app]?.candidate }
            guard let candidate = candidates.first else { continue }
            var part = indices.map { rows[$0] }
            hasMoved = try carryOut(candidate, environment: environment, on: places, rows: &part) || hasMoved
            for (index, row) in zip(indices, part) { rows[index] = row }
        }
        return (rows, hasMoved)
    }

    /// Whoever could merge what is open has to know that it waits again: for a window, a lock.
    private func tellWaiting(_ row: Row, _ keeper: GateKeeper, _ places: FetchedPlaces) throws {
        let place = try keeper.place(of: row.app, in: row.environment)
        let open = try proposals(of: [row.app], in: row.environment, at: place, places)
        guard !open.isEmpty, let host = try places.host(of: place), host.talk.isAuthorized else { return }
        for one in open {
            do {
                guard let request = try host.talk.find(one.branch, into: host.branch) else { continue }
                try host.set(row.reasons, at: one.tip, of: request)
            } catch {
                try report(
                    .warning(
                        "the status \(GateStatus.name) of \(one.branch) stays as it is: \(error.message.onOneLine)"
                    ))
            }
        }
    }

    /// - Parameter candidate: The version of the first of them, and where all of them come from.
    /// - Returns: Whether what is there may be something else since.
    private func carryOut(
        _ candidate: Candidates.Candidate, environment: Environment, on places: FetchedPlaces,
        rows: inout [Row]
    ) throws -> Bool {
        var request = PromotionRequest(to: environment.name)
        request.apps = rows.map(\.app)
        request.source = candidate.environment
        if !candidate.isCurrent {
            // As it was when that version had come there.
            request.moment = Moment(
                environment: candidate.environment, when: .date(candidate.residence.start.utc))
        }
        var wishes = PublishingWishes()
        (wishes.autoMerge, wishes.supersede, wishes.isUnattended) = (autoMerge, true, true)
        let session = try PlanSession(
            repository, request: .promotion(request), wishes: wishes, encryptedKeys: encryptedKeys)
        (session.report, session.sign) = (report, sign)
        let plan: Plan
        do {
            // What was fetched for the question will do: where somebody was faster, the push finds out.
            if isTrial {
                plan = try session.preview(on: places)
            } else {
                let publication = try session.run(on: places)
                plan = publication.plan
                for index in rows.indices { rows[index].landing = publication.landings.last }
                if case .stopped(let error) = publication.outcome { throw error }
                if publication.outcome.isNothing {
                    for index in rows.indices { rows[index].decision = .nothing }
                    return true
                }
            }
        } catch let error as DeliveryError {
            for index in rows.indices { (rows[index].error, rows[index].decision) = (error, .refuse) }
            return !isTrial
        }
        for index in rows.indices { rows[index].judge(plan, way: session.way) }
        return !isTrial
    }
}

extension Publication.Outcome {
    fileprivate var isNothing: Bool {
        switch self {
        case .nothing, .overtaken: true
        default: false
        }
    }
}

extension AutoPromotion.Row {
    fileprivate mutating func take(_ candidate: Candidates.Candidate, _ answers: [GateAnswer]) {
        source = candidate.environment
        version = candidate.changes.first.map { Version($0.version) }
        set(answers)
    }

    private mutating func set(_ answers: [GateAnswer]) {
        reasons = answers.areOpen ? answers : answers.closed
        until = answers.opening
        // What can't come any more waits for the next version: that is nobody's mistake.
        let cannotTell = answers.contains { $0.verdict == .unknown }
        decision = cannotTell ? .unknown : answers.areOpen ? .nothing : .wait
    }

    fileprivate mutating func judge(_ plan: Plan, way: Environment.Publish) {
        if let change = plan.steps.flatMap(\.changes).first(where: { $0.app == app }) { version = change.new }
        if plan.refusals.isEmpty {
            until = nil
            decision = plan.isEmpty ? .nothing : way == .pullRequest ? .propose : .push
            if landing?.pullRequest?.merges == .merged {
                decision = .merge
            } else if let gates = landing?.gates, !gates.areOpen {
                set(gates)
            }
            return
        }
        let closed = plan.refusals.compactMap(\.gate)
        set(closed)
        reasons = closed
        refusals = plan.refusals.filter { $0.gate == nil }
        if !refusals.isEmpty { decision = .refuse }
    }
}
