import Git
import System
import TestSupport
import Testing

@Suite struct HistoryTests {
    @Test func comparesCommits() throws {
        let scratch = try ScratchRepository()
        let base = try scratch.commit("base")
        let main = try scratch.commit("main")
        try scratch.git("checkout", "-q", "-b", "side", base.description)
        let side = try scratch.commit("side")
        try scratch.git("checkout", "-q", "--orphan", "alone")
        let alone = try scratch.commit("alone")
        let repository = try scratch.repository()
        #expect(try repository.mergeBase(main, side) == base)
        #expect(try repository.mergeBase(main, alone) == nil)
        #expect(try repository.isAncestor(base, of: side))
        #expect(try !repository.isAncestor(main, of: side))
        #expect(try repository.aheadBehind(main, side) == (1, 1))
        #expect(try repository.aheadBehind(side, base) == (1, 0))
        #expect(try repository.commits(in: [main, side], notIn: [base]) == [side, main])
    }

    @Test func walksFirstParents() throws {
        let scratch = try ScratchRepository()
        let first = try scratch.commit("first")
        try scratch.git("checkout", "-q", "-b", "side")
        try scratch.commit("side")
        try scratch.git("checkout", "-q", "main")
        let second = try scratch.commit("second")
        try scratch.git("merge", "-q", "--no-ff", "-m", "merge", "side")
        let merge = try scratch.id("HEAD")
        let repository = try scratch.repository()
        var walk = try repository.firstParents(from: merge)
        var seen: [ObjectID] = []
        while let (commit, parent) = try walk.step() {
            #expect(parent?.id == commit.parents.first)
            seen.append(commit.id)
        }
        #expect(seen == [merge, second, first])
    }

    @Test func findsCommitsByLiteralPath() throws {
        let scratch = try ScratchRepository()
        try scratch.write("a[b]/*", "1")
        let star = try scratch.commit("star")
        try scratch.write("ab/x", "1")
        try scratch.commit("other")
        try scratch.write("a[b]/*", "2")
        let again = try scratch.commit("again")
        let repository = try scratch.repository()
        #expect(try repository.commits(in: [again], touching: ["a[b]/*"]) == [again, star])
        #expect(try repository.commits(in: [again], touching: ["a[b]"], limit: 1) == [again])
        #expect(try repository.commits(in: [again], touching: ["*"], firstParentOnly: true).isEmpty)
    }

    @Test func readsDatesAsGitDoes() throws {
        let scratch = try ScratchRepository()
        let repository = try scratch.repository()
        #expect(try repository.date("2026-03-01T10:00:00Z").seconds == 1_772_359_200)
        #expect(try repository.date("2026-03-01 10:00:00 +0200").seconds == 1_772_352_000)
        let now = Timestamp.now.seconds
        #expect(abs(try repository.date("2 hours ago").seconds - (now - 7_200)) <= 5)
        #expect(abs(try repository.date("now").seconds - now) <= 5)
        #expect(try repository.date("last friday 12:00") < .now)
        for text in ["", "garbage", "never", "all", "last friday afternoon"] {
            #expect(throws: GitError.badDate(text)) { try repository.date(text) }
        }
    }

    @Test func comparesTreesAsGitDoes() throws {
        let scratch = try ScratchRepository()
        // Names around a folder in git's order, which is not that of the plain names.
        for path in ["a/x", "a/y", "a-b", "a.b", "a0", "gone/deep/file", "same/file", "turns"] {
            try scratch.write(path, path)
        }
        let old = try scratch.commit("old")
        try scratch.folder.run(
            "sh", ["-c", "rm -r gone turns; chmod +x a-b; ln -sf a-b a.b"], in: scratch.path)
        try scratch.write("turns/into/folder", "x")
        try scratch.write("a/y", "changed")
        try scratch.write("a/z", "new")
        let new = try scratch.commit("new")
        let repository = try scratch.repository()
        let trees = try (repository.commit(old).tree, repository.commit(new).tree)
        let found = try repository.changes(from: trees.0, to: trees.1).map { change in
            ":\(change.old.octal) \(change.new.octal) \(change.old.digits) \(change.new.digits) \(change.path)"
        }
        let expected = try scratch.git(
            "diff-tree", "-r", "--no-renames", "--no-abbrev", old.description, new.description
        )
        .split(separator: "\n").map { line in
            let fields = line.split { $0 == " " || $0 == "\t" }
            // git calls a change of type T, and means one path.
            return "\(fields[0]) \(fields[1]) \(fields[2]) \(fields[3]) \(fields[5])"
        }
        #expect(found.sorted() == expected.sorted())
        #expect(found.count == 7)
        let some = try repository.changes(from: trees.0, to: trees.1) { $0 == "a" }
        #expect(some.map(\.path) == ["a-b", "a.b", "a/y", "a/z", "turns"])
        #expect(try repository.changes(from: nil, to: trees.0).count == 8)
        #expect(try repository.changes(from: trees.1, to: trees.1).isEmpty)
    }
}

extension Change.Side? {
    fileprivate var octal: String {
        let digits = String(self?.mode.rawValue ?? 0, radix: 8)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }
    fileprivate var digits: String { (self?.id ?? .zero).description }
}
