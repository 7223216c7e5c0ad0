internal import Git
internal import Ledger
internal import Manifests

/// The environments before a push and after it, by the rules from before it.
final class MovedEstates {
    let repository: Repository
    /// Without what lies in other repositories, which nobody fetches for a push.
    let configuration: Configuration
    let old: Estate
    let new: Estate
    private let before: MovedPlaces
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
        (self.repository, self.configuration, self.before) = (repository, own, before)
        old = try Estate(own, resolver: before, cache: cache)
        new = try Estate(own, resolver: after, cache: cache)
    }

    /// What a branch describes, if it did so before.
    func places(of branch: String) throws -> [Place] {
        try ReplayPlace.all(configuration, before).map(\.place).filter { place in
            try place.repository == nil && (place.branch ?? repository.defaultBranch) == branch
                && before.isThere(place)
        }
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
