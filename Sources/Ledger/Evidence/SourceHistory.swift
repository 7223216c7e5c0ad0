public import Git
public import Manifests

/// The history of an app's source: what a release of it contains.
public struct SourceHistory {
    public let repository: Repository
    let rules: Configuration.Issues

    public init(_ repository: Repository, _ rules: Configuration.Issues) {
        (self.repository, self.rules) = (repository, rules)
    }

    /// What a release has that another has not, and the other way round. What is reverted within, and what the other
    /// has as another commit (`git cherry-pick`), is told.
    ///
    /// - Parameter old: Nil: nothing came before, and all of history is new.
    public func contents(from old: ObjectID?, to new: ObjectID) throws -> ReleaseContents {
        var difference = CommitDifference()
        if let old {
            difference = try repository.difference(old, new)
        } else {
            difference.onlyRight = try repository.commits(in: [new])
        }
        var contents = ReleaseContents()
        let added = try difference.onlyRight.map { try repository.commit($0) }
        let removed = try difference.onlyLeft.map { try repository.commit($0) }
        contents.added = try entries(added, difference.equivalent, since: old)
        contents.removed = try entries(removed, difference.equivalent, since: new)
        let boundary = repository.shallowBoundary
        if (added + removed).contains(where: { boundary.contains($0.id) }) {
            contents.unknown = "the clone of the source is shallow"
        }
        return contents
    }

    /// - Parameter other: What has none of these commits.
    private func entries(
        _ commits: [Commit], _ equivalent: Set<ObjectID>, since other: ObjectID?
    ) throws -> [ReleaseContents.Entry] {
        let own = Set(commits.map(\.id))
        var reverted: Set<ObjectID> = []
        // Newest first: what reverts a commit comes before it, and does nothing if it is reverted itself.
        return try commits.map { commit in
            var entry = ReleaseContents.Entry(commit, rules)
            let reverts = Message.reverted(in: commit.message)
            if reverted.contains(commit.id) {
                entry.fate = .reverted
            } else if !reverts.isEmpty {
                entry.fate = .revert
                for id in reverts { reverted.formUnion(try brought(by: id)) }
                // Its message quotes the one that it reverts.
                entry.reverted = reverts.contains(where: own.contains) ? Mentions() : entry.mentions
                entry.mentions = Mentions()
            } else if try equivalent.contains(commit.id) || isPicked(commit, from: other) {
                entry.fate = .picked
            }
            return entry
        }
    }

    /// A commit, and for a merge all that it brought.
    private func brought(by id: ObjectID) throws -> Set<ObjectID> {
        guard repository.contains(id) else { return [id] }
        let parents = try repository.commit(id).parents
        guard let first = parents.first, parents.count > 1 else { return [id] }
        return try Set(repository.commits(in: Array(parents.dropFirst()), notIn: [first])).union([id])
    }

    /// Whether the other has what a commit was picked from (`git cherry-pick -x`).
    private func isPicked(_ commit: Commit, from other: ObjectID?) throws -> Bool {
        guard let other else { return false }
        return try Message.picked(in: commit.message).contains { origin in
            try repository.contains(origin) && repository.isAncestor(origin, of: other)
        }
    }
}

/// What git writes into messages of commits.
enum Message {
    /// The commits that one says it reverts: `This reverts commit …`.
    static func reverted(in message: String) -> [ObjectID] { ids(after: "This reverts commit ", in: message) }

    /// The commits that one says it was picked from: `(cherry picked from commit …)`.
    static func picked(in message: String) -> [ObjectID] {
        ids(after: "(cherry picked from commit ", in: message)
    }

    private static func ids(after lead: String, in message: String) -> [ObjectID] {
        guard message.utf8.contains(UInt8(ascii: "\n")) else { return [] }
        var ids: [ObjectID] = []
        var rest = message[...]
        while let range = rest.firstRange(of: lead) {
            rest = rest[range.upperBound...]
            if let id = ObjectID(hex: rest.prefix(ObjectID.digitCount)) { ids.append(id) }
        }
        return ids
    }
}
