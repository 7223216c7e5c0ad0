import Git
import Glibc
import TestSupport
import Testing

/// A bare repository that is pushed to, and a clone of it.
private struct Pair {
    let host: ScratchRepository
    let clone: ScratchRepository
    let main = "refs/heads/main"
    let notes = "refs/notes/gx/artifacts"

    init() throws {
        let source = try ScratchRepository()
        try source.commit("first")
        host = try source.clone("host.git", ["--bare"])
        clone = try host.clone()
    }

    func hook(_ name: String, _ script: String) throws {
        let path = host.path + "/hooks/" + name
        try host.folder.write(path, "#!/bin/sh\n\(script)\n".utf8)
        try host.folder.run("chmod", ["+x", path])
    }

    /// A commit on the clone's main, pushed along with a note.
    func push(
        _ repository: Repository, to remote: String = "origin", expecting: PushUpdate.Expectation = .ancestor,
        withNotes: Bool = true, isAtomic: Bool = true, options: [String] = []
    ) throws -> PushResult {
        let commit = try clone.commit("new")
        var updates = [PushUpdate(main, to: commit, expecting: expecting)]
        if withNotes {
            let note = try repository.append([commit: ["record"]], to: notes, message: "note")
            updates.append(PushUpdate(notes, to: note))
        }
        return try repository.push(updates, to: remote, options: options, isAtomic: isAtomic)
    }
}

@Suite struct RemoteTests {
    @Test func landsBranchAndNotes() throws {
        let pair = try Pair()
        let repository = try pair.clone.repository()
        let old = try pair.host.id("main")
        let result = try pair.push(repository, expecting: .exactly(old))
        #expect(result.outcome == .landed)
        #expect(result.landed(pair.main) && result.landed(pair.notes))
        #expect(try pair.host.id("main") == pair.clone.id("main"))
        #expect(try pair.host.id(pair.notes) == pair.clone.id(pair.notes))
        #expect(try repository.reference("refs/remotes/origin/main") == pair.clone.id("main"))
        let again = try repository.push([PushUpdate(pair.main, to: pair.clone.id("main"))], to: "origin")
        #expect(again.outcome == .landed)
        #expect(again.lines.first?.summary == "[up to date]")
    }

    @Test func seesThatTheRemoteMoved() throws {
        let pair = try Pair()
        let old = try pair.host.id("main")
        let other = try pair.host.clone("other")
        try other.commit("other")
        try other.git("push", "-q")
        let repository = try pair.clone.repository()
        #expect(try pair.push(repository).outcome == .moved)
        #expect(try pair.push(repository, expecting: .exactly(old)).outcome == .moved)
        try repository.fetch(from: "origin")
        #expect(try pair.push(repository).outcome == .moved)
        #expect(try repository.reference("refs/remotes/origin/main") == other.id("main"))
        // Somebody threw a commit away: without a lease the push would bring it back.
        try other.git("push", "-q", "--force", "origin", "\(old):main")
        try pair.clone.git("reset", "-q", "--hard", "origin/main")
        let planned = try #require(try repository.reference("refs/remotes/origin/main"))
        #expect(try pair.push(repository, expecting: .exactly(planned)).outcome == .moved)
        #expect(try pair.host.id("main") == old)
        #expect(try pair.push(repository, expecting: .exactly(nil)).outcome == .moved)
    }

    /// Two pushes that met on the host: what git's server says then.
    @Test func seesARaceOnTheHost() throws {
        let pair = try Pair()
        let other = try pair.host.git("commit-tree", "main^{tree}", "-p", "main", "-m", "race")
        try pair.hook("pre-receive", "env -u GIT_QUARANTINE_PATH git update-ref refs/heads/main \(other)")
        let result = try pair.push(pair.clone.repository())
        #expect(result.outcome == .moved, "\(result)")
    }

    @Test func divergedNotesAreFetchedAndPushedAgain() throws {
        let pair = try Pair()
        let other = try pair.host.clone("other")
        let object = ObjectID.emptyTree
        try other.repository().append([object: ["other"]], to: pair.notes, message: "other")
        try other.git("push", "-q", "origin", pair.notes)
        let repository = try pair.clone.repository()
        let result = try pair.push(repository)
        #expect(result.outcome == .moved)
        #expect(!result.landed(pair.main))
        try repository.fetchNotes(under: "refs/notes/gx/", from: "origin")
        #expect(try pair.push(repository).outcome == .landed)
        #expect(try pair.host.repository().notes(pair.notes).lines(on: object) == ["other"])
    }

    @Test func aHookThatRefusesNotesIsTriedWithout() throws {
        let pair = try Pair()
        let repository = try pair.clone.repository()
        let refuse =
            "while read old new ref; do case $ref in refs/notes/*) echo 'no notes here' >&2; exit 1;; esac; done"
        try pair.hook("pre-receive", refuse)
        let result = try pair.push(repository)
        #expect(result.outcome == .notesRefused)
        #expect(result.remoteMessages == ["no notes here"])
        #expect(result.message == "no notes here")
        #expect(try pair.push(repository, withNotes: false).outcome == .landed)
        try pair.host.folder.run("rm", [pair.host.path + "/hooks/pre-receive"])
        try pair.hook("update", "case $1 in refs/notes/*) exit 1;; esac")
        #expect(try pair.push(repository).outcome == .notesRefused)
    }

    @Test func hiddenNotesDoNotHoldTheBranchBack() throws {
        let pair = try Pair()
        try pair.host.git("config", "receive.hideRefs", "refs/notes")
        let result = try pair.push(pair.clone.repository())
        #expect(result.outcome == .landed)
        #expect(result.landed(pair.main) && !result.landed(pair.notes))
    }

    @Test func aHookThatRefusesTheBranchIsFinal() throws {
        let pair = try Pair()
        try pair.hook("pre-receive", "echo 'GL-HOOK-ERR: protected branch'; echo 'ask an owner'; exit 1")
        let result = try pair.push(pair.clone.repository(), withNotes: false)
        #expect(result.outcome == .refused)
        #expect(result.message == "GL-HOOK-ERR: protected branch\nask an owner")
        #expect(result.lines.map(\.summary) == ["[remote rejected] (pre-receive hook declined)"])
    }

    @Test func aClientsHookIsFinalToo() throws {
        let pair = try Pair()
        let path = pair.clone.path + "/.git/hooks/pre-push"
        try pair.clone.folder.write(path, "#!/bin/sh\necho 'not on fridays' >&2\nexit 1\n".utf8)
        try pair.clone.folder.run("chmod", ["+x", path])
        let result = try pair.push(pair.clone.repository(), withNotes: false)
        #expect(result.outcome == .refused)
        #expect(result.message.contains("not on fridays"))
    }

    @Test func aHostWithoutAtomicIsSeen() throws {
        let pair = try Pair()
        try pair.host.git("config", "receive.advertiseAtomic", "false")
        let repository = try pair.clone.repository()
        #expect(try pair.push(repository).outcome == .notAtomic)
        #expect(try pair.push(repository, isAtomic: false).outcome == .landed)
    }

    @Test func aLockIsInTheWay() throws {
        let pair = try Pair()
        try pair.host.folder.write(pair.host.path + "/refs/heads/main.lock", [])
        #expect(try pair.push(pair.clone.repository(), withNotes: false).outcome == .locked)
    }

    @Test func anUnreachableHostIsSeen() throws {
        let pair = try Pair()
        let repository = try pair.clone.repository()
        try pair.clone.git("remote", "set-url", "origin", pair.host.path + "-gone")
        let result = try pair.push(repository)
        #expect(result.outcome == .unreachable)
        #expect(result.message.contains("does not appear to be a git repository"))
        let error = #expect(throws: GitError.self) { try repository.fetch(from: "origin") }
        guard case .remoteFailed("origin", let message) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains("does not appear to be a git repository"))
    }

    @Test func aHostThatHangsIsGivenUp() throws {
        let pair = try Pair()
        try pair.hook("pre-receive", "sleep 60")
        let commit = try pair.clone.commit("new")
        let took = try ContinuousClock().measure {
            let repository = try pair.clone.repository()
            #expect(
                throws: GitError.system(.timedOut(program: "git", neededFor: "push to origin", seconds: 1))
            ) {
                try repository.push([PushUpdate(pair.main, to: commit)], to: "origin", timeout: .seconds(1))
            }
        }
        #expect(took < .seconds(10))
    }

    /// Where it would ask for a passphrase, and there is nobody, ssh has to fail.
    @Test(arguments: [nil, "true"])
    func sshDoesNotWaitForNobody(own: String?) throws {
        let scratch = try ScratchRepository()
        let bin = scratch.folder.path + "/bin"
        try scratch.folder.write(bin + "/ssh", "#!/bin/sh\necho \"$@\" >&2; exit 1\n".utf8)
        try scratch.folder.run("chmod", ["+x", bin + "/ssh"])
        try scratch.git("remote", "add", "origin", "ssh://host.example/repository")
        let repository = try scratch.repository(["PATH": "\(bin):/usr/bin:/bin", "GIT_SSH_COMMAND": own])
        let error = #expect(throws: GitError.self) { try repository.fetch(from: "origin") }
        let terminal = open("/dev/tty", O_RDWR)
        if terminal >= 0 { close(terminal) }
        let isTold = error?.description.contains("-o BatchMode=yes") == true
        #expect(isTold == (terminal < 0 && own == nil))
    }

    @Test func pushOptionsArrive() throws {
        let pair = try Pair()
        try pair.host.git("config", "receive.advertisePushOptions", "true")
        try pair.hook("pre-receive", "echo \"$GIT_PUSH_OPTION_COUNT $GIT_PUSH_OPTION_0\"")
        let result = try pair.push(pair.clone.repository(), options: ["merge_request.title=a b;c"])
        #expect(result.outcome == .landed)
        #expect(result.remoteMessages == ["1 merge_request.title=a b;c"])
    }

    @Test func listsTheRemotesBranchesAndDeletesOne() throws {
        let pair = try Pair()
        let id = try pair.host.id("main")
        try pair.host.git("branch", "gx/promote")
        let repository = try pair.clone.repository()
        #expect(
            try repository.references(ofRemote: "origin") == [
                Reference(name: "refs/heads/gx/promote", target: id), Reference(name: pair.main, target: id),
            ])
        let delete = PushUpdate("refs/heads/gx/promote", to: nil, expecting: .exactly(id))
        #expect(try repository.push([delete], to: "origin").outcome == .landed)
        #expect(try repository.references(ofRemote: "origin").map(\.name) == [pair.main])
    }
}

@Suite struct BranchFetchTests {
    @Test func bringsBranchesAndNotesAtOnce() throws {
        let pair = try Pair()
        let other = try pair.host.clone("other")
        try other.commit("second")
        try other.git("branch", "gx/promote/prod/api")
        try other.git("branch", "unwanted")
        try other.git("notes", "--ref=gx/deployments", "add", "-m", "record")
        try other.git("push", "-q", "origin", "--all")
        try other.git("push", "-q", "origin", "refs/notes/gx/deployments")
        let repository = try pair.clone.repository()
        let tips = try repository.fetch(
            branches: ["main", "gx/promote/*"], notesUnder: "refs/notes/gx/", from: "origin")
        #expect(tips == ["main": try other.id("main"), "gx/promote/prod/api": try other.id("main")])
        #expect(try repository.reference("refs/remotes/origin/main") == other.id("main"))
        #expect(try repository.reference("refs/remotes/origin/unwanted") == nil)
        #expect(
            try repository.fetchedNotes("deployments", from: "origin").lines(on: other.id("main")) == [
                "record"
            ])
        #expect(try repository.reference("refs/notes/gx/deployments") == nil)

        try other.git("push", "-q", "origin", ":gx/promote/prod/api", ":refs/notes/gx/deployments")
        #expect(
            try repository.fetch(
                branches: ["main", "gx/promote/*"], notesUnder: "refs/notes/gx/", from: "origin"
            ).count == 1)
        #expect(try repository.fetchedNotes("deployments", from: "origin").commit == nil)
    }

    @Test func inAQuarantineNothingStays() throws {
        let pair = try Pair()
        let other = try pair.host.clone("other")
        let new = try other.commit("second")
        try other.git("push", "-q", "origin", "main", "main:x/main")
        let before = try pair.clone.git("for-each-ref")
        let repository = try pair.clone.repository()
        let quarantined = try repository.quarantined()
        #expect(try quarantined.fetch(branches: ["main", "gx/promote/*"], from: "origin") == ["main": new])
        #expect(try quarantined.commit(new).subject == "second")
        #expect(try pair.clone.git("for-each-ref") == before)
        #expect(!repository.contains(new))
    }

    @Test(arguments: [false, true]) func namesABranchThatIsMissing(_ inQuarantine: Bool) throws {
        let pair = try Pair()
        let repository = try pair.clone.repository()
        #expect(throws: GitError.noRemoteBranch("no/such", remote: "origin")) {
            _ = try (inQuarantine ? repository.quarantined() : repository)
                .fetch(branches: ["main", "no/such"], from: "origin")
        }
    }

    @Test func asksForTheDefaultBranch() throws {
        let pair = try Pair()
        try pair.host.git("branch", "live", "main")
        try pair.host.git("symbolic-ref", "HEAD", "refs/heads/live")
        #expect(try pair.clone.repository().defaultBranch(ofRemote: "origin") == "live")
    }
}
