internal import Git
internal import Manifests

/// First-parent history from a tip backwards, with what each commit changed of some files. In a partial clone what it
/// lacks comes for many commits at once, for more the further back it goes: one by one each would cost a connection.
struct StepsBack {
    struct Step {
        var commit: Commit
        var changes: [Change]
    }

    private let repository: Repository
    private let files: Set<String>
    /// Those of which the contents before each change are going to be read.
    private let read: Set<String>
    private let folders: Set<String>
    private let known: SharedSteps
    private var walk: FirstParents
    private var ready: [(commit: Commit, parent: Commit?)] = []
    private var count = 32

    /// - Parameter known: What others found out who walk the same history.
    init(from tip: Tip, _ files: Set<String>, reading read: Set<String>, sharing known: SharedSteps) throws {
        (repository, self.files, self.read, self.known) = (tip.repository, files, read, known)
        folders = Self.folders(of: files)
        walk = try tip.repository.firstParents(from: tip.commit)
    }

    /// Nil after the last.
    mutating func next() throws -> Step? {
        if ready.isEmpty { try fill() }
        guard let step = ready.popLast() else { return nil }
        return Step(commit: step.commit, changes: try changes(by: step.commit, after: step.parent))
    }

    private func changes(by commit: Commit, after parent: Commit?) throws -> [Change] {
        if let all = try known.changes(by: commit, after: parent, repository) {
            return files.compactMap { all[$0] }
        }
        return try repository.changes(from: parent?.tree, to: commit.tree, entering: folders.contains)
            .filter { files.contains($0.path) }
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
            .filter { read.contains($0.path) }.compactMap { $0.old?.id }
        try repository.prefetch(before)
        ready.reverse()
    }

    private static func folders(of files: Set<String>) -> Set<String> {
        var folders: Set<String> = []
        for file in files {
            var rest = file[...]
            while let slash = rest.lastIndex(of: "/") {
                rest = rest[..<slash]
                guard folders.insert(String(rest)).inserted else { break }
            }
        }
        return folders
    }
}
