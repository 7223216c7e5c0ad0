public import Git
internal import Ledger
public import Manifests
internal import System

/// The one way by which gx writes to manifests: fetches, reads the rules at the fetched tip, plans, finds out what the
/// plan brings, looks at holds, publishes as the environments want it, and plans again where others were faster.
///
/// It stops where somebody has to agree, before anything is written; who drives it answers, and it goes on.
public final class PlanSession {
    public enum Stage {
        /// Nothing of this plan was agreed to so far, or not all of it.
        case asks(Plan)
        case ended(Publication)
    }

    private let repository: Repository
    private let request: PlanRequest
    private let wishes: PublishingWishes
    private let encryptedKeys: EncryptedKeys
    private var publisher: Publisher
    private let files = FileCache()
    /// The plans that were made first and last.
    private var first: Plan?
    private var last: Plan?
    /// What the last plan was made on.
    private var scene: FetchedEstate?
    private var announced: Set<String> = []
    /// What others were told of before it was pushed.
    private var told: Set<VersionChange> = []
    /// Signs what others are told; nil where nothing can be signed.
    public var sign: Signing?

    /// How it is published: from the first plan on, as gx.yaml at the fetched tip has it.
    public private(set) var way: Environment.Publish
    /// Told what happens, as it happens.
    public var report: (PublishEvent) throws -> Void = { _ in } {
        didSet { publisher.report = report }
    }

    /// - Parameter encryptedKeys: Lets it see which keys of Secrets are there.
    public convenience init(
        _ repository: Repository, request: PlanRequest, wishes: PublishingWishes = PublishingWishes(),
        encryptedKeys: @escaping EncryptedKeys
    ) throws {
        try self.init(
            repository, request: request, wishes: wishes, timeout: TimeLimits(repository).network,
            encryptedKeys: encryptedKeys
        )
    }

    init(
        _ repository: Repository, request: PlanRequest, wishes: PublishingWishes, timeout: Duration,
        encryptedKeys: @escaping EncryptedKeys
    ) throws {
        (self.repository, self.request, self.wishes) = (repository, request, wishes)
        self.encryptedKeys = encryptedKeys
        way = wishes.way ?? .push
        publisher = Publisher(repository, Self.mode(way, wishes), timeout: timeout)
    }

    private static func mode(_ way: Environment.Publish, _ wishes: PublishingWishes) -> Publisher.Mode {
        switch way {
        case .push: .push
        case .commit: .commit
        case .pullRequest:
            .pullRequest(
                PullRequestOptions(
                    autoMerge: wishes.autoMerge, supersede: wishes.supersede,
                    keepsOthers: wishes.isUnattended))
        }
    }

    // MARK: Going on

    /// The plan on the tips as they are now, without a trace in the repository.
    ///
    /// - Parameter places: What has been fetched for it already.
    public func preview(on places: FetchedPlaces? = nil) throws -> Plan {
        var trial = Publisher(
            try repository.quarantined(), Self.mode(way, wishes), timeout: publisher.timeout)
        if let places { trial.start(on: places) }
        while true {
            let plan = try plan(on: trial.places)
            if let other = otherWay(for: plan) {
                way = other
                trial = Publisher(
                    try repository.quarantined(), Self.mode(way, wishes), timeout: trial.timeout)
                continue
            }
            return try trial.reviewed(plan.value)
        }
    }

    /// Plans, and goes on until somebody has to agree or it is at its end.
    public func begin() throws -> Stage {
        try repository.readSettingsAhead()
        publisher.telling = { [weak self] in try self?.ledger(after: $0, at: $1) }
        publisher.judging = { [weak self] in try self?.gates(of: $0, at: $1, for: $2) ?? RequestGates() }
        publisher.text = { [weak self] in try self?.requestText() }
        publisher.announce = { [weak self] step, commit in
            // Not from the publisher, which is at work.
            guard let self, let scene else { return }
            if wishes.announces { try announce(step, as: commit) }
            // An attempt that others are faster than is none.
            let news = step.changes.filter { self.told.insert($0).inserted }
            try tell(.deploying, news, commit: commit, on: scene.places.address(of: step.place).branch)
        }
        publisher.landed = { [weak self] landing in
            let isThere = landing.pullRequest.map { $0.merges == .merged } ?? true
            guard isThere, landing.remote != nil else { return }
            try self?.tell(.deployed, landing.changes, commit: landing.commit, on: landing.branch)
        }
        return try goOn { try self.planned() }
    }

    /// Carries out the plan that was asked about.
    public func agree() throws -> Stage {
        publisher.agree()
        return try goOn { try self.publisher.carryOn() }
    }

    /// Leaves it at what there is.
    public func decline() -> Stage {
        publisher.end(.declined)
        return .ended(publisher.publication)
    }

    /// The same, planning first on what has been fetched for it already.
    func run(on places: FetchedPlaces) throws -> Publication {
        publisher.start(on: places)
        return try run()
    }

    /// Carries it to its end where nobody is there to agree.
    public func run() throws -> Publication {
        var stage = try begin()
        while true {
            switch stage {
            case .asks: stage = try agree()
            case .ended(let publication): return publication
            }
        }
    }

    private func goOn(_ act: () throws -> Publisher.Reply) throws -> Stage {
        do {
            var reply = try act()
            while case .planAgain = reply { reply = try planned() }
            if case .asks = reply { return .asks(publisher.publication.plan) }
        } catch  where !publisher.publication.landings.isEmpty {
            publisher.end(.stopped(error))
        }
        try tellHost()
        return .ended(publisher.publication)
    }

    /// Tells the host of what has been pushed, where gx.yaml wants it. What is proposed is no deployment yet.
    private func tellHost() throws {
        guard let scene, scene.configuration.reports else { return }
        let pushed = publisher.publication.landings.filter {
            $0.remote != nil && $0.pullRequest == nil && $0.repository == nil && !$0.changes.isEmpty
        }
        guard !pushed.isEmpty,
            let reports = try HostReports(scene.configuration, scene.estate.environments, of: repository)
        else { return }
        for landing in pushed {
            for environment in landing.environments {
                let changes = landing.changes.filter { $0.environment == environment }
                let versions = Dictionary(
                    changes.map { ($0.app, $0.new.short) }, uniquingKeysWith: { first, _ in first })
                let refused = reports.tell(.unknown, of: landing.commit, in: environment, versions)
                if let refused { try report(.warning(refused)) }
            }
        }
    }

    private func planned() throws -> Publisher.Reply {
        let plan = try plan(on: publisher.places)
        if let other = otherWay(for: plan) {
            way = other
            publisher.turn(to: Self.mode(way, wishes))
            return .planAgain
        }
        return try publisher.take(plan.value)
    }

    // MARK: Planning

    private struct Planned {
        var value: Plan
        /// How the environments want it to be published.
        var way: Environment.Publish
    }

    /// How it is to be published, where that is another way than the one that the plan was made for. Commits that stay
    /// here are planned on local branches, whose rules decide nothing any more.
    private func otherWay(for plan: Planned) -> Environment.Publish? {
        guard wishes.way == nil, way != .commit, !plan.value.isEmpty, plan.way != way else { return nil }
        return plan.way
    }

    private func plan(on places: FetchedPlaces) throws -> Planned {
        let scene = try FetchedEstate(places, in: repository, cache: files)
        if self.scene == nil {
            // Who carries out many plans has said it once.
            for notice in try wishes.isUnattended ? [] : SceneNotices(scene, in: repository).all() {
                try report(.warning(notice))
            }
        }
        self.scene = scene
        let holds = HoldCache(in: scene.estate)
        if scene.configuration.layouts.contains(where: \.place.isDefault) { try holds.prepare(scene.tip) }
        let plan = try whole(scene, holds).wantingSignatures(scene.configuration, in: repository)
        (first, last) = (first ?? plan, plan)
        return Planned(value: plan, way: try plan.way(in: scene.estate))
    }

    /// The plan with what it brings, and with what stands in its way.
    private func whole(_ scene: FetchedEstate, _ holds: HoldCache) throws -> Plan {
        guard case .promotion(var promotion) = request else {
            var plan = try make(request, scene)
            if case .rollback(let request) = request, request.point.isRelative, let first {
                plan = plan.holding(to: first)
            }
            plan = try plan.withContents(in: scene.estate, from: last, ledger: scene.ledger)
                .respectingHolds(holds, in: scene.estate)
            if case .rollback = request { plan = try plan.keepingReasons(in: repository) }
            return try plan.passingLocks(keeper(scene, holds), wishes.overrides)
        }
        let plan = { (leaving: Set<Plan.Part>) in
            promotion.leaving = leaving
            return try self.make(.promotion(promotion), scene)
                .withContents(in: scene.estate, from: self.last, ledger: scene.ledger)
                .respectingHolds(holds, in: scene.estate).refusingDowngrades(of: promotion, in: scene.estate)
        }
        let whole = try promotion.leavesOutRefused ? Plan.leavingOutRefused(plan) : plan([])
        return try whole.passingGates(keeper(scene, holds), wishes.overrides)
            .warningOfFailures(in: scene.estate).warningOfReturns(in: scene.estate)
    }

    private func keeper(_ scene: FetchedEstate, _ holds: HoldCache) -> GateKeeper {
        GateKeeper(
            scene, in: repository, holds, way: wishes.way ?? (way == .pullRequest ? way : nil),
            isUnattended: wishes.isUnattended)
    }

    /// How gx.yaml wants pull requests, with the template that stands at the tip.
    private func requestText() throws -> RequestText? {
        guard let scene else { return nil }
        var text = RequestText(rules: scene.configuration.requests, issueURL: scene.configuration.issues.url)
        guard let path = text.rules.template else { return text }
        let tree = try scene.tip.repository.commit(scene.tip.commit).tree
        guard let entry = try scene.tip.repository.entry(at: path, inTree: tree) else {
            try report(
                .warning("gx.yaml names \(path) as the template of pull requests, and there is no such file"))
            return text
        }
        let written = String(decoding: try scene.tip.repository.blob(entry.id), as: UTF8.self)
        let problem: String
        do throws(PatternError) {
            let template = try Template(written)
            guard let stray = template.names.first(where: { !RequestRules.textNames.contains($0) }) else {
                text.template = template
                return text
            }
            problem = "'{\(stray)}' stands for nothing"
        } catch { problem = "\(error)" }
        try report(.warning("\(path) is no template of pull requests: \(problem)"))
        return text
    }

    /// What gates say of a pull request, once there is one.
    private func gates(of request: HostedRequest, at head: ObjectID, for step: Step) throws -> RequestGates {
        guard let scene, case .promotion = self.request else { return RequestGates() }
        return try RequestGates(
            request, at: head, for: step, keeper(scene, HoldCache(in: scene.estate)), wishes.overrides)
    }

    private func make(_ request: PlanRequest, _ scene: FetchedEstate) throws -> Plan {
        do { return try made(request, scene) } catch ManifestsError.unknownApp(
            let name, let place, let nearest, let known)
        {
            let all = scene.estate.environments
            let asked = place?.split(separator: ", ").flatMap { (try? all.named(String($0))) ?? [] } ?? all
            guard
                let departed = try DepartedApp(name, in: asked.map(\.name), scene.ledger(), scene.estate)
            else {
                throw ManifestsError.unknownApp(name, environment: place, nearest: nearest, known: known)
            }
            throw DeliveryError.departed(departed)
        }
    }

    private func made(_ request: PlanRequest, _ scene: FetchedEstate) throws -> Plan {
        switch request {
        case .promotion(let request):
            return try Promotion.plan(
                request, in: scene.estate, from: scene.past(request.moment), encryptedKeys: encryptedKeys)
        case .rollback(let request): return try rollback(request, scene: scene, ledger: scene.ledger())
        case .takingBack(let failed):
            let ledger = try scene.ledger()
            switch try failed.decision(by: ledger, in: repository, scene) {
            case .leave(let refusal): return Plan(refusals: [refusal])
            case .goBack(let request): return try rollback(request, scene: scene, ledger: ledger)
            }
        case .rejection(let app, let version, let environment, let reason):
            return try HoldPlan.reject(
                app, version: version, in: environment, reason: reason, estate: scene.estate)
        case .unholding(let app, let version, let environment):
            return try HoldPlan.unhold(app, version: version, in: environment, estate: scene.estate)
        case .saying(let words): return try GatePlan.saying(words, in: scene.estate)
        }
    }

    private func rollback(
        _ request: RollbackRequest, scene: FetchedEstate, ledger: Ledger
    ) throws -> Plan {
        try Rollback(request, in: scene.estate, ledger: ledger, encryptedKeys: encryptedKeys).plan()
    }

    // MARK: Announcing

    private var isRollback: Bool {
        switch request {
        case .rollback, .takingBack: true
        case .promotion, .rejection, .unholding, .saying: false
        }
    }

    /// Tells whom gx.yaml at the fetched tip names.
    private func tell(
        _ moment: DeploymentNotice.Moment, _ changes: [VersionChange], commit: ObjectID, on branch: String
    ) throws {
        guard let scene, !scene.configuration.notices.isEmpty, !changes.isEmpty else { return }
        let notices = Notices(
            rules: scene.configuration.notices, environments: scene.estate.environments,
            variables: repository.environment, sign: sign)
        let notice = DeploymentNotice(
            moment: moment, isRollback: isRollback, changes: changes, commit: commit, branch: branch)
        for problem in notices.tell(notice) { try report(.warning(problem)) }
    }

    /// Tells whoever watches over the clusters what is about to be deployed, each app once.
    private func announce(_ step: Step, as commit: ObjectID) throws {
        guard let scene else { return }
        let files = ExportedFiles(scene.tip)
        for change in step.changes {
            guard let environment = scene.configuration.environment(named: change.environment),
                let snapshot = try scene.estate.app(change.app, in: change.environment),
                let rule = scene.configuration.verification(of: change.app, in: environment),
                announced.insert("\(change.environment)/\(change.app)").inserted
            else { continue }
            let main = step.changes.first {
                ($0.environment, $0.app) == (change.environment, change.app)
                    && $0.artifact == snapshot.main?.artifact
            }
            let target = VerificationTarget(
                environment: change.environment, app: change.app, commit: commit,
                version: (main?.new ?? snapshot.main?.version)?.short)
            let builder = CheckBuilder(
                target: target, rule: rule, snapshot: snapshot, environment: repository.environment,
                files: { try files.path() }, contains: { _ in nil }, committed: Timestamp.now.seconds * 1000)
            try Announcement(rule, builder).begin()
        }
    }

    /// What clones without history are told once a step has landed; nil where this one can't tell.
    private func ledger(after step: Step, at commit: ObjectID) throws -> ObjectID? {
        guard let scene, step.place == Place() else { return nil }
        let tip = Tip(repository: step.base.repository, ref: step.base.ref, commit: commit)
        return try SharedLedger.write(
            scene.configuration, at: tip,
            resolver: PlannedPlaces(scene.places, with: tip, of: step.place))
    }

    // MARK: Groups

    /// The members of a group as the rules at the tip have them that it would be planned on, in their order.
    public func environments(named name: String) throws -> [Environment] {
        try FetchedEstate(publisher.places, in: repository, cache: files).estate.environments(named: name)
    }
}

extension Plan {
    /// How the environments that the plan changes want changes to be published: the strictest of their wishes.
    fileprivate func way(in estate: Estate) throws -> Environment.Publish {
        let names = Set(steps.flatMap(\.environments))
        let wishes = estate.environments.filter { names.contains($0.name) }.map(\.publish)
        return wishes.contains(.pullRequest)
            ? .pullRequest : wishes.contains(.push) || wishes.isEmpty ? .push : .commit
    }
}
