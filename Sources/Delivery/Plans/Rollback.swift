internal import Git
public import Ledger
public import Manifests
internal import System

/// Plans a rollback: what apps ran at a moment of the past comes back, as new edits; other environments and apps keep
/// all that they got in the same commits.
public struct Rollback {
    private let request: RollbackRequest
    private let estate: Estate
    private let ledger: Ledger
    private let encryptedKeys: EncryptedKeys
    private let holds: HoldCache

    /// - Parameters:
    ///   - ledger: That of the very commits that the estate is read from.
    ///   - encryptedKeys: Lets it see which keys of Secrets are there.
    public init(
        _ request: RollbackRequest, in estate: Estate, ledger: Ledger,
        encryptedKeys: @escaping EncryptedKeys = { _, _ in [] }
    ) {
        (self.request, self.estate, self.ledger) = (request, estate, ledger)
        self.encryptedKeys = encryptedKeys
        holds = HoldCache(in: estate)
    }

    /// Throws where the question itself can't be understood, or history is too shallow to answer it; what stands in
    /// the way of a part of it is a refusal of the plan.
    public func plan() throws -> Plan {
        let targets = try estate.environments(named: request.target)
        let branches = try targets.filter { try estate.isBranch($0.name) }
        guard branches.isEmpty || branches.count == targets.count else {
            throw DeliveryError.mixedGroup(request.target)
        }
        var plan = Plan()
        var returns: [Return] = []
        var left: [Refusal] = []
        if !request.artifacts.isEmpty, let branch = branches.first {
            throw DeliveryError.branchGoesBackWithAll(branch.name)
        }
        let chosen = try chosen(in: targets)
        for target in targets {
            returns += try self.returns(
                in: target.name, branches.isEmpty, chosen[target.name] ?? [:], plan: &plan, left: &left)
        }
        if returns.isEmpty, plan.refusals.isEmpty {
            guard let subject = request.point.subject else { return plan }
            throw DeliveryError.unconcerned(environment: request.target, subject)
        }
        // What is to be done as a whole is not begun.
        guard plan.refusals.isEmpty else { return plan }
        try fetchMissing(returns)
        let carried =
            try branches.isEmpty
            ? RollbackEdits(request, returns: returns, in: estate, encryptedKeys: encryptedKeys).plan()
            : branchPlan(of: returns)
        plan.steps = try carried.steps.map { try account(for: $0, returns) }
        plan.refusals += carried.refusals
        plan.warnings += carried.warnings
        // Where nothing goes back at all, what was left as it is says why.
        if plan.isEmpty, plan.refusals.isEmpty { plan.refusals += left }
        return plan
    }

    /// Gets the commits that a shallow clone was told of and does not have: those that are gone back to, and those that
    /// are left, all at once.
    private func fetchMissing(_ returns: [Return]) throws {
        for place in unique(returns.map(\.app.unit.place)) {
            let tip = try estate.tip(of: place)
            guard tip.repository.isShallow, let remote = try tip.remote else { continue }
            let own = returns.filter { $0.app.unit.place == place }
            let missing = unique(own.flatMap { [$0.deployment] + $0.left.map(\.deployment) }.map(\.commit))
                .filter { !tip.repository.contains($0) }
            guard !missing.isEmpty else { continue }
            let timeout = try TimeLimits(tip.repository).network
            do { try tip.repository.fetch(commits: missing, from: remote, timeout: timeout) } catch {
                // Who reads one that is missing says so.
                continue
            }
        }
    }

    // MARK: What goes back

    /// - Parameters:
    ///   - isByApp: Apps go back one by one, and not the branch as a whole.
    ///   - chosen: What of each app goes back, of those that do.
    ///   - left: Gets why apps are left as they are while others go back.
    private func returns(
        in environment: String, _ isByApp: Bool, _ chosen: [String: ChosenArtifacts], plan: inout Plan,
        left: inout [Refusal]
    ) throws -> [Return] {
        let known = try estate.apps(in: environment)
        let names = chosen.keys
        guard isByApp || Set(names) == Set(known.map(\.app)) else {
            throw DeliveryError.branchGoesBackWhole(environment, apps: known.map(\.app))
        }
        var returns: [Return] = []
        for place in unique(known.filter { names.contains($0.app) }.map(\.unit.place)) {
            let apps = known.filter { $0.unit.place == place && names.contains($0.app) }
            let tip = try estate.tip(of: place)
            let search = ReturnSearch(
                request: request, ledger: ledger, repository: tip.repository, holds: try holds[tip],
                outcomes: try ledger.outcomes(in: tip.repository), environment: environment,
                chosen: chosen)
            if isByApp { plan.refusals += try search.gone(besides: known.map(\.app)) }
            for (name, answer) in try search.answers(for: apps.map(\.app)) {
                switch answer {
                case .deployment(let number):
                    guard let app = apps.first(where: { $0.app == name }) else { continue }
                    returns.append(try self.return(of: app, to: number, search))
                    plan.warnings += try search.skipped(from: app.app, to: number)
                case .none(let refusal):
                    // One of many that was not there then is none of the question.
                    if request.allApps, apps.count > 1 {
                        plan.warnings.append("\(refusal.message): left as it is")
                        left.append(refusal)
                    } else {
                        plan.refusals.append(refusal)
                    }
                case .stop(let refusal): plan.refusals.append(refusal)
                case .unconcerned:
                    if request.point.subject == nil {
                        plan.warnings.append("\(environment) had no \(name) then: left as it is")
                    }
                }
            }
        }
        return returns
    }

    /// What goes back of which apps, by environment and app.
    private func chosen(in targets: [Environment]) throws -> [String: [String: ChosenArtifacts]] {
        let names = request.artifacts.map(ArtifactName.init)
        var chosen: [String: [String: ChosenArtifacts]] = [:]
        var asked: [AppSnapshot] = []
        let apps = try estate.apps(named: request.apps, in: targets.map(\.name))
        let all = try targets.flatMap { try estate.apps(in: $0.name) }
        if let missing = apps.first(where: { name in !all.contains { $0.app == name } }) {
            let known = unique(all.map(\.app)).sorted()
            throw ManifestsError.unknownApp(
                missing, environment: request.target, nearest: NearestName.of(missing, among: known),
                known: known)
        }
        for target in targets {
            for app in try wanted(apps, in: target.name) {
                asked.append(app)
                let own = try names.isEmpty ? ChosenArtifacts() : ChosenArtifacts(names, of: app)
                if own == nil, targets.count == 1, request.apps.contains(app.app) {
                    throw notRun(request.artifacts[0], by: [app])
                }
                chosen[target.name, default: [:]][app.app] = own
            }
        }
        for (name, text) in zip(names, request.artifacts)
        where !asked.flatMap(\.slots).contains(where: { name.names($0.artifact) }) {
            throw notRun(text, by: asked)
        }
        return chosen
    }

    private func notRun(_ artifact: String, by apps: [AppSnapshot]) -> DeliveryError {
        .notRun(
            artifact: artifact, app: unique(apps.map(\.app)).listed("and"), environment: request.target,
            known: unique(apps.flatMap(\.slots).map(\.artifact.name)).sorted())
    }

    /// - Parameter names: Of which an environment of a group may lack some.
    private func wanted(_ names: [String], in environment: String) throws -> [AppSnapshot] {
        let known = try estate.apps(in: environment)
        guard names.isEmpty else { return names.compactMap { name in known.first { $0.app == name } } }
        guard request.allApps || known.count == 1 else {
            throw DeliveryError.appNeeded(environment: environment, apps: known.map(\.app))
        }
        return known
    }

    private func `return`(of app: AppSnapshot, to number: Int, _ search: ReturnSearch) throws -> Return {
        let chain = search.line(of: app.app)
        let chosen = search.chosen[app.app] ?? ChosenArtifacts()
        let deployment = ledger[number]
        let states = chain.map { search.state($0, of: app.app) }
        let inForce = Set(ledger.line(of: chain))
        func concerns(_ deployment: Deployment) -> Bool {
            chosen.isAll || deployment.changes.contains { chosen.contains($0.named) }
        }
        // Who takes back a rollback to something older has nothing against that.
        let last = chain.first { ledger[$0].isVersion && concerns(ledger[$0]) }.map { ledger[$0] }
        let kind = chosen.isAll ? last?.kind : last?.changes.first { chosen.contains($0.named) }?.kind
        let target = search.state(number, of: app.app)
        let isForward =
            [.rollback, .race].contains(kind)
            && states.lastIndex(of: target) ?? 0 < states.lastIndex(of: states.first ?? nil) ?? 0
        return Return(
            app: app, deployment: deployment, chosen: chosen,
            left: try chain.prefix { $0 > number }.filter { concerns(ledger[$0]) }.map { left in
                Return.Left(
                    deployment: chosen.part(of: ledger[left]),
                    mentions: try mentions(of: left, since: deployment, chain),
                    isUndone: !inForce.contains(left) || search.wasTakenBack(left, of: app.app))
            },
            isForward: isForward)
    }

    /// What came with a deployment that is left. One that brought back what had been taken away brought again what
    /// had come with it the first time.
    private func mentions(of number: Int, since target: Deployment, _ chain: [Int]) throws -> Mentions {
        var mentions = ledger.contents(of: number)
        mentions.issues = try ledger.issues(broughtBy: number)
        // What a rollback since had taken from what comes back stays with that.
        let isAgain = chain.contains { between in
            (target.number + 1..<number).contains(between) && ledger[between].undone != nil
        }
        if isAgain {
            let kept = try ledger.line(of: chain.filter { $0 <= target.number })
                .flatMap { try ledger.issues(broughtBy: $0) }
            mentions.issues.removeAll(where: kept.contains)
        }
        let state = ledger[number].after
        let earlier = chain.drop { $0 >= number }
        guard let again = earlier.firstIndex(where: { ledger[$0].after == state }) else { return mentions }
        for past in earlier[again...].prefix(while: { ledger[$0].after != target.after }) {
            for issue in try ledger.issues(broughtBy: past) where !mentions.issues.contains(issue) {
                mentions.issues.append(issue)
            }
        }
        return mentions
    }

    /// The versions that a rollback leaves of an artifact: that which runs, and those between it and what comes back.
    private func versions(
        left change: VersionChange, _ own: [Return]
    ) -> [Version] {
        var versions = [change.old]
        let name = Pinned(change.artifact, change.old).artifact
        for one in own where one.app.environment == change.environment && one.app.app == change.app {
            for left in one.left where left.deployment.isVersion && !left.isUndone {
                versions += (left.deployment.after ?? []).filter { $0.artifact == name }.map {
                    Version($0.version)
                }
            }
        }
        return unique(versions).filter { $0 != change.new && $0 != Version() }
    }

    // MARK: Environments that are branches

    /// Each branch gets the tree that it had, as a new commit. gx.yaml stays: what was decided since about how to
    /// change things is not what went wrong.
    private func branchPlan(of returns: [Return]) throws -> Plan {
        var plan = Plan()
        for place in unique(returns.map(\.app.unit.place)) {
            let own = returns.filter { $0.app.unit.place == place }
            guard let environment = own.first?.app.environment,
                let newest = own.map(\.deployment).max(by: { $0.number < $1.number })
            else { continue }
            let base = try estate.tip(of: place)
            let (now, then) = try (
                base.repository.commit(base.commit).tree, base.repository.commit(newest.commit).tree
            )
            let rules = ConfigurationSource.fileName
            var edits: [TreeEdit] = []
            if let entry = try base.repository.entry(at: rules, inTree: now) {
                edits = [.put(path: rules, id: entry.id)]
            } else if try base.repository.entry(at: rules, inTree: then) != nil {
                edits = [.remove(path: rules)]
            }
            let tree = try base.repository.tree(editing: then, edits)
            guard tree != now else { continue }
            let after = try estate.apps(in: environment, at: place, tree: tree)
            // What pins versions is told by them.
            let pinned = Set(
                (own.map(\.app) + after).flatMap(\.slots).flatMap(\.pins).map(\.file))
            let changed = try base.repository.changes(from: now, to: tree).filter {
                !pinned.contains($0.path)
            }
            plan.steps.append(
                Step(
                    place: place, base: base, environments: [environment],
                    changes: try estate.versionChanges(
                        in: environment, at: place, becoming: after, from: nil, withRemovals: true),
                    configuration: changed.map { "\($0.path)\($0.new == nil ? ", which goes" : "")" },
                    content: .tree(tree)))
        }
        return plan
    }

    // MARK: What is said of it

    private func account(for step: Step, _ returns: [Return]) throws -> Step {
        var step = step
        let own = returns.filter { one in
            one.app.unit.place == step.place && step.environments.contains(one.app.environment)
        }
        let isWhole = request.withConfiguration || step.isWholeTree
        var left: [Return.Left] = []
        for one in own.flatMap(\.left) where isWhole || one.deployment.isVersion { left.append(one) }
        left.sort { $0.deployment.number > $1.deployment.number }
        step.restoration = Restoration(
            points: own.map { $0.chosen.part(of: $0.deployment) }, left: left.map(\.deployment),
            artifacts: unique(own.flatMap(\.chosen.names)), kept: step.restoration?.kept ?? [],
            isForward: own.allSatisfy(\.isForward),
            withConfiguration: isWhole, reason: request.reason)
        var contents = ReleaseContents()
        for one in left
        where !one.isUndone && !contents.removed.contains(where: { $0.commit == one.deployment.commit }) {
            let commit = try step.base.repository.commit(one.deployment.commit)
            contents.removed.append(ReleaseContents.Entry(commit, mentioning: one.mentions))
        }
        step.contents = contents
        if request.holds {
            step.holds = unique(
                step.changes.flatMap { change -> [HoldTrailer] in
                    let isForward = own.contains {
                        ($0.app.environment, $0.app.app) == (change.environment, change.app) && $0.isForward
                    }
                    guard change.old != Version(), !isForward else { return [] }
                    return versions(left: change, own).map { version in
                        HoldTrailer(
                            .hold, environment: change.environment, app: change.app, version: version,
                            artifact: change.artifact.name, reason: request.reason)
                    }
                })
        }
        return step
    }
}

extension RollbackRequest.Point {
    /// The issue, version or commit that the question is about.
    fileprivate var subject: String? {
        switch self {
        case .named(let text), .before(let text): text
        case .commit(let id): id.short
        case .previous, .deploymentsAgo, .date: nil
        }
    }
}

extension Step {
    fileprivate var isWholeTree: Bool { if case .tree = content { true } else { false } }
}
