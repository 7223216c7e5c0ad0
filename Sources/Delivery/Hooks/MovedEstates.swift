internal import Git
internal import Ledger
internal import Manifests
internal import System

/// The environments before a push and after it, by the rules from before it.
final class MovedEstates {
    let repository: Repository
    /// Without what lies in other repositories, which nobody fetches for a push.
    let configuration: Configuration
    let old: Estate
    let new: Estate
    private let before: MovedPlaces
    private let after: MovedPlaces
    private let isWhole: Bool
    private var known: Ledger?
    private lazy var keys = Result { try self.old.signatures() }

    init(
        _ repository: Repository, _ configuration: Configuration, before: MovedPlaces, after: MovedPlaces,
        cache: FileCache
    ) throws {
        var own = configuration
        own.layouts.removeAll { $0.place.repository != nil }
        isWhole = own.layouts.count == configuration.layouts.count
        (self.repository, self.configuration) = (repository, own)
        (self.before, self.after) = (before, after)
        old = try Estate(own, resolver: before, cache: cache)
        new = try Estate(own, resolver: after, cache: cache)
    }

    /// What a branch describes: before it is moved, and a new one then.
    func places(of move: BranchMove) throws -> [Place] {
        let places = move.old == nil ? after : before
        return try ReplayPlace.all(configuration, places).map(\.place).filter { place in
            try place.repository == nil && (place.branch ?? repository.defaultBranch) == move.branch
                && places.isThere(place)
        }
    }

    /// The environments that are read from a branch, but for those that come and go.
    func environments(of move: BranchMove) throws -> [String] {
        let places = Set(try places(of: move))
        let lasting = configuration.environments.filter { $0.match == nil && !$0.environment.isEphemeral }
        return try lasting.map(\.environment.name).filter { name in
            try old.apps(in: name).contains { places.contains($0.unit.place) }
        }
    }

    /// The commits that were there before.
    func tips() throws -> [ObjectID] {
        try unique(
            ReplayPlace.all(configuration, before).map(\.place).filter {
                try $0.repository == nil && before.isThere($0)
            }.map { try before.tip(of: $0).commit })
    }

    /// Who signed what, by the keys from before the push; nil where nothing has to be signed.
    func signatures() throws -> Signatures? { try keys.get() }

    /// The deployments before the push.
    func ledger() throws -> Ledger {
        if let known { return known }
        // The index is that of all layouts.
        let ledger = try Ledger(configuration, resolver: before, in: repository, index: isWhole)
        ledger.evidence = Evidence(configuration, in: repository)
        known = ledger
        return ledger
    }
}
