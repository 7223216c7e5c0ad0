import Git
import Glibc
import TestSupport
import Testing

@Suite struct DiscoveryTests {
    @Test func findsAWorkTreeFromAFolderInIt() throws {
        let scratch = try ScratchRepository()
        try scratch.write("a/b/file", "x")
        let id = try scratch.commit("first")
        let repository = try Repository.discover(
            from: scratch.path + "/a/b", environment: scratch.folder.environment)
        #expect(repository.workTree == scratch.path)
        #expect(repository.gitDirectory == scratch.path + "/.git")
        #expect(repository.commonDirectory == repository.gitDirectory)
        #expect(!repository.isBare && !repository.isShallow && !repository.isPartial)
        #expect(try repository.resolve("HEAD") == id)
    }

    /// What makes reading fast: with no git at all it works just as well.
    @Test func readingStartsNoProgram() throws {
        let scratch = try ScratchRepository()
        try scratch.write("file", "x")
        let id = try scratch.commit("first")
        try scratch.git("remote", "add", "origin", "/nowhere")
        let repository = try scratch.repository(["PATH": "/nonexistent"])
        let commit = try repository.commit(#require(try repository.resolve("HEAD")))
        #expect(commit.id == id)
        #expect(try repository.files(inTree: commit.tree).map(\.path) == ["file"])
        #expect(try repository.head == .branch("main"))
        #expect(try repository.defaultBranch == "main")
        #expect(try repository.tip(of: "main") == id)
    }

    @Test func findsALinkedWorkTree() throws {
        let scratch = try ScratchRepository()
        try scratch.commit("first")
        let linked = scratch.folder.path + "/linked"
        try scratch.git("worktree", "add", "-q", "-b", "other", linked)
        let repository = try Repository.discover(from: linked, environment: scratch.folder.environment)
        #expect(repository.workTree == linked)
        #expect(repository.gitDirectory == scratch.path + "/.git/worktrees/linked")
        #expect(repository.commonDirectory == scratch.path + "/.git")
        #expect(try repository.head == .branch("other"))
    }

    @Test func findsABareRepository() throws {
        let bare = try ScratchRepository(bare: true)
        let repository = try bare.repository()
        #expect(repository.isBare)
        #expect(repository.gitDirectory == bare.path)
        #expect(try repository.head == .unborn("main"))
        #expect(throws: GitError.self) { try bare.repository(safeBare) }
    }

    private let safeBare: [String: String?] = [
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.bareRepository", "GIT_CONFIG_VALUE_0": "explicit",
    ]

    @Test func reportsThatThereIsNone() throws {
        let folder = ScratchFolder()
        let error = #expect(throws: GitError.self) {
            try Repository.discover(from: folder.path, environment: folder.environment)
        }
        guard case .notARepository(let message) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains("not a git repository"))
    }

    /// Sparse checkouts switch this on; libgit2 refuses it by itself, and does not read its file.
    @Test func settingsOfOneWorkTreeAreHeard() throws {
        let scratch = try ScratchRepository()
        try scratch.write("a/file", "x")
        try scratch.write("b/file", "x")
        let id = try scratch.commit("first")
        try scratch.git("sparse-checkout", "set", "a")
        #expect(try scratch.git("config", "extensions.worktreeConfig") == "true")
        let repository = try scratch.repository()
        #expect(try repository.resolve("HEAD") == id)
        #expect(repository.workTree == scratch.path)
        #expect(try repository.isTrue("core.sparseCheckout"))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
    func ownershipIsJudgedAsGitDoes() throws {
        let scratch = try ScratchRepository()
        let id = try scratch.commit("first")
        try scratch.folder.run("chown", ["-R", "12345", scratch.path])
        let error = #expect(throws: GitError.self) { try scratch.repository() }
        guard case .notTrusted(let message) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains("git config --global --add safe.directory \(scratch.path)"))
        for safe in ["*", scratch.path] {
            try scratch.folder.run("git", ["config", "--global", "safe.directory", safe])
            #expect(try scratch.repository().resolve("HEAD") == id)
        }
        try scratch.folder.run("git", ["config", "--global", "safe.directory", "/elsewhere"])
        #expect(throws: GitError.notTrusted(message: message)) { try scratch.repository() }
        #expect(try scratch.repository(["SUDO_UID": "12345"]).resolve("HEAD") == id)
    }

    @Test func otherKindsOfRepositoryAreNamed() throws {
        let folder = ScratchFolder()
        try folder.run("git", ["init", "-q", "--object-format=sha256", folder.path + "/sha256"])
        #expect(throws: GitError.unsupported("SHA-256 repositories")) {
            try Repository.discover(from: folder.path + "/sha256", environment: folder.environment)
        }
        let scratch = try ScratchRepository(in: folder)
        try scratch.git("config", "core.repositoryFormatVersion", "1")
        try scratch.git("config", "extensions.refStorage", "reftable")
        let error = #expect(throws: GitError.self) { try scratch.repository() }
        #expect(error?.description.hasPrefix("gx does not support") == true)
        #expect(error?.description.contains("refstorage") == true)
    }

    /// What a pre-receive hook sees: the new objects are kept apart until it agrees.
    @Test func variablesOfAHookAreHeard() throws {
        let scratch = try ScratchRepository()
        try scratch.commit("first")
        let bare = try scratch.clone("bare.git", ["--bare"])
        let quarantine = bare.path + "/objects/tmp_objdir-incoming-1"
        let variables: [String: String?] = [
            "GIT_DIR": ".", "GIT_OBJECT_DIRECTORY": quarantine, "GIT_QUARANTINE_PATH": quarantine,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": bare.path + "/objects",
        ]
        try scratch.folder.run("mkdir", [quarantine])
        let new = try bare.git(
            "commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "second", environment: variables)
        let id = try #require(ObjectID(hex: new))
        #expect(try !bare.repository().contains(id))
        let repository = try bare.repository(variables)
        #expect(repository.isBare && repository.gitDirectory == bare.path)
        let commit = try repository.commit(id)
        #expect(commit.subject == "second")
        #expect(try repository.commits(in: [id]) == [id] + commit.parents)
        let blob = try repository.write(blob: Array("in quarantine".utf8))
        #expect(try !bare.repository().contains(blob))
        #expect(throws: GitError.self) {
            try repository.update("refs/heads/x", to: id, expecting: nil, log: "")
        }
    }

    @Test func aRelativeGitDirectoryIsMadeAbsolute() throws {
        let scratch = try ScratchRepository()
        try scratch.write("a/file", "x")
        let id = try scratch.commit("first")
        let repository = try scratch.repository(["GIT_DIR": ".git", "GIT_WORK_TREE": "."])
        #expect(repository.gitDirectory == scratch.path + "/.git")
        #expect(repository.workTree == scratch.path)
        #expect(try repository.commits(in: [id]) == [id])
    }

    @Test func aShallowCloneKnowsItsEdge() throws {
        let scratch = try ScratchRepository()
        let first = try scratch.commit("first")
        let second = try scratch.commit("second")
        let third = try scratch.commit("third")
        let repository = try scratch.clone("shallow", ["--depth", "2"]).repository()
        #expect(repository.isShallow)
        #expect(repository.shallowBoundary == [second])
        #expect(try repository.commit(third).parents == [second])
        #expect(try repository.commit(second).parents == [])
        #expect(throws: GitError.missingObject(first.description, isShallow: true)) {
            try repository.commit(first)
        }
        #expect(throws: GitError.missingObject("HEAD~2", isShallow: true)) {
            try repository.resolve("HEAD~2")
        }
        #expect(throws: GitError.self) { try repository.isAncestor(first, of: third) }
        // What comes later is in nothing before it, whatever lies beyond the edge.
        #expect(try !repository.isAncestor(third, of: second))
        try repository.unshallow(from: "origin")
        #expect(
            try Repository.discover(from: repository.gitDirectory, environment: repository.environment)
                .commit(second).parents == [first])
    }

    @Test func aPartialCloneFetchesWhatIsMissing() throws {
        let scratch = try ScratchRepository()
        for name in ["a", "b", "c"] { try scratch.write(name, name) }
        try scratch.commit("first")
        let repository = try scratch.partialClone().repository()
        #expect(repository.isPartial)
        let files = try repository.files(
            inTree: repository.commit(#require(try repository.resolve("HEAD"))).tree)
        #expect(files.allSatisfy { !repository.contains($0.id) })
        #expect(try repository.blob(files[0].id) == Array("a".utf8))
        #expect(!repository.contains(files[1].id))
        try repository.prefetch(files.map(\.id))
        #expect(files.allSatisfy { repository.contains($0.id) })
        #expect(throws: GitError.self) { try repository.blob(ObjectID.hash(ofBlob: Array("absent".utf8))) }
    }
}
