internal import Git
internal import Manifests

/// First-parent history from a tip backwards, with what each commit changed in some folders. In a partial clone what it
/// lacks comes for many commits at once, for more the further back it goes: one by one each would cost a connection.
struct StepsBack {
    struct Step {
        var commit: Commit
        var changes: [Change]
    }

    private let repository: Repository
    private let folders: Set<String>
    /// Files whose contents before each change are going to be read.
    private let files: Set<String>
    private var walk: FirstParents
    private var ready: [(commit: Commit, parent: Commit?)] = []
    private var count = 32

    init(from tip: Tip, _ folders: Set<String>, reading files: Set<String>) throws {
        (repository, self.folders, self.files) = (tip.repository, folders, files)
        walk = try tip.repository.firstParents(from: tip.commit)
    }

    /// Nil after the last.
    mutating func next() throws -> Step? {
        if ready.isEmpty { try fill() }
        guard let step = ready.popLast() else { return nil }
        return Step(commit: step.commit, changes: try changes(by: step.commit, after: step.parent))
    }

    private func changes(by commit: Commit, after parent: Commit?) throws -> [Change] {
        try repository.changes(from: parent?.tree, to: commit.tree, entering: folders.contains)
    }

    private mutating func fill() throws {
        guard repository.isPartial else {
            if let step = try walk.step() { ready = [step] }
            return
        }
        while ready.count < count, let step = try walk.step() { ready.append(step) }
        count *= 2
        try repository.prefetch(ready.flatMap { [$0.commit.tree, $0.parent?.tree].compactMap(\.self) })
        let before = try ready.flatMap { try changes(by: $0.commit, after: $0.parent) }
            .filter { files.contains($0.path) }.compactMap { $0.old?.id }
        try repository.prefetch(before)
        ready.reverse()
    }
}
