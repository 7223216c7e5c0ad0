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
        let named = try (place.branch ?? repository.defaultBranch).flatMap { try tip(of: $0, repository) }
        guard let tip = try named ?? (place.branch == nil ? checkedOut(in: repository) : nil) else {
            throw ManifestsError.noBranch(branch: place.branch, repository: place.repository)
        }
        tips[place] = tip
        return tip
    }

    private func tip(of name: String, _ repository: Repository) throws -> Tip? {
        guard let tips = try repository.branchTips(name), let commit = try repository.tip(of: name) else {
            return nil
        }
        let isLocal = tips.local == commit
        return Tip(
            repository: repository, ref: isLocal ? "refs/heads/\(name)" : tips.tracking?.name ?? name,
            commit: commit)
    }

    /// What is checked out without a branch, as jobs for pull requests and tags have it: where there is no branch at
    /// all, it is what can be read. Named by the ref that it came by.
    private func checkedOut(in repository: Repository) throws -> Tip? {
        guard case .detached(let commit) = try repository.head else { return nil }
        let fetched = try repository.references(under: "refs/").first { $0.target == commit }
        return Tip(repository: repository, ref: fetched?.name ?? "HEAD", commit: commit)
    }

    public func branches(of repository: String?) throws -> [String] {
        try repositories[repository].branchNames
    }
}
