import Git
import TestSupport
import Testing

@Suite struct NotesTests {
    private let ref = "refs/notes/gx/artifacts"

    @Test func linesAreAddedOnce() throws {
        let scratch = try ScratchRepository()
        let repository = try scratch.repository()
        let api = try ObjectID.hash(ofBlob: Array("api:1\n".utf8))
        let web = try ObjectID.hash(ofBlob: Array("web:1\n".utf8))
        #expect(try repository.notes(ref).lines(on: api).isEmpty)
        let first = try repository.append(
            [api: ["b", "a"], web: ["ü"]], to: ref, message: "Record api and web")
        #expect(try repository.notes(ref).lines(on: api) == ["a", "b"])
        #expect(try repository.append([api: ["a"]], to: ref, message: "again") == first)
        try repository.append([api: ["c", "c"]], to: ref, message: "more")
        let notes = try repository.notes(ref)
        #expect(try notes.lines(on: api) == ["a", "b", "c"])
        #expect(try Set(notes.all().map(\.object)) == [api, web])
        #expect(try scratch.git("notes", "--ref=gx/artifacts", "show", web.description) == "ü")
        #expect(try scratch.git("log", "--format=%s", ref) == "more\nRecord api and web")
        #expect(try scratch.git("ls-tree", "-r", "--name-only", ref).split(separator: "\n").count == 2)
        try scratch.git("fsck", "--strict")
    }

    @Test func whatGitWroteIsRead() throws {
        let scratch = try ScratchRepository()
        let commit = try scratch.commit("first")
        try scratch.git("notes", "--ref=gx/artifacts", "add", "-m", "one", commit.description)
        try scratch.git("notes", "--ref=gx/artifacts", "append", "-m", "two", commit.description)
        let repository = try scratch.repository()
        #expect(try repository.notes(ref).lines(on: commit) == ["one", "two"])
        try repository.append([commit: ["three"]], to: ref, message: "more")
        #expect(try repository.notes(ref).lines(on: commit) == ["one", "three", "two"])
        // It stood unspread, and is spread now: one place, not two.
        #expect(try scratch.git("ls-tree", "-r", "--name-only", ref).split(separator: "\n").count == 1)
    }

    @Test(arguments: [[Int](), [2], [2, 2], [2, 2, 2]])
    func everyDepthIsRead(depth: [Int]) throws {
        let scratch = try ScratchRepository()
        let repository = try scratch.repository()
        let object = try ObjectID.hash(ofBlob: Array("x".utf8))
        var rest = object.description[...]
        var path = ""
        for digits in depth {
            path += rest.prefix(digits) + "/"
            rest = rest.dropFirst(digits)
        }
        let blob = try repository.write(blob: Array("line\n\n".utf8))
        let tree = try repository.tree(
            editing: nil, [.put(path: path + rest, id: blob), .put(path: "README", id: blob)])
        let commit = try repository.createCommit(tree: tree, parents: [], message: "notes")
        try repository.update(ref, to: commit, expecting: nil, log: "test")
        #expect(try repository.notes(ref).lines(on: object) == ["line"])
        #expect(try repository.notes(ref).all().map(\.object) == [object])
        try repository.append([object: ["more"]], to: ref, message: "more")
        #expect(try repository.notes(ref).lines(on: object) == ["line", "more"])
        #expect(try scratch.git("ls-tree", "-r", "--name-only", ref).split(separator: "\n").count == 2)
    }

    @Test func aLineIsALine() throws {
        let repository = try ScratchRepository().repository()
        #expect(throws: GitError.self) { try repository.append([.zero: ["a\nb"]], to: ref, message: "x") }
        #expect(try repository.notes(ref).commit == nil)
    }

    /// `git notes add` keeps about two of them.
    @Test func nothingIsLostByMany() async throws {
        let scratch = try ScratchRepository()
        let object = try ObjectID.hash(ofBlob: Array("x".utf8))
        try await withThrowingTaskGroup { group in
            for index in 0..<40 {
                group.addTask {
                    let own = try ObjectID.hash(ofBlob: Array("\(index)".utf8))
                    try scratch.repository().append(
                        [object: ["line \(index)"], own: ["own"]], to: ref, message: "add \(index)")
                }
            }
            try await group.waitForAll()
        }
        let notes = try scratch.repository().notes(ref)
        #expect(try notes.lines(on: object).count == 40)
        #expect(try notes.all().count == 41)
        #expect(try scratch.git("rev-list", "--count", ref) == "40")
    }

    @Test func divergedNotesAreUnited() throws {
        let scratch = try ScratchRepository()
        let (a, b, c) = try (id("a"), id("b"), id("c"))
        let repository = try scratch.repository()
        let base = try #require(
            try repository.append([a: ["1"], b: ["old"], c: ["gone"]], to: ref, message: "base"))
        // Another clone's side, on which git itself spread the notes otherwise, and took one away.
        try scratch.git("update-ref", "refs/notes/theirs", base.description)
        try scratch.git("notes", "--ref=theirs", "append", "-m", "theirs", a.description)
        try scratch.git("notes", "--ref=theirs", "remove", c.description)
        let theirs = try scratch.id("refs/notes/theirs")
        try repository.append([a: ["ours"], b: ["new"]], to: ref, message: "ours")
        let merged = try #require(try repository.mergeNotes(ref, with: theirs))
        let notes = try repository.notes(ref)
        #expect(try notes.lines(on: a) == ["1", "ours", "theirs"])
        #expect(try notes.lines(on: b) == ["new", "old"])
        #expect(try notes.lines(on: c).isEmpty)
        #expect(try repository.commit(merged).parents.last == theirs)
        #expect(try repository.mergeNotes(ref, with: theirs) == merged)
        #expect(try repository.mergeNotes("refs/notes/gx/new", with: theirs) == theirs)
        #expect(try Set(notes.written(since: repository.notes(at: base)).map(\.object)) == [a, b])
    }

    @Test func notesWithoutACommonBeginningAreUnited() throws {
        let scratch = try ScratchRepository()
        let repository = try scratch.repository()
        let a = try id("a")
        try repository.append([a: ["ours"]], to: ref, message: "ours")
        let theirs = try #require(
            try repository.append([a: ["theirs"]], to: "refs/notes/theirs", message: "theirs"))
        try repository.mergeNotes(ref, with: theirs)
        #expect(try repository.notes(ref).lines(on: a) == ["ours", "theirs"])
    }

    @Test func notesAreFetchedOntoOnesOwn() throws {
        let scratch = try ScratchRepository()
        try scratch.commit("first")
        try scratch.git("config", "uploadpack.allowFilter", "true")
        let clone = try scratch.clone("clone", ["--filter=blob:none"]).repository()
        let a = try id("a")
        try scratch.repository().append([a: ["theirs"]], to: ref, message: "theirs")
        try clone.append([a: ["ours"]], to: ref, message: "ours")
        try clone.fetchNotes(under: "refs/notes/gx/", from: "origin")
        let notes = try clone.notes(ref)
        #expect(try notes.all().allSatisfy { clone.contains($0.blob) })
        #expect(try notes.lines(on: a) == ["ours", "theirs"])
        try clone.fetchNotes(under: "refs/notes/gx/", from: "origin")
        #expect(try clone.notes(ref).commit == notes.commit)
    }

    @Test func aPlainFetchBringsNotesAlongOnceItIsSetUp() throws {
        let scratch = try ScratchRepository()
        try scratch.commit("first")
        let clone = try scratch.clone()
        let repository = try clone.repository()
        #expect(try repository.addNotesRefspec(under: "refs/notes/gx/", to: "origin"))
        #expect(try !repository.addNotesRefspec(under: "refs/notes/gx/", to: "origin"))
        try scratch.repository().append([id("a"): ["theirs"]], to: ref, message: "theirs")
        try clone.git("fetch", "-q")
        #expect(try repository.fetchedNotes("artifacts", from: "origin").lines(on: id("a")) == ["theirs"])
        #expect(try repository.notes(ref).commit == nil)
    }

    private func id(_ text: String) throws -> ObjectID { try ObjectID.hash(ofBlob: Array(text.utf8)) }
}
