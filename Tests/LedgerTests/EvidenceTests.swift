import Git
import Ledger
import Manifests
import TestSupport
import Testing

/// What records and source repositories add to the history of the manifests, whose commits name nothing here.
@Suite struct EvidenceTests {
    private let scratch: ScratchRepository
    private let source: ScratchRepository

    init() throws {
        scratch = try ScratchRepository()
        source = try ScratchRepository(in: scratch.folder, name: "api")
        try configure(withSource: false)
        for environment in ["dev", "prod"] { try set(environment, "1.0") }
        try scratch.commit("start")
        try source.commit("start")
        try source.git("tag", "v1.0")
    }

    private func configure(withSource: Bool, version: String = "v{version}") throws {
        try scratch.write(
            "gx.yaml",
            """
            version: 1
            environments: { dev: {}, prod: { after: dev } }
            layout: ["envs/{env}/{app}/**"]
            \(withSource ? "apps: { api: { source: ../api, version: \"\(version)\" } }" : "")

            """)
    }

    private func set(_ environment: String, _ version: String) throws {
        try scratch.write(
            "envs/\(environment)/api/values.yaml",
            "image: { repository: x.io/api, tag: \"\(version)\" }\nsidecar: { image: \"x.io/proxy:1.0\" }\n")
    }

    private func deploy(_ environment: String, _ version: String) throws {
        try set(environment, version)
        try scratch.commit("\(environment) \(version)")
    }

    private func record(_ version: String, _ change: (inout ArtifactRecord) -> Void) throws {
        var record = ArtifactRecord(artifact: "x.io/api:\(version)")
        change(&record)
        #expect(try RecordStore(scratch.repository()).record(record))
    }

    private func evident() throws -> (Ledger, Repository) {
        let (ledger, repository) = (try scratch.ledger(), try scratch.repository())
        let configuration = try Configuration(parsing: Array((scratch.read("gx.yaml") ?? "").utf8))
        ledger.evidence = Evidence(configuration, in: repository)
        return (ledger, repository)
    }

    /// Where it is: `dev 1.1`.
    private func answer(_ subject: String) throws -> [String] {
        let (ledger, repository) = try evident()
        let found = try ledger.subject(subject, in: repository)
        let all = try ledger.presences(of: found, broughtBy: ledger.carriers(of: found)).list
        return all.filter(\.isNow).map { one in
            let pins = one.entered.flatMap { ledger[$0].after } ?? []
            return "\(one.environment) \(pins.first { $0.artifact == "x.io/api" }?.version ?? "")"
        }.sorted()
    }

    @Test func aRecordSaysWhatAReleaseContains() throws {
        try record("1.1") {
            $0.issues = ["PROJ-1"]
            $0.pullRequests = ["7"]
        }
        try deploy("dev", "1.1")
        try deploy("dev", "1.2")
        try deploy("prod", "1.1")
        for subject in ["PROJ-1", "#7"] { #expect(try answer(subject) == ["dev 1.1", "prod 1.1"]) }
        try deploy("prod", "1.0")
        #expect(try answer("PROJ-1") == ["dev 1.1"])
        #expect(throws: LedgerError.unknownSubject("PROJ-2")) { try answer("PROJ-2") }
    }

    @Test func recordedReleasesDescendFromEachOther() throws {
        let ids = (1...3).map { String(repeating: "\($0)", count: 40) }
        try record("1.1") {
            $0.issues = ["PROJ-1"]
            $0.commit = ids[0]
        }
        try record("1.2") {
            $0.commit = ids[1]
            $0.previous = ids[0]
        }
        try record("1.3") {
            $0.commit = ids[2]
            $0.previous = ids[1]
        }
        // It skips the releases that were built before.
        try deploy("prod", "1.3")
        #expect(try answer("PROJ-1") == ["prod 1.3"])
        #expect(try answer(ids[1]) == ["prod 1.3"])
    }

    @Test func aPipelineIsWhereItsImageIs() throws {
        try record("1.1") { $0.pipeline = Pipeline(id: "812", url: "https://ci/x/812") }
        try deploy("dev", "1.1")
        #expect(try answer("pipeline:812") == ["dev 1.1"])
        #expect(try answer("https://ci/x/812") == ["dev 1.1"])
        let finished = FinishedDeployment(
            environment: "dev", outcome: .succeeded, pipeline: Pipeline(id: "99"))
        #expect(try RecordStore(scratch.repository()).record(finished, of: scratch.id("HEAD")))
        #expect(try answer("pipeline:99") == ["dev 1.1"])
        #expect(throws: LedgerError.self) { try answer("pipeline:98") }
    }

    @Test func aDigestIsItsImage() throws {
        let digest = "sha256:" + String(repeating: "c", count: 64)
        try record("1.1") { $0.digest = digest }
        try deploy("dev", "1.1")
        #expect(try answer(digest) == ["dev 1.1"])
    }

    @Test func aSourceSaysWhatAReleaseContains() throws {
        try configure(withSource: true)
        let fix = try source.commit("PROJ-1: fix (#7)")
        try source.git("tag", "v1.1")
        try source.commit("PROJ-2: more")
        try source.git("tag", "v1.2")
        try source.git("checkout", "-q", "-b", "hotfix", "v1.0")
        try source.commit("PROJ-3: hot")
        try source.git("tag", "v1.0.1")
        try deploy("dev", "1.2")
        try deploy("prod", "1.1")
        #expect(try answer("PROJ-1") == ["dev 1.2", "prod 1.1"])
        #expect(try answer(fix.description) == ["dev 1.2", "prod 1.1"])
        #expect(try answer("PROJ-2") == ["dev 1.2"])
        // A version that came later, and does not descend from it.
        try deploy("prod", "1.0.1")
        #expect(try answer("PROJ-1") == ["dev 1.2"])
        #expect(try answer("PROJ-3") == ["prod 1.0.1"])
    }

    @Test func picksAndRevertsAreSeen() throws {
        try configure(withSource: true)
        try source.write("a", "1")
        let fix = try source.commit("PROJ-1: fix")
        try source.git("tag", "v2.0")
        try source.commit("Revert \"PROJ-1: fix\"\n\nThis reverts commit \(fix).\n")
        try source.git("tag", "v2.1")
        try source.git("checkout", "-q", "-b", "hotfix", "v1.0")
        try source.git("cherry-pick", "-x", fix.description)
        try source.git("tag", "v1.0.1")
        try deploy("dev", "2.0")
        try deploy("prod", "1.0.1")
        #expect(try answer(fix.description) == ["dev 2.0", "prod 1.0.1"])
        try deploy("dev", "2.1")
        #expect(try answer("PROJ-1") == ["prod 1.0.1"])
        #expect(try answer(fix.description) == ["prod 1.0.1"])
    }

    @Test func versionsMayNameCommits() throws {
        try configure(withSource: true, version: "{branch}-{commit}")
        let fix = try source.commit("PROJ-1: fix")
        let next = try source.commit("next")
        try deploy("dev", "main-\(fix.description.prefix(7))")
        try deploy("prod", "my-branch-\(next.description.prefix(10))")
        #expect(try answer("PROJ-1").count == 2)
    }

    @Test func aMissingSourceIsTold() throws {
        try configure(withSource: true)
        try scratch.folder.run("rm", ["-rf", "--", source.path])
        try deploy("dev", "1.1")
        let (ledger, repository) = try evident()
        let error = #expect(throws: LedgerError.self) { try ledger.subject("PROJ-1", in: repository) }
        let gap = try #require(ledger.evidence?.gaps.first)
        #expect(error == .unknown("what 'PROJ-1' is", gap))
        #expect(gap.description.hasPrefix("the source of api, ../api, can't be read: "))
        #expect(ledger.evidence?.gaps.count == 1)
    }

    /// What the manifests and records say for certain does not become doubtful.
    @Test func aMissingSourceMattersWhereItWouldSayMore() throws {
        try configure(withSource: true)
        try scratch.folder.run("rm", ["-rf", "--", source.path])
        try deploy("dev", "1.1")
        try set("dev", "1.2")
        try scratch.commit("PROJ-2: fix")
        for version in ["1.0", "1.1"] { try record(version) { $0.issues = ["PROJ-1"] } }
        let (ledger, repository) = try evident()
        // All that prod ever ran is recorded; of dev's 1.2 nothing says what is in it.
        #expect(throws: LedgerError.unknownSubject("PROJ-9")) {
            try ledger.subject("PROJ-9", in: repository, asking: ["prod"])
        }
        for environments in [["dev"], nil] as [Set<String>?] {
            let error = #expect(throws: LedgerError.self) {
                try ledger.subject("PROJ-9", in: repository, asking: environments)
            }
            #expect(error != .unknownSubject("PROJ-9"))
        }
        // Versions and apps are in the manifests, or nowhere.
        for name in ["9.9", "version:9", "image:x.io/api:9", "app:web", "x.io/api:9"] {
            #expect(throws: LedgerError.unknownSubject(name)) { try ledger.subject(name, in: repository) }
        }
        let gaps = { (subject: Subject, environments: Set<String>?) in
            ledger.gaps(concerning: subject, in: environments).count
        }
        #expect(gaps(.issue("PROJ-2"), ["prod"]) == 0)
        #expect(gaps(.issue("PROJ-2"), ["dev"]) == 1)
        #expect(gaps(.pullRequest("7"), nil) == 1)
        for subject in [Subject.app("api"), .version("1.2"), .artifact("x.io/api", version: "1.2")] {
            #expect(gaps(subject, nil) == 0)
        }
        #expect(ledger.gaps(concerning: .issue("PROJ-2"), app: "web").isEmpty)
    }

    @Test func aShallowSourceIsTold() throws {
        try source.commit("PROJ-1: fix")
        try source.commit("next")
        try source.git("tag", "v1.1")
        try scratch.folder.run("mv", ["--", source.path, source.path + "-full"])
        try scratch.folder.run(
            "git", ["clone", "-q", "--depth", "1", "file://\(source.path)-full", source.path])
        try configure(withSource: true)
        try deploy("dev", "1.1")
        #expect(throws: LedgerError.unknown("what 'PROJ-1' is", .shallowSource(app: "api", name: "../api"))) {
            try answer("PROJ-1")
        }
    }

    /// `dev now`, `prod left`
    private func bug(_ key: String) throws -> [String] {
        let (ledger, repository) = try evident()
        let subject = try ledger.subject("bug:\(key)", in: repository)
        let all = try ledger.presences(of: subject, broughtBy: ledger.carriers(of: subject)).list
        return all.map { one in
            switch one.status {
            case .now: "\(one.environment) now"
            case .left: "\(one.environment) left"
            case .unknown: "\(one.environment) unknown"
            default: "\(one.environment) no"
            }
        }.sorted()
    }

    @Test func aBugIsWhereItCameAndItsFixDidNot() throws {
        let store = try RecordStore(scratch.repository())
        #expect(try store.record([IssueRecord(key: "PROJ-9", kind: .bug, introduced: "1.1")]) == 1)
        try deploy("dev", "1.1")
        #expect(try bug("PROJ-9") == ["dev now", "prod no"])
        try deploy("prod", "1.1")
        try set("dev", "1.2")
        try scratch.commit("PROJ-9: fix")
        #expect(try bug("PROJ-9") == ["dev left", "prod now"])
        try deploy("prod", "1.2")
        #expect(try bug("PROJ-9") == ["dev left", "prod left"])
        // Back to what has it.
        try deploy("prod", "1.1")
        #expect(try bug("PROJ-9") == ["dev left", "prod now"])
        try deploy("prod", "1.0")
        #expect(try bug("PROJ-9") == ["dev left", "prod left"])
    }

    @Test func whereABugCameInMustBeKnown() throws {
        try set("dev", "1.2")
        try scratch.commit("PROJ-9: fix")
        #expect(try bug("PROJ-9") == ["dev no", "prod unknown"])
        #expect(throws: LedgerError.self) { try bug("PROJ-8") }
    }

    @Test func anExplanationIsAnIssueARecordOrAnOutcome() throws {
        try deploy("dev", "1.1")
        try set("dev", "1.2")
        try scratch.commit("PROJ-1")
        try deploy("dev", "1.3")
        try record("1.3") { $0.issues = ["PROJ-2"] }
        try deploy("dev", "1.4")
        let finished = FinishedDeployment(environment: "dev", outcome: .failed)
        #expect(try RecordStore(scratch.repository()).record(finished, of: scratch.id("HEAD")))
        let (ledger, repository) = try evident()
        let all = (0..<ledger.count).map { ledger[$0] }.filter { $0.kind != .initial }
        let facts = try KnownFacts(ledger, in: repository)
        let missing = try all.map { try facts.missing(of: $0) }
        #expect(missing == [[.issue, .record, .outcome], [.record, .outcome], [.outcome], [.issue]])
        let unexplained = try all.map { try facts.isWithout([.issue, .record, .outcome], $0) }
        #expect(unexplained == [true, false, false, false])
        #expect(try all.map { try facts.isWithout([.issue], $0) } == [true, false, false, true])
    }

    @Test func aPromotionHasTheIssuesOfWhatItTakesOver() throws {
        for (version, message) in [("1.1", "PROJ-1"), ("1.2", "PROJ-2"), ("1.3", "more"), ("1.4", "more")] {
            try set("dev", version)
            try scratch.commit(message)
            if version != "1.2" { try deploy("prod", version) }
        }
        let (ledger, repository) = try evident()
        let facts = try KnownFacts(ledger, in: repository)
        let all = (0..<ledger.count).map { ledger[$0] }.filter { $0.kind == .promotion }
        let lacking = try all.filter { try facts.isWithout([.issue], $0) }
        #expect(all.count == 3)
        #expect(lacking.map { $0.after?.first?.version } == ["1.4"])
    }

    @Test func issuesGoOnThroughSeveralEnvironments() throws {
        try scratch.write(
            "gx.yaml",
            """
            version: 1
            environments: { dev: {}, qa: { after: dev }, prod: { after: qa } }
            layout: ["envs/{env}/{app}/**"]

            """)
        try set("qa", "1.0")
        try scratch.commit("qa")
        for (environment, version) in [("prod", "hotfix"), ("dev", "1.1"), ("dev", "1.2")] {
            try set(environment, version)
            try scratch.commit(version == "1.1" ? "PROJ-1" : "more")
        }
        for environment in ["qa", "prod"] { try deploy(environment, "1.2") }
        let (ledger, repository) = try evident()
        let facts = try KnownFacts(ledger, in: repository)
        let promotions = (0..<ledger.count).map { ledger[$0] }.filter { $0.kind == .promotion }
        // To qa 1.1 came along; from qa, which never ran prod's own fix, 1.2 is promoted, and all that it took over.
        #expect(promotions.map(\.environment) == ["qa", "prod"])
        #expect(try promotions.filter { try facts.isWithout([.issue], $0) }.isEmpty)
    }

    @Test func aRecordOfAnotherEnvironmentExplainsNothing() throws {
        for environment in ["dev", "prod"] { try set(environment, "1.1") }
        try scratch.commit("everywhere")
        let finished = FinishedDeployment(environment: "dev", outcome: .unknown)
        #expect(try RecordStore(scratch.repository()).record(finished, of: scratch.id("HEAD")))
        let (ledger, repository) = try evident()
        let facts = try KnownFacts(ledger, in: repository)
        let all = (0..<ledger.count).map { ledger[$0] }.filter { $0.kind != .initial }
        let recorded = try all.filter { try !facts.missing(of: $0).contains(.record) }
        #expect(recorded.map(\.environment) == ["dev"])
    }

    /// Issues that are in dev and not in prod.
    private func backlog() throws -> [String] {
        let (ledger, _) = try evident()
        let ahead = ledger.deployments(in: ["dev"], aheadOf: ["prod"])
        return try Backlog(of: ledger.issuePresences(contained: ahead), in: ["dev"], notIn: ["prod"]).issues
    }

    @Test func whatWaitsIsSaidByRecordsAndSourcesToo() throws {
        try record("1.1") { $0.issues = ["PROJ-1"] }
        try deploy("dev", "1.1")
        #expect(try backlog() == ["PROJ-1"])
        let (recorded, _) = try evident()
        #expect(recorded.contents(of: recorded.count - 1).issues == ["PROJ-1"])
        try source.commit("something")
        try source.git("tag", "v1.1")
        for (version, issue) in [("1.2", "PROJ-2"), ("1.3", "PROJ-3")] {
            try source.commit("\(issue): more")
            try source.git("tag", "v\(version)")
            try deploy("dev", version)
        }
        #expect(try backlog() == ["PROJ-1"])
        try configure(withSource: true)
        #expect(try backlog() == ["PROJ-1", "PROJ-2", "PROJ-3"])
        try deploy("prod", "1.2")
        #expect(try backlog() == ["PROJ-3"])
        // What has come with one of several environments is asked for until all have it.
        let (ledger, _) = try evident()
        #expect(ledger.deployments(in: ["dev"], aheadOf: ["dev", "prod"]).count == 1)
        #expect(ledger.deployments(in: ["dev"], aheadOf: ["nowhere"]).isEmpty)
    }

    @Test func aRollbackExplainsItself() throws {
        try deploy("dev", "1.1")
        try deploy("dev", "1.0")
        let (ledger, repository) = try evident()
        let facts = try KnownFacts(ledger, in: repository)
        let all = (0..<ledger.count).map { ledger[$0] }
        #expect(
            try all.filter { try facts.isWithout([.record], $0) }.map(\.kind) == [
                .initial, .initial, .forward,
            ])
    }

    @Test func hostileRecordsStopNothing() throws {
        try record("1.1") { $0.issues = ["PROJ-1"] }
        let object = try ArtifactRecord.object(of: "x.io/api:1.1")
        let type = #""v":1,"type":"dev.cdevents.artifact.published""#
        for line in [
            String(repeating: #"{"a":"#, count: 50_000) + ArtifactRecord.type,
            #"{"ts":"a",\#(type),"id":"x","artifact":7}"#,
            #"{"ts":"a",\#(type),"id":"x","artifact":"x.io/api:1.1","issues":{"a":[]},"commit":["b"]}"#,
            ArtifactRecord.type + String(repeating: "y", count: 2_000_000),
        ] {
            try scratch.git(
                "notes", "--ref=gx/artifacts", "append", "-F", "-", object.description, input: line)
        }
        let bytes = try scratch.repository().write(
            blob: Array(ArtifactRecord.type.utf8) + [0xFF, 0xFE, 0x0A])
        try scratch.git("notes", "--ref=gx/artifacts", "add", "-f", "-C", bytes.description, "HEAD")
        try deploy("dev", "1.1")
        #expect(try answer("PROJ-1") == ["dev 1.1"])
    }
}
