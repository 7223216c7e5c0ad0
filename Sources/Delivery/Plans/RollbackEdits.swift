internal import Git
internal import Ledger
internal import Manifests
internal import System

/// The edits that give apps what they had.
struct RollbackEdits {
    private let request: RollbackRequest
    private let returns: [Return]
    private let estate: Estate
    private let scope: PlanScope
    private let encryptedKeys: EncryptedKeys

    init(
        _ request: RollbackRequest, returns: [Return], in estate: Estate,
        encryptedKeys: @escaping EncryptedKeys
    ) {
        (self.request, self.returns, self.estate) = (request, returns, estate)
        self.encryptedKeys = encryptedKeys
        scope = PlanScope(
            includes: { user in
                returns.contains { ($0.app.environment, $0.app.app) == (user.environment, user.app) }
            }, verb: "roll back", takesOwnAlong: true,
            moves: { app, artifact in
                returns.contains {
                    ($0.app.environment, $0.app.app) == (app.environment, app.app)
                        && $0.chosen.contains(artifact)
                }
            })
    }

    /// An app, now and then.
    private struct Pair {
        var now: AppSnapshot
        var then: AppSnapshot
        /// The tree that it was in, and its files.
        var tree: ObjectID
        var files: Checkout
        var origin: Return

        /// The artifacts that had another version.
        var changed: Set<Artifact>

        init(_ now: AppSnapshot, then: AppSnapshot, tree: ObjectID, files: Checkout, origin: Return) {
            (self.now, self.then, self.tree, self.files, self.origin) = (now, then, tree, files, origin)
            let pairs = SlotPairing.pair(then, now).pairs
            let differing = pairs.filter { $0.source.version != $0.target.version }.map(\.target.artifact)
            changed = Set(differing.filter(origin.chosen.contains))
        }
    }

    func plan() throws -> Plan {
        var refusals: [Refusal] = []
        var pairs: [Pair] = []
        for one in returns {
            let (app, place) = (one.app, one.app.unit.place)
            let tree = try estate.tip(of: place).repository.commit(one.deployment.commit).tree
            let then = try estate.apps(in: app.environment, at: place, tree: tree, named: one.deployment.app)
                .first
            guard let then else {
                refusals.append(
                    Refusal(
                        code: .absent, environment: app.environment, app: app.app,
                        message:
                            "\(app.environment) had no \(one.deployment.app) at \(one.deployment.commit.short)",
                        hint: nil))
                continue
            }
            if request.withConfiguration, then.app != app.app {
                refusals.append(
                    Refusal(
                        code: .absent, environment: app.environment, app: app.app,
                        message:
                            "\(app.app) was called \(then.app) then, and its files were elsewhere: only versions can go back",
                        hint: "leave out --with-config"))
                continue
            }
            pairs.append(
                Pair(app, then: then, tree: tree, files: try estate.checkout(place, tree: tree), origin: one))
        }
        guard refusals.isEmpty else { return Plan(refusals: refusals) }
        let rules = estate.configuration.promote
        let moves = !(rules.files.isEmpty && rules.trees.isEmpty && rules.paths.isEmpty)
        // Files belong to the app as a whole.
        let isMoved = moves && !request.versionOnly && request.artifacts.isEmpty
        var plan =
            try request.withConfiguration || isMoved
            ? withConfiguration(pairs) : versions(of: pairs, in: estate)
        guard plan.refusals.isEmpty else { return plan }
        let files = plan.plannedFiles
        for pair in pairs { plan.warnings += try secretGaps(pair, files) }
        return plan
    }

    /// What the older version found in Secrets, and would not find any more.
    private func secretGaps(_ pair: Pair, _ changes: PlannedFiles) throws -> [String] {
        let (environment, place) = (pair.now.environment, pair.now.unit.place)
        let past = try SecretScope(
            of: pair.then,
            among: { try estate.apps(in: environment, at: place, tree: pair.tree) },
            checkout: { $0 == place ? pair.files : try estate.checkout($0) }, encryptedKeys: encryptedKeys)
        let present = try SecretScope(
            of: pair.now, in: estate, changes: changes, encryptedKeys: encryptedKeys)
        return try SecretGap.all(
            of: pair.now, present, comparedWith: "\(pair.origin.deployment.commit.short)", past,
            needing: past
        ).map(\.warning)
    }

    // MARK: Versions

    private func versions(of pairs: [Pair], in estate: Estate) throws -> Plan {
        var builder = PlanBuilder(estate, scope, create: true)
        for pair in pairs { try move(pair, &builder) }
        let rules = estate.configuration.promote.protectedPaths
        let kept = try kept(pairs, by: builder.plan(protecting: rules))
        if request.holds {
            let switches = Switches(estate, scope)
            for pair in pairs where !pair.origin.isForward && !pair.changed.isEmpty {
                try switches.turnOff(for: pair.now, pair.changed, &builder)
            }
        }
        var plan = try builder.plan(protecting: rules)
        for index in plan.steps.indices {
            plan.steps[index].restoration = Restoration(
                points: [], left: [], kept: kept[plan.steps[index].place] ?? [], withConfiguration: false)
        }
        return plan
    }

    private func move(_ pair: Pair, _ builder: inout PlanBuilder) throws {
        let (now, then) = (pair.now, pair.then)
        let (pairs, ambiguous) = SlotPairing.pair(then, now)
        let chosen = pair.origin.chosen
        for slot in ambiguous where chosen.contains(slot.artifact) {
            builder.refuse(
                Refusal(
                    code: .ambiguous, environment: now.environment, app: now.app,
                    message:
                        "it ran \(slot.artifact) in several versions then, and which one is meant can't be told",
                    hint: "say it with gx promote --image \(slot.artifact.name)=VERSION"))
        }
        for slot in now.slots where !slot.pins.isEmpty && chosen.contains(slot.artifact) {
            let isKnown = pairs.contains { $0.target == slot } || ambiguous.contains(slot)
            if !isKnown {
                builder.warn("\(now.environment)/\(now.app) did not run \(slot.artifact) then: it stays")
            }
        }
        let artifacts = Set(now.slots.map(\.artifact) + pairs.map(\.source.artifact))
        for slot in then.slots
        where !slot.pins.isEmpty && !artifacts.contains(slot.artifact) && chosen.contains(slot.artifact) {
            builder.warn("\(now.environment)/\(now.app) ran \(slot.artifact) then, and does so no more")
        }
        let moves = try pairs.map { then, slot in
            var move = Move(target: now, slot: slot, version: then.version, sourceSlot: then)
            move.fileBefore = try fileBefore(slot, then: then, pair: pair)
            return move
        }
        // What belongs to it goes along.
        for group in try Coupling.groups(moves, in: estate)
        where group.contains(where: { chosen.contains($0.slot.artifact) }) {
            try builder.add(together: group)
        }
    }

    /// For an override that came since, and hides what would have the version of then, its file as it was.
    private func fileBefore(_ slot: Slot, then: Slot, pair: Pair) throws -> Move.Before? {
        let places = Set((then.pins + then.hidden).map(\.location))
        var inherited = slot
        inherited.pins = slot.hidden.filter { pin in then.pins.contains { $0.location == pin.location } }
        guard let pin = slot.pins.first, slot.pins.allSatisfy({ !places.contains($0.location) }),
            inherited.pins.count == then.pins.count, inherited.version == then.version
        else { return nil }
        guard let yaml = try pair.files.file(at: pin.file)?.yaml else { return .missing }
        return .file(yaml)
    }

    // MARK: Configuration

    /// Configuration first, then versions on top of what that makes: what was inherited then may not be any more.
    private func withConfiguration(_ pairs: [Pair]) throws -> Plan {
        var builder = PlanBuilder(estate, scope, create: true)
        for pair in pairs where request.withConfiguration || pair.now.app == pair.then.app {
            let past = ConfigurationMove.Past(
                files: pair.files, name: pair.origin.deployment.commit.short, includes: scope.includes,
                isMeant: try request.withConfiguration ? { _ in true } : movedAlong(with: pair))
            try ConfigurationMove(restoring: past, in: estate).restore(pair.now, as: pair.then, &builder)
        }
        let first = try builder.plan(protecting: estate.configuration.promote.protectedPaths)
        guard first.refusals.isEmpty, !first.isEmpty else {
            var plan = try versions(of: pairs, in: estate)
            plan.refusals = first.refusals + plan.refusals
            plan.warnings = first.warnings + plan.warnings
            return plan
        }
        let restored = try Estate(
            estate.configuration, resolver: PlannedPlaces(estate.resolver, after: first.steps))
        var left: [Pair] = []
        for var pair in pairs {
            guard let app = try restored.app(pair.now.app, in: pair.now.environment) else {
                return Plan(refusals: [
                    Refusal(
                        code: .absent, environment: pair.now.environment, app: pair.now.app,
                        message: "with the configuration of then \(pair.now.app) would be gone",
                        hint: "leave out --with-config")
                ])
            }
            pair.now = app
            left.append(pair)
        }
        let second = try versions(of: left, in: restored)
        return try merge(first, second: second, pairs: pairs)
    }

    /// Which files are as the deployments that are left made them: nobody has changed one in between, or since.
    private func movedAlong(with pair: Pair) throws -> (String) throws -> Bool {
        let place = pair.now.unit.place
        let tip = try estate.tip(of: place)
        let repository = tip.repository
        // Oldest first: how files were before each of them, and after.
        var trees: [(before: ObjectID, after: ObjectID)] = []
        for left in pair.origin.left.reversed() where left.deployment.isVersion {
            let commit = left.deployment.commit
            guard repository.contains(commit), let parent = try repository.commit(commit).parents.first,
                repository.contains(parent)
            else { return { _ in false } }
            trees.append((try repository.commit(parent).tree, try repository.commit(commit).tree))
        }
        let now = try repository.commit(tip.commit).tree
        let states = [pair.tree] + trees.flatMap { [$0.before, $0.after] } + [now]
        return { file in
            let ids = try states.map { try repository.entry(at: file, inTree: $0)?.id }
            return stride(from: 0, to: ids.count - 1, by: 2).allSatisfy { ids[$0] == ids[$0 + 1] }
        }
    }

    /// One plan of two that were made one on top of the other.
    private func merge(_ first: Plan, second: Plan, pairs: [Pair]) throws -> Plan {
        var plan = Plan(
            refusals: second.refusals, warnings: first.warnings + second.warnings)
        for place in unique(first.steps.map(\.place) + second.steps.map(\.place)) {
            let (lower, upper) = (
                first.steps.first { $0.place == place }, second.steps.first { $0.place == place }
            )
            guard var step = lower ?? upper else { continue }
            step.base = try estate.tip(of: place)
            step.environments = unique((lower?.environments ?? []) + (upper?.environments ?? []))
            step.switches = upper?.switches ?? []
            var files: [String: FileChange] = [:]
            for change in (lower?.files ?? []) + (upper?.files ?? []) {
                files[change.path] = FileChange(
                    path: change.path, mode: change.mode, old: files[change.path]?.old ?? change.old,
                    new: change.new)
            }
            step.content = .files(files.values.filter { $0.old != $0.new }.sorted { $0.path < $1.path })
            plan.steps.append(step)
        }
        let after = try Estate(
            estate.configuration, resolver: PlannedPlaces(estate.resolver, after: plan.steps))
        let kept = try kept(pairs, by: plan)
        for index in plan.steps.indices {
            let place = plan.steps[index].place
            plan.steps[index].changes = try pairs.filter { $0.now.unit.place == place }.flatMap { pair in
                try after.app(pair.now.app, in: pair.now.environment)?.versionChanges(
                    since: pair.now, from: nil, withRemovals: true) ?? []
            }
            plan.steps[index].restoration = Restoration(
                points: [], left: [], kept: kept[place] ?? [],
                withConfiguration: request.withConfiguration)
        }
        return plan
    }

    // MARK: What stays

    /// The files that were changed since then, and that the plan does not bring back.
    private func kept(_ pairs: [Pair], by plan: Plan) throws -> [Place: [String]] {
        var kept: [Place: Set<String>] = [:]
        // Those of an app that was called otherwise were elsewhere.
        // With a part of it, nothing else was asked about.
        for pair in pairs where pair.now.app == pair.then.app && pair.origin.chosen.isAll {
            let place = pair.now.unit.place
            let now = try estate.checkout(place)
            let changes = plan.steps.first { $0.place == place }?.files ?? []
            for file in pair.now.files + pair.then.files {
                let then = pair.files.id(of: file)
                guard now.id(of: file) != then else { continue }
                if let change = changes.first(where: { $0.path == file }),
                    try change.new.map({ try ObjectID.hash(ofBlob: $0) }) == then
                {
                    continue
                }
                kept[place, default: []].insert(file)
            }
        }
        return kept.mapValues { $0.sorted() }
    }
}

extension Step {
    /// The files that change; none where the step is a whole tree.
    public var files: [FileChange] { if case .files(let files) = content { files } else { [] } }
}
