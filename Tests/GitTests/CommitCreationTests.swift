import System
import TestSupport
import Testing

@testable import Git

@Suite struct CommitCreationTests {
    private let dates = [
        "GIT_AUTHOR_DATE": "2026-01-01T00:00:00+0100", "GIT_COMMITTER_DATE": "@1767225600 +0000",
    ]

    @Test func writesWhatGitWouldWrite() throws {
        let scratch = try ScratchRepository()
        let parent = try scratch.commit("first")
        let repository = try scratch.repository(dates)
        let id = try repository.createCommit(
            tree: .emptyTree, parents: [parent], message: "Promote api ✓\n\nGx-Deploy: prod/api 1 -> 2\n")
        #expect(try scratch.id("HEAD") == parent)
        #expect(
            try scratch.git("cat-file", "-p", id.description) == """
                tree \(ObjectID.emptyTree)
                parent \(parent)
                author Ann Author <ann@example.com> 1767222000 +0100
                committer Cy Committer <cy@example.com> 1767225600 +0000

                Promote api ✓

                Gx-Deploy: prod/api 1 -> 2
                """)
    }

    @Test(
        "With and without git, a commit is the same",
        arguments: [
            [:], ["GIT_AUTHOR_NAME": nil], ["GIT_AUTHOR_NAME": nil, "GIT_COMMITTER_NAME": nil],
            ["GIT_COMMITTER_EMAIL": nil, "EMAIL": "mail@example.com"], ["GIT_AUTHOR_NAME": "Zoë Z."],
            ["GIT_AUTHOR_NAME": " \"Zoë\" <Z> "], ["GIT_AUTHOR_EMAIL": "<a@example.com>"],
            ["GIT_AUTHOR_EMAIL": ""], ["GIT_COMMITTER_DATE": "2026-01-01T00:00:00+0100"],
        ] as [[String: String?]], ["", "user", "author", "committer"])
    func writesTheSameWithoutGit(variables: [String: String?], section: String) throws {
        let scratch = try ScratchRepository()
        try scratch.git("config", "user.name", "User Name")
        try scratch.git("config", "user.email", "user@example.com")
        if !section.isEmpty {
            try scratch.git("config", "\(section).name", "O'Name,")
            try scratch.git("config", "\(section).email", "other@example.com")
        }
        let repository = try scratch.repository(variables)
        for message in ["", "one", "Promote ✓\n\nGx-Deploy: x\n", "  \n\n"] {
            let created = try repository.createCommit(tree: .emptyTree, parents: [], message: message)
            let written = try repository.git(
                ["-c", "i18n.commitEncoding=UTF-8", "commit-tree", ObjectID.emptyTree.description],
                input: Array(message.utf8)
            ).output("test").text.trimmedLine
            let other = try repository.commit(#require(ObjectID(hex: written)))
            let commit = try repository.commit(created)
            #expect(commit.message == other.message)
            for (own, theirs) in [(commit.author, other.author), (commit.committer, other.committer)] {
                #expect((own.name, own.email) == (theirs.name, theirs.email))
                #expect(own.time.offset == theirs.time.offset)
                #expect(abs(own.time.seconds - theirs.time.seconds) < 60)
            }
        }
    }

    @Test func gitIsNotRunWhereItSaysWhoCommits() throws {
        let scratch = try ScratchRepository()
        let repository = try scratch.repository()
        #expect(try repository.statedSignature(.author)?.name == "Ann Author")
        #expect(try repository.statedSignature(.committer)?.email == "cy@example.com")
        #expect(try scratch.repository(dates).statedSignature(.author) == nil)
    }

    @Test func writesInTheNamesOfOthers() throws {
        let scratch = try ScratchRepository()
        let repository = try scratch.repository()
        let zoe = Signature(
            name: "Zoë", email: "z@example.com", time: Timestamp(seconds: 1_700_000_000, offset: -90))
        let bot = Signature(
            name: "Bot", email: "bot@example.com", time: Timestamp(seconds: 1_700_000_060))
        let empty = try repository.tree(editing: nil, [])
        let first = try repository.writeCommit(
            tree: empty, parents: [], message: "First\n", author: zoe, committer: zoe)
        let second = try repository.writeCommit(
            tree: empty, parents: [first], message: "Second ✓\n\nBody\n", author: zoe, committer: bot)
        try repository.update("refs/heads/main", to: second, expecting: nil, log: "test")
        #expect(
            try scratch.git("log", "--format=%an <%ae> %ad, %cn %cd, %B", "--date=raw") == """
                Zoë <z@example.com> 1700000000 -0130, Bot 1700000060 +0000, Second ✓

                Body

                Zoë <z@example.com> 1700000000 -0130, Zoë 1700000000 -0130, First

                """)
        #expect(try scratch.git("fsck", "--strict", "--no-dangling") == "")
        let forger = Signature(name: "Zoë\nparent x", email: "", time: zoe.time)
        #expect(throws: GitError.self) {
            try repository.writeCommit(
                tree: .emptyTree, parents: [], message: "", author: forger, committer: zoe)
        }
    }

    @Test func withoutIdentitySaysWhatToDo() throws {
        let scratch = try ScratchRepository()
        let repository = try scratch.repository([
            "GIT_AUTHOR_NAME": nil, "GIT_AUTHOR_EMAIL": nil, "GIT_COMMITTER_NAME": nil,
            "GIT_COMMITTER_EMAIL": nil,
            "EMAIL": nil, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "user.useConfigOnly",
            "GIT_CONFIG_VALUE_0": "true",
        ])
        let error = #expect(throws: GitError.self) {
            try repository.createCommit(tree: .emptyTree, parents: [], message: "x")
        }
        guard case .noIdentity = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.hint?.contains("git config --global user.name") == true)
        #expect(error?.hint?.contains("git config --global user.email") == true)
    }

    @Test func signsWhereGitWould() throws {
        let scratch = try ScratchRepository()
        try scratch.folder.run(
            "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", scratch.folder.path + "/key"])
        try scratch.git("config", "gpg.format", "ssh")
        try scratch.git("config", "user.signingKey", scratch.folder.path + "/key.pub")
        let isSigned = { (id: ObjectID) in
            try scratch.git("cat-file", "-p", id.description).contains("gpgsig ")
        }
        let create = { (signing: Bool) in
            try scratch.repository().createCommit(
                tree: .emptyTree, parents: [], message: "x", signing: signing)
        }
        #expect(try !isSigned(create(true)))
        try scratch.git("config", "commit.gpgsign", "yes")
        #expect(try isSigned(create(true)))
        #expect(try !isSigned(create(false)))
    }

    @Test func settingsAreGitsOwn() throws {
        let scratch = try ScratchRepository()
        try scratch.git("config", "remote.Origin.url", "x y")
        try scratch.git("config", "--add", "remote.Origin.url", "two\nlines")
        try scratch.git("config", "gx.none", "")
        let repository = try scratch.repository([
            "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "gx.Variable", "GIT_CONFIG_VALUE_0": "on",
        ])
        #expect(try repository.settings("REMOTE.Origin.URL") == ["x y", "two\nlines"])
        #expect(try repository.setting("remote.origin.url") == nil)
        #expect(try repository.setting("gx.none") == "")
        #expect(try repository.isTrue("gx.variable"))
        #expect(try !repository.isTrue("gx.none"))
        #expect(try !repository.isTrue("gx.absent"))
    }
}
