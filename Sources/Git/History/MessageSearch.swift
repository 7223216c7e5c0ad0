internal import System

/// The commits that a branch got and whose message contains one of some texts, in any case. git looks for them beside
/// gx, until they are asked for. What was found is kept in the common git directory, so that next time only the
/// messages of new commits are read.
public struct MessageSearch {
    private let repository: Repository
    private let tip: ObjectID
    private let memory: String
    private let known: [ObjectID]
    private let run: GitCommand.Started?

    public init(in tip: ObjectID, of repository: Repository, for texts: [String]) throws(GitError) {
        (self.repository, self.tip) = (repository, tip)
        let name = try ObjectID.hash(ofBlob: Array(texts.joined(separator: "\n").utf8)).short
        memory = "\(repository.commonDirectory)/gx/messages-\(name)"
        let past = try Self.remembered(memory, before: tip, in: repository)
        known = past?.found ?? []
        guard past?.tip != tip else {
            run = nil
            return
        }
        let arguments = ["rev-list", "--topo-order", "--reverse", "--fixed-strings", "--regexp-ignore-case"]
        let range = [tip.description] + (past.map { ["^\($0.tip)"] } ?? [])
        run = try repository.git(arguments + texts.map { "--grep=\($0)" } + range + ["--"])
            .start("search messages")
    }

    /// In the order in which the branch got them, oldest first: what a merge brought counts from that merge on. In a
    /// shallow clone these are those that it has.
    public func commits() throws(GitError) -> [ObjectID] {
        guard let run else { return known }
        let found = try run.output().text.split(separator: "\n").compactMap { ObjectID(hex: $0) }
        let all = known + (try ordered(found))
        remember(all)
        return all
    }

    private func ordered(_ found: [ObjectID]) throws(GitError) -> [ObjectID] {
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

    // MARK: What is kept

    /// What was found up to a tip: hex ids, a line each, the tip first. Nil where nothing is known of an ancestor. A
    /// shallow clone can be deepened, and keeps nothing.
    private static func remembered(
        _ file: String, before tip: ObjectID, in repository: Repository
    ) throws(GitError) -> (tip: ObjectID, found: [ObjectID])? {
        guard !repository.isShallow, let bytes = try system(try readFile(file)) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        let ids = lines.dropLast().compactMap { ObjectID(hex: $0) }
        // A file that was cut short is as good as none; the last line is empty.
        guard let past = ids.first, ids.count == lines.count - 1, lines.last?.isEmpty == true,
            ids.allSatisfy(repository.contains)
        else { return nil }
        if past != tip { guard try repository.isAncestor(past, of: tip) else { return nil } }
        return (past, Array(ids.dropFirst()))
    }

    /// Whether the tip stays when what came into a quarantine vanishes.
    private var isKept: Bool {
        (try? repository.references(under: "refs/").contains { $0.target == tip }) ?? false
    }

    /// Nothing depends on it: what can't be written is searched again.
    private func remember(_ found: [ObjectID]) {
        guard !repository.isShallow, !repository.isReceiving, !repository.isQuarantined || isKept else {
            return
        }
        repository.makeMemoryFolder()
        let text = ([tip] + found).map { "\($0)\n" }.joined()
        replaceFile(memory, Array(text.utf8))
    }
}
