import Git
import System
import TestSupport
import Testing

/// What is checked out is listed by the index as by its trees.
struct IndexedTreesTests {
    private let scratch: ScratchRepository

    init() throws {
        scratch = try ScratchRepository()
        let paths = [
            "a.b/c", "a/b", "apps/api/base/x", "apps/api/prod/x", "apps/api/prod/y", "apps/api-v2/x",
            "apps/web/x", "apps/zoë/ä", "z",
        ]
        for path in paths { try scratch.write(path, path) }
        try scratch.folder.run("ln", ["-s", "z", scratch.path + "/link"])
        try scratch.folder.run("chmod", ["+x", scratch.path + "/apps/web/x"])
        try scratch.commit("files")
        try scratch.git("update-index", "--add", "--cacheinfo", "160000,\(ObjectID.emptyTree),apps/sub")
        try scratch.git("commit", "-q", "-m", "submodule")
    }

    private func list(_ tree: ObjectID, byIndex: Bool) throws -> [String] {
        try scratch.repository().files(inTree: tree, mayBeCheckedOut: byIndex).map {
            "\($0.mode) \($0.id) \($0.path)"
        }
    }

    private func tree(_ revision: String) throws -> ObjectID { try scratch.id(revision + "^{tree}") }

    private func check(_ comment: Comment) throws {
        for revision in try scratch.git("rev-list", "--all").split(separator: "\n") {
            let tree = try tree(String(revision))
            let files = try list(tree, byIndex: false)
            #expect(!files.isEmpty)
            #expect(try list(tree, byIndex: true) == files, comment)
        }
    }

    @Test("No tree is read")
    func withoutObjects() throws {
        let tree = try tree("HEAD")
        let expected = try list(tree, byIndex: false)
        try scratch.folder.run("mv", [scratch.path + "/.git/objects", scratch.path + "/.git/away"])
        try scratch.folder.run("mkdir", [scratch.path + "/.git/objects"])
        #expect(try list(tree, byIndex: true) == expected)
        #expect(throws: GitError.self) { try list(tree, byIndex: false) }
    }

    @Test("After every kind of change to the index")
    func changes() throws {
        try check("committed")
        try scratch.write("apps/api/prod/x", "staged")
        try scratch.write("apps/new/x", "staged")
        try scratch.git("rm", "-q", "--cached", "apps/web/x")
        try scratch.git("add", "apps/api", "apps/new")
        try check("staged")
        try scratch.write("apps/api/promised", "")
        try scratch.git("add", "--intent-to-add", "apps/api/promised")
        try check("promised")
        try scratch.git("reset", "-q", "--hard")
        try scratch.write("apps/api/prod/y", "two")
        try scratch.commit("two")
        try check("committed")
        try scratch.git("checkout", "-q", "HEAD~")
        try check("checked out")
        try scratch.git("update-index", "--skip-worktree", "apps/api/prod/x")
        try check("left out")
        try scratch.git("sparse-checkout", "set", "--sparse-index", "apps/web")
        try check("sparse")
        try scratch.git("sparse-checkout", "disable")
        for version in ["4", "3", "2"] {
            try scratch.git("update-index", "--index-version", version)
            try check("version \(version)")
        }
        try scratch.git("update-index", "--split-index")
        try scratch.write("apps/api/prod/z", "split")
        try scratch.git("add", ".")
        try check("split")
    }

    @Test("While a merge is under way")
    func merging() throws {
        try scratch.git("branch", "other")
        try scratch.write("apps/api/prod/x", "ours")
        try scratch.commit("ours")
        try scratch.git("checkout", "-q", "other")
        try scratch.write("apps/api/prod/x", "theirs")
        try scratch.commit("theirs")
        #expect(throws: ProgramFailure.self) { try scratch.git("merge", "-q", "main") }
        try check("merging")
    }

    @Test("A damaged index is as good as none, or as it was")
    func damaged() throws {
        let path = scratch.path + "/.git/index"
        let bytes = try #require(try readFile(path))
        let tree = try tree("HEAD")
        let expected = try list(tree, byIndex: false)
        for length in stride(from: 0, to: bytes.count, by: 7) {
            try scratch.folder.write(path, bytes[..<length])
            #expect(try list(tree, byIndex: true) == expected, "\(length)")
        }
    }
}
