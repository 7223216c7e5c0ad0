import Git
import TestSupport
import Testing

@Suite struct BranchTests {
    @Test func theDefaultBranchIsTheRemotes() throws {
        let scratch = try ScratchRepository()
        try scratch.git("checkout", "-q", "-b", "trunk")
        try scratch.commit("first")
        let clone = try scratch.clone()
        try clone.git("checkout", "-q", "-b", "topic")
        #expect(try clone.repository().defaultBranch == "trunk")
        try clone.git("remote", "set-head", "origin", "--delete")
        #expect(try clone.repository().defaultBranch == "topic")
        try clone.git("branch", "master")
        try clone.git("checkout", "-q", "--detach")
        #expect(try clone.repository().defaultBranch == "master")
    }

    @Test func theNewestTipIsTaken() throws {
        let scratch = try ScratchRepository()
        let first = try scratch.commit("first")
        let clone = try scratch.clone()
        #expect(try clone.repository().tip(of: "main") == first)
        let ours = try clone.commit("ours")
        #expect(try clone.repository().tip(of: "main") == ours)
        let theirs = try scratch.commit("theirs")
        try clone.git("fetch", "-q")
        #expect(try clone.repository().tip(of: "main") == theirs)
        let tips = try clone.repository().branchTips("main")
        #expect(tips?.local == ours)
        #expect(tips?.tracking == Reference(name: "refs/remotes/origin/main", target: theirs))
        try clone.git("reset", "-q", "--hard", first.description)
        #expect(try clone.repository().tip(of: "main") == theirs)
        #expect(try clone.repository().tip(of: "nothing") == nil)
    }

    /// A topic branch that was begun on `origin/main` is not `main`.
    @Test func anUpstreamOfAnotherNameIsAnotherBranch() throws {
        let scratch = try ScratchRepository()
        let first = try scratch.commit("first")
        let clone = try scratch.clone()
        try clone.git("checkout", "-q", "-b", "topic", "--track", "origin/main")
        try scratch.commit("second")
        try clone.git("fetch", "-q")
        #expect(try clone.repository().tip(of: "topic") == first)
        #expect(try clone.repository().branchTips("topic")?.tracking == nil)
    }

    @Test func theRemoteIsChosenAsGitDoes() throws {
        let scratch = try ScratchRepository()
        #expect(try scratch.repository().pushRemote(for: "main") == nil)
        try scratch.git("remote", "add", "only", "/a")
        #expect(try scratch.repository().pushRemote(for: "main") == "only")
        try scratch.git("remote", "add", "origin", "/b")
        #expect(try scratch.repository().pushRemote(for: "main") == "origin")
        try scratch.git("config", "branch.main.remote", "only")
        #expect(try scratch.repository().pushRemote(for: "main") == "only")
        try scratch.git("config", "remote.pushDefault", "origin")
        #expect(try scratch.repository().pushRemote(for: "main") == "origin")
        try scratch.git("config", "branch.main.pushRemote", "only")
        #expect(try scratch.repository().pushRemote(for: "main") == "only")
        try scratch.git("config", "url./c.insteadOf", "/a")
        #expect(try scratch.repository().url(ofRemote: "only") == "/c")
        #expect(try scratch.repository().remotes == ["only", "origin"])
    }
}
