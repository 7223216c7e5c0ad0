import Git
import TestSupport
import Testing

@Suite struct TreeTests {
    @Test func listsInGitsOrder() throws {
        let scratch = try ScratchRepository()
        for path in ["a/b/c", "a.b", "a-b", "ab", "ä/ö", "z"] { try scratch.write(path, path) }
        try scratch.git("update-index", "--add", "--cacheinfo", "160000,\(ObjectID.emptyTree),sub")
        try scratch.folder.run("ln", ["-s", "a/b/c", scratch.path + "/link"])
        try scratch.folder.run("chmod", ["+x", scratch.path + "/z"])
        let commit = try scratch.commit("files")
        let repository = try scratch.repository()
        let tree = try repository.commit(commit).tree
        let expected = try scratch.git("-c", "core.quotePath=false", "ls-tree", "-r", commit.description)
        let found = try repository.files(inTree: tree).map { path, mode, id in
            "\(String(mode.rawValue, radix: 8)) \(mode == .submodule ? "commit" : "blob") \(id)\t\(path)"
        }
        #expect(found.joined(separator: "\n") == expected)
        #expect(
            try repository.entries(ofTree: tree).map(\.name) == ["a-b", "a.b", "a", "ab", "link", "z", "ä"])
    }

    @Test func findsEntries() throws {
        let scratch = try ScratchRepository()
        try scratch.write("apps/api/values.yaml", "tag: 1\n")
        let repository = try scratch.repository()
        let tree = try repository.commit(scratch.commit("files")).tree
        let entry = try #require(try repository.entry(at: "apps/api/values.yaml", inTree: tree))
        #expect(try repository.blob(entry.id) == Array("tag: 1\n".utf8))
        #expect(try repository.entry(at: "apps/api", inTree: tree)?.mode == .tree)
        #expect(try repository.entry(at: "apps/ap", inTree: tree) == nil)
        #expect(try repository.entry(at: "apps/api/values.yaml/x", inTree: tree) == nil)
        #expect(try repository.entry(at: "", inTree: tree) == nil)
    }

    @Test func editsAsGitWould() throws {
        let scratch = try ScratchRepository()
        for path in ["a/x", "a/y", "b/only", "keep/deep/file", "foo.txt", "foo/x"] {
            try scratch.write(path, path)
        }
        let repository = try scratch.repository()
        let base = try repository.commit(scratch.commit("base")).tree
        let blob = try repository.write(blob: Array("new".utf8))
        let edited = try repository.tree(
            editing: base,
            [
                .put(path: "a/x", id: blob), .put(path: "a/new/deep", mode: .executable, id: blob),
                .remove(path: "b/only"), .put(path: "foo-bar", mode: .symbolicLink, id: blob),
                .remove(path: "foo/x"), .put(path: "c/d", id: blob), .remove(path: "keep"),
            ])
        try scratch.git("fsck", "--strict", "--no-dangling")
        let list = try scratch.git("ls-tree", "-r", "--format=%(objectmode) %(path)", edited.description)
        #expect(
            list.split(separator: "\n") == [
                "100755 a/new/deep", "100644 a/x", "100644 a/y", "100644 c/d", "120000 foo-bar",
                "100644 foo.txt",
            ])
        #expect(
            try repository.blob(#require(try repository.entry(at: "a/x", inTree: edited)).id)
                == Array("new".utf8))
        #expect(try repository.tree(editing: nil, []) == .emptyTree)
        #expect(try repository.tree(editing: base, []) == base)
    }

    @Test func aFileMayBecomeAFolder() throws {
        let scratch = try ScratchRepository()
        try scratch.write("a", "file")
        let repository = try scratch.repository()
        let base = try repository.commit(scratch.commit("base")).tree
        let blob = try repository.write(blob: [])
        let edited = try repository.tree(editing: base, [.put(path: "a/b", id: blob), .remove(path: "a")])
        #expect(try repository.files(inTree: edited).map(\.path) == ["a/b"])
        let mirrored = try repository.tree(editing: edited, [.put(path: "copy/of", mode: .tree, id: edited)])
        #expect(try repository.files(inTree: mirrored).map(\.path) == ["a/b", "copy/of/a/b"])
        #expect(throws: GitError.invalidPath("a/b", reason: "a file, not a folder")) {
            try repository.tree(editing: edited, [.put(path: "a/b/c", id: blob)])
        }
        #expect(throws: GitError.invalidPath("a", reason: "a folder is there")) {
            try repository.tree(editing: edited, [.put(path: "a", id: blob)])
        }
    }

    @Test(arguments: [
        "", "/a", "a/", "a//b", "../a", "a/./b", ".git/config", "a/.GIT/b", "a/.git. /b", "git~1/x",
        ".git::$INDEX/x",
        ".gi\u{200c}t/x", "a\0b",
    ])
    func refusesPaths(path: String) throws {
        let repository = try ScratchRepository().repository()
        #expect(throws: GitError.self) {
            try repository.tree(editing: nil, [.put(path: path, id: .emptyTree)])
        }
    }

    @Test func refusesWhatCannotBeDone() throws {
        let repository = try ScratchRepository().repository()
        #expect(throws: GitError.invalidPath("a/b", reason: "not there, so not removed")) {
            try repository.tree(editing: nil, [.remove(path: "a/b")])
        }
        #expect(throws: GitError.invalidPath("a", reason: "edited twice")) {
            try repository.tree(editing: nil, [.put(path: "a", id: .zero), .put(path: "a", id: .zero)])
        }
    }

    @Test func bytesThatAreNotUTF8Survive() throws {
        let scratch = try ScratchRepository()
        let blob = try scratch.git("hash-object", "-w", "--stdin", input: "x")
        let raw = try scratch.folder.run(
            "sh", ["-c", #"printf '100644 blob %s\tb\377d\000' "$1" | git mktree -z"#, "sh", blob],
            in: scratch.path)
        let repository = try scratch.repository()
        let base = try #require(ObjectID(hex: raw))
        let edited = try repository.tree(
            editing: base, [.put(path: "a", id: #require(ObjectID(hex: blob)))])
        let names = try scratch.git("ls-tree", "--name-only", edited.description)
        #expect(names == "a\n\"b\\377d\"")
    }
}
