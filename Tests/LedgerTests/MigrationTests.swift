import Git
import Manifests
import System
import TestSupport
import Testing

@testable import Ledger

/// What earlier editions of gx left in a repository: it still counts, and what they derived is derived anew.
@Suite struct MigrationTests {
    private let scratch: ScratchRepository

    init() throws {
        scratch = try ScratchRepository(
            configuration: """
                version: 1
                environments: { staging-eu: {}, prod-eu: { after: staging-eu } }
                layout: ["{env}/{app}.yaml"]

                """)
        for place in ["staging-eu", "prod-eu"] { try write(place, "1.4.1") }
        try scratch.commit("Start")
    }

    private func write(_ place: String, _ version: String) throws {
        let image = "ghcr.io/acme/api:\(version)"
        try scratch.write(
            "\(place)/api.yaml",
            "kind: Pod\nmetadata: {name: api}\nspec: {containers: [{name: api, image: '\(image)'}]}\n")
    }

    /// A deployment, with the trailers that the first edition wrote.
    @discardableResult
    private func deploy(_ place: String, _ version: String, _ trailers: String) throws -> ObjectID {
        try write(place, version)
        return try scratch.commit("\(place): api \(version)\n\n\(trailers)\n")
    }

    // MARK: The index

    /// An index of another version, whose checksum is right.
    private static func index(_ bytes: [UInt8], version: UInt64) -> [UInt8] {
        var bytes = bytes
        func put(_ number: UInt64, at offset: Int) {
            for index in 0..<8 { bytes[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
        }
        put(version, at: 8)
        put(0, at: 32)
        var checksum = Checksum()
        for part in [bytes[..<40], bytes[40...]] {
            unsafe part.withUnsafeBytes { unsafe checksum.add($0) }
        }
        put(checksum.value, at: 32)
        return bytes
    }

    @Test func anIndexOfAnotherVersionIsMadeAnew() throws {
        try deploy("staging-eu", "1.4.2", "Gx-Deploy: staging-eu/api 1.4.1 -> 1.4.2")
        let file = scratch.path + "/.git/gx/ledger"
        let lines = try scratch.ledger(index: true).lines
        let good = try #require(try readFile(file))
        #expect(Self.index(good, version: IndexFileHeader.currentVersion) == good)
        let old = try scratch.id("HEAD").description
        let new = try deploy("prod-eu", "1.4.2", "Gx-Deploy: prod-eu/api 1.4.1 -> 1.4.2 from staging-eu")
            .description
        let more = try scratch.ledger().lines
        try scratch.git("reset", "-q", "--hard", old)
        for version in Array(0..<IndexFileHeader.currentVersion) + [IndexFileHeader.currentVersion + 1] {
            let bytes = Self.index(good, version: version)
            try scratch.folder.write(file, bytes)
            #expect(try scratch.ledger(index: true).lines == lines, "version \(version)")
            #expect(try readFile(file) == good, "version \(version) was written anew")
            // What came since an old base is as old.
            try scratch.folder.write(file, bytes)
            try scratch.folder.write(file + "-news", bytes)
            try scratch.git("reset", "-q", "--hard", new)
            #expect(try scratch.ledger(index: true).lines == more, "version \(version), with more")
            #expect(try scratch.ledger(index: true).lines == more, "version \(version), read again")
            try scratch.git("reset", "-q", "--hard", old)
        }
    }

    // MARK: Trailers

    @Test func trailersOfTheFirstEditionCount() throws {
        try deploy("staging-eu", "1.4.2", "Gx-Deploy: staging-eu/api 1.4.1 -> 1.4.2")
        try deploy("prod-eu", "1.4.2", "Gx-Deploy: prod-eu/api 1.4.1 -> 1.4.2 from staging-eu")
        try deploy(
            "prod-eu", "1.4.1",
            """
            Gx-Rollback: prod-eu/api 1.4.2 -> 1.4.1
            Gx-Hold: prod-eu/api 1.4.2 (guests cannot check out)
            """)
        let ledger = try scratch.ledger()
        #expect(
            ledger.lines.suffix(3) == [
                "staging-eu/api forward (declared) 1.4.1 -> 1.4.2",
                "prod-eu/api promotion from staging-eu (declared) 1.4.1 -> 1.4.2",
                "prod-eu/api rollback (declared) 1.4.2 -> 1.4.1",
            ])
        let hold = try #require(try ledger.openHolds().first)
        #expect(hold.trailer.reason == "guests cannot check out")
        #expect(hold.isFor("prod-eu") && !hold.isFor("staging-eu"))
        #expect(hold.trailer.concerns(Version("1.4.2"), of: "ghcr.io/acme/api", "api"))
        try scratch.git("commit", "-q", "--allow-empty", "-m", "Unhold\n\nGx-Unhold: prod-eu/api 1.4.2")
        #expect(try scratch.ledger().openHolds().isEmpty)
        let artifact = "*/api 1.4.3 of ghcr.io/acme/api"
        try scratch.git("commit", "-q", "--allow-empty", "-m", "Hold\n\nGx-Hold: \(artifact) (never)")
        #expect(try scratch.ledger().openHolds().map(\.trailer.environment) == [nil])
    }

    // MARK: Records

    /// Attaches a line to an object as any git does.
    private func attach(_ line: String, to object: ObjectID, _ ref: String) throws {
        let start = scratch.path + "/note"
        try scratch.folder.write(start, line.utf8)
        try scratch.git("notes", "--ref=gx/\(ref)", "append", "-F", start, object.description)
    }

    @Test func recordsOfTheFirstEditionCount() throws {
        let commit = try deploy("staging-eu", "1.4.2", "Gx-Deploy: staging-eu/api 1.4.1 -> 1.4.2")
        let store = RecordStore(try scratch.repository())
        let image = "ghcr.io/acme/api:1.4.2"
        let objects = (try ArtifactRecord.object(of: image), try IssueRecord.object(of: "PROJ-110"))
        // Notes are attached to hashes of texts that nobody wrote; git wants them there.
        for text in [image, "PROJ-110"] {
            try scratch.git("hash-object", "-w", "--stdin", input: text + "\n")
        }
        try attach(
            """
            {"ts":"2026-02-23T07:55:00.000Z","v":1,"type":"dev.cdevents.artifact.published","id":"\(objects.0)-1",\
            "artifact":"\(image)","digest":null,"repository":"https://git.example.com/shop/api","commit":"\(commit)",\
            "previous":null,"firstCommitTime":"2026-02-20T08:00:00Z","lastCommitTime":"2026-02-21T08:00:00Z",\
            "commits":2,"commitList":[],"issues":["PROJ-110"],"pullRequests":["512"],\
            "pipeline":{"id":"812","url":"https://ci.example.com/shop/api/pipelines/812"},\
            "author":"Ann <ann@example.com>","checks":[{"name":"unit","result":"passed"}],"issuesRemoved":[]}
            """, to: objects.0, "artifacts")
        try attach(
            """
            {"ts":"2026-02-23T08:00:00.000Z","v":1,"type":"dev.gx.deployment.finished","id":"x-1",\
            "environment":"staging-eu","app":"api","outcome":"failed","at":"2026-02-23T07:59:00Z",\
            "by":"Ann <ann@example.com>","pipeline":null,"reason":"guests cannot check out","checks":[]}
            """, to: commit, "deployments")
        try attach(
            """
            {"ts":"2026-02-23T08:00:01.000Z","v":1,"type":"dev.gx.issue","id":"y-1","key":"PROJ-110",\
            "title":"Guests cannot check out","kind":"bug","url":null,"status":"done","introduced":"1.4.0"}
            """, to: objects.1, "issues")
        for _ in 0..<2 {
            let build = try #require(try store.builds().builds(called: image).first)
            #expect(build.issues == ["PROJ-110"] && build.pullRequests == ["512"] && build.commits == 2)
            #expect(build.pipeline?.id == "812")
            #expect(try store.artifact(image) == build)
        }
        let issue = try #require(try store.issue("PROJ-110"))
        #expect(issue.title == "Guests cannot check out" && issue.introduced == "1.4.0")
        let ledger = try scratch.ledger()
        let outcomes = try ledger.outcomes(in: scratch.repository())
        #expect(outcomes[ledger[ledger.count - 1]] == .failed)
        let reasons = try ledger.records(of: ledger.count - 1).map { $0["reason"]?.string }
        #expect(reasons == ["guests cannot check out"])
    }
}
