public import Git
public import Ledger
public import Manifests
internal import System

/// What is to be verified, and what is done about it.
public struct VerificationRequest: Hashable, Sendable {
    /// An environment or a group.
    public var environment: String
    /// Names of apps; empty for all that rules are for.
    public var apps: [String]
    /// Whether those are left out whose newest deployment is known to have succeeded.
    public var onlyOpen: Bool
    /// Seconds for all of it, in place of what gx.yaml says.
    public var timeout: Int?
    /// Whether a deployment that fails is rolled back.
    public var rollsBack = false
    /// The commits whose deployment was announced before they were pushed.
    public var announced: Set<ObjectID> = []

    public init(_ environment: String, apps: [String] = [], onlyOpen: Bool) {
        (self.environment, self.apps, self.onlyOpen) = (environment, apps, onlyOpen)
    }
}

/// A deployment, and what became of it.
public struct Verified: Sendable {
    public var target: VerificationTarget
    public var verdict: Verdict
    /// Whether that was known from a record, and nothing was looked at now.
    public var isRecorded = false
    /// What was done about a failure.
    public var rollback: AutomaticRollback?
    /// Whether the cluster runs what was rolled back to; nil where nothing tells.
    public var returned: CheckResult?
}

/// Verifies the newest deployments of environments, by the rules at the tip that has them, and records how they went.
public final class Verifier {
    private let repository: Repository
    private let timeout: Duration
    private let runner: any ProgramRunner
    private let encryptedKeys: EncryptedKeys
    public var report: (VerificationEvent) throws -> Void = { _ in }
    /// Signs what others are told of a rollback.
    public var sign: Signing?

    /// - Parameter encryptedKeys: Lets a rollback see which keys of Secrets are there.
    public convenience init(_ repository: Repository, encryptedKeys: @escaping EncryptedKeys) throws {
        try self.init(
            repository, timeout: TimeLimits(repository).network, on: SystemRunner(),
            encryptedKeys: encryptedKeys)
    }

    init(
        _ repository: Repository, timeout: Duration, on runner: any ProgramRunner,
        encryptedKeys: @escaping EncryptedKeys
    ) {
        (self.repository, self.timeout, self.runner) = (repository, timeout, runner)
        self.encryptedKeys = encryptedKeys
    }

    /// All that is known of what is verified.
    private struct Scene {
        var places: FetchedPlaces { fetched.places }
        var fetched: FetchedEstate
        var ledger: Ledger
        var outcomes: Outcomes
        var records: VerificationRecords
    }

    /// An app in an environment, with the rule for it.
    private struct Subject {
        var target: VerificationTarget
        var snapshot: AppSnapshot
        var rule: VerifyRule
        var deployment: Deployment
    }

    /// Verifies, records, and rolls back where that is wanted.
    public func verify(_ request: VerificationRequest) throws -> [Verified] {
        let scene = try scene()
        let subjects = try subjects(request, scene)
        var verified: [Verified] = []
        var open: [Subject] = []
        for subject in subjects {
            let record = scene.outcomes.record(of: subject.deployment)
            if let record, request.onlyOpen, record.outcome == .succeeded {
                let verdict = Verdict(.succeeded, reason: record.reason, checks: record.checks)
                verified.append(Verified(target: subject.target, verdict: verdict, isRecorded: true))
            } else {
                open.append(subject)
            }
        }
        guard !open.isEmpty else { return verified }
        return try verified + carryOut(open, request: request, scene: scene)
    }

    // MARK: What there is

    private func scene() throws -> Scene {
        let places = FetchedPlaces(repository, for: .remote, timeout: timeout)
        let records = VerificationRecords(
            repository: repository, remote: try places.address(of: Place()).remote)
        try records.refresh()
        let fetched = try FetchedEstate(places, in: repository)
        let ledger = try Ledger(fetched.configuration, resolver: places, in: repository)
        return Scene(
            fetched: fetched, ledger: ledger, outcomes: try ledger.outcomes(in: repository), records: records)
    }

    private func subjects(_ request: VerificationRequest, _ scene: Scene) throws -> [Subject] {
        let environments = try scene.fetched.estate.environments(named: request.environment)
        let apps = try scene.fetched.estate.apps(named: request.apps, in: environments.map(\.name))
        var subjects: [Subject] = []
        for environment in environments {
            let snapshots = try scene.fetched.estate.apps(in: environment.name)
                .filter { apps.isEmpty || apps.contains($0.app) }
            for snapshot in snapshots {
                guard let rule = scene.fetched.configuration.verification(of: snapshot.app, in: environment)
                else {
                    continue
                }
                subjects.append(try subject(snapshot, rule: rule, scene: scene))
            }
        }
        let known = try environments.flatMap { try scene.fetched.estate.apps(in: $0.name).map(\.app) }
        if let missing = apps.first(where: { !known.contains($0) }) {
            throw ManifestsError.unknownApp(
                missing, environment: request.environment, nearest: NearestName.of(missing, among: known),
                known: known)
        }
        guard !subjects.isEmpty else {
            throw VerificationError.noRule(environment: request.environment, apps: request.apps)
        }
        return subjects
    }

    private func subject(_ snapshot: AppSnapshot, rule: VerifyRule, scene: Scene) throws -> Subject {
        let (environment, app) = (snapshot.environment, snapshot.app)
        guard let deployment = scene.ledger.newest(of: app, in: environment) else {
            throw VerificationError.notDeployed(environment: environment, app: app)
        }
        guard deployment.basis != .horizon || scene.ledger.isComplete else {
            throw VerificationError.tooShallow(environment: environment, app: app)
        }
        let target = VerificationTarget(
            environment: environment, app: app, commit: deployment.commit,
            version: snapshot.main.map { "\($0.version.short)" })
        return Subject(target: target, snapshot: snapshot, rule: rule, deployment: deployment)
    }

    // MARK: Doing

    private func carryOut(
        _ subjects: [Subject], request: VerificationRequest, scene: Scene
    ) throws -> [Verified] {
        let files = ExportedFiles(scene.fetched.tip)
        let builders = try subjects.map { try builder($0, scene: scene, files: files) }
        let courses = try zip(subjects, builders).map { subject, builder in
            let timeout = request.timeout ?? subject.rule.timeout
            return VerificationCourse(
                target: subject.target, arrival: builder.arrival(try builder.looks(), timeout: timeout),
                checks: try builder.checks(), timeout: Milliseconds(timeout) * 1000,
                live: try scene.records.interrupted(subject.target))
        }
        var live = Dictionary(uniqueKeysWithValues: courses.map { ($0.target, $0.live) })
        let around = try zip(subjects, builders).map { try Announcement($0.rule, $1) }
        for (subject, announcement) in zip(subjects, around)
        where !request.announced.contains(subject.target.commit) {
            try announcement.begin(report)
        }

        let verification = Verification(courses, on: runner)
        verification.report = report
        verification.successor = { [self] in try successor(of: $0, scene) }
        verification.onLive = { [self] target, moment in
            guard live[target] == .some(nil) else { return }
            live[target] = moment
            try warn(scene.records.publish(scene.records.live(target, since: moment), on: target.commit))
        }
        var rollbacks: [VerificationTarget: AutomaticRollback] = [:]
        let verdicts = try verification.run { [self] target, verdict in
            guard let index = subjects.firstIndex(where: { $0.target == target }) else { return }
            if verdict.outcome == .failed, request.rollsBack {
                rollbacks[target] = try takeBack(subjects[index], because: verdict.reason ?? "")
            }
            let record = try scene.records.finished(target, verdict, liveSince: live[target] ?? nil)
            try warn(scene.records.publish(record, on: target.commit))
            try around[index].end(verdict, report)
        }
        try tellHost(of: subjects.map(\.target), scene)
        let returned = try returns(
            rollbacks.compactMap { target, result in
                if case .pushed = result { target } else { nil }
            })
        return zip(subjects, verdicts).map { subject, verdict in
            Verified(
                target: subject.target, verdict: verdict, rollback: rollbacks[subject.target],
                returned: returned[subject.target])
        }
    }

    /// Where gx.yaml wants it: what is recorded now, of each commit of an environment once.
    private func tellHost(of targets: [VerificationTarget], _ scene: Scene) throws {
        let reports = try HostReports(
            scene.fetched.configuration, scene.fetched.estate.environments, of: repository)
        guard let reports else { return }
        let outcomes = try scene.ledger.outcomes(in: repository)
        var told: Set<[String]> = []
        for target in targets where told.insert([target.environment, "\(target.commit)"]).inserted {
            let refused = reports.tell(of: target.commit, in: target.environment, scene.ledger, outcomes)
            if let refused { try report(.warning(refused)) }
        }
    }

    /// Goes back by the way that every change takes; nobody is asked.
    private func takeBack(_ subject: Subject, because reason: String) throws -> AutomaticRollback {
        let failed = FailedDeployment(
            deployment: subject.deployment, reason: reason, cooldown: subject.rule.cooldown)
        let session = try PlanSession(
            repository, request: .takingBack(failed), wishes: PublishingWishes(), timeout: timeout,
            encryptedKeys: encryptedKeys)
        session.sign = sign
        session.report = { [report] event in
            if case .warning(let text) = event { try report(.warning(text)) }
        }
        do {
            return try AutomaticRollback(session.run())
        } catch {
            // How the deployment went is told and recorded all the same.
            return .failed(error)
        }
    }

    /// Waits until the cluster runs what was rolled back to. It is not judged: what is measured right now is still
    /// what went wrong.
    private func returns(_ targets: [VerificationTarget]) throws -> [VerificationTarget: CheckResult] {
        guard !targets.isEmpty else { return [:] }
        let scene = try scene()
        let files = ExportedFiles(scene.fetched.tip)
        var courses: [VerificationCourse] = []
        for target in targets {
            let request = VerificationRequest(target.environment, apps: [target.app], onlyOpen: false)
            guard let subject = try subjects(request, scene).first else { continue }
            let builder = try builder(subject, scene: scene, files: files)
            courses.append(
                VerificationCourse(
                    target: subject.target,
                    arrival: builder.arrival(try builder.looks(), timeout: subject.rule.timeout),
                    checks: { _ in [] }, timeout: Milliseconds(subject.rule.timeout) * 1000))
        }
        let verification = Verification(courses, on: runner)
        verification.report = { [self] event in
            // It is there or not; how good it is was found out before.
            if case .finished = event { return }
            try report(event)
        }
        var returned: [VerificationTarget: CheckResult] = [:]
        for (course, verdict) in zip(courses, try verification.run { _, _ in }) {
            let target = targets.first {
                ($0.environment, $0.app) == (course.target.environment, course.target.app)
            }
            if let target, let check = verdict.checks.first { returned[target] = check }
        }
        return returned
    }

    private func builder(_ subject: Subject, scene: Scene, files: ExportedFiles) throws -> CheckBuilder {
        let place = subject.snapshot.unit.place
        let owner = try scene.places.address(of: place).repository
        var known: [String: Bool] = [:]
        return CheckBuilder(
            target: subject.target, rule: subject.rule, snapshot: subject.snapshot,
            environment: repository.environment, files: { try files.path() },
            contains: { revision in
                if let answer = known[revision] { return answer }
                guard let id = ObjectID(hex: revision) else { return nil }
                if !owner.contains(id) {
                    // The cluster was told of it before this clone was.
                    scene.places.refresh()
                    _ = try? scene.places.tip(of: place)
                }
                guard owner.contains(id), let answer = try? owner.isAncestor(subject.target.commit, of: id)
                else { return nil }
                known[revision] = answer
                return answer
            }, committed: subject.deployment.time.seconds * 1000)
    }

    /// The commit that deployed the app after the target did; nil where none has.
    private func successor(of target: VerificationTarget, _ scene: Scene) throws -> ObjectID? {
        scene.places.refresh()
        do {
            let ledger = try Ledger(scene.fetched.configuration, resolver: scene.places, in: repository)
            let newest = ledger.newest(of: target.app, in: target.environment)?.commit
            return newest == target.commit ? nil : newest
        } catch let error as GitError {
            try report(.warning("whether something newer came can't be told: \(error)"))
            return nil
        }
    }

    private func warn(_ reason: String?) throws {
        guard let reason else { return }
        try report(.warning("the record stays here, it was not pushed: \(reason)"))
    }
}
