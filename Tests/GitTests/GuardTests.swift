import System
import TestSupport
import Testing

@testable import Git

/// Repositories that somebody else's gx.yaml names.
@Suite struct GuardTests {
    private static let rules = RunningSettings.rules.map { ($0.key.replacing("*", with: "x"), $0.harmless) }

    /// Each setting that can start something, in the repository's own files: it is replaced.
    @Test(arguments: rules) func replacesEachSetting(_ key: String, _ harmless: String) throws {
        let scratch = try ScratchRepository()
        try scratch.git("config", key, "/planted")
        let guarded = try scratch.repository().guarded()
        #expect(try guarded.setting(key) == harmless)
        if !key.hasSuffix("helper"), !key.hasSuffix("curloptresolve") {
            #expect(try guarded.setting(key) != "/planted")
        }
    }

    @Test func whatTheUserSetStays() {
        let settings = [
            ScopedSetting(key: "gpg.program", value: "/users/gpg", isProtected: true),
            ScopedSetting(key: "gpg.program", value: "/planted", isProtected: false),
            ScopedSetting(key: "credential.helper", value: "store", isProtected: true),
            ScopedSetting(key: "credential.helper", value: "!planted", isProtected: false),
            ScopedSetting(key: "core.pager", value: "less", isProtected: true),
        ]
        let replaced = RunningSettings.replacing(settings).map { "\($0.key)=\($0.value)" }
        #expect(
            replaced.prefix(3) == ["gpg.program=/users/gpg", "credential.helper=", "credential.helper=store"])
        #expect(!replaced.contains { $0.hasPrefix("core.pager") })
    }

    @Test(arguments: RunningSettings.refused) func refusesWhatCannotBeReplaced(_ key: String) throws {
        let scratch = try ScratchRepository()
        try scratch.git("config", key.replacing("*", with: "https://x"), "/planted")
        #expect(throws: GitError.self) { try scratch.repository().guarded() }
    }

    @Test func whatIsMissingIsNotFetched() throws {
        let scratch = try ScratchRepository(bare: true)
        let mark = scratch.folder.path + "/ran"
        for (key, value) in [
            ("core.repositoryformatversion", "1"), ("extensions.partialClone", "origin"),
            ("remote.origin.promisor", "true"), ("remote.origin.url", "."),
            ("remote.origin.uploadpack", "touch '\(mark)'; false"),
        ] { try scratch.git("config", key, value) }
        let guarded = try scratch.repository().guarded()
        #expect(!guarded.isPartial)
        let id = try #require(ObjectID(hex: String(repeating: "1", count: 40)))
        #expect(throws: GitError.self) { try guarded.blob(id) }
        #expect(throws: GitError.self) { try guarded.git(["cat-file", "-p", "\(id)"]).output("look") }
        #expect(throws: GitError.self) { try guarded.fetch(from: "ext::touch '\(mark)'") }
        #expect(try scratch.folder.read(mark) == nil)
    }

    @Test func noHookRuns() throws {
        let scratch = try ScratchRepository()
        let commit = try scratch.commit("Start")
        let mark = scratch.folder.path + "/ran"
        try scratch.write(".git/hooks/reference-transaction", "#!/bin/sh\ntouch '\(mark)'\n")
        try scratch.folder.run("chmod", ["+x", scratch.path + "/.git/hooks/reference-transaction"])
        let guarded = try scratch.repository().guarded()
        _ = try guarded.git(["update-ref", "refs/heads/x", "\(commit)"]).output("make a branch")
        #expect(try scratch.folder.read(mark) == nil)
    }

    @Test func aDamagedAuthorIsNobody() throws {
        let scratch = try ScratchRepository()
        let first = try scratch.commit("Start")
        let tree = try scratch.git("rev-parse", "HEAD^{tree}")
        let id = try scratch.git(
            "hash-object", "-t", "commit", "-w", "--stdin", "--literally",
            input: "tree \(tree)\nparent \(first)\nauthor Ada\ncommitter\n\nSubject\n")
        let commit = try scratch.repository().commit(#require(ObjectID(hex: id)))
        #expect(commit.parents == [first] && commit.subject == "Subject" && commit.committer.email == "")
    }
}
