import Git
import System
import TestSupport
import Testing

@Suite struct ObjectTests {
    @Test func idsAreTheirDigits() throws {
        let digits = "00ff41b2c3d4e5f60718293a4b5c6d7e8f901234"
        let id = try #require(ObjectID(hex: digits))
        #expect(id.description == digits)
        #expect(id.short == "00ff41b2c")
        #expect(ObjectID(hex: digits.uppercased()) == id)
        #expect(ObjectID(hex: digits.dropLast()) == nil)
        #expect(ObjectID(hex: digits + "0") == nil)
        #expect(ObjectID(hex: "g" + digits.dropFirst()) == nil)
        let next = try #require(ObjectID(hex: digits.dropLast() + "5"))
        #expect(id < next && !(next < id))
    }

    @Test func hashesLikeGit() throws {
        let text = "ghcr.io/acme/api:1.4.2\n"
        let scratch = try ScratchRepository()
        let expected = try scratch.git("hash-object", "--stdin", input: text)
        #expect(try ObjectID.hash(ofBlob: Array(text.utf8)).description == expected)
        #expect(try !scratch.repository().contains(ObjectID.hash(ofBlob: Array(text.utf8))))
        #expect(try ObjectID.hash(ofBlob: []).description == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
    }

    @Test func readsACommit() throws {
        let scratch = try ScratchRepository()
        let first = try scratch.commit("first")
        let message = "Deploy api,\nand more\n\nA body\n\nGx-Deploy: prod/api 1 -> 2\nReviewed-by: Zoë\n"
        let id = try scratch.commit(message, author: "Zoë Ä <zoe@example.com>", date: "@1772352000 -0330")
        let commit = try scratch.repository().commit(id)
        #expect(commit.id == id)
        #expect(commit.parents == [first])
        #expect(commit.tree == .emptyTree)
        #expect(commit.author.name == "Zoë Ä" && commit.author.email == "zoe@example.com")
        #expect(commit.author.time == Timestamp(seconds: 1_772_352_000, offset: -210))
        #expect(commit.author.time.description == "2026-03-01T04:30:00-03:30")
        #expect(commit.author.time.utc == "2026-03-01T08:00:00Z")
        #expect(commit.committer.name == "Cy Committer")
        #expect(commit.message == message)
        #expect(commit.subject == "Deploy api, and more")
        #expect(commit.trailerLines == ["Gx-Deploy: prod/api 1 -> 2", "Reviewed-by: Zoë"])
    }

    /// git's own reading of the same messages is the measure, where a paragraph consists of trailers.
    @Test(arguments: [
        "subject\n\nKey: value\nOther-Key : spaced\n",
        "subject\n\nKey: value\n  continued\n",
        "subject\n\na\nb\nc\nd\ne\nf\ng\nSigned-off-by: A <a@b>\n",
        "Key: value\n",
        "subject\n\nKey: value\n\nnot the last paragraph\n",
        "subject\n\nBumps x\n\n---\nupdated:\n- x\n...\n\nSigned-off-by: bot <b@c>\n",
        "subject\r\n\r\nKey: value\r\n",
        "subject\n\n(cherry picked from commit 1234)\nKey: value\n",
        "subject\n\nKey: value\n# comment\nLast: one\n   \n",
    ])
    func trailersAreGits(message: String) throws {
        let scratch = try ScratchRepository()
        let id = try scratch.commit(message)
        let expected = try scratch.git("log", "-1", "--format=%(trailers:only,unfold,separator=%x7C)")
        let found = try scratch.repository().commit(id).trailerLines.filter { !$0.hasPrefix("(cherry") }
        #expect(found.joined(separator: "|").replacing(" :", with: ":") == expected)
    }

    /// Lines that stand in prose are no trailers, whatever git would make of them.
    @Test(arguments: [
        "subject\n\nbody\nKey: value\n",
        "subject\n\nfree text\nmore\nSigned-off-by: A <a@b>\nKey: value\n",
        "subject\n\n continued nothing\nKey: value\n",
        "subject\n\n> Key: value\n",
        "subject\n\n```\nKey: value\n```\n",
        "subject\n\n```\n\nKey: value\n",
    ])
    func proseHasNoTrailers(message: String) throws {
        let scratch = try ScratchRepository()
        let id = try scratch.commit(message)
        #expect(try scratch.repository().commit(id).trailerLines == [])
    }

    @Test func missingAndWrongObjectsAreErrors() throws {
        let scratch = try ScratchRepository()
        try scratch.write("file", "text")
        let commit = try scratch.commit("one")
        let repository = try scratch.repository()
        let absent = try ObjectID.hash(ofBlob: Array("absent".utf8))
        #expect(throws: GitError.missingObject(absent.description, isShallow: false)) {
            try repository.blob(absent)
        }
        #expect(throws: GitError.badObject(commit.description, reason: "a commit, not a blob")) {
            try repository.blob(commit)
        }
    }

    @Test func damagedObjectsAreErrors() throws {
        let scratch = try ScratchRepository()
        let write = { (kind: String, text: String) throws -> ObjectID in
            let id = try scratch.git("hash-object", "-t", kind, "-w", "--literally", "--stdin", input: text)
            return try #require(ObjectID(hex: id))
        }
        let repository = try scratch.repository()
        let tree = try write("tree", "100644 file\0too short")
        #expect(throws: GitError.badObject(tree.description, reason: "a damaged tree")) {
            try repository.files(inTree: tree)
        }
        let commit = try write("commit", "tree 123\n\nno tree")
        #expect(throws: GitError.badObject(commit.description, reason: "not a commit, or a damaged one")) {
            try repository.commit(commit)
        }
        let odd = try write(
            "commit", "tree \(ObjectID.emptyTree)\nauthor no mail\ncommitter A <a@b> soon\n\n\nhi")
        let read = try repository.commit(odd)
        #expect(read.author.name == "no mail" && read.author.time.seconds == 0)
        #expect(read.committer.email == "a@b" && read.committer.time.seconds == 0)
        #expect(read.message == "hi")
        let blob = try write("blob", "x").description
        let path = "\(scratch.path)/.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))"
        try scratch.folder.run("chmod", ["+w", path])
        try scratch.folder.write(path, "garbage".utf8)
        #expect(throws: GitError.self) { try repository.blob(#require(ObjectID(hex: blob))) }
    }

    @Test func writesBlobs() throws {
        let scratch = try ScratchRepository()
        let bytes: [UInt8] = [0, 255, 10, 13, 0]
        let id = try scratch.repository().write(blob: bytes)
        #expect(try scratch.git("cat-file", "-s", id.description) == "5")
        #expect(try scratch.repository().blob(id) == bytes)
    }
}
