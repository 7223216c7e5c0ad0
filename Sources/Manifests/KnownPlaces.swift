public import Git

/// Places as this clone knows them, for commands that read: the newest of a local branch and of what was
/// last fetched from its remote.
public final class KnownPlaces: PlaceResolver {
    private let home: Repository
    private var repositories: [String: Repository] = [:]
    private var tips: [Place: Tip] = [:]

    public init(_ repository: Repository) {
        home = repository
    }

    public func tip(of place: Place) throws -> Tip {
        if let known = tips[place] { return known }
        let repository = try repository(place.repository)
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
        let repository = try self.repository(repository)
        var names = try Set(repository.references(under: "refs/heads/").map { String($0.name.dropFirst(11)) })
        for reference in try repository.references(under: "refs/remotes/") {
            let name = reference.name.dropFirst(13)
            guard let slash = name.firstIndex(of: "/") else { continue }
            let branch = name[name.index(after: slash)...]
            if branch != "HEAD" { names.insert(String(branch)) }
        }
        return names.sorted()
    }

    private func repository(_ path: String?) throws -> Repository {
        guard let path else { return home }
        if let known = repositories[path] { return known }
        // Relative to the root of the manifest repository, wherever gx was started.
        let root = home.workTree ?? home.gitDirectory
        let repository = try Repository.discover(from: path.hasPrefix("/") ? path : "\(root)/\(path)")
        repositories[path] = repository
        return repository
    }
}
