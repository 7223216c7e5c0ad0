import Git
import System
import TestSupport
import Testing

@Suite struct CreationTests {
    @Test func makesARepositoryAndClonesIt() throws {
        let folder = ScratchFolder()
        // What a user may have set must not make it one that cannot be read here.
        let environment = folder.environment.setting([
            "GIT_DEFAULT_HASH": "sha256", "GIT_DIR": folder.path + "/elsewhere",
        ])
        let remote = try Repository.create(
            at: folder.path + "/a/remote.git", bare: true, branch: "trunk", environment: environment)
        #expect(remote.isBare)
        #expect(try remote.head == .unborn("trunk"))
        let somebody = Signature(name: "A", email: "a@example.com", time: Timestamp(seconds: 1_700_000_000))
        let commit = try remote.writeCommit(
            tree: remote.tree(editing: nil, [.put(path: "a", id: remote.write(blob: [0x61]))]), parents: [],
            message: "A\n", author: somebody, committer: somebody)
        try remote.update("refs/heads/trunk", to: commit, expecting: nil, log: "test")
        let clone = try Repository.clone(
            folder.path + "/a/remote.git", to: folder.path + "/clone", settings: ["user.name": "B = C"],
            environment: environment)
        #expect(clone.workTree?.hasSuffix("/clone") == true)
        #expect(try clone.setting("user.name") == "B = C")
        #expect(try clone.reference("refs/remotes/origin/trunk") == commit)
        #expect(try folder.read(folder.path + "/clone/a") == "a")
    }
}
