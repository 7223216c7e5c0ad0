internal import Git
internal import Ledger
public import Manifests

/// Places as they are now, for commands that write: the remote's tip of each branch, fetched when it is first asked
/// for; where there is no remote, or commits stay here, the local branch's.
public final class FetchedPlaces: PlaceResolver {
    /// Where commits go to.
    enum Destination {
        /// The remote's branch, with its notes.
        case remote
        /// A branch of the remote from which the remote's branch is asked to take them, with its notes, too.
        case proposal
        /// The local branch.
        case local
    }

    private let repositories: Repositories
    private let destination: Destination
    private let timeout: Duration
    /// By the common directory.
    private var sources: [String: Source] = [:]

    init(_ repository: Repository, for destination: Destination, timeout: Duration) {
        repositories = Repositories(repository)
        self.destination = destination
        self.timeout = timeout
    }

    /// Whether what was fetched is all that is needed for another destination.
    func serves(_ other: Destination) -> Bool {
        other == destination || (destination == .proposal && other == .remote)
    }

    /// Where a place is, by the names that git has for it.
    struct Address {
        var repository: Repository
        /// Nil where commits stay here.
        var remote: String?
        /// The short name.
        var branch: String
    }

    func address(of place: Place) throws -> Address {
        let source = try source(of: place.repository)
        return Address(
            repository: source.repository, remote: source.remote, branch: try branch(of: place, source))
    }

    public func tip(of place: Place) throws -> Tip {
        let source = try source(of: place.repository)
        let branch = try branch(of: place, source)
        guard let commit = try source.tip(of: branch) else {
            let isEmpty = try source.repository.references(under: "refs/").isEmpty
            throw ManifestsError.noBranch(branch: isEmpty ? nil : branch, repository: place.repository)
        }
        return Tip(repository: source.repository, ref: source.ref(of: branch), commit: commit)
    }

    public func branches(of repository: String?) throws -> [String] {
        try source(of: repository).branches()
    }

    public func prepare(_ places: [Place]) throws {
        for place in places {
            let source = try source(of: place.repository)
            source.want([try branch(of: place, source), place.proposed].compactMap(\.self))
        }
    }

    /// The tips of the remote's promotion branches, by name.
    func proposals(in repository: String?) throws -> [String: ObjectID] {
        try source(of: repository).proposals()
    }

    /// Gets as much more of a place's history as a shallow clone needs to tell what a commit and the tip have in common.
    func relate(_ commit: ObjectID, to tip: ObjectID, of place: Place) throws {
        let source = try source(of: place.repository)
        guard let remote = source.remote else { return }
        let branch = try "refs/heads/\(branch(of: place, source))"
        for count in [100, 5000, 1_000_000] where try !source.repository.isRelated(commit, tip) {
            try source.repository.deepen(branch, by: count, from: remote, timeout: timeout)
        }
    }

    /// Forgets what was fetched, so that the next question fetches it anew, all at once.
    func refresh() {
        for source in sources.values { source.forget() }
    }

    private func branch(of place: Place, _ source: Source) throws -> String {
        if let branch = place.branch { return branch }
        guard let branch = try source.defaultBranch() else {
            let isDetached = try source.repository.head.branch == nil
            throw PublishingError.noDefaultBranch(repository: place.repository, isDetached: isDetached)
        }
        return branch
    }

    private func source(of name: String?) throws -> Source {
        let repository = try repositories[name]
        if let known = sources[repository.commonDirectory] { return known }
        let source = try Source(repository, for: destination, timeout)
        sources[repository.commonDirectory] = source
        return source
    }
}

/// The branches of one repository.
private final class Source {
    let repository: Repository
    let remote: String?
    private let destination: FetchedPlaces.Destination
    private let timeout: Duration
    private var wanted: [String] = []
    /// What was said of a branch holds until `forget`: a plan must not be read from one commit and built on another.
    private var tips: [String: ObjectID] = [:]
    private var proposed: [String: ObjectID]?
    private var names: [String]?
    private var knownDefault: String?

    init(_ repository: Repository, for destination: FetchedPlaces.Destination, _ timeout: Duration) throws {
        self.repository = repository
        self.destination = destination
        self.timeout = timeout
        guard destination != .local else {
            remote = nil
            return
        }
        let branch = try repository.defaultBranch ?? "main"
        // What is deployed from a guess may go to nobody's cluster, or to the wrong one.
        let several = try repository.undecidedRemotes(of: branch)
        guard several.isEmpty else { throw DeliveryError.severalRemotes(branch: branch, several) }
        remote = try repository.homeRemote(of: branch)
    }

    func ref(of branch: String) -> String {
        remote.map { "refs/remotes/\($0)/\(branch)" } ?? "refs/heads/\(branch)"
    }

    func want(_ branches: [String]) {
        for branch in branches where !wanted.contains(branch) { wanted.append(branch) }
    }

    func tip(of branch: String) throws -> ObjectID? {
        guard let remote else {
            // A branch that is only known from a remote is made here by its first commit.
            tips[branch] =
                try tips[branch] ?? repository.reference("refs/heads/\(branch)")
                ?? repository.tip(of: branch)
            return tips[branch]
        }
        want([branch])
        while true {
            if let tip = tips[branch] { return tip }
            do {
                try fetch(from: remote)
            } catch GitError.noRemoteBranch(let missing, _) {
                if missing == branch { return nil }
                // One that was to be had along with it; whoever needs it will be told.
                wanted.removeAll { $0 == missing }
            }
        }
    }

    /// The tips of promotion branches.
    func proposals() throws -> [String: ObjectID] {
        if let remote, proposed == nil { try fetch(from: remote) }
        return proposed ?? [:]
    }

    func branches() throws -> [String] {
        let names = try names ?? listedBranches()
        self.names = names
        return names
    }

    /// What is asked of the remote where this clone has never been told.
    func defaultBranch() throws -> String? {
        if let knownDefault { return knownDefault }
        if let remote, try repository.reference("refs/remotes/\(remote)/HEAD") == nil {
            knownDefault = try repository.defaultBranch(ofRemote: remote, timeout: timeout)
        }
        knownDefault = try knownDefault ?? repository.defaultBranch
        return knownDefault
    }

    func forget() {
        tips = [:]
        proposed = nil
    }

    /// Fetches what is wanted and not known yet.
    private func fetch(from remote: String) throws {
        let isFirst = tips.isEmpty && proposed == nil
        let withProposals = destination == .proposal && proposed == nil
        let prefixes = PromotionBranch.prefixes
        let found = try repository.fetch(
            branches: wanted.filter { tips[$0] == nil } + (withProposals ? prefixes.map { $0 + "*" } : []),
            notesUnder: isFirst ? RecordStore.prefix : nil,
            beside: isFirst && !repository.knowsHistory ? SharedLedger.ref : nil, from: remote,
            timeout: timeout)
        if withProposals {
            proposed = found.filter { found in prefixes.contains { found.key.hasPrefix($0) } }
        }
        tips.merge(found) { known, _ in known }
    }

    private func listedBranches() throws -> [String] {
        guard let remote else { return try repository.branchNames }
        let prefix = "refs/heads/"
        return try repository.references(ofRemote: remote, matching: [prefix + "*"], timeout: timeout)
            .map { String($0.name.dropFirst(prefix.count)) }
    }
}

extension Repository {
    /// False where only the edge of a shallow clone keeps two commits apart.
    fileprivate func isRelated(_ left: ObjectID, _ right: ObjectID) throws -> Bool {
        do { _ = try mergeBase(left, right) } catch GitError.tooShallow { return false }
        return true
    }
}
