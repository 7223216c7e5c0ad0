import Git
import Manifests
import TestSupport
import Testing

@testable import Delivery

/// All that commands share which write: by one session from the request to the landed commit.
@Suite struct PlanSessionTests {
    /// Publishing as `publish` of the hosted gx.yaml says.
    private func hosted(_ publish: String) throws -> Hosted {
        let hosted = try Hosted("api")
        try hosted.push("gx.yaml", Self.rules(publish))
        return hosted
    }

    private static func rules(_ publish: String, more: String = "") -> String {
        """
        version: 1
        environments:
          dev: {}
          prod: { after: dev, publish: \(publish), group: live }
        \(more)layout: ["envs/{env}/{app}/**"]

        """
    }

    private func session(
        _ hosted: Hosted, _ wishes: PublishingWishes = PublishingWishes()
    ) throws -> PlanSession {
        var request = PromotionRequest(to: "prod")
        request.apps = ["api"]
        return try PlanSession(hosted.clone.repository(), request: .promotion(request), wishes: wishes) {
            _, _ in []
        }
    }

    @Test func whatIsToStayHereIsNotPushed() throws {
        let hosted = try hosted("commit")
        let before = try hosted.host.id("main")
        try hosted.clone.git("pull", "-q")
        let publication = try session(hosted).run()
        #expect(publication.landings.map(\.remote) == [nil])
        #expect(try hosted.host.id("main") == before)
    }

    /// The local gx.yaml asks for a push, the remote's for a commit that stays: neither turns the other round for ever.
    @Test func theFetchedRulesDecideOnce() throws {
        let hosted = try hosted("commit")
        let before = try hosted.host.id("main")
        try hosted.clone.write("gx.yaml", Self.rules("push"))
        try hosted.clone.commit("Push")
        let publication = try session(hosted).run()
        #expect(publication.landings.map(\.remote) == [nil])
        #expect(try hosted.host.id("main") == before)
    }

    @Test("Of an app that was taken out is said by which commit, and how it comes back")
    func anAppThatWasTakenOut() throws {
        let hosted = try hosted("push")
        try hosted.clone.git("pull", "-q")
        try hosted.clone.git("rm", "-rq", "envs/prod/api")
        try hosted.clone.commit("Without api")
        try hosted.clone.git("push", "-q")
        let gone = String(try hosted.clone.id("HEAD").short)
        for request in [
            PlanRequest.rollback(rollback("api")), .promotion(promotion("api")),
        ] {
            let session = try PlanSession(hosted.clone.repository(), request: request) { _, _ in [] }
            let error = #expect(throws: DeliveryError.self) { try session.preview() }
            #expect(error?.description.contains("\(gone) by ") == true)
            #expect(error?.description.hasSuffix("took it out, with 1") == true)
            #expect(
                error?.hint == "'git checkout \(gone)~1 -- envs/prod/api/pod.yaml' brings its files back")
        }
        let unknown = try PlanSession(hosted.clone.repository(), request: .rollback(rollback("web"))) {
            _, _ in []
        }
        #expect(throws: ManifestsError.self) { try unknown.preview() }
    }

    private func rollback(_ app: String) -> RollbackRequest {
        var request = RollbackRequest(in: "prod")
        request.apps = [app]
        return request
    }

    private func promotion(_ app: String) -> PromotionRequest {
        var request = PromotionRequest(to: "prod")
        request.apps = [app]
        return request
    }

    @Test func nothingIsWrittenBeforeSomebodyAgrees() throws {
        let hosted = try hosted("push")
        let before = try hosted.host.id("main")
        let session = try session(hosted)
        guard case .asks(let plan) = try session.begin() else {
            Issue.record("it does not ask")
            return
        }
        #expect(plan.versions == ["prod/api 1 -> 2"])
        #expect(try hosted.host.id("main") == before)
        guard case .ended(let publication) = session.decline() else { return }
        #expect(publication.end == "declined" && publication.landings.isEmpty)
        #expect(try hosted.host.id("main") == before)
    }

    @Test func membersOfAGroupAreThoseOfTheFetchedRules() throws {
        let hosted = try hosted("push")
        try hosted.clone.git("pull", "-q")
        try hosted.push("gx.yaml", Self.rules("push", more: "  asia: { after: dev, group: live }\n"))
        try hosted.push("envs/asia/api/pod.yaml", Hosted.pod("api", 1))
        #expect(try session(hosted).environments(named: "live").map(\.name) == ["prod", "asia"])
    }

    @Test(arguments: [("90", 90), ("2m", 120)])
    func theTimeLimitIsALengthOfTime(_ setting: String, _ seconds: Int) throws {
        let repository = try ScratchRepository()
        try repository.git("config", "gx.timeout", setting)
        #expect(try TimeLimits(repository.repository()).network == .seconds(seconds))
    }

    @Test func aTimeLimitThatIsNoneIsRefused() throws {
        let repository = try ScratchRepository()
        try repository.git("config", "gx.timeout", "soon")
        #expect(throws: PublishingError.badTimeLimit("soon")) { try TimeLimits(repository.repository()) }
    }

    /// What announces a deployment comes before it, and keeps it away where it fails.
    @Test(arguments: [0, 1])
    func anAnnouncementComesBeforeThePush(_ status: Int) throws {
        let hosted = try Hosted("api")
        let seen = hosted.host.folder.path + "/seen"
        let script = "git --git-dir=\(hosted.host.path) rev-parse main > \(seen); exit \(status)"
        try hosted.push(
            "gx.yaml",
            Self.rules("push")
                + "verify: { prod: { cluster: { run: [\"true\"] }, before: [[sh, -c, '\(script)']] } }\n")
        let before = try hosted.host.id("main")
        var wishes = PublishingWishes()
        wishes.announces = true
        let session = try session(hosted, wishes)
        if status == 0 {
            #expect(try session.run().end == "done")
        } else {
            #expect(throws: VerificationError.self) { try session.run() }
            #expect(try hosted.host.id("main") == before)
        }
        #expect(
            try hosted.host.folder.read(seen) == "\(before)\n")
    }

    // MARK: What this clone has to say

    private func clientHook(_ hosted: Hosted, _ name: String, _ script: String) throws {
        let path = hosted.clone.path + "/.git/hooks/" + name
        try hosted.clone.folder.write(path, "#!/bin/sh\n\(script)\n".utf8)
        try hosted.clone.folder.run("chmod", ["+x", path])
    }

    @Test func hooksJudgeACommitAsTheyDoForGit() throws {
        let hosted = try hosted("push")
        let before = try hosted.host.id("main")
        try clientHook(
            hosted, "commit-msg", "grep -q CHANGE \"$1\" || { echo no change number >&2; exit 1; }")
        #expect(throws: PublishingError.hook("commit-msg", words: "no change number")) {
            try session(hosted).run()
        }
        #expect(try hosted.host.id("main") == before)
        try clientHook(hosted, "commit-msg", "echo CHANGE-1 >> \"$1\"")
        // It sees what is to be committed, not what lies in the work tree.
        try clientHook(hosted, "pre-commit", "git show :envs/prod/api/pod.yaml | grep -q acme/api:2")
        #expect(try session(hosted).run().end == "done")
        #expect(try hosted.host.git("log", "-1", "--format=%b", "main").contains("CHANGE-1"))
    }

    @Test func aHookThatKeepsAPushIsNamed() throws {
        let hosted = try hosted("push")
        let before = try hosted.host.id("main")
        try clientHook(hosted, "pre-push", "echo lint first >&2; exit 1")
        #expect(throws: PublishingError.hook("pre-push", words: "lint first")) { try session(hosted).run() }
        try clientHook(hosted, "pre-push", "cat > /dev/null; echo lint first; echo then push >&2; exit 1")
        #expect(throws: PublishingError.hook("pre-push", words: "lint first\nthen push")) {
            try session(hosted).run()
        }
        #expect(try hosted.host.id("main") == before)
    }

    @Test(arguments: ["index.lock", "refs/heads/main.lock"])
    func aLockThatStaysIsNamed(_ lock: String) throws {
        let hosted = try hosted("commit")
        try hosted.clone.git("pull", "-q")
        try hosted.clone.write(".git/" + lock, "")
        #expect(throws: PublishingError.locked(branch: "main", lock: lock)) { try session(hosted).run() }
        #expect(try hosted.clone.git("diff", "--cached", "--name-only") == "")
    }

    @Test func itGoesWhereEnvironmentsAreReadFrom() throws {
        let hosted = try hosted("push")
        let fork = try hosted.host.clone("fork.git", ["--bare"])
        try hosted.clone.git("remote", "add", "fork", fork.path)
        try hosted.clone.git("config", "remote.pushDefault", "fork")
        let told = Told()
        let session = try session(hosted)
        session.report = told.hear
        #expect(try session.run().landings.map(\.remote) == ["origin"])
        #expect(told.warnings.contains { $0.contains("fork") })
    }

    @Test func rulesOfTheWorkTreeThatDoNotCountAreNamed() throws {
        let hosted = try hosted("push")
        let told = Told()
        try hosted.clone.write("gx.yaml", Self.rules("pull-request"))
        let session = try session(hosted)
        session.report = told.hear
        #expect(try session.run().end == "done")
        #expect(told.warnings.contains { $0.hasPrefix("gx.yaml of the work tree differs") })
    }
}
