internal import Git
internal import Manifests

/// What the commits say that first-parent history merged.
struct MergedMessages: Sendable {
    /// A history of this many commits behind one merge is another project's, or a mistake.
    private static let limit = 1000

    /// Newest first, each with its parents besides the first.
    private let commits: [(id: ObjectID, sides: [ObjectID])]
    private let rules: Configuration.Issues

    init(_ commits: [(id: ObjectID, sides: [ObjectID])], _ rules: Configuration.Issues) {
        self.commits = commits
        self.rules = rules
    }

    /// What merges brought in, by their place among the commits. What several bring counts for the oldest.
    func mentions(in repository: Repository) throws -> [Int: Mentions] {
        var found: [Int: Mentions] = [:]
        guard commits.contains(where: { !$0.sides.isEmpty }) else { return found }
        var seen = Set(commits.map(\.id))
        for index in commits.indices.reversed() where !commits[index].sides.isEmpty {
            var sides: [Mentions] = []
            var next = commits[index].sides
            var count = 0
            while let id = next.popLast(), count < Self.limit {
                guard seen.insert(id).inserted, !repository.isShallow || repository.contains(id) else {
                    continue
                }
                let side = try repository.commit(id)
                sides.append(Mentions(in: side, rules))
                next += side.parents
                count += 1
            }
            var mentions = Mentions()
            mentions.add(sides)
            if mentions != Mentions() { found[index] = mentions }
        }
        return found
    }
}
