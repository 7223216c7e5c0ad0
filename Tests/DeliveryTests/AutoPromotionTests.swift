import Git
import Ledger
import Manifests
import System
import TestSupport
import Testing

@testable import Delivery

@Suite struct AutoPromotionTests {
    private static func rules(_ prod: String = "", _ more: String = "") -> String {
        """
        version: 1
        environments:
          dev: {}
          prod: { after: dev\(prod.isEmpty ? "" : ", \(prod)") }
        layout: ["envs/{env}/{app}/**"]
        promote: { auto: [prod] }
        \(more)

        """
    }

    private func hosted(_ prod: String = "", _ more: String = "") throws -> Hosted {
        let hosted = try Hosted("api")
        try hosted.push("gx.yaml", Self.rules(prod, more))
        return hosted
    }

    private func auto(_ hosted: Hosted, isTrial: Bool = false) throws -> AutoPromotion.Row {
        var promotion = try AutoPromotion(hosted.clone.repository(), [], autoMerge: false) { _, _ in [] }
        promotion.isTrial = isTrial
        let rows = try promotion.run()
        #expect(rows.count == 1)
        return try #require(rows.first)
    }

    private func promote(_ hosted: Hosted, _ overrides: [GateOverride] = []) throws -> Publication {
        var request = PromotionRequest(to: "prod")
        request.apps = ["api"]
        var wishes = PublishingWishes()
        wishes.overrides = overrides
        return try PlanSession(hosted.clone.repository(), request: .promotion(request), wishes: wishes) {
            _, _ in []
        }.run()
    }

    @Test func itPromotesOnce() throws {
        let hosted = try hosted()
        let before = try hosted.host.id("main")
        #expect(try auto(hosted, isTrial: true).decision == .push)
        #expect(try hosted.host.id("main") == before)
        let row = try auto(hosted)
        #expect(row.decision == .push && row.version == Version("2") && row.landing != nil)
        #expect(try hosted.version("api") == "acme/api:2")
        let after = try hosted.host.id("main")
        #expect(try auto(hosted).decision == .nothing)
        #expect(try hosted.host.id("main") == after)
    }

    /// What is done is told, also where the next one meets what concerns all.
    @Test func whereItStopsWhatIsDoneIsTold() throws {
        let hosted = try Hosted("api", "web")
        try hosted.push("gx.yaml", Self.rules())
        try hosted.hook(
            "pre-receive",
            """
            while read old new ref; do
                git log --format=%s $old..$new 2>/dev/null | grep -q web && exit 1
            done
            exit 0
            """)
        let stopped = #expect(throws: AutoPromotion.Stopped.self) {
            try AutoPromotion(hosted.clone.repository(), [], autoMerge: false) { _, _ in [] }.run()
        }
        #expect(stopped?.rows.map(\.app) == ["api"] && stopped?.rows.first?.landing != nil)
        #expect(try hosted.version("api") == "acme/api:2" && hosted.version("web") == "acme/web:1")
        // Where nothing is done, it is that error.
        #expect(throws: PublishingError.self) {
            try AutoPromotion(hosted.clone.repository(), [], autoMerge: false) { _, _ in [] }.run()
        }
    }

    /// gx.yaml of the work tree does not count, and that is said once, also where it is the reason.
    @Test func ofTwoRulesItSaysWhichCount() throws {
        let hosted = try Hosted("api", "web")
        try hosted.push("gx.yaml", Hosted.folders)
        try hosted.clone.git("pull", "-q")
        func warnings() throws -> [String] {
            let told = Told()
            var promotion = try AutoPromotion(hosted.clone.repository(), [], autoMerge: false) { _, _ in [] }
            promotion.report = told.hear
            do { _ = try promotion.run() } catch DeliveryError.nothingAutomatic {}
            return told.warnings.filter { $0.contains("gx.yaml of the work tree") }
        }
        try hosted.clone.write("gx.yaml", Self.rules())
        #expect(try warnings().count == 1)
        try hosted.push("gx.yaml", Self.rules())
        try hosted.clone.write("gx.yaml", Hosted.folders + "\n")
        #expect(try warnings().count == 1)
    }

    @Test func itWaitsForGatesAndSaysFor() throws {
        let hosted = try hosted("gates: { soak: 30000d }")
        let row = try auto(hosted)
        #expect(row.decision == .wait && row.until != nil)
        #expect(row.reasons.map(\.gate) == [.soak])
        #expect(try hosted.version("api") == "acme/api:1")
        // By hand the same holds, unless somebody answers for it.
        let refused = try promote(hosted)
        #expect(refused.plan.refusals.map(\.code) == [.gate])
        let passed = try promote(hosted, [GateOverride(.soak, reason: "hotfix")])
        #expect(passed.end == "done")
        #expect(
            try hosted.host.git("log", "-1", "--format=%B", "main").contains(
                "Gx-Override: prod/api soak (hotfix)"))
    }

    @Test func anOlderVersionGoesWhereTheNewerOneHasToWait() throws {
        let hosted = try hosted("gates: { verified: true }")
        // Each a minute after the other.
        let developer = try hosted.host.clone("developer")
        var commits: [String] = []
        for version in 1...3 {
            try developer.write("envs/dev/api/pod.yaml", Hosted.pod("api", version))
            try developer.commit("api \(version)")
            commits.append(try developer.git("rev-parse", "HEAD"))
        }
        try developer.git("push", "-q")
        try hosted.clone.git("fetch", "-q")
        let second = try #require(ObjectID(hex: commits[1]))
        _ = try RecordStore(hosted.clone.repository()).record(
            FinishedDeployment(environment: "dev", outcome: .succeeded, by: "ci"), of: second)
        let row = try auto(hosted)
        #expect(row.decision == .push && row.version == Version("2"))
        #expect(try hosted.version("api") == "acme/api:2")
        let message = try hosted.host.git("log", "-1", "--format=%B", "main")
        #expect(message.contains("Gx-Gate: prod/api verified dev \(second.short)"))
        // The newer one is not verified.
        #expect(try auto(hosted).decision == .wait)
    }

    /// What is told without a fetch is what a run would decide.
    @Test func theOutlookSaysWhatARunWouldDo() throws {
        let hosted = try hosted("gates: { soak: 30000d, approvals: 1 }")
        func outlook() throws -> GateOutlook {
            try hosted.clone.git("fetch", "-q")
            let repository = try hosted.clone.repository()
            let places = KnownPlaces(repository)
            let rules = try ConfigurationSource(repository, resolver: places).forWriting(
                at: places.tip(of: Place())
            ).configuration
            let estate = try Estate(rules, resolver: places)
            return try GateOutlook(estate, in: repository, estate.environments, app: nil) {
                try Ledger(rules, resolver: places, in: repository)
            }
        }
        let waiting = try #require(try outlook().rows.first)
        let row = try auto(hosted, isTrial: true)
        #expect(try outlook().rows.count == 1 && waiting.environment == "prod" && waiting.source == "dev")
        #expect(waiting.version == row.version && !waiting.isReady)
        #expect(waiting.answers.closed.map(\.gate) == row.reasons.map(\.gate))
        #expect(waiting.until == row.until && waiting.until == nil)
        // Locks are told where nothing waits, too.
        let lock = try #require(GateTrailer(line: "Gx-Lock: dev/* (an incident)"))
        _ = try PlanSession(hosted.clone.repository(), request: .saying([lock])) { _, _ in [] }.run()
        #expect(try outlook().locks.map(\.trailer) == [lock])
        // A version that is held waits for a person.
        let hold = try #require(HoldTrailer(line: "Gx-Hold: prod/api 2 (broken)"))
        _ = try PlanSession(
            hosted.clone.repository(),
            request: .rejection(app: "api", hold.version, environment: "prod", reason: "broken")
        ) { _, _ in [] }.run()
        #expect(try outlook().rows.first?.hold?.trailer.reason == "broken")
        #expect(try auto(hosted, isTrial: true).decision == .nothing)
    }

    @Test func locksAndApprovalsAreCommits() throws {
        let hosted = try hosted("gates: { approvals: 1 }")
        func say(_ line: String) throws {
            let trailer = try #require(GateTrailer(line: line))
            let repository = try hosted.clone.repository([
                "GIT_AUTHOR_EMAIL": "dee@example.com", "GIT_COMMITTER_EMAIL": "dee@example.com",
            ])
            let session = try PlanSession(repository, request: .saying([trailer])) { _, _ in [] }
            #expect(try session.run().end == "done")
        }
        #expect(try auto(hosted).reasons.map(\.gate) == [.approvals])
        try say("Gx-Lock: prod/* (an incident)")
        try say("Gx-Approve: prod/api 2")
        let locked = try auto(hosted)
        #expect(locked.decision == .wait && locked.reasons.map(\.gate) == [.lock])
        #expect(locked.reasons.first?.words.contains("an incident") == true)
        try say("Gx-Unlock: prod/*")
        #expect(try auto(hosted).decision == .push)
        #expect(try hosted.host.git("log", "-1", "--format=%B", "main").contains("approvals dee@example.com"))
    }

    @Test func whereNobodySignsNobodySaysWhatHasToBeSigned() throws {
        let hosted = try hosted("gates: { approvals: 1 }", "trust: { signers: keys }")
        let approval = try #require(GateTrailer(line: "Gx-Approve: prod/api 2"))
        let session = {
            try PlanSession(hosted.clone.repository(), request: .saying([approval])) { _, _ in [] }
        }
        // Nobody's word counts, or everybody's: that is no answer.
        #expect(throws: ManifestsError.self) { try auto(hosted) }
        try hosted.push("keys", "")
        #expect(try session().run().plan.refusals.map(\.code) == [.unsigned])
        #expect(
            try promote(hosted, [GateOverride(.approvals, reason: "hotfix")]).plan.refusals.map(\.code) == [
                .unsigned
            ])
        // Said all the same, it does not count.
        try hosted.push("x", "Gx-Approve: prod/api 2")
        let developer = try hosted.host.clone("pusher")
        try developer.commit("Approve\n\nGx-Approve: prod/api 2")
        try developer.git("push", "-q")
        #expect(try auto(hosted).reasons.map(\.gate) == [.approvals])
    }

    /// Apps that were verified together move together.
    @Test func aSetComesAsAWholeOrNotAtAll() throws {
        let hosted = try Hosted("api", "web")
        try hosted.push("gx.yaml", Self.rules("select: set, gates: { approvals: 1 }"))
        func rows(isTrial: Bool = false) throws -> [AutoPromotion.Row] {
            var promotion = try AutoPromotion(hosted.clone.repository(), [], autoMerge: false) { _, _ in [] }
            promotion.isTrial = isTrial
            return try promotion.run()
        }
        func approve(_ line: String) throws {
            let repository = try hosted.clone.repository([
                "GIT_AUTHOR_EMAIL": "dee@example.com", "GIT_COMMITTER_EMAIL": "dee@example.com",
            ])
            let trailer = try #require(GateTrailer(line: line))
            _ = try PlanSession(repository, request: .saying([trailer])) { _, _ in [] }.run()
        }
        try approve("Gx-Approve: prod/api 2")
        let waiting = try rows()
        #expect(waiting.map(\.decision) == [.wait, .wait])
        #expect(waiting[0].reasons.map(\.gate) == [.set] && waiting[1].reasons.map(\.gate) == [.approvals])
        #expect(waiting[0].reasons.first?.words == "waits for web 2: approvals")
        let before = try hosted.host.git("rev-list", "--count", "main")
        try approve("Gx-Approve: prod/web 2")
        #expect(try rows(isTrial: true).map(\.decision) == [.push, .push])
        let landed = try rows()
        #expect(landed.map(\.decision) == [.push, .push])
        #expect(Set(landed.map(\.landing?.commit)).count == 1)
        #expect(try [hosted.version("api"), hosted.version("web")] == ["acme/api:2", "acme/web:2"])
        // The approval, and one commit for both.
        #expect(try Int(hosted.host.git("rev-list", "--count", "main")) == Int(before).map { $0 + 2 })
        #expect(try rows().map(\.decision) == [.nothing, .nothing])
    }

    /// Whoever merges it, and however: a set has one branch.
    @Test func theBranchOfASetThatHasArrivedIsTakenAway() throws {
        let hosted = try Hosted("api", "web")
        try hosted.push("gx.yaml", Self.rules("select: set, publish: pull-request"))
        func decisions() throws -> [AutoPromotion.Decision] {
            try AutoPromotion(hosted.clone.repository(), [], autoMerge: false) { _, _ in [] }.run()
                .map(\.decision)
        }
        func branches() throws -> String {
            try hosted.host.git("for-each-ref", "--format=%(refname:short)", "refs/heads/gx")
        }
        #expect(try decisions() == [.propose, .propose])
        #expect(try branches() == "gx/promote/prod/api+web")
        try hosted.push("envs/prod/api/pod.yaml", Hosted.pod("api", 2))
        #expect(try decisions() == [.nothing, .propose])
        #expect(try branches() == "gx/promote/prod/web")
        try hosted.push("envs/dev/api/pod.yaml", Hosted.pod("api", 3))
        #expect(try decisions() == [.propose, .propose])
        for (app, version) in [("api", 3), ("web", 2)] {
            try hosted.push("envs/prod/\(app)/pod.yaml", Hosted.pod(app, version))
        }
        #expect(try decisions() == [.close, .close])
        #expect(try branches() == "")
    }

    @Test func aSetWaitsForWhatWentWrong() throws {
        let hosted = try Hosted("api", "web")
        try hosted.push("gx.yaml", Self.rules("select: set"))
        try hosted.clone.git("fetch", "-q")
        let start = try #require(ObjectID(hex: hosted.host.git("rev-list", "--max-parents=0", "main")))
        _ = try RecordStore(hosted.clone.repository()).record(
            FinishedDeployment(environment: "dev", app: "web", outcome: .failed, by: "ci"), of: start)
        let promotion = try AutoPromotion(hosted.clone.repository(), [], autoMerge: false) { _, _ in [] }
        let rows = try promotion.run()
        #expect(rows.map(\.decision) == [.wait, .nothing])
        #expect(rows[0].reasons.first?.words == "waits for web: 2 failed in dev")
    }

    @Test func outcomesThatOpenAGateAreSigned() throws {
        let hosted = try hosted("gates: { verified: true }", "trust: { signers: keys }")
        let ada = try SigningKey("ada", in: hosted.clone.folder)
        let eve = try SigningKey("eve", in: hosted.clone.folder)
        try hosted.push("keys", ada.signer)
        try hosted.clone.git("fetch", "-q")
        let repository = try hosted.clone.repository()
        let rules = try ConfigurationSource(repository, resolver: KnownPlaces(repository)).forWriting(
            at: KnownPlaces(repository).tip(of: Place())
        ).configuration
        let ledger = try Ledger(rules, resolver: KnownPlaces(repository), in: repository)
        let commit = ledger[
            try #require(try ledger.deployment(in: "dev", of: "api", at: hosted.host.id("main")))
        ]
        .commit
        func record(_ outcome: Outcome, by key: SigningKey?) throws {
            try hosted.clone.sign(by: key)
            _ = try RecordStore(hosted.clone.repository()).record(
                FinishedDeployment(environment: "dev", outcome: outcome, by: "ci"), of: commit)
        }
        func words() throws -> [String] { try auto(hosted, isTrial: true).reasons.map(\.words) }
        for key in [nil, eve] {
            try record(.succeeded, by: key)
            #expect(try words().first?.contains("no verification") == true)
        }
        try record(.succeeded, by: ada)
        #expect(try auto(hosted, isTrial: true).decision == .push)
        // That it failed is believed of anybody, and not taken back by nobody.
        try record(.failed, by: nil)
        #expect(try auto(hosted, isTrial: true).decision == .nothing)
        for key in [nil, eve] {
            try record(.succeeded, by: key)
            #expect(try auto(hosted, isTrial: true).decision == .nothing)
        }
        try record(.succeeded, by: ada)
        #expect(try auto(hosted).decision == .push)
    }

    @Test func checksAreRunLast() throws {
        let hosted = try hosted("gates: { run: [sh, -c, \"test -e gate-{version}\"] }")
        let row = try auto(hosted)
        #expect(row.decision == .wait && row.reasons.map(\.gate) == [.checks])
        try hosted.push("gate-2", "")
        #expect(try auto(hosted).decision == .push)
    }

    @Test func whatWasRolledBackStaysAway() throws {
        let hosted = try hosted()
        #expect(try auto(hosted).decision == .push)
        // By hand, without a word for programs.
        try hosted.push("envs/prod/api/pod.yaml", Hosted.pod("api", 1))
        #expect(try auto(hosted).decision == .nothing)
        #expect(try hosted.version("api") == "acme/api:1")
        let publication = try promote(hosted)
        #expect(publication.end == "done")
        #expect(publication.plan.warnings.contains { $0.hasPrefix("api 2 was rolled back in prod to 1 on ") })
    }

    @Test func reviewedEnvironmentsGetOneProposal() throws {
        let hosted = try hosted("publish: pull-request")
        let first = try auto(hosted)
        #expect(first.decision == .propose)
        #expect(try auto(hosted).landing?.commit == first.landing?.commit)
        try hosted.push("envs/dev/api/pod.yaml", Hosted.pod("api", 3))
        let second = try auto(hosted)
        #expect(second.decision == .propose && second.version == Version("3"))
        #expect(
            try hosted.host.git("for-each-ref", "--format=%(refname:short)", "refs/heads/gx")
                == "gx/promote/prod/api")
        // What people add stays.
        let reviewer = try hosted.host.clone("reviewer")
        try reviewer.git("checkout", "-q", "gx/promote/prod/api")
        try reviewer.write("envs/prod/api/pod.yaml", Hosted.pod("api", 9))
        try reviewer.commit("Mine")
        try reviewer.git("push", "-q")
        try hosted.push("envs/dev/api/pod.yaml", Hosted.pod("api", 4))
        let third = try auto(hosted)
        #expect(third.decision == .refuse && third.refusals.map(\.code) == [.pending])
    }

    /// Each job begins with a clone of one commit, while the branch began at an older one.
    @Test func jobsWithOneCommitLeaveAnOpenProposalAlone() throws {
        let hosted = try hosted("publish: pull-request")
        func job(_ name: String) throws -> AutoPromotion.Row {
            let clone = try hosted.host.clone(name, ["--depth", "1"])
            let promotion = try AutoPromotion(clone.repository(), [], autoMerge: false) { _, _ in [] }
            return try #require(try promotion.run().first)
        }
        let first = try #require(try job("first").landing?.commit)
        try hosted.push("README", "more")
        let second = try job("second")
        #expect(second.decision == .propose && second.landing?.commit == first)
        // Somebody's own work there is still seen as such.
        let reviewer = try hosted.host.clone("reviewer")
        try reviewer.git("checkout", "-q", "gx/promote/prod/api")
        try reviewer.write("NOTES", "more")
        try reviewer.commit("Notes")
        try reviewer.git("push", "-q")
        try hosted.push("envs/dev/api/pod.yaml", Hosted.pod("api", 3))
        #expect(try job("third").decision == .refuse)
        try reviewer.git("reset", "-q", "--hard", "HEAD~1")
        try reviewer.git("push", "-q", "--force")
        let moved = try job("fourth")
        #expect(moved.decision == .propose && moved.version == Version("3"))
        #expect(try hosted.host.id("gx/promote/prod/api") == moved.landing?.commit)
    }

    /// A version that somebody gave is not replaced by the one that would come by itself.
    @Test func whatSomebodyGaveIsWaitedFor() throws {
        let hosted = try hosted("publish: pull-request")
        var request = PromotionRequest(to: "prod")
        request.given = [.init(.image, name: "api", version: Version("7"))]
        let session = try PlanSession(hosted.clone.repository(), request: .promotion(request)) { _, _ in [] }
        let given = try #require(try session.run().landings.first)
        let row = try auto(hosted)
        #expect(row.decision == .wait && row.reasons.map(\.words) == ["\(given.branch) is open"])
        #expect(try hosted.host.id(given.branch) == given.commit)
        // Once the environment has it, it is a leftover.
        try hosted.push("envs/prod/api/pod.yaml", Hosted.pod("api", 7))
        try hosted.push("envs/dev/api/pod.yaml", Hosted.pod("api", 8))
        #expect(try auto(hosted).version == Version("8"))
    }

    /// What each says is proposed on its own, and the same again is not.
    @Test func whatSomebodySaysReplacesNothing() throws {
        let hosted = try hosted("publish: pull-request, gates: { approvals: 2 }")
        func say(_ line: String, _ name: String) throws {
            let word = try #require(GateTrailer(line: line))
            let person: [String: String?] = [
                "GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": "\(name)@example.com",
                "GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": "\(name)@example.com",
            ]
            _ = try PlanSession(
                hosted.clone.repository(person),
                request: .saying([word])
            ) { _, _ in [] }.run()
        }
        try say("Gx-Approve: prod/api 2", "dee")
        try say("Gx-Approve: prod/api 2", "eve")
        try say("Gx-Approve: prod/api 2", "eve")
        try say("Gx-Lock: prod/api (an incident)", "eve")
        let branches = try hosted.host.git(
            "for-each-ref", "--format=%(authorname) %(subject)", "refs/heads/gx")
        #expect(
            Set(branches.split(separator: "\n")) == [
                "dee Approve 2 for prod/api", "eve Approve 2 for prod/api", "eve Lock prod/api",
            ])
    }

    /// What people want to go back does not go forward by itself.
    @Test func anOpenRollbackIsWaitedFor() throws {
        let hosted = try hosted("publish: pull-request")
        try hosted.push("envs/prod/api/pod.yaml", Hosted.pod("api", 5))
        try hosted.push("envs/dev/api/pod.yaml", Hosted.pod("api", 6))
        let rollback = PlanRequest.rollback(RollbackRequest(in: "prod"))
        let session = try PlanSession(hosted.clone.repository(), request: rollback) { _, _ in [] }
        let branch = try #require(try session.run().landings.first?.branch)
        #expect(branch == "gx/rollback/prod/api")
        let row = try auto(hosted)
        #expect(row.decision == .wait && row.reasons.map(\.words) == ["\(branch) is open"])
        // Also by who has one commit, and can't tell whether what is held has come.
        let job = try hosted.host.clone("job", ["--depth", "1"]).repository()
        #expect(
            try AutoPromotion(job, [], autoMerge: false) { _, _ in [] }.run().map(\.decision) == [.wait])
        #expect(try hosted.host.git("for-each-ref", "--format=%(refname:short)", "refs/heads/gx") == branch)
        // Squashed, it is a leftover.
        try hosted.clone.git("fetch", "-q")
        try hosted.clone.git("checkout", "-q", "-B", "main", "origin/main")
        try hosted.clone.git("merge", "-q", "--squash", "origin/\(branch)")
        try hosted.clone.commit("Back (#8)")
        try hosted.clone.git("push", "-q", "origin", "main")
        #expect(try auto(hosted).decision == .propose)
    }

    @Test func whatIsNotNamedIsNotServed() throws {
        let hosted = try hosted()
        #expect(throws: DeliveryError.notAutomatic("dev")) {
            try AutoPromotion(hosted.clone.repository(), ["dev"], autoMerge: false) { _, _ in [] }.run()
        }
        try hosted.push("gx.yaml", Hosted.folders)
        #expect(throws: DeliveryError.nothingAutomatic) { try auto(hosted) }
    }

    @Test func locksStopRollbacksAndNothingElseDoes() throws {
        let hosted = try hosted("gates: { soak: 30000d }")
        _ = try promote(hosted, [GateOverride(.soak, reason: "x")])
        func rollBack() throws -> Publication {
            try PlanSession(
                hosted.clone.repository(), request: .rollback(RollbackRequest(in: "prod", to: .previous))
            ) { _, _ in [] }.run()
        }
        let lock = try #require(GateTrailer(line: "Gx-Lock: prod/api"))
        _ = try PlanSession(hosted.clone.repository(), request: .saying([lock])) { _, _ in [] }.run()
        #expect(try rollBack().plan.refusals.map(\.code) == [.gate])
        let unlock = try #require(GateTrailer(line: "Gx-Unlock: prod/api"))
        _ = try PlanSession(hosted.clone.repository(), request: .saying([unlock])) { _, _ in [] }.run()
        #expect(try rollBack().end == "done")
    }
}
