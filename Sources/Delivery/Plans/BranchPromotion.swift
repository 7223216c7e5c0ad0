internal import Git
internal import Manifests
internal import System

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
        for name in request.apps
        where try !targets.contains(where: { try estate.app(name, in: $0.name) != nil }) {
            // One that is new there comes with its branch.
            let sources = request.source.map { [$0] } ?? targets.flatMap(\.after)
            let isComing = try sources.flatMap { try estate.environments(named: $0) }
                .contains { try estate.app(name, in: $0.name) != nil }
            guard !isComing else { continue }
            let known = unique(try targets.flatMap { try estate.apps(in: $0.name).map(\.app) }).sorted()
            throw ManifestsError.unknownApp(
                name, environment: request.target, nearest: NearestName.of(name, among: known), known: known)
        }
        for target in targets {
            for place in try places(of: target.name, estate) {
                let source = try source(request, target: target, place: place, estate: estate)
                let merge = try BranchMerge(source, into: target.name, at: place, estate: estate)
                switch try merge.outcome() {
                case .everythingThere:
                    plan.warnings.append("\(target.name) has everything that \(source.name) has")
                case .refused(let refusals): plan.refusals += refusals
                case .step(let step, let tree):
                    plan.refusals += try unnamed(request, step, tree: tree, in: estate)
                    plan.steps.append(step)
                    plan.warnings += try merge.secretGaps(tree, encryptedKeys: encryptedKeys)
                }
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

    /// Why a merge is not what was asked for: it would change other apps than those that were named.
    private static func unnamed(
        _ request: PromotionRequest, _ step: Step, tree: ObjectID, in estate: Estate
    ) throws -> [Refusal] {
        guard !request.apps.isEmpty, let environment = step.environments.first else { return [] }
        let repository = step.base.repository
        let now = try estate.apps(in: environment).filter { $0.unit.place == step.place }
        let after = try estate.apps(in: environment, at: step.place, tree: tree)
        let changed = try Set(
            repository.changes(from: repository.commit(step.base.commit).tree, to: tree).map(\.path))
        let isNamed = { (app: AppSnapshot) in request.apps.contains(app.app) }
        // What no app can be told to need is part of all.
        let own = Set((now + after).filter(isNamed).flatMap(\.files))
        let others = (now + after).filter { !isNamed($0) }.filter { app in
            step.changes.contains { $0.app == app.app }
                || app.files.contains { changed.contains($0) && !own.contains($0) }
        }
        guard !others.isEmpty else { return [] }
        return [
            Refusal(
                code: .coupled, environment: environment, app: nil,
                message:
                    "\(environment) is a branch, and a branch is promoted as a whole: \(unique(others.map(\.app)).listed("and")) would change too",
                hint: "name all of them, or take --all")
        ]
    }

    private static func source(
        _ request: PromotionRequest, target: Environment, place: Place, estate: Estate
    ) throws -> BranchMerge.Source {
        if request.source == nil, let proposed = place.proposed {
            let tip = try estate.tip(of: Place(repository: place.repository, branch: proposed))
            return BranchMerge.Source(name: proposed, environment: nil, tip: tip)
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
        return BranchMerge.Source(
            name: first.1.branch ?? first.0, environment: first.0, tip: try estate.tip(of: first.1))
    }
}
