internal import Git
internal import Ledger
internal import Manifests

/// The environments and apps at the tips that were fetched, by the rules that stand there.
struct FetchedEstate {
    let places: FetchedPlaces
    /// Where the rules are from.
    let tip: Tip
    let estate: Estate
    /// The manifest repository.
    private let repository: Repository

    var configuration: Configuration { estate.configuration }

    init(_ places: FetchedPlaces, in repository: Repository, cache: FileCache = FileCache()) throws {
        (self.places, self.repository) = (places, repository)
        tip = try places.tip(of: Place())
        // A clone of one commit judges by what it is told.
        _ = try SharedLedger.told(
            to: tip, asks: tip.repository.isQuarantined, timeout: TimeLimits(tip.repository).network)
        let source = ConfigurationSource(repository, resolver: places, cache: cache)
        estate = try Estate(source.forWriting(at: tip).configuration, resolver: places, cache: cache)
    }

    /// All deployments, read anew each time.
    func ledger() throws -> Ledger {
        let ledger = try Ledger(configuration, resolver: places, in: repository)
        ledger.evidence = Evidence(configuration, in: repository)
        return ledger
    }

    /// What this was read from, as it was at a moment; nil where that is now.
    func past(_ moment: Moment?) throws -> Estate? {
        guard let moment, moment.when != .now else { return nil }
        let members = try Set(estate.environments(named: moment.environment).map(\.name))
        return try Estate(
            configuration,
            resolver: Ledger(configuration, resolver: places, in: repository)
                .places(at: moment, of: members, in: repository, places))
    }
}
