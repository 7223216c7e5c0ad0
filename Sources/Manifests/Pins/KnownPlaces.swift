public import Git

/// Places as this clone knows them, for commands that read: the newest of a local branch and of what was
/// last fetched from its remote.
public final class KnownPlaces: PlaceResolver {
    private let repositories: Repositories
    private var tips: [Place: Tip] = [:]

    public init(_ repository: Repository) {
        repositories = Repositories(repository)
    }

    public func tip(of place: Place) throws -> Tip {
        if let known = tips[place] { return known }
        let repository = try repositories[place.repository]
        guard let name = try place.branch ?? repository.defaultBranch,
            let tips = try repository.branchTips(name),
            let commit = try repository.tip(of: name)
        else {
            throw ManifestsError.noBranch(branch: place.branch, repository: place.repository)
        }
        let isLocal = tips.local == commit
        let tip = Tip(
            repository: repository, ref: isLocal ? "refs/heads/\(name)" : tips.tracking?.name ?? name,
            commit: commit)
        self.tips[place] = tip
        return tip
    }

    public func branches(of repository: String?) throws -> [String] {
        try repositories[repository].branchNames
    }
}
