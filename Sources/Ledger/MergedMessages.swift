internal import Git
internal import Manifests
internal import System

/// What the commits say that first-parent history merged.
struct MergedMessages: Sendable {
    /// A history of this many commits behind one merge is another project's, or a mistake.
    private static let limit = 1000

    /// Newest first, each with its parents besides the first.
    private let commits: [(id: ObjectID, sides: [ObjectID])]
    /// What they stand on: what that has in it, they do not bring. Nil where they begin history.
    private let base: ObjectID?
    private let rules: Configuration.Issues

    init(
        _ commits: [(id: ObjectID, sides: [ObjectID])], on base: ObjectID?, _ rules: Configuration.Issues
    ) {
        self.commits = commits
        self.base = base
        self.rules = rules
    }

    /// What merges brought in, by their place among the commits. What several bring counts for the oldest.
    func mentions(in repository: Repository) throws -> [Int: Mentions] {
        var found: [Int: Mentions] = [:]
        guard commits.contains(where: { !$0.sides.isEmpty }) else { return found }
        var seen = Set(commits.map(\.id))
        try seen.formUnion(known(in: repository))
        for index in commits.indices.reversed() where !commits[index].sides.isEmpty {
            var sides: [Mentions] = []
            var next = commits[index].sides
            var count = 0
            while let id = next.popLast(), count < Self.limit {
                guard seen.insert(id).inserted, !repository.isShallow || repository.contains(id) else {
                    continue
                }
                guard
                    let side = try repository.ifSound(
                        id, what: "the commit \(id.short)", isPast: true,
                        read: { () throws(GitError) in try repository.commit(id) })
                else { continue }
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

    /// What the base has, as far as merged branches may lead into it: as `git rev-list SIDES ^BASE` finds it, newest
    /// first, until nothing is left that only a branch has.
    private func known(in repository: Repository) throws -> Set<ObjectID> {
        guard let base else { return [] }
        var isKnown: [ObjectID: Bool] = [base: true]
        for side in commits.flatMap(\.sides) where isKnown[side] == nil { isKnown[side] = false }
        var queue: [(commit: Commit, id: ObjectID)] = []
        var reached: Set<ObjectID> = []
        func reach(_ id: ObjectID) throws {
            guard reached.insert(id).inserted, !repository.isShallow || repository.contains(id) else {
                return
            }
            guard
                let commit = try repository.ifSound(
                    id, what: "the commit \(id.short)", isPast: true,
                    read: { () throws(GitError) in try repository.commit(id) })
            else { return }
            let place = queue.partitioningIndex { $0.commit.time.seconds >= commit.time.seconds }
            queue.insert((commit, id), at: place)
        }
        for id in isKnown.keys { try reach(id) }
        // Clocks that went wrong may hide that a commit is known: a few more are looked at.
        var rest = Self.slop
        var steps = 0
        while let (commit, id) = queue.popLast(), rest > 0, steps < 20 * Self.limit {
            steps += 1
            rest = isKnown[id] == true && queue.allSatisfy { isKnown[$0.id] == true } ? rest - 1 : Self.slop
            for parent in commit.parents {
                let wasKnown = isKnown[parent] == true
                isKnown[parent] = wasKnown || isKnown[id] == true
                // One that was looked at before what has it is looked at again.
                if isKnown[parent] == true, !wasKnown { reached.remove(parent) }
                try reach(parent)
            }
        }
        return Set(isKnown.filter(\.value).keys)
    }

    private static let slop = 8
}
