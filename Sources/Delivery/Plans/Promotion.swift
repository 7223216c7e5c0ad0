internal import Git
internal import Ledger
public import Manifests
internal import System
internal import YAML

/// Plans a promotion: which artifacts of which apps get which version, and what moves along.
public enum Promotion {
    /// Throws where the question itself can't be understood; what stands in the way of a part of it is a
    /// refusal of the plan. `encryptedKeys` lets it see which keys of Secrets are there.
    ///
    /// - Parameter past: What the source is taken from, where that is not as it is now.
    public static func plan(
        _ request: PromotionRequest, in estate: Estate, from past: Estate? = nil,
        encryptedKeys: @escaping EncryptedKeys = { _, _ in [] }
    ) throws -> Plan {
        let targets = unique(try request.targets.flatMap { try estate.environments(named: $0) })
        var request = request
        let named = request.apps
        request.apps = try estate.apps(named: named, in: targets.map(\.name))
        if try targets.contains(where: { try BranchPromotion.merges(request, $0, in: estate) }) {
            guard try targets.allSatisfy({ try BranchPromotion.merges(request, $0, in: estate) }) else {
                throw DeliveryError.mixedGroup(request.target)
            }
            guard past == nil else { throw DeliveryError.branchAsItIs(request.target) }
            return try BranchPromotion.plan(request, targets, in: estate, encryptedKeys: encryptedKeys)
        }
        var scope = PlanScope.promotion(of: request.apps, to: targets.map(\.name))
        if !request.given.isEmpty {
            scope.moves = { [given = request.given] _, artifact in
                given.contains { ArtifactName($0.name).names(artifact) }
            }
        }
        var builder = PlanBuilder(estate, scope, create: request.create)
        builder.source = past ?? estate
        // Not every environment of a group has every app.
        for name in request.apps
        where try !targets.contains(where: { try estate.app(name, in: $0.name) != nil }) {
            throw try unknownApp(
                name, place: targets.count == 1 ? targets[0].name : request.target, environments: targets,
                estate: estate)
        }
        for target in targets {
            for name in try apps(request, target: target, estate: estate)
            where !request.leaving.contains(Plan.Part(environment: target.name, app: name)) {
                try promote(
                    name, to: target, named, request: request, estate: estate, from: past, builder: &builder)
            }
            if request.allApps, request.given.isEmpty {
                try skipMissing(in: target, request, estate: past ?? estate, &builder)
            }
        }
        var plan = try builder.plan(protecting: estate.configuration.promote.protectedPaths)
        try plan.warnOfSecrets(builder.pairs, in: estate, encryptedKeys: encryptedKeys)
        if plan.isEmpty, plan.refusals.isEmpty, builder.compared == 0, request.leaving.isEmpty {
            // What stands at a place of an app that the target lacks is no more to be compared than the app.
            let places = try plan.skipped.filter { try estate.app($0.app, in: $0.environment) != nil }
            plan.refusals.append(nothingCompared(request, targets: targets, skipped: places))
        }
        return plan
    }

    /// The apps that the request names, in one target.
    private static func apps(_ request: PromotionRequest, target: Environment, estate: Estate) throws
        -> [String]
    {
        if !request.apps.isEmpty { return request.apps }
        let names = try estate.apps(in: target.name).map(\.app)
        guard request.allApps || names.count == 1 else {
            throw DeliveryError.appNeeded(environment: target.name, apps: names)
        }
        return names
    }

    /// - Parameter named: The apps as the request names them: of those that a pattern stands for some may have no source.
    private static func promote(
        _ name: String, to target: Environment, _ named: [String], request: PromotionRequest, estate: Estate,
        from past: Estate?, builder: inout PlanBuilder
    ) throws {
        guard let app = try estate.app(name, in: target.name) else { return }
        if !request.given.isEmpty {
            try builder.add(together: try given(request, app: app, builder: &builder))
            return
        }
        guard
            let source = try source(
                of: name, for: target, named, request, estate: past ?? estate, builder: &builder)
        else {
            return
        }
        if past == nil { builder.pairs.append((source, app)) }
        let moves = try self.moves(from: source, to: app, request, &builder)
        for group in try Coupling.groups(moves, in: estate) {
            try builder.add(together: group)
        }
        if !request.versionOnly || !request.files.isEmpty {
            try ConfigurationMove(promoting: request, in: estate, from: past).move(
                from: source, to: app, &builder)
        }
    }

    private static func unknownApp(
        _ name: String, place: String, environments: [Environment], estate: Estate
    ) throws -> ManifestsError {
        let known = unique(try environments.flatMap { try estate.apps(in: $0.name).map(\.app) }).sorted()
        return .unknownApp(
            name, environment: place, nearest: NearestName.of(name, among: known), known: known)
    }

    /// The app where it comes from: in `--from`, else in the environment before the target.
    private static func source(
        of name: String, for target: Environment, _ named: [String], _ request: PromotionRequest,
        estate: Estate, builder: inout PlanBuilder
    ) throws -> AppSnapshot? {
        let names =
            try request.source.map { [$0] }
            ?? {
                let before = estate.configuration.predecessors(of: target, app: name)
                if before.isEmpty { throw DeliveryError.noEnvironmentBefore(target.name) }
                return before
            }()
        let environments = try names.flatMap { try estate.environments(named: $0) }.filter {
            $0.name != target.name
        }
        guard !environments.isEmpty else { throw DeliveryError.sameEnvironment(target.name) }
        let candidates = try environments.compactMap { try estate.app(name, in: $0.name) }
        guard let first = candidates.first else {
            if request.allApps || !named.contains(name) {
                builder.warn(
                    "\(name) is not in \(environments.map(\.name).joined(separator: ", ")): left as it is")
                return nil
            }
            throw try unknownApp(
                name, place: names.joined(separator: ", "), environments: environments, estate: estate)
        }
        guard candidates.allSatisfy({ $0.pinned == first.pinned }) else {
            throw DeliveryError.severalBefore(
                environment: target.name, app: name, sources: candidates.map(\.environment))
        }
        return first
    }

    /// The apps that the environments before a target have, and it does not have.
    private static func skipMissing(
        in target: Environment, _ request: PromotionRequest, estate: Estate, _ builder: inout PlanBuilder
    ) throws {
        let own = Set(try builder.estate.apps(in: target.name).map(\.app))
        let names =
            request.source.map { [$0] }
            ?? unique(own.sorted().flatMap { estate.configuration.predecessors(of: target, app: $0) })
        let sources = unique(try names.flatMap { try estate.environments(named: $0) })
        for source in sources where source.name != target.name {
            for app in try estate.apps(in: source.name) where !own.contains(app.app) {
                guard let pin = app.slots.lazy.flatMap(\.pins).first else { continue }
                builder.skip(
                    SkippedPlace(
                        environment: target.name, app: app.app, file: pin.file,
                        reason: "\(app.app) of \(source.name) is not in \(target.name)"))
            }
        }
    }

    private static func moves(
        from source: AppSnapshot, to target: AppSnapshot, _ request: PromotionRequest,
        _ builder: inout PlanBuilder
    ) throws -> [Move] {
        let (pairs, ambiguous) = SlotPairing.pair(source, target)
        builder.compared += pairs.count
        for place in skipped(source, target: target, compared: pairs.map(\.source)) { builder.skip(place) }
        for slot in ambiguous {
            builder.refuse(
                Refusal(
                    code: .ambiguous, environment: target.environment, app: target.app,
                    message:
                        "\(source.environment) runs \(slot.artifact) in several versions, and which one is meant can't be told",
                    hint: "say it with --image \(slot.artifact.name)=VERSION"))
        }
        // Among all apps there may be some that have no versions.
        if pairs.isEmpty, ambiguous.isEmpty, !request.allApps { builder.refuse(unpinned(source, target)) }
        for (origin, slot) in pairs where origin.version != slot.version {
            for pin in origin.pins {
                if let remark = try PinRemark.rendering(
                    pin, in: source, builder.source.checkout(source.unit.place))
                {
                    builder.warn(remark)
                }
            }
        }
        return pairs.map { origin, slot in
            Move(
                target: target, slot: slot, version: origin.version, source: source.environment,
                sourceSlot: origin)
        }
    }

    /// What may say a version of the app, and is not compared.
    private static func skipped(
        _ source: AppSnapshot, target: AppSnapshot, compared: [Slot]
    ) -> [SkippedPlace] {
        func place(_ file: String, _ reason: String) -> SkippedPlace {
            SkippedPlace(environment: target.environment, app: target.app, file: file, reason: reason)
        }
        let notes = unique(target.notes + source.notes).map { place($0.file, $0.text) }
        let artifacts = Set(compared.map(\.artifact))
        let alone = source.slots.filter { !$0.pins.isEmpty && !artifacts.contains($0.artifact) }
        return notes
            + alone.map {
                place(
                    $0.pins[0].file,
                    "\($0.artifact) \($0.version) of \(source.environment) has no counterpart in \(target.environment)"
                )
            }
    }

    /// Why there is nothing to write in the target.
    private static func unpinned(_ source: AppSnapshot, _ target: AppSnapshot) -> Refusal {
        let message: String
        if source.slots.isEmpty {
            message =
                "\(source.environment) pins no version of \(source.app)"
                + (source.notes.first.map { ": \($0.file): \($0.text)" } ?? "")
        } else if target.slots.isEmpty, let note = target.notes.first {
            message = "\(note.file): \(note.text)"
        } else {
            message = "\(target.environment) runs nothing that \(source.environment) has a version of"
        }
        return Refusal(
            code: target.slots.isEmpty && !target.notes.isEmpty ? .template : .unknownArtifact,
            environment: target.environment, app: target.app, message: message,
            hint: pinHint(target.notes.first?.file ?? source.notes.first?.file))
    }

    /// Nothing was seen: that is no reason to say that nothing is to be done.
    private static func nothingCompared(
        _ request: PromotionRequest, targets: [Environment], skipped: [SkippedPlace]
    ) -> Refusal {
        Refusal(
            code: .unknownArtifact, environment: targets.map(\.name).joined(separator: ", "), app: nil,
            message: "no version there has a counterpart in \(request.source ?? "the environment before"): "
                + "nothing was compared",
            hint: skipped.isEmpty
                ? "'layout:' of gx.yaml, with {env} and {app}, says which files are the same app's"
                : pinHint(skipped[0].file))
    }

    private static func pinHint(_ file: String?) -> String {
        "say in gx.yaml where the version stands: pins: [{ files: \(file ?? "FILE"), path: PATH, artifact: NAME }]"
    }

    /// Versions from the command line, each for every slot of its artifact.
    private static func given(
        _ request: PromotionRequest, app: AppSnapshot, builder: inout PlanBuilder
    ) throws -> [Move] {
        let couples = try app.slots.map { try Coupling.couples(of: $0, at: app.unit.place, builder.estate) }
        var moves: [Move] = []
        for given in request.given {
            for slot in try slots(of: given, app, &builder) {
                moves.append(Move(target: app, slot: app.slots[slot], version: given.version))
                let files = Set(app.slots[slot].pins.map(\.file))
                for note in app.notes where files.contains(note.file) {
                    builder.skip(
                        SkippedPlace(
                            environment: app.environment, app: app.app, file: note.file, reason: note.text))
                }
                // What belongs to it moves with it.
                for (other, couple) in zip(app.slots, couples)
                where other.artifact != app.slots[slot].artifact
                    && Coupling.areOne(app.slots[slot], aCouples: couples[slot], b: other, bCouples: couple)
                {
                    moves.append(Move(target: app, slot: other, version: Version(tag: given.version.tag)))
                }
            }
        }
        builder.compared += moves.count
        return moves
    }

    /// Which of the app's slots are named; none where that is refused.
    private static func slots(
        of given: PromotionRequest.Given, _ app: AppSnapshot, _ builder: inout PlanBuilder
    ) throws -> [Int] {
        func find(_ kind: Artifact.Kind, _ isWanted: (Slot) -> Bool = { _ in true }) -> [Int] {
            let named = PromotionRequest.Given(kind, name: given.name, version: given.version)
            return app.slots.indices.filter { named.names(app.slots[$0].artifact) && isWanted(app.slots[$0]) }
        }
        var found = find(given.kind)
        if given.kind == .chart {
            // A chart may be an OCI artifact, which no container runs, or come from Git.
            if found.isEmpty { found = find(.image) { $0.isFetched } }
            if found.isEmpty { found = find(.image) { $0.workloads.isEmpty } }
            if found.isEmpty { found = find(.git) }
        }
        guard !found.isEmpty else {
            throw DeliveryError.notRun(
                artifact: given.name, app: app.app, environment: app.environment,
                known: app.slots.filter { $0.artifact.kind == given.kind }.map(\.artifact.name))
        }
        func artifacts(_ slots: [Int]) -> [Artifact] { unique(slots.map { app.slots[$0].artifact }) }
        let own = found.filter { given.isFrom(app.slots[$0].artifact) }
        guard let first = own.first else {
            builder.refuse(
                Refusal(
                    code: .otherRepository, environment: app.environment, app: app.app,
                    message:
                        "\(given.repository ?? "") is another repository than \(artifacts(found).map(\.name).joined(separator: " and ")), which runs there",
                    hint:
                        "give the tag or the digest alone if they are the same image; else edit the name first"
                ))
            return []
        }
        let exact = own.filter { app.slots[$0].artifact.name == given.name }
        var meant = exact.isEmpty ? own : exact
        // Where a container's image and an artifact that Flux fetches are called alike, it is the container's.
        let run = meant.filter { !app.slots[$0].isFetched }
        if given.kind == .image, !run.isEmpty { meant = run }
        guard given.kind == .git || artifacts(meant).count == 1 else {
            builder.refuse(
                Refusal(
                    code: .ambiguous, environment: app.environment, app: app.app,
                    message: "\(given.name) may be \(artifacts(meant).map(\.name).joined(separator: " or "))",
                    hint: "write it whole: \(app.slots[first].artifact.name)=VERSION"))
            return []
        }
        return meant
    }
}

extension Slot {
    /// Whether it is what Flux fetches as the source of a chart or of manifests, and no container runs.
    fileprivate var isFetched: Bool {
        !pins.isEmpty && pins.allSatisfy { Array($0.path.steps.prefix(2)) == [.key("spec"), .key("ref")] }
    }
}

extension Estate {
    /// True where the environment is a branch: it is promoted by a merge, not by editing pins.
    func isBranch(_ environment: String) throws -> Bool {
        guard configuration.layouts.contains(where: { $0.place.branch != nil }) else { return false }
        return try units.contains { $0.environment == environment && $0.place.branch != nil }
    }
}

extension AppSnapshot {
    /// What runs in which version, for comparing two environments.
    var pinned: [Artifact: Set<Version>] {
        slots.reduce(into: [:]) { if !$1.pins.isEmpty { $0[$1.artifact, default: []].insert($1.version) } }
    }
}
