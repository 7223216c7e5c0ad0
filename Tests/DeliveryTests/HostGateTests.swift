import Git
import Manifests
import System
import TestSupport
import Testing
import YAML

@testable import Delivery
@testable import Ledger

/// Gates for which the host is asked, each beside a server of its own kind.
@Suite struct HostGateTests {
    private typealias Kind = ReviewHostTests.Kind

    private func online(
        _ kind: ReviewHostTests.Kind, gates: String, publish: String = "pull-request"
    ) throws -> (Hosted, HostServer, [String: String?]) {
        let (hosted, server, environment) = try ReviewHostTests.online(kind)
        try hosted.push(
            "gx.yaml",
            """
            version: 1
            environments:
              dev: {}
              prod: { after: dev, publish: \(publish), gates: { \(gates) } }
            layout: ["envs/{env}/{app}/**"]
            promote: { auto: [prod] }

            """)
        return (hosted, server, environment)
    }

    /// Whether a request asks for a merge.
    private static func merges(_ request: String) -> Bool {
        ["/merge {", "/merge?", "mergeCommitMessage"].contains { request.contains($0) }
    }

    private func auto(
        _ hosted: Hosted, _ environment: [String: String?], autoMerge: Bool = true
    ) throws -> AutoPromotion.Row {
        let repository = try hosted.clone.repository(environment)
        let promotion = try AutoPromotion(repository, [], autoMerge: autoMerge) { _, _ in [] }
        return try #require(try promotion.run().first)
    }

    @Test(arguments: ReviewHostTests.merging)
    func aRequestIsMergedOnceItsChecksHavePassed(_ kind: ReviewHostTests.Kind) throws {
        let (hosted, server, environment) = try online(kind, gates: "checks: [ci/e2e]")
        let first = try auto(hosted, environment)
        #expect(first.decision == .wait)
        #expect(first.landing?.pullRequest?.isOpen == true)
        let head = try #require(first.landing?.commit)
        #expect(
            first.reasons == [
                GateAnswer(
                    .checks, verdict: .waiting(until: nil), words: "ci/e2e has not reported at \(head.short)")
            ])
        try server.turn("check-pending")
        #expect(try auto(hosted, environment).decision == .wait)
        #expect(try !server.requests.contains(where: Self.merges))
        try server.turn("check-pending", on: false)
        try server.turn("check-failed")
        let failed = try auto(hosted, environment)
        #expect(failed.decision == .wait && failed.reasons.map(\.verdict) == [.refused])
        try server.turn("check-failed", on: false)
        try server.turn("check-passed")
        try server.turn("clean")
        try server.turn("squash")
        let merged = try auto(hosted, environment)
        #expect(merged.decision == .merge && merged.landing?.commit == head)
        let said = try server.requests.last(where: Self.merges)
        #expect(said?.contains("Gx-Gate: prod/api checks ci/e2e at \(head.short)") == true)
        #expect(try !server.requests.contains { $0.contains("enablePullRequestAutoMerge") })
    }

    @Test func whereABranchHasAQueueARequestIsPutThere() throws {
        let (hosted, server, environment) = try online(ReviewHostTests.kinds[0], gates: "checks: [ci/e2e]")
        try server.turn("queue")
        let head = try #require(try auto(hosted, environment).landing?.commit)
        #expect(try !server.requests.contains { $0.contains("enqueuePullRequest") })
        try server.turn("check-passed")
        let row = try auto(hosted, environment)
        #expect(row.decision == .propose && row.landing?.pullRequest?.merges == .byItself)
        let said = try server.news().filter { $0.contains("enqueuePullRequest") }
        #expect(said.count == 1 && said[0].contains("\(head)"))
        // Where it is there, it is left alone.
        #expect(try auto(hosted, environment).landing?.pullRequest?.merges == .byItself)
        #expect(
            try server.news().allSatisfy { $0.hasPrefix("GET ") || $0.contains("isMergeQueueEnabled") })
    }

    @Test func whatAQueueDoesNotTakeYetWaitsForIt() throws {
        let (hosted, server, environment) = try ReviewHostTests.online(ReviewHostTests.kinds[0])
        try server.turn("queue")
        try server.turn("moved")
        let options = PullRequestOptions(autoMerge: true)
        #expect(try hosted.propose(environment, options).landings[0].pullRequest?.merges == .byItself)
        #expect(try server.requests.last?.contains("enablePullRequestAutoMerge") == true)
    }

    /// What the host requires is what its administrators have chosen.
    @Test(arguments: ReviewHostTests.kinds)
    func thoseThatTheHostRequiresAreAskedFor(_ kind: ReviewHostTests.Kind) throws {
        let (hosted, server, environment) = try online(kind, gates: "checks: []")
        try server.turn("check-passed")
        let none = try auto(hosted, environment, autoMerge: false)
        guard kind.kind != .gitlab else {
            // Its pipeline is what it has.
            #expect(none.decision == .propose)
            return
        }
        #expect(none.decision == .unknown)
        try server.turn("required")
        let required = try auto(hosted, environment, autoMerge: false)
        #expect(
            required.decision == ([.bitbucket, .bitbucketServer].contains(kind.kind) ? .unknown : .propose))
    }

    /// Without a pull request it is the commit that deployed the version to the environment before.
    @Test(arguments: ReviewHostTests.kinds)
    func theCommitThatDeployedIsAskedFor(_ kind: ReviewHostTests.Kind) throws {
        let (hosted, server, environment) = try online(kind, gates: "checks: ['ci/*']", publish: "push")
        try hosted.push("envs/dev/api/pod.yaml", Hosted.pod("api", 3))
        let deployed = try hosted.host.id("main")
        try server.turn("check-failed")
        let failed = try auto(hosted, environment, autoMerge: false)
        #expect(failed.decision == .wait && failed.reasons.map(\.verdict) == [.refused])
        #expect(try server.requests.contains { $0.contains("\(deployed)") })
        #expect(try hosted.version("api") == "acme/api:1")
        try server.turn("check-failed", on: false)
        try server.turn("check-passed")
        #expect(try auto(hosted, environment, autoMerge: false).decision == .push)
        #expect(
            try hosted.host.git("log", "-1", "--format=%B", "main").contains(
                "checks ci/e2e at \(deployed.short)"))
    }

    @Test func whatCannotBeAskedIsNotOpen() throws {
        let kind = ReviewHostTests.kinds[0]
        let (hosted, server, online) = try online(kind, gates: "checks: [ci/e2e]", publish: "push")
        var environment = online
        environment[kind.variables.token] = nil as String?
        let row = try auto(hosted, environment, autoMerge: false)
        #expect(row.decision == .unknown && row.reasons.first?.words.contains("GITHUB_TOKEN") == true)
        environment[kind.variables.token] = "wrong"
        let refused = try auto(hosted, environment, autoMerge: false)
        #expect(refused.reasons.map(\.words) == ["GitHub says '401 Bad credentials'"])
        // By hand somebody may pass by, and that is written down.
        var request = PromotionRequest(to: "prod")
        request.apps = ["api"]
        var wishes = PublishingWishes()
        wishes.overrides = [GateOverride(.checks, reason: "the host is down")]
        let session = try PlanSession(
            hosted.clone.repository(environment), request: .promotion(request), wishes: wishes
        ) { _, _ in [] }
        #expect(try session.run().end == "done")
        #expect(
            try hosted.host.git("log", "-1", "--format=%B", "main").contains(
                "Gx-Override: prod/api checks (the host is down)"))
        #expect(try !server.requests.isEmpty)
    }

    // MARK: Reviews

    private static func account(_ name: String, on kind: ReviewHostTests.Kind) -> String {
        kind.kind == .azure ? "\(name)@example.com" : "@\(name)"
    }

    @Test(arguments: ReviewHostTests.kinds)
    func aReviewOfTheHeadIsAnApproval(_ kind: ReviewHostTests.Kind) throws {
        let (hosted, server, environment) = try online(kind, gates: "approvals: 1")
        let merges = kind.kind != .bitbucket
        // It is opened for people to look at.
        let first = try auto(hosted, environment, autoMerge: merges)
        #expect(first.decision == .wait && first.landing?.pullRequest?.isOpen == true)
        #expect(first.reasons.map(\.words) == ["0 of 1"])
        // What was agreed to before somebody pushed was something else.
        try server.turn("approved-before")
        #expect(try auto(hosted, environment, autoMerge: merges).reasons.map(\.words) == ["0 of 1"])
        try server.turn("approved")
        for (role, name) in [("reviewer", "bot"), ("pusher", "dee")] {
            // Neither its author nor who pushed it last.
            try server.name(role, name)
            let own = Self.account(role == "reviewer" ? name : "dee", on: kind)
            let row = try auto(hosted, environment, autoMerge: merges)
            #expect(row.decision == .wait && row.reasons.map(\.words) == ["0 of 1; not counted: \(own)"])
            try server.name(role, role == "reviewer" ? "dee" : "bot")
        }
        #expect(try !server.requests.contains(where: Self.merges))
        try server.turn("clean")
        try server.turn("squash")
        let last = try auto(hosted, environment, autoMerge: merges)
        #expect(last.decision == (merges ? .merge : .propose))
        guard merges else { return }
        let said = try server.requests.last(where: Self.merges)
        #expect(said?.contains("Gx-Gate: prod/api approvals \(Self.account("dee", on: kind))") == true)
    }

    /// Bitbucket looks at what was pushed a while later, and keeps approvals meanwhile.
    @Test func whatTheHostHasNotSeenNobodyAgreedTo() throws {
        let kind = try #require(ReviewHostTests.kinds.first { $0.kind == .bitbucket })
        let (hosted, server, environment) = try online(kind, gates: "approvals: 1")
        try server.turn("approved")
        try server.turn("late")
        #expect(try auto(hosted, environment, autoMerge: false).reasons.map(\.words) == ["0 of 1"])
        try server.turn("late", on: false)
        #expect(try auto(hosted, environment, autoMerge: false).decision == .propose)
    }

    @Test(arguments: ReviewHostTests.kinds)
    func accountsAndTeamsAreThoseOfTheHost(_ kind: ReviewHostTests.Kind) throws {
        let (hosted, server, environment) = try online(kind, gates: "approvals: { from: ['@acme/sre'] }")
        try server.turn("approved")
        let row = try auto(hosted, environment, autoMerge: false)
        guard [.github, .gitlab, .gitea].contains(kind.kind) else {
            #expect(row.decision == .unknown)
            return
        }
        #expect(row.decision == .propose)
        try server.name("reviewer", "eve")
        #expect(try auto(hosted, environment, autoMerge: false).decision == .wait)
    }

    /// So that people and queues that merge know, also where gx merges.
    @Test(arguments: ReviewHostTests.kinds)
    func whatGatesSayIsAStatusOfTheHead(_ kind: ReviewHostTests.Kind) throws {
        let (hosted, server, environment) = try online(kind, gates: "approvals: 1")
        let merges = kind.kind != .bitbucket
        let head = try #require(try auto(hosted, environment, autoMerge: merges).landing?.commit)
        let waiting = try server.news().filter { $0.hasPrefix("POST") && $0.contains("gates") }
        #expect(
            waiting.count == 1 && waiting[0].contains("\(head)") && waiting[0].contains("approvals: 0 of 1"))
        try server.turn("approved")
        _ = try auto(hosted, environment, autoMerge: false)
        let open = try server.news().filter { $0.hasPrefix("POST") && $0.contains("gates") }
        #expect(open.count == 1 && open[0].contains("all gates are open"))
        if kind.kind == .github {
            _ = try auto(hosted, environment, autoMerge: false)
            #expect(try server.news().allSatisfy { $0.hasPrefix("GET") })
        }
    }

    @Test func whatWaitsAgainSaysSo() throws {
        let (hosted, server, environment) = try online(ReviewHostTests.kinds[0], gates: "need: all")
        _ = try auto(hosted, environment, autoMerge: false)
        #expect(try server.news().contains { $0.contains("all gates are open") })
        let lock = try #require(GateTrailer(line: "Gx-Lock: prod/* (an incident)"))
        _ = try PlanSession(
            hosted.clone.repository(environment), request: .saying([lock]), wishes: PublishingWishes(.push)
        ) { _, _ in [] }.run()
        _ = try server.news()
        #expect(try auto(hosted, environment, autoMerge: false).reasons.map(\.gate) == [.lock])
        let said = try server.news().filter { $0.hasPrefix("POST ") }
        #expect(said.count == 1 && said[0].contains("pending") && said[0].contains("an incident"))
    }

    @Test func whereNobodySaysWhoPushedThatIsSaid() throws {
        let (hosted, server, environment) = try online(ReviewHostTests.kinds[0], gates: "approvals: 1")
        try server.turn("approved")
        try server.turn("no-pusher")
        let row = try auto(hosted, environment, autoMerge: false)
        #expect(row.decision == .propose)
        #expect(row.landing?.gates.map(\.words) == ["@dee (GitHub does not say who pushed last)"])
        // What others pushed may be theirs who agree to it.
        let developer = try hosted.host.clone("reviewer-of-it")
        try developer.git("checkout", "-q", "gx/promote/prod/api")
        try developer.write("NOTES", "more")
        try developer.commit("More")
        try developer.git("push", "-q")
        #expect(try auto(hosted, environment, autoMerge: false).decision == .unknown)
    }

    @Test func whoHasAPartInItDoesNotApproveIt() throws {
        var rule = GateRules.Approvals()
        func facts(_ identity: String) throws -> GateFacts {
            var facts = GateFacts(
                now: Timestamp(seconds: 0), app: "api", versions: [], sources: [], own: [],
                words: GateWords(), person: nil)
            var reviews = HostedReviews(host: "GitHub")
            reviews.pusher = HostedPerson(["login": "bot"], login: "login", name: "name")
            reviews.approvals = [
                try #require(HostedPerson(["login": "dee", "name": "Dee Doe"], login: "login", name: "name"))
            ]
            facts.reviews = reviews
            facts.contributors.add(author: identity)
            return facts
        }
        let prod = Environment(name: "prod")
        for identity in ["Dee Doe <d@example.com>", "D <7+dee@users.noreply.github.com>"] {
            #expect(try facts(identity).approved(rule, in: prod).words == "0 of 1; not counted: @dee")
        }
        #expect(try facts("Ada <ada@example.com>").approved(rule, in: prod).isOpen)
        rule.not = []
        #expect(try facts("Dee Doe <d@example.com>").approved(rule, in: prod).isOpen)
    }

    // MARK: What people do

    @Test(arguments: ReviewHostTests.kinds.filter { [.github, .gitlab].contains($0.kind) })
    func whatPeopleCloseStaysClosed(_ kind: ReviewHostTests.Kind) throws {
        let (hosted, server, environment) = try online(kind, gates: "need: all")
        let branch = "refs/heads/gx/promote/prod/api"
        let first = try auto(hosted, environment, autoMerge: false)
        #expect(first.decision == .propose)
        try server.turn("gone")
        _ = try server.news()
        for _ in 0..<2 {
            let row = try auto(hosted, environment, autoMerge: false)
            #expect(row.decision == .wait)
            #expect(row.reasons.map(\.words) == ["\(kind.url) was closed without being merged"])
            #expect(try server.news().allSatisfy { $0.hasPrefix("GET ") })
            // With the branch or without it.
            try hosted.host.git("update-ref", "-d", branch)
        }
        #expect(try hosted.host.git("for-each-ref", branch) == "")
        // Another version is another matter.
        try hosted.push("envs/dev/api/pod.yaml", Hosted.pod("api", 3))
        #expect(try auto(hosted, environment, autoMerge: false).decision == .propose)
    }

    @Test(arguments: ReviewHostTests.kinds.filter { [.github, .gitlab].contains($0.kind) })
    func whatHasArrivedOtherwiseIsClosed(_ kind: ReviewHostTests.Kind) throws {
        let (hosted, server, environment) = try online(kind, gates: "need: all")
        _ = try auto(hosted, environment, autoMerge: false)
        try hosted.push("envs/prod/api/pod.yaml", Hosted.pod("api", 2))
        _ = try server.news()
        #expect(try auto(hosted, environment, autoMerge: false).decision == .close)
        let news = try server.news().filter { !$0.hasPrefix("GET ") }
        #expect(news.contains { $0.hasPrefix("POST ") && $0.contains("prod has it since") })
        #expect(news.last?.contains("close") == true)
        #expect(try hosted.host.git("for-each-ref", "refs/heads/gx") == "")
        #expect(try auto(hosted, environment, autoMerge: false).decision == .nothing)
    }

    // MARK: Words

    @Test func theWorstOfAllWordsCounts() throws {
        let head = try #require(ObjectID(hex: String(repeating: "a", count: 40)))
        func verdict(_ checks: [(String, String)], _ names: String...) -> GateAnswer.Verdict {
            checks.map { HostedCheck($0.0, $0.1, passed: ["ok"], failed: ["bad"]) }
                .answer(for: names, at: head).verdict
        }
        #expect(verdict([("a", "ok"), ("b", "bad")], "a") == .open)
        #expect(verdict([("a", "ok"), ("b", "bad")], "*") == .refused)
        #expect(verdict([("a", "ok"), ("a", "running")], "a") == .waiting(until: nil))
        #expect(verdict([("a", "ok")], "a", "b") == .waiting(until: nil))
        #expect(verdict([("b", "bad"), ("a", "running")], "a", "b") == .refused)
        // What gx says of itself opens nothing.
        #expect(verdict([("gx/gates", "ok")], "gx/*") == .waiting(until: nil))
    }
}
