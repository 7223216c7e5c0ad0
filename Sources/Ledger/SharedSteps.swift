internal import Git

/// What commits changed, by file, for all who walk the same history: a plan of thousands of apps would else compare the
/// same two trees for each. The first few compare no more than their own folders.
final class SharedSteps {
    private static let few = 8

    private var asked: [ObjectID: Int] = [:]
    private var known: [ObjectID: [String: Change]] = [:]

    /// Nil for the first who ask, and in a partial clone, which has no more trees than were asked for.
    func changes(
        by commit: Commit, after parent: Commit?, _ repository: Repository
    ) throws -> [String: Change]? {
        guard !repository.isPartial else { return nil }
        if let known = known[commit.id] { return known }
        asked[commit.id, default: 0] += 1
        guard asked[commit.id, default: 0] > Self.few else { return nil }
        let all = Dictionary(
            try repository.changes(from: parent?.tree, to: commit.tree).map { ($0.path, $0) },
            uniquingKeysWith: { first, _ in first })
        known[commit.id] = all
        return all
    }
}
