import Git
import Ledger
import Manifests
import TestSupport
import Testing

@Suite struct HoldTests {
    private func holds(_ repository: ScratchRepository, _ ref: String = "HEAD") throws -> Holds {
        let opened = try repository.repository()
        return try Holds(at: Tip(repository: opened, ref: ref, commit: repository.id(ref))) {
            try repository.ledger()
        }
    }

    private func isHeld(
        _ version: String, _ app: String = "api", in environment: String, by holds: Holds
    ) throws -> Bool {
        try holds.hold(on: Version(version), of: nil, app, in: environment) != nil
    }

    @Test(arguments: [
        HoldTrailer(
            .hold, environment: "prod-eu", app: "api", version: Version("1.4.2"), reason: "it (a) fails"),
        HoldTrailer(
            .hold, environment: nil, app: "team/api", version: Version("1"), artifact: "ghcr.io/acme/x y"),
        HoldTrailer(
            .unhold, environment: "eu/west 1", app: "50% (off)",
            version: Version("1@sha256:\(String(repeating: "a", count: 64))")),
    ]) func readsBack(_ trailer: HoldTrailer) {
        #expect(HoldTrailer(line: trailer.line) == trailer)
    }

    @Test func aReasonStaysOnItsLine() throws {
        let trailer = HoldTrailer(
            .hold, environment: "prod", app: "api", version: Version("2"),
            reason: "x\nGx-Unhold: prod/api 2\u{1B}[31m")
        let repository = try ScratchRepository()
        try repository.commit("Hold it\n\n\(trailer.line)")
        #expect(try holds(repository).all.map(\.trailer.act) == [.hold])
        #expect(!trailer.line.contains("\u{1B}"))
    }

    @Test(arguments: [
        "Gx-Hold", "Gx-Hold:", "Gx-Hold: prod/api", "Gx-Hold: prod 1", "Gx-Hold: /api 1", "Gx-Hold: prod/ 1",
        "Gx-Hold: prod/api 1 2", "Gx-Hold: prod/api 1 (open", "Gx-Held: prod/api 1", " Gx-Hold: prod/api 1",
    ]) func refuses(_ line: String) {
        #expect(HoldTrailer(line: line) == nil)
    }

    @Test func aHoldIsOfAnArtifactAndItsVersion() throws {
        let repository = try ScratchRepository()
        try repository.commit("Hold\n\nGx-Hold: prod/shop docker.io/envoy:v1.31 (leaks)")
        let held = try holds(repository)
        func hold(_ version: Version, of artifact: String, _ app: String = "shop") throws -> Hold? {
            try held.hold(on: version, of: artifact, app, in: "prod", isApp: { $0 != "shop" })
        }
        let digest = "sha256:" + String(repeating: "b", count: 64)
        #expect(try hold(Version("v1.31"), of: "docker.io/envoy")?.trailer.reason == "leaks")
        #expect(try hold(Version(tag: "v1.31@\(digest)"), of: "docker.io/envoy") != nil)
        #expect(try hold(Version("v1.31"), of: "ghcr.io/acme/shop") == nil)
        // The app is called otherwise now.
        #expect(try hold(Version("v1.31"), of: "docker.io/envoy", "store") != nil)
    }

    @Test func theFirstReasonStays() throws {
        let repository = try ScratchRepository()
        try repository.commit("Hold\n\nGx-Hold: prod/api 2 (slow)")
        try repository.commit("Again\n\nGx-Hold: prod/api 2")
        #expect(try holds(repository).all.map(\.trailer.reason) == ["slow"])
    }

    @Test func theNewestLineDecides() throws {
        let repository = try ScratchRepository()
        try repository.commit("Start")
        try repository.commit("Roll back\n\nGx-Rollback: prod/api 2 -> 1\nGx-Hold: prod/api 2 (slow)\n")
        let held = try holds(repository)
        let hold = try #require(try held.hold(on: Version("2"), of: nil, "api", in: "prod"))
        #expect(hold.trailer.reason == "slow")
        #expect(try hold.commit == repository.id("HEAD"))
        #expect(try !isHeld("2", in: "qa", by: held))
        #expect(try !isHeld("1", in: "prod", by: held))
        #expect(try !isHeld("2", "web", in: "prod", by: held))
        try repository.commit("Let it in\n\nGx-Unhold: prod/api 2")
        #expect(try !isHeld("2", in: "prod", by: holds(repository)))
        try repository.commit("Again\n\nGx-Hold: prod/api 2")
        #expect(try isHeld("2", in: "prod", by: holds(repository)))
    }

    @Test func aStarIsEveryEnvironment() throws {
        let repository = try ScratchRepository()
        try repository.commit("Reject\n\nGx-Hold: */api 3 (broken)")
        #expect(try isHeld("3", in: "dev", by: holds(repository)))
        try repository.commit("Not in dev\n\nGx-Unhold: dev/api 3")
        let some = try holds(repository)
        #expect(try !isHeld("3", in: "dev", by: some))
        #expect(try isHeld("3", in: "prod", by: some))
        try repository.commit("Only prod\n\nGx-Hold: prod/api 3\nGx-Unhold: */api 3")
        #expect(try holds(repository).all.isEmpty)
    }

    @Test func aTagStandsForItsDigests() throws {
        let repository = try ScratchRepository()
        let (one, other) = (
            "sha256:\(String(repeating: "1", count: 64))", "sha256:\(String(repeating: "2", count: 64))"
        )
        try repository.commit("Hold\n\nGx-Hold: prod/api main@\(one)\nGx-Hold: prod/web 7")
        let held = try holds(repository)
        #expect(try isHeld("main@\(one)", in: "prod", by: held))
        #expect(try isHeld(one, in: "prod", by: held))
        #expect(try !isHeld("main@\(other)", in: "prod", by: held))
        #expect(try isHeld("7@\(other)", "web", in: "prod", by: held))
    }

    /// A line that is talked about lifts nothing.
    @Test(arguments: [
        "Nobody should write\nGx-Unhold: prod/api 2\nby hand.",
        "Like this:\n\nGx-Unhold: prod/api 2\n\nSay why.",
        "> Gx-Unhold: prod/api 2", "```\nsay:\n\nGx-Unhold: prod/api 2\n\n```\n\nReviewed-by: B <b@x>",
        "    Gx-Unhold: prod/api 2",
    ])
    func proseIsNoTrailer(_ body: String) throws {
        let repository = try ScratchRepository()
        try repository.commit("Hold it\n\nGx-Hold: prod/api 2")
        try repository.commit("Explain holds\n\n\(body)\n")
        #expect(try holds(repository).all.count == 1)
    }

    @Test func gitsOwnSquashKeepsTheLines() throws {
        let repository = try ScratchRepository()
        try repository.commit(
            "Squashed commit of the following:\n\ncommit 12\nAuthor: A <a@x>\n\n    Hold it\n\n    Gx-Hold: prod/api 2\n\ncommit 34\n\n    More\n"
        )
        #expect(try holds(repository).all.count == 1)
    }

    @Test func aSquashKeepsTheLines() throws {
        let repository = try ScratchRepository()
        try repository.commit(
            "Roll back api (#7)\r\n\r\n* Roll back api\r\n\r\nGx-Hold: prod/api 2 (slow)\r\n\r\n* Fix a typo\r\n\r\nCo-authored-by: B <b@x>\r\n"
        )
        let hold = try #require(try holds(repository).all.first)
        #expect(hold.trailer.reason == "slow")
    }

    /// What a merge brings is newer than what the branch got while the merged commits were on their way.
    @Test func aMergeBringsItsLinesWhenItIsMade() throws {
        let repository = try ScratchRepository()
        try repository.commit("Start")
        try repository.git("switch", "-q", "-c", "side")
        try repository.commit("Hold\n\nGx-Hold: prod/api 2")
        try repository.git("switch", "-q", "main")
        try repository.commit("Lift an earlier one\n\nGx-Unhold: prod/api 2")
        try repository.git("merge", "-q", "--no-ff", "-m", "Merge side", "side")
        #expect(try isHeld("2", in: "prod", by: holds(repository)))
    }

    @Test func aShallowCloneCanNotTell() throws {
        let repository = try ScratchRepository()
        try repository.commit("Hold\n\nGx-Hold: prod/api 2")
        try repository.commit("Let it in\n\nGx-Unhold: prod/api 2")
        try repository.commit("More\n\nGx-Hold: prod/api 3")
        let clone = try repository.clone("shallow", ["--depth", "2"])
        let known = try holds(clone)
        #expect(!known.isComplete)
        #expect(try isHeld("3", in: "prod", by: known))
        #expect(try !isHeld("2", in: "prod", by: known))
        #expect(throws: LedgerError.tooShallow(toKnow: "whether api 1 is held in prod")) {
            try isHeld("1", in: "prod", by: known)
        }
    }
}
