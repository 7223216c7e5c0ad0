import Git
import Ledger
import Manifests
import TestSupport
import Testing

@testable import Delivery

/// Holds that are known from records, where the lines of the messages got lost.
@Suite struct HoldRecordTests {
    /// Apps that run version 2 in dev and, since a promotion, in prod.
    private func promoted() throws -> Hosted {
        let hosted = try Hosted("api")
        try hosted.push("gx.yaml", Hosted.folders + "\n")
        _ = try run(.promotion(promotion("2")), in: hosted.clone)
        return hosted
    }

    private func promotion(_ version: String) -> PromotionRequest {
        var request = PromotionRequest(to: "prod")
        request.apps = ["api"]
        request.allowDowngrade = true
        request.given = [.init(.image, name: "api", version: Version(version))]
        return request
    }

    private func rollback() -> PlanRequest {
        var request = RollbackRequest(in: "prod")
        request.apps = ["api"]
        request.reason = "it fails"
        return .rollback(request)
    }

    private func run(
        _ request: PlanRequest, in clone: ScratchRepository, _ way: Environment.Publish = .push
    ) throws -> Publication {
        try PlanSession(clone.repository(), request: request, wishes: PublishingWishes(way)) { _, _ in [] }
            .run()
    }

    /// Why a promotion is refused in a fresh clone, planned and done.
    private func refusals(
        _ hosted: Hosted, _ version: String, in name: String, _ options: [String] = []
    ) throws -> [String] {
        let clone = try hosted.host.clone(name, options)
        let session = try PlanSession(
            clone.repository(), request: .promotion(promotion(version)), wishes: PublishingWishes()
        ) { _, _ in [] }
        let planned = try session.preview().refusals.map(\.code.rawValue)
        let done = try run(.promotion(promotion(version)), in: clone).plan.refusals.map(\.code.rawValue)
        #expect(planned == done)
        return done
    }

    /// Puts what `ref` has on the host's main, as one commit with nothing but a subject.
    private func squash(_ ref: String, onto base: String, in clone: ScratchRepository) throws {
        try clone.git("checkout", "-q", "-B", "work", base)
        try clone.git("merge", "-q", "--squash", ref)
        try clone.git("commit", "-q", "-m", "Roll api back (#7)")
        try clone.git("push", "-q", "origin", "work:main")
    }

    @Test(arguments: [[], ["--depth", "1"]]) func aSquashWithoutABodyKeepsTheHold(_ options: [String]) throws
    {
        let hosted = try promoted()
        _ = try run(rollback(), in: hosted.clone, .pullRequest)
        try hosted.clone.git("fetch", "-q")
        try squash("origin/gx/rollback/prod/api", onto: "origin/main", in: hosted.clone)
        try hosted.host.git("branch", "-D", "gx/rollback/prod/api")
        #expect(try refusals(hosted, "2", in: "after", options) == ["held"])
    }

    @Test func commitsThatAreSquashedHereKeepTheHold() throws {
        let hosted = try promoted()
        try hosted.clone.git("pull", "-q")
        _ = try run(rollback(), in: hosted.clone, .commit)
        try squash("main", onto: "origin/main", in: hosted.clone)
        _ = try hosted.clone.repository().exchangeNotes(under: RecordStore.prefix, with: "origin")
        #expect(try refusals(hosted, "2", in: "other") == ["held"])
        // What is lifted is lifted.
        let clone = try hosted.host.clone("lifting")
        _ = try run(.unholding(app: "api", environment: "prod"), in: clone)
        #expect(try refusals(hosted, "2", in: "later") == [])
    }

    @Test func aRecordThatLiftsAHoldIsSigned() throws {
        let hosted = try promoted()
        _ = try run(rollback(), in: hosted.clone)
        let ada = try SigningKey("ada", in: hosted.clone.folder)
        let eve = try SigningKey("eve", in: hosted.clone.folder)
        try hosted.push("keys", ada.signer)
        try hosted.push("gx.yaml", Hosted.folders + "\ntrust: { signers: keys }\n")
        // A squash leaves out who signed, and the line.
        func lift(_ key: SigningKey, _ name: String) throws {
            let clone = try hosted.host.clone(name)
            try clone.sign(by: key)
            _ = try run(.unholding(app: "api", environment: "prod"), in: clone, .commit)
            try clone.sign(by: nil)
            _ = try clone.repository().exchangeNotes(under: RecordStore.prefix, with: "origin")
        }
        try lift(eve, "lifting")
        #expect(try refusals(hosted, "2", in: "other") == ["held"])
        try lift(ada, "again")
        #expect(try refusals(hosted, "2", in: "later") == [])
    }

    @Test func aRollbackThatIsTurnedDownHoldsNothing() throws {
        let hosted = try promoted()
        _ = try run(rollback(), in: hosted.clone, .pullRequest)
        try hosted.host.git("branch", "-D", "gx/rollback/prod/api")
        _ = try run(.promotion(promotion("3")), in: hosted.clone)
        #expect(try refusals(hosted, "2", in: "other") == [])
    }

    @Test func aHostThatTakesNoNotesKeepsTheHold() throws {
        let hosted = try promoted()
        try hosted.hook("update", "case $1 in refs/notes/*) exit 1;; esac")
        _ = try run(rollback(), in: hosted.clone)
        #expect(try refusals(hosted, "2", in: "other") == ["held"])
    }

    @Test func aRecordIsWhatTheLineSays() throws {
        let hosted = try promoted()
        let landing = try #require(try run(rollback(), in: hosted.clone).landings.first)
        let records = try RecordStore(hosted.clone.repository()).records(on: landing.commit, .deployments)
        let found = records.compactMap(HoldRecord.init)
        let commit = try hosted.clone.repository().commit(landing.commit)
        #expect(found.map(\.trailer) == HoldTrailer.all(in: commit))
        #expect(found.map(\.commit) == [landing.commit] && found.map(\.base) == commit.parents)
        #expect(found.map(\.branch) == ["main"])
        #expect(
            found.map(\.change) == [.init(artifact: "acme/api", from: Version("2"), to: Version("1"))])
        let lines = records.filter { HoldRecord($0) != nil }.map(\.line)
        #expect(try found.map { try $0.record().line } == lines)
    }
}
