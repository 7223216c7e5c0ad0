internal import Git
internal import Manifests

/// An app's source repository, and how the app's versions name its commits.
final class Source {
    let history: SourceHistory
    private let version: Template?
    /// The commits of versions that were asked for; nil where there is none.
    var builtFrom: [Pinned: ObjectID?] = [:]

    init(_ history: SourceHistory, _ version: Template?) {
        (self.history, self.version) = (history, version)
    }

    private var repository: Repository { history.repository }

    /// The commit that a version was built from: by gx.yaml's `v{version}` or `{branch}-{commit}`, else a tag of the
    /// version's name, with or without a `v`. Nil where there is none.
    func commit(of version: Version) throws -> ObjectID? {
        guard let tag = version.tag else { return nil }
        if let template = self.version {
            if template.names.contains("commit") {
                let pattern = try? Pattern(template.description)
                let match = pattern?.match(tag) { name, value in
                    name != "commit" || (7...40).contains(value.count) && value.allSatisfy(\.isHexDigit)
                }
                return try match?.captures["commit"].flatMap { try repository.resolve($0) }
            }
            if let name = template.filled({ $0 == "version" ? tag : nil }),
                let id = try repository.reference("refs/tags/\(name)")
            {
                return id
            }
        }
        for name in [tag, "v\(tag)"] {
            if let id = try? repository.reference("refs/tags/\(name)") { return id }
        }
        return nil
    }

    /// The commits that brought something: those whose messages name it, or the commit itself and its picks.
    func origins(of subject: Subject) throws -> [ObjectID] {
        let tips = try repository.references(under: "refs/").map(\.target)
        switch subject {
        case .issue(let key):
            return try naming(key, in: tips) { $0.issues.contains(key) }
        case .pullRequest(let number):
            return try naming(number, in: tips) { $0.pullRequests.contains(number) }
        case .commit(let id) where repository.contains(id):
            let picks = try repository.commits(saying: ["(cherry picked from commit \(id)"], in: tips)
            return [id] + picks
        default: return []
        }
    }

    private func naming(
        _ text: String, in tips: [ObjectID], _ isNamed: (Mentions) -> Bool
    ) throws -> [ObjectID] {
        try repository.commits(saying: [text], in: tips).filter { id in
            try Message.reverted(in: repository.commit(id).message).isEmpty && isNamed(mentions(of: id))
        }
    }

    /// What the message of a commit names.
    func mentions(of commit: ObjectID) throws -> Mentions {
        Mentions(in: try repository.commit(commit), history.rules)
    }

    /// Those of some commits that contain one of several others, and no revert of it that is not reverted itself.
    func holding(_ origins: Set<ObjectID>, among commits: Set<ObjectID>) throws -> Set<ObjectID> {
        var found: Set<ObjectID> = []
        for origin in origins { found.formUnion(try holding(origin, among: commits, depth: 0)) }
        return found
    }

    private func holding(
        _ origin: ObjectID, among commits: Set<ObjectID>, depth: Int
    ) throws -> Set<ObjectID> {
        guard repository.contains(origin) else { return [] }
        let tips = Array(commits.filter { $0 != origin })
        var found = Set(try repository.descendants(of: origin, in: tips)).intersection(commits)
        if commits.contains(origin) { found.insert(origin) }
        guard !found.isEmpty, depth < 10 else { return found }
        for revert in try repository.commits(saying: ["This reverts commit \(origin)"], in: Array(found)) {
            found.subtract(try holding(revert, among: found, depth: depth + 1))
        }
        return found
    }
}
