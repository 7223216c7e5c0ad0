import Git
import TestSupport
import Testing

@Suite struct QuarantineTests {
    @Test func leavesNoTrace() throws {
        let scratch = try ScratchRepository()
        try scratch.write("a", "1\n")
        let base = try scratch.commit("base")
        try scratch.git("switch", "-qc", "other")
        try scratch.write("b", "2\n")
        let other = try scratch.commit("other")
        try scratch.git("switch", "-q", "main")
        try scratch.write("c", "3\n")
        let ours = try scratch.commit("ours")
        let before = try trace(of: scratch)

        let repository = try scratch.repository()
        do {
            let quarantined = try repository.quarantined()
            let blob = try quarantined.write(blob: Array("new\n".utf8))
            let tree = try quarantined.tree(
                editing: quarantined.commit(base).tree, [.put(path: "d/e", id: blob)])
            #expect(try quarantined.blob(blob) == Array("new\n".utf8))
            #expect(try quarantined.files(inTree: tree).map(\.path) == ["a", "d/e"])
            #expect(!repository.contains(blob))
            guard case .clean(let merged) = try quarantined.mergeTrees(ours, other) else {
                Issue.record("the branches merge")
                return
            }
            #expect(try quarantined.files(inTree: merged).map(\.path) == ["a", "b", "c"])
            #expect(throws: GitError.self) {
                try quarantined.update("refs/heads/x", to: base, expecting: nil, log: "test")
            }
            #expect(quarantined.isQuarantined && !repository.isQuarantined)
        }
        #expect(try trace(of: scratch) == before)
    }

    @Test func takesInWhatAPartialCloneLacks() throws {
        let scratch = try ScratchRepository()
        for name in ["a", "b", "c"] { try scratch.write(name, name) }
        try scratch.commit("first")
        let repository = try scratch.partialClone().repository()
        let quarantined = try repository.quarantined()
        let files = try quarantined.files(
            inTree: quarantined.commit(#require(try quarantined.resolve("HEAD"))).tree)
        #expect(try quarantined.blob(files[0].id) == Array("a".utf8))
        try quarantined.prefetch(files.map(\.id))
        #expect(try quarantined.blob(files[2].id) == Array("c".utf8))
        #expect(files.allSatisfy { !repository.contains($0.id) })
    }

    private func trace(of scratch: ScratchRepository) throws -> [String] {
        [
            try scratch.git("count-objects", "-v"), try scratch.git("for-each-ref"),
            try scratch.folder.run("find", [".git", "-type", "f"], in: scratch.path),
        ]
    }
}

@Suite struct DiffTests {
    @Test func isWhatGitApplyTakes() throws {
        let scratch = try ScratchRepository()
        try scratch.write("changed.yaml", "a: 1\nb: 2\n")
        try scratch.write("no-newline", "x")
        try scratch.write("gone", "x\n")
        try scratch.write("mode", "x\n")
        try scratch.write("grün\ttab", "x\n")
        try scratch.write("to-link", "x\n")
        let base = try scratch.commit("base")
        try scratch.write("changed.yaml", "a: 1\r\nb: 3\n")
        try scratch.write("no-newline", "y")
        try scratch.write("new/file", "")
        try scratch.write("grün\ttab", "ÿ\n")
        try scratch.write("binary", "a\u{0}b")
        try scratch.git("rm", "-q", "gone")
        try scratch.folder.run("chmod", ["+x", "mode"], in: scratch.path)
        try scratch.folder.run("ln", ["-sf", "mode", "to-link"], in: scratch.path)
        let changed = try scratch.commit("changed")
        for setting in ["diff.noprefix", "diff.mnemonicPrefix", "color.ui"] {
            try scratch.git("config", setting, setting == "color.ui" ? "always" : "true")
        }
        let repository = try scratch.repository()
        let patch = try repository.diff(from: repository.commit(base).tree, to: changed)
        try scratch.folder.write(scratch.folder.path + "/patch", patch)
        try scratch.git("switch", "-q", "--detach", base.description)
        try scratch.git("apply", "--index", scratch.folder.path + "/patch")
        #expect(try scratch.git("write-tree") == repository.commit(changed).tree.description)
    }
}
