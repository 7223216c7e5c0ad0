internal import System

/// The commits that a branch got and whose message contains one of some texts, in any case. git looks for them beside
/// gx, until they are asked for.
public struct MessageSearch {
    private let repository: Repository
    private let tip: ObjectID
    private let run: GitCommand.Started

    public init(in tip: ObjectID, of repository: Repository, for texts: [String]) throws(GitError) {
        let arguments = ["rev-list", "--topo-order", "--reverse", "--fixed-strings", "--regexp-ignore-case"]
        (self.repository, self.tip) = (repository, tip)
        run = try repository.git(arguments + texts.map { "--grep=\($0)" } + [tip.description, "--"])
            .start("search messages")
    }

    /// In the order in which the branch got them, oldest first: what a merge brought counts from that merge on. In a
    /// shallow clone these are those that it has.
    public func commits() throws(GitError) -> [ObjectID] {
        let found = try run.output().text.split(separator: "\n").compactMap { ObjectID(hex: $0) }
        guard found.count > 1 else { return found }
        let line = try repository.commits(in: [tip], firstParentOnly: true)
        let positions = Dictionary(uniqueKeysWithValues: zip(line, line.indices))
        var arrivals: [(id: ObjectID, age: Int)] = []
        for id in found {
            if let age = positions[id] {
                arrivals.append((id, age))
            } else {
                arrivals.append((id, try age(of: id, on: line)))
            }
        }
        // Those that came by one merge stay in the order that they had among themselves.
        let order = arrivals.indices.sorted {
            (-arrivals[$0].age, $0) < (-arrivals[$1].age, $1)
        }
        return order.map { arrivals[$0].id }
    }

    /// Which of the commits, newest first, is the oldest that contains another one.
    private func age(of id: ObjectID, on line: [ObjectID]) throws(GitError) -> Int {
        var (low, high) = (0, line.count)
        while low < high {
            let middle = (low + high) / 2
            if try contains(id, in: line[middle]) { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    private func contains(_ id: ObjectID, in commit: ObjectID) throws(GitError) -> Bool {
        do {
            return try repository.isAncestor(id, of: commit)
        } catch {
            // Not by any way that this clone has.
            if case .tooShallow = error { return false }
            throw error
        }
    }
}
