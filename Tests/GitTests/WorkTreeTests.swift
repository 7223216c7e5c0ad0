import Git
import TestSupport
import Testing

@Suite struct WorkTreeTests {
    @Test func aCheckedOutBranchMovesWithItsFiles() throws {
        let scratch = try ScratchRepository()
        try scratch.write("file", "old")
        let old = try scratch.commit("old")
        try scratch.write("file", "new")
        let new = try scratch.commit("new")
        try scratch.git("reset", "-q", "--hard", old.description)
        try scratch.write("local", "change")
        let repository = try scratch.repository()
        try repository.fastForward("main", to: new, log: "gx promote")
        #expect(try scratch.id("main") == new)
        #expect(try scratch.read("file") == "new")
        #expect(try repository.dirtyPaths() == ["local"])
        #expect(try scratch.git("reflog", "-1", "--format=%gs") == "gx promote: Fast-forward")
        try repository.fastForward("main", to: new, log: "again")
    }

    @Test func localChangesAreNotTouched() throws {
        let scratch = try ScratchRepository()
        try scratch.write("file", "old")
        let old = try scratch.commit("old")
        try scratch.write("file", "new")
        let new = try scratch.commit("new")
        try scratch.git("reset", "-q", "--hard", old.description)
        try scratch.write("file", "mine")
        let error = #expect(throws: GitError.self) {
            try scratch.repository().fastForward("main", to: new, log: "gx")
        }
        #expect(error?.description.contains("Your local changes") == true)
        #expect(try scratch.read("file") == "mine")
        #expect(try scratch.id("main") == old)
        #expect(try scratch.repository().dirtyPaths() == ["file"])
    }

    @Test func aBranchThatIsElsewhereOrLockedStays() throws {
        let scratch = try ScratchRepository()
        let old = try scratch.commit("old")
        let mine = try scratch.commit("mine")
        try scratch.git("reset", "-q", "--hard", old.description)
        let theirs = try scratch.commit("theirs")
        let repository = try scratch.repository()
        #expect(throws: GitError.referenceMoved("refs/heads/main")) {
            try repository.fastForward("main", to: mine, expecting: old, log: "gx")
        }
        try scratch.git("reset", "-q", "--hard", old.description)
        try scratch.write(".git/index.lock", "")
        #expect(throws: GitError.referenceLocked("index")) {
            try repository.fastForward("main", to: theirs, expecting: old, log: "gx")
        }
        #expect(try scratch.id("main") == old)
    }

    @Test func aBranchInALinkedWorkTreeMovesThere() throws {
        let scratch = try ScratchRepository()
        try scratch.write("file", "old")
        let old = try scratch.commit("old")
        try scratch.git("branch", "live")
        try scratch.write("file", "new")
        let new = try scratch.commit("new")
        let linked = scratch.folder.path + "/linked work tree"
        try scratch.git("worktree", "add", "-q", linked, "live")
        // As in a hook, where git says what repository and index it is about.
        let repository = try scratch.repository([
            "GIT_DIR": ".git", "GIT_INDEX_FILE": scratch.path + "/.git/index",
        ])
        #expect(
            try repository.workTrees().map { [$0.path, $0.branch] } == [
                [scratch.path, "main"], [linked, "live"],
            ])
        try repository.fastForward("live", to: new, log: "gx")
        #expect(try scratch.folder.read(linked + "/file") == "new")
        #expect(try scratch.id("live") == new)
        #expect(old != new)
        #expect(try scratch.git("status", "--porcelain") == "")
    }

    @Test func aBranchThatIsNowhereMovesByItself() throws {
        let scratch = try ScratchRepository()
        let old = try scratch.commit("old")
        try scratch.git("branch", "live")
        let new = try scratch.commit("new")
        let repository = try scratch.repository()
        try repository.fastForward("live", to: new, log: "gx")
        #expect(try scratch.id("live") == new)
        // What it has already is no reason to move.
        try repository.fastForward("live", to: old, log: "gx")
        try scratch.git("reset", "-q", "--hard", old.description)
        let other = try scratch.commit("other")
        let error = #expect(throws: GitError.self) {
            try repository.fastForward("live", to: other, log: "gx")
        }
        #expect(error?.description.contains("has commits that") == true)
        #expect(try scratch.id("live") == new)
    }

    @Test func mergesWithoutAWorkTree() throws {
        let scratch = try ScratchRepository()
        try scratch.write("a", "a\n")
        try scratch.write("b", "b\n")
        let base = try scratch.commit("base")
        try scratch.write("a", "ours\n")
        let ours = try scratch.commit("ours")
        try scratch.git("checkout", "-q", "--detach", base.description)
        try scratch.write("b", "theirs\n")
        let theirs = try scratch.commit("theirs")
        try scratch.write("a", "theirs\n")
        let both = try scratch.commit("both")
        let repository = try scratch.clone("bare.git", ["--bare", "--mirror"]).repository()
        try scratch.git("push", "-q", repository.gitDirectory, "\(both):refs/heads/both")
        guard case .clean(let tree) = try repository.mergeTrees(ours, theirs) else {
            Issue.record("conflict")
            return
        }
        let files = try repository.files(inTree: tree)
        #expect(
            try files.map { String(decoding: try repository.blob($0.id), as: UTF8.self) } == [
                "ours\n", "theirs\n",
            ])
        #expect(try repository.mergeTrees(ours, both) == .conflicts(paths: ["a"]))
    }

    @Test func anOldGitIsNamed() throws {
        let scratch = try ScratchRepository()
        let id = try scratch.commit("first")
        let old = scratch.folder.path + "/bin"
        try scratch.folder.write(
            old + "/git",
            "#!/bin/sh\ncase $1 in version) echo git version 2.30.2;; *) echo usage >&2; exit 129;; esac\n"
                .utf8)
        try scratch.folder.run("chmod", ["+x", old + "/git"])
        let repository = try scratch.repository(["PATH": "\(old):/usr/bin:/bin"])
        #expect(throws: GitError.gitTooOld(version: "2.30.2", needed: "2.38", neededFor: "merge branches")) {
            try repository.mergeTrees(id, id)
        }
    }
}
