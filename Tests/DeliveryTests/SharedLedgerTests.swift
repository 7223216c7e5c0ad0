import Delivery
import Git
import Glibc
import Ledger
import Manifests
import System
import TestSupport
import Testing
import YAML

/// What clones of one commit are told of the history that they lack.
@Suite struct SharedLedgerTests {
    private let hosted: Hosted

    /// Version 2 of api was rolled back in prod, and dev goes on.
    init() throws {
        hosted = try Hosted("api", "web")
        try hosted.push("gx.yaml", Hosted.folders)
        for version in 3...6 {
            try hosted.push("envs/dev/web/pod.yaml", Hosted.pod("web", version))
        }
        try hosted.clone.git("pull", "-q")
    }

    private func shallow(_ name: String = "shallow") throws -> ScratchRepository {
        try hosted.host.clone(name, ["--depth", "1"])
    }

    @discardableResult
    private func promote(_ app: String, in clone: ScratchRepository) throws -> Publication {
        var request = PromotionRequest(to: "prod")
        request.apps = [app]
        return try PlanSession(clone.repository(), request: .promotion(request)) { _, _ in [] }.run()
    }

    private func rollBack(_ app: String, in clone: ScratchRepository) throws -> Publication {
        var request = RollbackRequest(in: "prod")
        (request.apps, request.reason) = ([app], "slow")
        return try PlanSession(clone.repository(), request: .rollback(request)) { _, _ in [] }.run()
    }

    /// The commit that the host's speaks of; nil where it has none.
    private func told() throws -> String? {
        guard try !hosted.host.git("for-each-ref", "refs/gx/ledger").isEmpty else { return nil }
        let words = try hosted.host.git("show", "refs/gx/ledger:words.json")
        return try JSON(parsing: Array(words.utf8))["commit"]?.string
    }

    private func ledger(_ clone: ScratchRepository) throws -> Ledger {
        let repository = try clone.repository()
        return try Ledger(hosted.configuration, resolver: KnownPlaces(repository), in: repository)
    }

    private func fetchedAll(_ clone: ScratchRepository) -> Bool {
        access(clone.path + "/.git/gx/history.git", F_OK) == 0
    }

    @Test func eachPromotionTells() throws {
        #expect(try told() == nil)
        #expect(try promote("api", in: hosted.clone).end == "done")
        #expect(try told() == "\(hosted.host.id("main"))")
        // A clone of one commit goes on from there, and tells what it knows.
        let clone = try shallow()
        #expect(try promote("web", in: clone).end == "done")
        #expect(try told() == "\(hosted.host.id("main"))")
        #expect(!fetchedAll(clone))
        let ledger = try ledger(clone)
        #expect(ledger.isTold && !ledger.isComplete)
        let web = try #require(ledger.newest(of: "web", in: "prod"))
        #expect(web.commit == (try hosted.host.id("main")) && web.kind == .promotion)
        let api = try #require(ledger.newest(of: "api", in: "prod"))
        #expect(api.after?.map(\.version) == ["2"] && api.before?.map(\.version) == ["1"])
        #expect(api.source == "dev")
        // What it tells is what one with all of history says of the same.
        try hosted.clone.git("pull", "-q")
        let whole = try self.ledger(hosted.clone)
        for series in ledger.series {
            let (a, b) = (ledger[series.last], whole.newest(of: series.app, in: series.environment))
            #expect(a.commit == b?.commit && a.after == b?.after && a.kind == b?.kind)
            #expect(a.author == b?.author && a.time == b?.time && a.changes.count == b?.changes.count)
        }
    }

    @Test func holdsAreTold() throws {
        try promote("api", in: hosted.clone)
        let clone = try shallow()
        #expect(try rollBack("api", in: clone).end == "done")
        #expect(try hosted.version("api") == "acme/api:1")
        let other = try shallow("other")
        let held = try promote("api", in: other)
        #expect(held.plan.refusals.map(\.code) == [.held])
        #expect(held.plan.refusals.first?.message.contains("slow") == true)
        #expect(!fetchedAll(other))
        // And that one is lifted.
        #expect(
            try PlanSession(
                other.repository(), request: .unholding(app: "api", environment: "prod")
            ) { _, _ in [] }.run().end == "done")
        #expect(try promote("api", in: shallow("third")).end == "done")
    }

    /// One that is wrong, in any way, is as good as none.
    @Test(arguments: ["elsewhere", "garbage", "cut", "foreign", "lying"]) func isNotBelieved(
        _ fault: String
    ) throws {
        try promote("api", in: hosted.clone)
        let clone = try hosted.host.clone("writer")
        try clone.git("fetch", "-q", "origin", "refs/gx/ledger:refs/gx/mine")
        let repository = try clone.repository()
        let words = try clone.git("show", "refs/gx/mine:words.json")
        let index = try #require(
            try repository.entry(
                at: "index", inTree: repository.commit(clone.id("refs/gx/mine")).tree)?.id)
        func push(_ words: String, _ index: ObjectID) throws {
            let tree = try repository.tree(
                editing: nil,
                [
                    .put(path: "words.json", id: repository.write(blob: Array(words.utf8))),
                    .put(path: "index", id: index),
                ])
            let commit = try clone.git("commit-tree", "\(tree)", "-m", "x")
            try clone.git("push", "-q", "-f", "origin", "\(commit):refs/gx/ledger")
        }
        let main = "\(try hosted.host.id("main"))"
        switch fault {
        case "elsewhere":
            // It speaks of a commit that the tip does not descend from.
            let clone = try hosted.host.clone("aside")
            try clone.write("readme.md", "aside")
            try clone.commit("Aside")
            try clone.git("push", "-q", "origin", "HEAD:aside")
            let aside = try clone.id("HEAD")
            try push(words.replacing(main, with: "\(aside)"), index)
        case "garbage": try push("{", index)
        case "cut":
            let bytes = try repository.blob(index)
            try push(words, repository.write(blob: Array(bytes.prefix(bytes.count / 16 * 8))))
        case "foreign":
            try push(words.replacing(main, with: String(repeating: "ab", count: 20)), index)
        default:
            // The words speak of the tip, and the index of another commit.
            try hosted.push("readme.md", "more")
            try push(words.replacing(main, with: "\(hosted.host.id("main"))"), index)
        }
        let shallow = try shallow()
        #expect(try promote("web", in: shallow).end == "done")
        #expect(try hosted.version("web") == "acme/web:6")
        #expect(fetchedAll(shallow) == (fault == "garbage"))
        #expect(try ledger(self.shallow("reader")).isTold == false)
    }

    /// Where others have pushed since, without gx, the few commits since then are had along with it.
    @Test(arguments: [false, true]) func commitsSinceAreFetched(_ isTrial: Bool) throws {
        try hosted.clone.folder.run(
            "sh", ["-c", "for i in $(seq 120); do git commit -q --allow-empty -m $i; done; git push -q"],
            in: hosted.clone.path)
        #expect(try LedgerTelling(hosted.clone.repository(), remote: "origin").run() != .nothing)
        for version in 7...9 {
            try hosted.push("envs/dev/web/pod.yaml", Hosted.pod("web", version))
        }
        let clone = try shallow()
        if isTrial {
            var request = PromotionRequest(to: "prod")
            request.apps = ["web"]
            let session = try PlanSession(clone.repository(), request: .promotion(request)) { _, _ in [] }
            #expect(try session.preview().refusals.isEmpty)
        } else {
            #expect(try promote("web", in: clone).end == "done")
        }
        #expect(!fetchedAll(clone))
        try hosted.clone.git("pull", "-q")
        let (ledger, whole) = try (self.ledger(clone), self.ledger(hosted.clone))
        #expect(try ledger.isTold && clone.repository().isShallow)
        let web = try #require(ledger.newest(of: "web", in: "dev"))
        #expect(web.after?.map(\.version) == ["9"] && web.before?.map(\.version) == ["8"])
        #expect(whole.newest(of: "web", in: "dev")?.commit == web.commit)
    }

    /// A checkout of a pull request, which is on no branch, is told the same.
    @Test func aCheckoutWithoutABranchIsTold() throws {
        #expect(try LedgerTelling(hosted.clone.repository(), remote: "origin").run() != .nothing)
        try hosted.push("readme.md", "more")
        try hosted.host.git("update-ref", "refs/pull/7/merge", "main")
        let folder = hosted.host.folder
        try folder.run("git", ["init", "-q", "job"])
        let job = ScratchRepository(at: folder.path + "/job", in: folder)
        try job.git("remote", "add", "origin", "file://" + hosted.host.path)
        let name = "refs/remotes/pull/7/merge"
        try job.git("fetch", "-q", "--depth", "1", "origin", "+refs/pull/7/merge:\(name)")
        try job.git("checkout", "-q", "-f", name)
        let places = try KnownPlaces(job.repository())
        try SharedLedger.ask(for: places.tip(of: Place()))
        let ledger = try ledger(job)
        #expect(ledger.isTold || ledger.isComplete)
    }

    /// A gate that judges by history is no other in a clone of one commit; where nobody tells, it says so.
    @Test func gatesJudgeByWhatIsTold() throws {
        let rules =
            Hosted.folders.replacing("after: dev", with: "after: dev, gates: { soak: 30000d, every: 20000d }")
            + "\npromote: { auto: [prod] }\n"
        try hosted.push("gx.yaml", rules)
        func decide(_ clone: ScratchRepository) throws -> [AutoPromotion.Row] {
            try AutoPromotion(clone.repository(), [], autoMerge: false) { _, _ in [] }.run()
        }
        let alone = try decide(shallow())
        #expect(alone.map(\.decision) == [.unknown, .unknown])
        #expect(alone.allSatisfy { $0.reasons.contains(where: \.lacksHistory) })
        let clone = try shallow("second")
        try clone.repository().unshallow(from: "origin", withoutFiles: true)
        let known = try decide(clone)
        #expect(known.map(\.decision) == [.wait, .wait] && known.allSatisfy { $0.until != nil })
        #expect(try LedgerTelling(clone.repository(), remote: "origin").run() != .nothing)
        let told = try decide(shallow("third"))
        #expect(told.map(\.until) == known.map(\.until) && told.map(\.decision) == [.wait, .wait])
        // What says nothing of how history is read takes nothing away from it.
        let window = "windows: [{ deny: [dev], from: 2020-01-01, to: 2020-01-02, timezone: UTC }]  # none\n"
        let more = rules.replacing("soak: 30000d", with: "soak: 30000d, verified: true")
        try hosted.push("gx.yaml", more + window)
        let later = try decide(shallow("fourth"))
        #expect(later.map(\.decision) == [.wait, .wait])
    }

    /// Whoever lands tells of what has landed, and nobody else.
    @Test func manyWriters() throws {
        let hosted = try Hosted("a", "b", "c", "d")
        try hosted.push("gx.yaml", Hosted.folders)
        let clones = try ["a", "b", "c", "d"].map { app in
            (app, try hosted.host.clone("of-\(app)", ["--depth", "1"]))
        }
        try hosted.clone.git("pull", "-q")
        _ = try LedgerTelling(hosted.clone.repository(), remote: "origin").run()
        for (app, clone) in clones {
            // Each has fetched before the others landed.
            var request = PromotionRequest(to: "prod")
            request.apps = [app]
            let publication = try PlanSession(clone.repository(), request: .promotion(request)) { _, _ in [] }
                .run()
            #expect(publication.end == "done")
            let words = try hosted.host.git("show", "refs/gx/ledger:words.json")
            #expect(
                try JSON(parsing: Array(words.utf8))["commit"]?.string == "\(hosted.host.id("main"))")
        }
    }

    /// A host that takes branches and notes, and no other refs.
    @Test func whereTheHostRefusesIt() throws {
        try hosted.hook("update", "case $1 in refs/gx/*) exit 1;; esac")
        let publication = try promote("api", in: hosted.clone)
        #expect(publication.end == "done")
        #expect(try hosted.version("api") == "acme/api:2" && told() == nil)
        #expect(try hosted.host.git("for-each-ref", "refs/notes") != "")
    }

    /// What others push without gx is told of by whoever exchanges records.
    @Test func syncTells() throws {
        let telling = LedgerTelling(try hosted.clone.repository(), remote: "origin")
        #expect(try telling.run() == .told(hosted.host.id("main")))
        #expect(try LedgerTelling(hosted.clone.repository(), remote: "origin").run() == .nothing)
        #expect(try told() == "\(hosted.host.id("main"))")
        // A clone of one commit goes on from there.
        try hosted.push("readme.md", "more")
        let more = try LedgerTelling(shallow().repository(), remote: "origin").run()
        #expect(try more == .told(hosted.host.id("main")))
        // One that does not know tells nothing.
        try hosted.host.git("update-ref", "-d", "refs/gx/ledger")
        #expect(try LedgerTelling(shallow("another").repository(), remote: "origin").run() == .nothing)
        #expect(try told() == nil)
    }
}
