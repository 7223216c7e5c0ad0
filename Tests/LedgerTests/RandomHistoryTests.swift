import Git
import Glibc
import Ledger
import Manifests
import System
import TestSupport
import Testing

/// Whatever commits do to files, an index that goes on from where it ended says what reading all anew says.
///
/// `GX_RANDOM_HISTORIES=1000` tries as many, which takes minutes.
@Suite struct RandomHistoryTests {
    private static let count = ProcessEnvironment()["GX_RANDOM_HISTORIES"].flatMap { Int($0) } ?? 40

    @Test(arguments: 0..<count) func isExtended(_ seed: Int) throws {
        let scratch = try ScratchRepository(configuration: ReplayTests.configuration)
        let repository = try scratch.repository()
        var history = RandomHistory(seed: UInt64(seed), in: repository)
        for step in 0..<14 {
            let what = try history.commit()
            // By one commit or by several.
            guard step == 13 || history.random.below(3) > 0 else { continue }
            let (kept, fresh) = (try scratch.ledger(index: true), try scratch.ledger())
            #expect(
                (0..<kept.count).map { kept[$0] } == (0..<fresh.count).map { fresh[$0] },
                "history \(seed), step \(step): \(what)")
            #expect(kept.standIns.map(\.path) == fresh.standIns.map(\.path), "history \(seed), step \(step)")
        }
    }
}

/// Commits that put files of a few kinds where they matter to each other, change them and take them away.
private struct RandomHistory {
    var random: SplitMix
    private let repository: Repository
    private var files: [String: String] = [:]
    private var tip: ObjectID?
    private var number = 0

    private static let choices = ReplayTests.steps.flatMap { step in
        step.sorted { $0.key < $1.key }.map { (path: $0.key, text: $0.value) }
    }

    init(seed: UInt64, in repository: Repository) {
        (random, self.repository) = (SplitMix(state: seed), repository)
    }

    /// Goes on by a commit, and says what it does.
    mutating func commit() throws -> [String] {
        var edits: [String: TreeEdit] = [:]
        for _ in 0..<(number == 0 ? 12 : 1 + random.below(2)) {
            let (path, text) = draw()
            if let text {
                files[path] = text
                edits[path] = .put(path: path, id: try repository.write(blob: Array(text.utf8)))
            } else if files.keys.contains(where: { $0 == path || $0.hasPrefix("\(path)/") }), edits.isEmpty {
                files = files.filter { $0.key != path && !$0.key.hasPrefix("\(path)/") }
                edits[path] = .remove(path: path)
                break
            }
        }
        number += 1
        let base = try tip.map { try repository.commit($0).tree }
        let tree = try repository.tree(editing: base, Array(edits.values))
        let time = Timestamp(seconds: ScratchFolder.start + Int64(number) * 60, offset: 0)
        let signature = Signature(name: "Ann", email: "ann@example.com", time: time)
        let commit = try repository.writeCommit(
            tree: tree, parents: [tip].compactMap(\.self), message: "PROJ-\(number): step (#\(number))",
            author: signature, committer: signature)
        try repository.update("refs/heads/main", to: commit, expecting: tip, log: "step")
        tip = commit
        return edits.keys.sorted()
    }

    /// What a commit does to a file: mostly another version in one that is there.
    private mutating func draw() -> (path: String, text: String?) {
        let versioned = files.keys.sorted().filter { files[$0]?.contains(":1") ?? false }
        if random.below(2) == 0, !versioned.isEmpty {
            let path = versioned[random.below(versioned.count)]
            let other = ":1\(random.below(9))"
            return (path, files[path]?.replacing(/:1[0-9]*/, with: other))
        }
        let choice = Self.choices[random.below(Self.choices.count)]
        if random.below(8) == 0, !files.isEmpty {
            return (files.keys.sorted()[random.below(files.count)], nil)
        }
        return choice
    }
}
