import Git
import Ledger
import Manifests
import System
import TestSupport
import Testing

@Suite struct RecordingTests {
    private let scratch: ScratchRepository
    private let source: ScratchRepository

    init() throws {
        scratch = try ScratchRepository()
        source = try ScratchRepository(in: scratch.folder, name: "api")
        try scratch.commit("start")
    }

    private var store: RecordStore { get throws { RecordStore(try scratch.repository()) } }

    private func build(_ image: String, commit: String? = nil, previous: String? = nil) throws
        -> (ArtifactRecord, String?)
    {
        var record = ArtifactRecord(artifact: image)
        let build = try Build(of: source.repository(), Configuration.Issues(), recordedIn: store)
        let unknown = try build.complete(&record, commit: commit, previous: previous)
        return (record, unknown)
    }

    @Test func aBuildReadsItsSource() throws {
        try source.commit("PROJ-1: before")
        try source.git("tag", "v1.0")
        try source.commit("PROJ-2: first (#7)", date: "2026-02-01 10:00:00 +0000")
        let built = try source.commit(
            "Second\n\nIssue: PROJ-3\n", author: "Ada <a@x>", date: "2026-02-02 10:00:00 +0000")
        let (record, unknown) = try build("x.io/api:1.1")
        #expect(unknown == nil)
        #expect(record.commit == built.description)
        #expect(try record.previous == source.id("v1.0").description)
        #expect(record.commits == 2)
        #expect(record.issues.sorted() == ["PROJ-2", "PROJ-3"])
        #expect(record.pullRequests == ["7"])
        #expect(record.firstCommitTime == "2026-02-01T10:00:00Z")
        #expect(record.lastCommitTime == "2026-02-02T10:00:00Z")
        #expect(record.author == "Ada <a@x>")
        #expect(record.commitList.map(\.subject) == ["Second", "PROJ-2: first (#7)"])
        #expect(try store.record(record))
        #expect(ArtifactRecord(try record.record(time: "t")).map { $0.commitList } == record.commitList)
    }

    @Test func theReleaseBeforeIsTheRecordedOne() throws {
        try source.commit("PROJ-1")
        try source.git("tag", "v1.0")
        try source.commit("PROJ-2")
        _ = try store.record(build("x.io/api:1.1").0)
        try source.commit("PROJ-3")
        #expect(try build("x.io/api:1.2").0.issues == ["PROJ-3"])
        // Another artifact's records say nothing.
        #expect(try build("x.io/web:1.2").0.issues.sorted() == ["PROJ-2", "PROJ-3"])
        #expect(try build("x.io/api:1.2", previous: "v1.0").0.commits == 2)
    }

    @Test func withoutAReleaseBeforeNothingIsCounted() throws {
        try source.commit("PROJ-1")
        try source.commit("PROJ-2")
        let (record, unknown) = try build("x.io/api:1")
        #expect(unknown != nil)
        #expect(record.commits == nil && record.firstCommitTime == nil)
        #expect(record.issues == ["PROJ-2"])
        #expect(throws: GitError.self) { try build("x.io/api:1", previous: "nothing") }
    }

    @Test func theSameTwiceIsOne() throws {
        var build = ArtifactRecord(artifact: "x.io/api:1.1")
        build.digest = "sha256:" + String(repeating: "a", count: 64)
        build.issues = ["PROJ-1"]
        build.pipeline = Pipeline(id: "7")
        #expect(try store.record(build))
        #expect(try !store.record(build))
        var scan = ArtifactRecord(artifact: "x.io/api:1.1")
        scan.checks = [CheckResult(name: "scan", result: .failed)]
        #expect(try store.record(scan))
        #expect(try !store.record(build))
        let known = try store.artifact("x.io/api@\(build.digest ?? "")")
        #expect(known?.issues == ["PROJ-1"])
        #expect(try store.artifact("x.io/api:1.1")?.checks == scan.checks)
        let issue = IssueRecord(key: "PROJ-1", title: "One", kind: .bug)
        #expect(try store.record([issue, issue, IssueRecord(key: "PROJ-2")]) == 2)
        #expect(try store.record([issue, IssueRecord(key: "PROJ-2")]) == 0)
        #expect(try store.record([IssueRecord(key: "PROJ-1", status: "done")]) == 1)
        #expect(try store.issue("PROJ-1")?.title == "One")
        #expect(try store.issue("PROJ-1")?.status == "done")
        #expect(try store.issue("PROJ-3") == nil)
    }

    @Test func outcomesMayChangeAndChangeBack() throws {
        let commit = try scratch.id("HEAD")
        for (outcome, isNew) in [
            (Outcome.succeeded, true), (.succeeded, false), (.failed, true), (.succeeded, true),
        ] {
            let finished = FinishedDeployment(environment: "prod", outcome: outcome)
            #expect(try store.record(finished, of: commit) == isNew)
        }
    }

    @Test func twoClonesAgreeAfterTheyMet() throws {
        let host = try scratch.clone("host", ["--bare"])
        let clones = try ["a", "b"].map { try host.clone($0) }
        let issue = IssueRecord(key: "PROJ-1", title: "One")
        for clone in clones { #expect(try RecordStore(clone.repository()).record([issue]) == 1) }
        for clone in clones + [clones[0]] {
            _ = try clone.repository().exchangeNotes(under: RecordStore.prefix, with: "origin")
        }
        for clone in clones {
            #expect(try RecordStore(clone.repository()).issue("PROJ-1") == issue)
            #expect(try RecordStore(clone.repository()).record([issue]) == 0)
        }
        #expect(
            try clones[0].repository().exchangeNotes(under: RecordStore.prefix, with: "origin")
                == NotesTraffic())
    }

    /// What a plain `git fetch` brought counts before it is united with the notes here, however it is asked for.
    @Test(arguments: [false, true]) func whatWasFetchedCounts(_ hasOwn: Bool) throws {
        let commit = try scratch.commit("one")
        let host = try scratch.clone("host", ["--bare"])
        let (here, there) = (try host.clone("here"), try host.clone("there"))
        let elsewhere = RecordStore(try there.repository())
        let (image, other) = ("ghcr.io/acme/api:1.4.2", "ghcr.io/acme/api:1.4.1")
        func build(_ image: String, _ issue: String) -> ArtifactRecord {
            var build = ArtifactRecord(artifact: image)
            build.issues = [issue]
            return build
        }
        #expect(try elsewhere.record(build(image, "PROJ-1")))
        #expect(try elsewhere.record([IssueRecord(key: "PROJ-1", title: "One")]) == 1)
        let finished = FinishedDeployment(environment: "prod", outcome: .succeeded)
        #expect(try elsewhere.record(finished, of: commit))
        if hasOwn {
            let store = RecordStore(try here.repository())
            #expect(try store.record(build(image, "PROJ-2")))
            #expect(try store.record(build(other, "PROJ-3")))
        }
        _ = try there.repository().exchangeNotes(under: RecordStore.prefix, with: "origin")
        _ = try here.repository().addNotesRefspec(under: RecordStore.prefix, to: "origin")
        try here.git("fetch", "-q")
        let repository = try here.repository()
        let store = RecordStore(repository)
        #expect(try repository.resolve(RecordStore.Subject.issues.ref) == nil)
        for _ in 0..<2 {
            let issues = try #require(try store.artifact(image)).issues
            #expect(issues.sorted() == (hasOwn ? ["PROJ-1", "PROJ-2"] : ["PROJ-1"]))
            let builds = try store.builds()
            #expect(builds.builds(called: image).map { $0.issues.sorted() } == [issues.sorted()])
            #expect(builds.builds(called: other).count == (hasOwn ? 1 : 0))
        }
        #expect(try store.issue("PROJ-1")?.title == "One")
        #expect(try store.all(.deployments, with: FinishedDeployment.type).map(\.0) == [commit])
        #expect(try store.records(on: commit, .deployments).count == 1)
        #expect(try !store.record(finished, of: commit), "it is known")
        _ = try repository.exchangeNotes(under: RecordStore.prefix, with: "origin")
        #expect(try store.records(on: commit, .deployments).count == 1)
        #expect(try store.builds().builds(called: image).count == 1)
    }

    @Test func anExportIsReadWholeOrNotAtAll() throws {
        let good = #"{"key":"PROJ-1","title":"One","kind":"bug","introduced":"1.2"}"#
        #expect(
            try IssueExport.read(Array("\(good)\r\n\n".utf8)) == [
                IssueRecord(key: "PROJ-1", title: "One", kind: .bug, introduced: "1.2")
            ])
        for (bad, words) in [
            ("[]", "no object"), ("{}", "no key"), (#"{"key":1}"#, "no string"),
            (#"{"key":"A-1","kind":"epic"}"#, "epic"), (#"{"key":"A-1","titel":"x"}"#, "titel"),
            (#"{"key":"A-1""#, "expected"),
        ] {
            let problem = #expect(throws: IssueExport.Problem.self) {
                try IssueExport.read(Array("\(good)\n\(bad)\n".utf8))
            }
            #expect(problem?.line == 2)
            #expect(problem?.message.contains(words) == true, "\(problem?.message ?? "")")
        }
    }

    @Test func servicesSayWhatIsBuilt() {
        func read(_ variables: [String: String?]) -> BuildVariables {
            let none = [
                "GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT", "BUILD_SOURCEVERSION", "GITHUB_SERVER_URL",
                "GITHUB_REPOSITORY", "CI_PROJECT_URL", "GIT_URL", "BUILD_REPOSITORY_URI",
                "CI_MERGE_REQUEST_IID", "CHANGE_ID", "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER", "GITHUB_REF",
            ]
            let cleared = Dictionary(uniqueKeysWithValues: none.map { ($0, String?.none) })
            return BuildVariables(in: ProcessEnvironment(cleared.merging(variables) { $1 }))
        }
        let github = read([
            "GITHUB_SHA": "a", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/api",
            "GITHUB_REF": "refs/pull/7/merge",
        ])
        #expect(github.commit == "a" && github.pullRequest == "7")
        #expect(github.repository == "https://github.com/acme/api")
        #expect(read(["GITHUB_REF": "refs/heads/main"]).pullRequest == nil)
        #expect(read(["CI_MERGE_REQUEST_IID": "9"]).pullRequest == "9")
        #expect(read(["GIT_URL": "https://user:secret@host/x.git"]).repository == "https://host/x.git")
        #expect(read(["GIT_URL": "git@host:x.git"]).repository == "git@host:x.git")
    }
}

@Suite struct SourceHistoryTests {
    private let source: ScratchRepository

    init() throws {
        source = try ScratchRepository()
        try commit("start")
    }

    @discardableResult
    private func commit(_ message: String, _ file: String? = nil) throws -> ObjectID {
        if let file { try source.write(file, message) }
        return try source.commit(message)
    }

    private func contents(_ old: String, _ new: String = "HEAD") throws -> ReleaseContents {
        try SourceHistory(source.repository(), Configuration.Issues())
            .contents(from: source.id(old), to: source.id(new))
    }

    @Test func aRevertTakesBack() throws {
        try source.git("tag", "v1")
        let bad = try commit("PROJ-1: bad", "a")
        try commit("PROJ-2: good", "b")
        try commit("Revert \"PROJ-1: bad\"\n\nThis reverts commit \(bad).\n")
        let release = try contents("v1")
        #expect(release.issuesAdded == ["PROJ-2"])
        #expect(release.issuesRemoved.isEmpty)
        #expect(release.added.map(\.fate) == [.revert, .kept, .reverted])
        // The next release loses what an older one had.
        #expect(try contents("HEAD~1").issuesRemoved == ["PROJ-1"])
    }

    @Test func aRevertedRevertBringsBack() throws {
        try source.git("tag", "v1")
        let bad = try commit("PROJ-1: bad", "a")
        let revert = try commit("Revert \"PROJ-1: bad\"\n\nThis reverts commit \(bad).\n")
        try commit("Reapply \"PROJ-1: bad\"\n\nThis reverts commit \(revert).\n")
        #expect(try contents("v1").issuesAdded == ["PROJ-1"])
        #expect(try contents("v1").added.map(\.fate) == [.revert, .reverted, .kept])
    }

    @Test func aRevertedMergeTakesBackAllThatItBrought() throws {
        try source.git("tag", "v1")
        try source.git("checkout", "-qb", "topic")
        try commit("PROJ-1", "a")
        try commit("PROJ-2", "b")
        try source.git("checkout", "-q", "main")
        try source.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic")
        let merge = try source.id("HEAD")
        try commit("Revert \"Merge topic\"\n\nThis reverts commit \(merge), reversing\nchanges made to v1.\n")
        #expect(try contents("v1").issuesAdded.isEmpty)
    }

    @Test(arguments: [["-x"], []])
    func aPickIsNoNews(_ options: [String]) throws {
        try source.git("checkout", "-qb", "release")
        try source.git("checkout", "-q", "main")
        let fix = try commit("PROJ-1: fix", "a")
        try commit("PROJ-2: new", "b")
        try source.git("checkout", "-q", "release")
        try commit("something else", "c")
        try source.folder.run("git", ["cherry-pick"] + options + [fix.description], in: source.path)
        try source.git("tag", "v1.0.1")
        let next = try contents("v1.0.1", "main")
        #expect(next.issuesAdded == ["PROJ-2"])
        #expect(next.issuesRemoved.isEmpty)
        #expect(next.removed.map(\.fate) == [.picked, .kept])
    }

    @Test func aShallowSourceSaysSo() throws {
        for number in 1...5 { try commit("PROJ-\(number)") }
        let clone = try source.clone("shallow", ["--depth", "2"])
        let history = SourceHistory(try clone.repository(), Configuration.Issues())
        #expect(try history.contents(from: nil, to: clone.id("HEAD")).unknown != nil)
        #expect(try history.contents(from: clone.id("HEAD~1"), to: clone.id("HEAD")).unknown == nil)
    }
}
