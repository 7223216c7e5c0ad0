internal import Git
internal import Manifests

/// Promotes environments that are branches: by a merge of the branch before, or of exactly the branch that
/// a hydrator proposes. Pins are not edited there.
enum BranchPromotion {
    static func plan(
        _ request: PromotionRequest, _ targets: [Environment], in estate: Estate,
        encryptedKeys: @escaping EncryptedKeys
    ) throws -> Plan {
        var plan = Plan()
        if !request.given.isEmpty || !request.files.isEmpty || request.create {
            throw DeliveryError.branchTakesAll(request.target)
        }
        for target in targets {
            for place in try places(of: target.name, estate) {
                try self.plan(
                    request, target: target, place: place, estate: estate, encryptedKeys: encryptedKeys,
                    into: &plan)
            }
        }
        return plan
    }

    /// Whether an environment is promoted by a merge. Branches that something renders may each have a root of its own:
    /// there is nothing to be merged, and versions move as they do between folders.
    static func merges(
        _ request: PromotionRequest, _ target: Environment, in estate: Estate
    ) throws -> Bool {
        guard try estate.isBranch(target.name) else { return false }
        let names = request.source.map { [$0] } ?? target.after
        let sources = try names.flatMap { try estate.environments(named: $0) }
            .flatMap { try places(of: $0.name, estate) }
        for place in try places(of: target.name, estate) where place.proposed == nil {
            let base = try estate.tip(of: place)
            for source in sources where source != place && source.branch != nil {
                let other = try estate.tip(of: source)
                guard other.repository.commonDirectory == base.repository.commonDirectory else { continue }
                if try base.repository.mergeBase(base.commit, other.commit) == nil { return false }
            }
        }
        return true
    }

    private static func places(of environment: String, _ estate: Estate) throws -> [Place] {
        var places: [Place] = []
        for unit in try estate.units where unit.environment == environment && !places.contains(unit.place) {
            places.append(unit.place)
        }
        return places
    }

    private static func plan(
        _ request: PromotionRequest, target: Environment, place: Place, estate: Estate,
        encryptedKeys: @escaping EncryptedKeys, into plan: inout Plan
    ) throws {
        let base = try estate.tip(of: place)
        let source = try self.source(request, target: target, place: place, estate: estate)
        guard source.tip.repository.commonDirectory == base.repository.commonDirectory else {
            throw DeliveryError.otherRepository(source.name, target.name)
        }
        let ours = try BranchRestorations(of: target.name, base, since: source.tip.commit).undone()
        for path in ours.conflicts {
            plan.refusals.append(
                Refusal(
                    code: .conflict, environment: target.name, app: nil,
                    message:
                        "\(path) was changed after a rollback took it back, so what it is to be can't be told",
                    hint: "merge by hand: git switch \(place.branch ?? "") && git merge \(source.name)"))
        }
        guard ours.conflicts.isEmpty else { return }
        if try base.repository.isAncestor(source.tip.commit, of: base.commit) {
            guard ours.commit != base.commit else {
                plan.warnings.append("\(target.name) has everything that \(source.name) has")
                return
            }
            let tree = try base.repository.commit(ours.commit).tree
            let after = try estate.apps(in: target.name, at: place, tree: tree)
            plan.steps.append(
                Step(
                    place: place, base: base, environments: [target.name],
                    changes: try estate.versionChanges(
                        in: target.name, at: place, becoming: after, from: source.environment),
                    configuration: [], content: .tree(tree)))
            return
        }
        guard try base.repository.mergeBase(base.commit, source.tip.commit) != nil else {
            plan.refusals.append(
                Refusal(
                    code: .conflict, environment: target.name, app: nil,
                    message:
                        "\(source.name) and \(target.name) have no common history, so they can't be merged",
                    hint: "where a hydrator prepares each branch, name its branch with 'proposed' in gx.yaml")
            )
            return
        }
        switch try base.repository.mergeTrees(ours.commit, source.tip.commit) {
        case .conflicts(let paths):
            plan.refusals.append(
                Refusal(
                    code: .conflict, environment: target.name, app: nil,
                    message:
                        "\(source.name) does not merge into \(target.name): both changed \(paths.prefix(5).joined(separator: ", "))"
                        + (paths.count > 5 ? " and \(paths.count - 5) more" : ""),
                    hint: "merge by hand: git switch \(place.branch ?? "") && git merge \(source.name)"))
        case .clean(let tree):
            let after = try estate.apps(in: target.name, at: place, tree: tree)
            let changes = try estate.versionChanges(
                in: target.name, at: place, becoming: after, from: source.environment)
            plan.steps.append(
                Step(
                    place: place, base: base, environments: [target.name], changes: changes,
                    configuration: [],
                    content: .merge(tree: tree, other: source.tip.commit)))
            if let environment = source.environment {
                let checkout = try Checkout(base.repository, tree: tree)
                for app in after {
                    guard let origin = try estate.app(app.app, in: environment) else { continue }
                    let here = try SecretScope(
                        of: app, among: { after }, checkout: { _ in checkout }, encryptedKeys: encryptedKeys)
                    let there = try SecretScope(of: origin, in: estate, encryptedKeys: encryptedKeys)
                    plan.warnings += try SecretGap.all(of: app, here, comparedWith: environment, there).map(
                        \.warning)
                }
            }
        }
    }

    private static func source(
        _ request: PromotionRequest, target: Environment, place: Place, estate: Estate
    ) throws -> (name: String, environment: String?, tip: Tip) {
        if request.source == nil, let proposed = place.proposed {
            return (proposed, nil, try estate.tip(of: Place(repository: place.repository, branch: proposed)))
        }
        let names = request.source.map { [$0] } ?? target.after
        guard !names.isEmpty else { throw DeliveryError.noEnvironmentBefore(target.name) }
        let environments = try names.flatMap { try estate.environments(named: $0) }
        let candidates = try environments.flatMap { environment in
            try places(of: environment.name, estate).map { (environment.name, $0) }
        }
        guard let first = candidates.first else { throw DeliveryError.noEnvironmentBefore(target.name) }
        guard candidates.count == 1 else {
            // Several branches of one environment can't be told apart by its name.
            throw DeliveryError.severalBranches(
                environment: target.name, branches: candidates.map { $0.1.branch ?? $0.0 })
        }
        return (first.1.branch ?? first.0, first.0, try estate.tip(of: first.1))
    }
}
