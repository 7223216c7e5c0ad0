public import Git
internal import Ledger
internal import Manifests
internal import System

/// What speaks against a push or a commit, by the rules that gx keeps itself.
public struct MoveRefusal: Hashable, Sendable {
    /// `prod-eu/api 1.4.1 -> 1.4.2`, a file; nil where it is about all of it.
    public var subject: String?
    /// The commit that is to blame, where that is known.
    public var commit: ObjectID?
    /// Lower case, without a full stop.
    public var message: String
    /// What to do next.
    public var hint: String?
}

/// Judges what others bring to the branches that environments are read from: no version that is held, nothing past a
/// gate, a window or a lock without an answer for it, nothing protected along with a version.
///
/// The rules are those from before the move, so that nobody takes one away with what it forbids. What counts is where the
/// branches end: what came and went on the way was never deployed. Nothing is written.
public struct MoveReview {
    public enum Concern: Sendable, CaseIterable {
        case holds
        /// Gates, windows and locks. Commands and pages that a gate asks are not asked.
        case gates
        /// Approvals for environments that pull requests deploy to. Whoever hosts these counts reviews, which nobody else
        /// sees, where it merges them itself.
        case reviews
        case protection
        /// That gx.yaml can still be read.
        case rules
        /// That what has to be signed is.
        case signatures
    }

    private let repository: Repository
    private let moves: [BranchMove]
    private let concerns: Set<Concern>
    private let cache = FileCache()

    /// - Parameter moves: In the order in which they were said.
    public init(
        _ repository: Repository, moves: [BranchMove], concerns: Set<Concern> = Set(Concern.allCases)
    ) {
        (self.repository, self.moves, self.concerns) = (repository, moves, concerns)
    }

    /// Every reason not to take it; none where nothing speaks against it.
    public func refusals() throws -> [MoveRefusal] {
        let moves = moves.filter { $0.old != $0.new }
        guard !moves.isEmpty else { return [] }
        let before = MovedPlaces(
            repository, Dictionary(moves.map { ($0.branch, $0.old) }) { first, _ in first })
        let after = MovedPlaces(
            repository, Dictionary(moves.map { ($0.branch, $0.new) }) { first, _ in first })
        guard try before.isThere(Place()) else { return [] }
        guard try after.isThere(Place()) else {
            guard try file(before.tip(of: Place()).commit) != nil else { return [] }
            return [
                MoveRefusal(
                    message: "\(ConfigurationSource.fileName) is read from the branch that is to go",
                    hint: "make another branch the default one first")
            ]
        }
        var refusals: [MoveRefusal] = []
        let (configuration, problem) = try rules(before, after)
        if let problem, concerns.contains(.rules) || configuration == nil { refusals.append(problem) }
        guard let configuration else { return refusals }
        let scene = try MovedEstates(repository, configuration, before: before, after: after, cache: cache)
        for move in moves {
            guard let new = move.new else {
                refusals += try loss(of: move, scene)
                continue
            }
            for place in try scene.places(of: move) {
                let moved = try MovedPlace(scene, place, from: move.old, to: new)
                if concerns.contains(.signatures) { refusals += try unsigned(moved, scene) }
                refusals += try judge(moved, scene)
            }
        }
        return unique(refusals)
    }

    /// The rules that hold, and whether the move leaves some that can't be read. Where those from before can't be, those
    /// that mend them hold.
    private func rules(_ before: MovedPlaces, _ after: MovedPlaces) throws -> (
        Configuration?, MoveRefusal?
    ) {
        func read(_ places: MovedPlaces) throws -> Configuration {
            try ConfigurationSource(repository, resolver: places, cache: cache)
                .forWriting(at: places.tip(of: Place())).configuration
        }
        let (old, new) = (try before.tip(of: Place()).commit, try after.tip(of: Place()).commit)
        var problem: MoveRefusal?
        var mended: Configuration?
        if try file(old) != file(new) {
            do { mended = try read(after) } catch let error as ManifestsError {
                problem = MoveRefusal(
                    subject: ConfigurationSource.fileName, commit: new,
                    message: "it could not be read any more: \(error.description)", hint: error.hint)
            }
        }
        do { return (try read(before), problem) } catch let error as ManifestsError {
            // Who can't read the rules lets nothing through but what mends them.
            return (
                mended,
                mended == nil
                    ? problem
                        ?? MoveRefusal(
                            subject: ConfigurationSource.fileName, commit: old,
                            message: "it can't be read, and nothing can be judged: \(error.description)",
                            hint: error.hint)
                    : problem
            )
        }
    }

    private func file(_ commit: ObjectID) throws -> ObjectID? {
        try repository.entry(at: ConfigurationSource.fileName, inTree: repository.commit(commit).tree)?.id
    }

    // MARK: One branch

    /// With the branch goes what holds and locks its environments: whoever makes it anew would pass by all of it.
    private func loss(of move: BranchMove, _ scene: MovedEstates) throws -> [MoveRefusal] {
        guard concerns.contains(.gates) else { return [] }
        return try scene.environments(of: move).map {
            MoveRefusal(
                subject: move.branch, message: "\($0) is read from it, with what is held and locked there",
                hint: "take \($0) out of gx.yaml first")
        }
    }

    private func judge(_ moved: MovedPlace, _ scene: MovedEstates) throws -> [MoveRefusal] {
        var refusals: [MoveRefusal] = []
        guard !moved.parts.isEmpty else { return [] }
        let holds = HoldCache(in: scene.new, signatures: scene.signatures)
        if let old = moved.oldTip { try holds.know(moved.tip, pushedOnto: old) }
        let keeper = GateKeeper(
            scene.new, at: moved.tip, in: repository, holds, person: { nil }, ledger: scene.ledger)
        for part in moved.parts {
            if concerns.contains(.holds) {
                for change in part.changes {
                    let held = try moved.plan(of: change).respectingHolds(holds, in: scene.new).refusals
                    refusals += try held.map {
                        MoveRefusal($0, subject: part.subject, commit: try moved.cause(of: part)?.id)
                    }
                }
            }
            if concerns.contains(.gates) {
                refusals += try gates(of: part, moved, keeper, signedBy: scene.signatures())
            }
        }
        if concerns.contains(.protection) {
            refusals += try moved.protectedChanges(by: scene.configuration.promote)
        }
        return refusals
    }

    /// What commits say that would count only if it were signed, and changes of the keys and of the rules that ask for
    /// them.
    private func unsigned(_ moved: MovedPlace, _ scene: MovedEstates) throws -> [MoveRefusal] {
        guard let signatures = try scene.signatures() else { return [] }
        let keys = "a key of \(scene.configuration.signers.joined(separator: ", "))"
        let files = scene.configuration.signers + [ConfigurationSource.fileName]
        var refusals: [MoveRefusal] = []
        for change in try moved.commits() {
            let commit = change.commit
            let lines = try TrustedLine.all(in: commit) + files.filter { try moved.changes($0, by: change) }
            guard let what = lines.first, try signatures.signer(of: commit.id) == nil else { continue }
            refusals.append(
                MoveRefusal(
                    subject: what, commit: commit.id, message: "it counts only where it is signed by \(keys)",
                    hint:
                        "set user.signingKey (with gpg.format ssh for a key of SSH) and commit.gpgSign true, and commit it anew"
                ))
        }
        return refusals
    }

    private func gates(
        of part: MovedPlace.Part, _ moved: MovedPlace, _ keeper: GateKeeper,
        signedBy signatures: Signatures?
    ) throws -> [MoveRefusal] {
        let (app, environment) = (part.after.app, part.after.environment)
        let versions = part.changes.map { Pinned($0.artifact, $0.new) }
        var closed = try keeper.answers(
            for: versions, of: app, in: environment,
            by: { try moved.cause(of: part)?.author.email.lowercased() }
        ).closed
        guard !closed.isEmpty else { return [] }
        if !concerns.contains(.reviews),
            keeper.estate.environment(named: environment)?.publish == .pullRequest
        {
            closed.removeAll { $0.gate == .approvals }
        }
        let passed = try moved.overrides(of: part, signedBy: signatures)
        closed.removeAll { passed.contains($0.gate.rawValue) }
        // What goes back waits for nobody: only a lock stops it.
        if closed.contains(where: { $0.gate != .lock }), try isReturn(part, moved: moved, keeper: keeper) {
            closed.removeAll { $0.gate != .lock }
        }
        let place = Plan.Part(environment: environment, app: app)
        return try closed.map {
            MoveRefusal($0.refusal(for: place), subject: part.subject, commit: try moved.cause(of: part)?.id)
        }
    }

    /// Whether all versions are ones that the environment had before those that it has; where that lies beyond the history
    /// of this clone, whether the commit says so.
    private func isReturn(_ part: MovedPlace.Part, moved: MovedPlace, keeper: GateKeeper) throws -> Bool {
        let own = try keeper.residences(of: part.after.app, in: part.after.environment)
        let first = { (artifact: Artifact, version: Version) in
            own.firstIndex { $0.runs([Pinned(artifact, version)]) }
        }
        let isOlder = part.changes.allSatisfy { change in
            guard let new = first(change.artifact, change.new), let old = first(change.artifact, change.old)
            else { return false }
            return new < old
        }
        guard !isOlder, try !keeper.history().ledger.isComplete else { return isOlder }
        return try moved.cause(of: part).map { commit in
            DeployTrailer.Declaration.all(in: commit.trailerLines).contains {
                $0.isRollback && $0.trailer.environment == part.after.environment
                    && $0.trailer.app == part.after.app
            }
        } ?? false
    }
}

extension MoveRefusal {
    fileprivate init(_ refusal: Refusal, subject: String, commit: ObjectID?) {
        self.init(subject: subject, commit: commit, message: refusal.message, hint: refusal.hint)
    }
}
