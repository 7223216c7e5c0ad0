import Git
import Glibc
import Ledger
import Manifests
import System
import TestSupport
import Testing

/// Whatever commits do to files, an index that goes on from where it ended says what reading all anew says.
///
/// `GX_RANDOM_HISTORIES=1000` tries as many, which takes minutes; with `GX_RANDOM_SEED=500` from there on.
@Suite struct RandomHistoryTests {
    private static let seeds = SplitMix.seeds(else: 40)

    @Test(arguments: seeds) func isExtended(_ seed: Int) throws {
        try compare(seed, ReplayTests.configuration, RandomHistory.less, RandomHistory.files)
    }

    /// The same where deployers' objects say what belongs together.
    @Test(arguments: seeds) func isExtendedWhereObjectsDeploy(_ seed: Int) throws {
        try compare(seed, DeployingFiles.configuration, DeployingFiles.less, DeployingFiles.choices)
    }

    /// - Parameters:
    ///   - less: Another configuration of the same environments.
    ///   - choices: What may stand in files.
    private func compare(
        _ seed: Int, _ configuration: String, _ less: String, _ choices: [(path: String, text: String?)]
    ) throws {
        let scratch = try ScratchRepository(configuration: configuration)
        let repository = try scratch.repository()
        var history = RandomHistory(seed: UInt64(seed), of: choices, in: repository)
        for step in 0..<14 {
            let what = "history \(seed), step \(step): \(try history.step().joined(separator: ", "))"
            if history.random.below(8) == 0 {
                let isLess = history.random.below(2) == 0
                try scratch.write("gx.yaml", isLess ? less : configuration)
            }
            // By one commit or by several.
            guard step == 13 || history.random.below(3) > 0 else { continue }
            let (kept, fresh) = (try scratch.ledger(index: true), try scratch.ledger())
            let numbers = 0..<fresh.count
            #expect((0..<kept.count).map { kept[$0] } == numbers.map { fresh[$0] }, "\(what)")
            guard kept.count == fresh.count else { continue }
            #expect(numbers.allSatisfy { kept.mentions(of: $0) == fresh.mentions(of: $0) }, "\(what)")
            #expect(try kept.openHolds() == fresh.openHolds(), "\(what)")
            #expect(kept.standIns.map(\.path) == fresh.standIns.map(\.path), "\(what)")
            try history.compareRecords(what)
        }
    }
}

/// Commits that put files of a few kinds where they matter to each other, change them, move them and take them away;
/// that merge, take back and hold; and tips that are given up for others, and notes.
private struct RandomHistory {
    /// Another configuration of the same environments.
    static let less = ReplayTests.configuration.replacing("  - apps/{app}/{env}/**\n", with: "")

    var random: SplitMix
    private let repository: Repository
    private var files: [String: String] = [:]
    private var tip: ObjectID?
    private var number = 0
    /// What the branch was, newest last.
    private var past: [(tip: ObjectID, files: [String: String])] = []
    private var builds: [String] = []

    private let choices: [(path: String, text: String?)]

    static let files = ReplayTests.steps.flatMap { step in
        step.sorted { $0.key < $1.key }.map { (path: $0.key, text: $0.value) }
    }

    init(seed: UInt64, of choices: [(path: String, text: String?)], in repository: Repository) {
        (random, self.choices, self.repository) = (SplitMix(state: seed), choices, repository)
    }

    /// Goes on, and says how.
    mutating func step() throws -> [String] {
        guard let tip else { return try edit() }
        switch random.below(14) {
        case 0:
            let undone = tip
            guard past.count > 1 else { return try edit() }
            let old = past[past.count - 2]
            files = old.files
            let message = "Revert\n\nThis reverts commit \(undone).\n"
            try commit(try repository.commit(old.tip).tree, [tip], message)
            return ["revert"]
        case 1:
            // A branch beside, that is merged; mostly the first parent went on, too.
            let (base, before) = (tip, files)
            _ = try edit()
            let (side, after) = (self.tip, files)
            (self.tip, files) = (base, before)
            let isAhead = random.below(2) == 0
            let first = isAhead ? try commit(nil, [base], "PROJ-\(number)1 beside") : base
            files = after
            let tree = try repository.commit(side ?? base).tree
            let message = "Merge pull request #\(number)0 from acme/side"
            try commit(tree, [first, side].compactMap(\.self), message)
            return ["merge"]
        case 2:
            let back = past[max(0, past.count - 2 - random.below(2))]
            try repository.update("refs/heads/main", to: back.tip, expecting: tip, log: "step")
            (self.tip, files) = (back.tip, back.files)
            return ["give up"]
        case 3:
            let image = "x.io/\(random.below(2) == 0 ? "a" : "web"):\(random.below(9))"
            var build = ArtifactRecord(artifact: image)
            build.issues = ["PROJ-\(number)"]
            _ = try RecordStore(repository).record(build)
            if !builds.contains(image) { builds.append(image) }
            return ["record"]
        case 4:
            let path = files.keys.sorted()[random.below(files.count)]
            let moved = "\(path.prefix { $0 != "." })-moved.yaml"
            files[moved] = files.removeValue(forKey: path)
            guard let text = files[moved] else { return [] }
            let edits: [TreeEdit] = [
                .remove(path: path), .put(path: moved, id: try repository.write(blob: Array(text.utf8))),
            ]
            let tree = try repository.tree(editing: try repository.commit(tip).tree, edits)
            try commit(tree, [tip], "Move \(path)")
            return ["move \(path)"]
        case 5:
            let act = random.below(3) == 0 ? "Unhold" : "Hold"
            try commit(nil, [tip], "\(act)\n\nGx-\(act): prod/web x.io/web:\(random.below(3))\n")
            return [act]
        default: return try edit()
        }
    }

    /// What is kept of notes says what notes read anew say.
    func compareRecords(_ what: String) throws {
        let store = RecordStore(repository)
        let file = repository.commonDirectory + "/gx/builds"
        let kept = try builds.map { try store.builds().builds(called: $0) }
        for name in [file, "\(file)-news"] { unsafe rename(name, "\(name).aside") }
        let fresh = try builds.map { try store.builds().builds(called: $0) }
        for name in [file, "\(file)-news"] {
            unsafe unlink(name)
            unsafe rename("\(name).aside", name)
        }
        #expect(kept == fresh, "\(what)")
        #expect(kept.allSatisfy { $0.count == 1 }, "\(what)")
    }

    /// - Parameter tree: By default that of the first parent.
    @discardableResult
    private mutating func commit(
        _ tree: ObjectID?, _ parents: [ObjectID], _ message: String
    ) throws -> ObjectID? {
        number += 1
        guard let tree = try tree ?? parents.first.map({ try repository.commit($0).tree }) else { return nil }
        let time = Timestamp(seconds: ScratchFolder.start + Int64(number) * 60, offset: 0)
        let signature = Signature(name: "Ann", email: "ann@example.com", time: time)
        let commit = try repository.writeCommit(
            tree: tree, parents: parents, message: message, author: signature, committer: signature)
        let known = try repository.resolve("refs/heads/main")
        try repository.update("refs/heads/main", to: commit, expecting: known, log: "step")
        tip = commit
        past.append((commit, files))
        return commit
    }

    /// A commit that changes files.
    private mutating func edit() throws -> [String] {
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
        let base = try tip.map { try repository.commit($0).tree }
        let tree = try repository.tree(editing: base, Array(edits.values))
        try commit(tree, [tip].compactMap(\.self), "PROJ-\(number): step (#\(number))")
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
        let choice = choices[random.below(choices.count)]
        if random.below(8) == 0, !files.isEmpty {
            return (files.keys.sorted()[random.below(files.count)], nil)
        }
        return choice
    }
}
