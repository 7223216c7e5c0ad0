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
        let targets = try estate.environments(named: request.target)
        if try targets.contains(where: { try estate.isBranch($0.name) }) {
            guard try targets.allSatisfy({ try estate.isBranch($0.name) }) else {
                throw DeliveryError.mixedGroup(request.target)
            }
            guard past == nil else { throw DeliveryError.branchAsItIs(request.target) }
            return try BranchPromotion.plan(request, targets, in: estate, encryptedKeys: encryptedKeys)
        }
        var builder = PlanBuilder(estate, .promotion(to: targets.map(\.name)), create: request.create)
        // Not every environment of a group has every app.
        for name in request.apps
        where try !targets.contains(where: { try estate.app(name, in: $0.name) != nil }) {
            throw try unknownApp(name, targets.count == 1 ? targets[0].name : request.target, targets, estate)
        }
        for target in targets {
            for name in try apps(request, target, estate) {
                try promote(name, to: target, request, estate, from: past, &builder)
            }
        }
        var plan = try builder.plan(protecting: estate.configuration.promote.protectedPaths)
        try plan.warnOfSecrets(builder.pairs, in: estate, encryptedKeys: encryptedKeys)
        return plan
    }

    /// The apps that the request names, in one target.
    private static func apps(_ request: PromotionRequest, _ target: Environment, _ estate: Estate) throws
        -> [String]
    {
        if !request.apps.isEmpty { return request.apps }
        let names = try estate.apps(in: target.name).map(\.app)
        guard request.allApps || names.count == 1 else {
            throw DeliveryError.appNeeded(environment: target.name, apps: names)
        }
        return names
    }

    private static func promote(
        _ name: String, to target: Environment, _ request: PromotionRequest, _ estate: Estate,
        from past: Estate?, _ builder: inout PlanBuilder
    ) throws {
        guard let app = try estate.app(name, in: target.name) else { return }
        if !request.given.isEmpty {
            try builder.add(together: try given(request, app))
            return
        }
        guard let source = try source(of: name, for: target, request, past ?? estate, &builder) else {
            return
        }
        if past == nil { builder.pairs.append((source, app)) }
        let moves = try self.moves(from: source, to: app, &builder)
        for group in try Coupling.groups(moves, in: estate) {
            try builder.add(together: group)
        }
        if !request.versionOnly || !request.files.isEmpty {
            try ConfigurationMove(promoting: request, in: estate, from: past).move(
                from: source, to: app, &builder)
        }
    }

    private static func unknownApp(
        _ name: String, _ place: String, _ environments: [Environment], _ estate: Estate
    ) throws -> ManifestsError {
        let known = unique(try environments.flatMap { try estate.apps(in: $0.name).map(\.app) }).sorted()
        return .unknownApp(
            name, environment: place, nearest: NearestName.of(name, among: known), known: known)
    }

    /// The app where it comes from: in `--from`, else in the environment before the target.
    private static func source(
        of name: String, for target: Environment, _ request: PromotionRequest, _ estate: Estate,
        _ builder: inout PlanBuilder
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
            if request.allApps {
                builder.warn(
                    "\(name) is not in \(environments.map(\.name).joined(separator: ", ")): left as it is")
                return nil
            }
            throw try unknownApp(name, names.joined(separator: ", "), environments, estate)
        }
        guard candidates.allSatisfy({ $0.pinned == first.pinned }) else {
            throw DeliveryError.severalBefore(
                environment: target.name, app: name, sources: candidates.map(\.environment))
        }
        return first
    }

    private static func moves(from source: AppSnapshot, to target: AppSnapshot, _ builder: inout PlanBuilder)
        throws -> [Move]
    {
        let (pairs, ambiguous) = SlotPairing.pair(source, target)
        for slot in ambiguous {
            builder.refuse(
                Refusal(
                    code: .ambiguous, environment: target.environment, app: target.app,
                    message:
                        "\(source.environment) runs \(slot.artifact) in several versions, and which one is meant can't be told",
                    hint: "say it with --image \(slot.artifact.name)=VERSION"))
        }
        if pairs.isEmpty, ambiguous.isEmpty { builder.refuse(unpinned(source, target)) }
        return pairs.map { origin, slot in
            Move(
                target: target, slot: slot, version: origin.version, source: source.environment,
                sourceSlot: origin)
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
            environment: target.environment, app: target.app, message: message, hint: nil)
    }

    /// Versions from the command line, each for every slot of its artifact.
    private static func given(_ request: PromotionRequest, _ app: AppSnapshot) throws -> [Move] {
        var moves: [Move] = []
        for given in request.given {
            let slots = app.slots.filter { given.names($0.artifact) }
            guard !slots.isEmpty else {
                throw DeliveryError.notRun(
                    artifact: given.name, app: app.app, environment: app.environment,
                    known: app.slots.filter { $0.artifact.kind == given.kind }.map(\.artifact.name))
            }
            for slot in slots {
                moves.append(Move(target: app, slot: slot, version: given.version))
                // What says the same version in the same file moves with it.
                for other in app.slots
                where other.artifact != slot.artifact && Coupling.sayTheSame(slot, other) {
                    moves.append(Move(target: app, slot: other, version: Version(tag: given.version.tag)))
                }
            }
        }
        return moves
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

/// Pins that move together or not at all.
enum Coupling {
    /// Moves in groups that stand or fall together: those whose source pins stand in one file with equal
    /// versions, and those that `couple:` of gx.yaml names.
    static func groups(_ moves: [Move], in estate: Estate) throws -> [[Move]] {
        let named = try moves.map { try couples(of: $0.slot, at: $0.target.unit.place, estate) }
        var groups: [[Int]] = []
        for index in moves.indices {
            let group = groups.firstIndex { group in
                group.contains { other in
                    if let a = moves[other].sourceSlot, let b = moves[index].sourceSlot, sayTheSame(a, b) {
                        return true
                    }
                    return !named[other].isDisjoint(with: named[index])
                }
            }
            if let group { groups[group].append(index) } else { groups.append([index]) }
        }
        return groups.map { $0.map { moves[$0] } }
    }

    /// Which of `couple:`, in which file, name a pin of the slot.
    private static func couples(of slot: Slot, at place: Place, _ estate: Estate) throws -> Set<String> {
        var found: Set<String> = []
        for (number, paths) in estate.configuration.couples.enumerated() {
            for pin in slot.pins {
                guard
                    let document = try estate.checkout(place).file(at: pin.file)?.yaml?.documents[
                        pin.document]
                else { continue }
                let isNamed = paths.contains { path in
                    path.matches(in: document).contains { $0.path == pin.path }
                }
                if isNamed { found.insert("\(number) \(pin.file)") }
            }
        }
        return found
    }

    /// The two stand in one file with equal versions.
    static func sayTheSame(_ a: Slot, _ b: Slot) -> Bool {
        guard !files(a).isDisjoint(with: files(b)), let tag = a.version.tag ?? a.version.digest else {
            return false
        }
        return tag == b.version.tag || tag == b.version.digest
    }

    private static func files(_ slot: Slot) -> Set<String> { Set(slot.pins.map(\.file)) }
}
