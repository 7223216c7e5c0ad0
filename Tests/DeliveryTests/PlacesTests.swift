import Git
import Ledger
import Manifests
import TestSupport
import Testing

@testable import Delivery

@Suite struct LocalCommitTests {
    @Test func commitsOnTheBranchThatIsCheckedOut() throws {
        let hosted = try Hosted("api")
        try hosted.clone.write("notes.txt", "mine")
        let publication = try hosted.publisher(.commit).publish(plan: hosted.promotion("api"))
        #expect(publication.end == "done")
        let landing = try #require(publication.landings.first)
        #expect(landing.remote == nil && landing.branch == "main")
        #expect(try hosted.clone.id("main") == landing.commit)
        #expect(try hosted.clone.git("status", "--porcelain") == "?? notes.txt")
        #expect(try hosted.clone.read("envs/prod/api/pod.yaml") == Hosted.pod("api", 2))
        #expect(try hosted.version("api") == "acme/api:1")
        #expect(
            try RecordStore(hosted.clone.repository()).records(on: landing.commit, .deployments).map {
                $0["to"]?.string
            } == ["2"])
    }

    @Test(arguments: ["worktree", "index"]) func localChangesInTheWayLeaveEverythingAsItIs(_ what: String)
        throws
    {
        let hosted = try Hosted("api")
        try hosted.clone.write("envs/prod/api/pod.yaml", Hosted.pod("api", 7))
        if what == "index" { try hosted.clone.git("add", "-A") }
        let before = try hosted.clone.git("for-each-ref") + hosted.clone.git("status", "--porcelain")
        let error = #expect(throws: PublishingError.self) {
            _ = try hosted.publisher(.commit).publish(plan: hosted.promotion("api"))
        }
        if case .workTree(let branch, let message) = error {
            #expect(branch == "main" && message.contains("envs/prod/api/pod.yaml"))
        } else {
            Issue.record("\(String(describing: error))")
        }
        #expect(try hosted.clone.git("for-each-ref") + hosted.clone.git("status", "--porcelain") == before)
        #expect(try hosted.clone.read("envs/prod/api/pod.yaml") == Hosted.pod("api", 7))
    }

    @Test func commitsInABareRepositoryWithoutARemote() throws {
        let hosted = try Hosted("api")
        try hosted.host.git("remote", "remove", "origin")
        let publication = try hosted.publisher(.push, in: hosted.host).publish(plan: hosted.promotion("api"))
        #expect(publication.end == "done" && publication.landings.first?.remote == nil)
        #expect(try hosted.version("api") == "acme/api:2")
        #expect(try hosted.host.git("notes", "--ref=gx/deployments", "list") != "")
    }

    @Test func planAgainWhereTheBranchMoved() throws {
        let hosted = try Hosted("api", "web")
        var plans = 0
        let publication = try hosted.publisher(.commit).publish { places in
            let plan = try hosted.promotion("api")(places)
            plans += 1
            if plans == 1 {
                try hosted.clone.write("other", "x")
                try hosted.clone.commit("Other")
            }
            return plan
        }
        #expect(publication.end == "done" && plans == 2)
        #expect(try hosted.clone.git("log", "--format=%s") == "Promote api 2 to prod\nOther\nStart")
        #expect(try hosted.clone.git("status", "--porcelain") == "")
    }

    @Test func aBranchThatIsNowhereCheckedOutMovesAlone() throws {
        let hosted = try Hosted("api")
        try hosted.clone.git("switch", "-q", "-c", "feature")
        #expect(try hosted.publisher(.commit).publish(plan: hosted.promotion("api")).end == "done")
        #expect(try hosted.clone.git("log", "-1", "--format=%s", "main") == "Promote api 2 to prod")
        #expect(try hosted.clone.git("log", "-1", "--format=%s", "HEAD") == "Start")
    }
}

@Suite struct SeveralPlacesTests {
    private static let branches = """
        version: 1
        environments:
          dev: {}
          eu: { after: dev, group: prod }
          us: { after: dev, group: prod }
        layout: [{ branch: "env/{env}" }]
        """

    private func hosted() throws -> Hosted {
        let hosted = try Hosted(
            "api", configuration: Self.branches, branches: ["env/dev", "env/eu", "env/us"])
        try hosted.clone.git("switch", "-q", "env/dev")
        try hosted.clone.write("pod.yaml", Hosted.pod("api", 5))
        try hosted.clone.commit("Deploy api 5")
        try hosted.clone.git("push", "-q")
        try hosted.clone.git("switch", "-q", "main")
        return hosted
    }

    private func merge(_ hosted: Hosted) -> (FetchedPlaces) throws -> Plan {
        { try Promotion.plan(PromotionRequest(to: "prod"), in: Estate(hosted.configuration, resolver: $0)) }
    }

    @Test func eachBranchGetsAMerge() throws {
        let hosted = try hosted()
        let publication = try hosted.publisher().publish(plan: merge(hosted))
        #expect(publication.end == "done")
        #expect(publication.landings.map(\.branch) == ["env/eu", "env/us"])
        for branch in ["env/eu", "env/us"] {
            #expect(try hosted.host.id("\(branch)^2") == hosted.host.id("env/dev"))
            #expect(try hosted.host.git("diff", branch, "env/dev") == "")
        }
        #expect(
            try hosted.host.git("notes", "--ref=gx/deployments", "list").split(separator: "\n").count == 2)
        #expect(try hosted.publisher().publish(plan: merge(hosted)).end == "nothing")
    }

    @Test func whatIsThereIsSaidWhereTheNextOneFails() throws {
        let hosted = try hosted()
        try hosted.hook("update", "test $1 != refs/heads/env/us")
        let publication = try hosted.publisher().publish(plan: merge(hosted))
        #expect(publication.end == "stopped")
        #expect(publication.landings.map(\.branch) == ["env/eu"])
        if case .stopped(let error) = publication.outcome {
            #expect("\(error)".hasPrefix("origin does not take env/us: "))
        }
        try hosted.hook("update", "exit 0")
        let rest = try hosted.publisher().publish(plan: merge(hosted))
        #expect(rest.end == "done" && rest.landings.map(\.branch) == ["env/us"])
    }

    @Test func onlyTheBranchThatMovedIsDoneAgain() throws {
        let hosted = try hosted()
        var plans = 0
        let publication = try hosted.publisher().publish { places in
            let plan = try merge(hosted)(places)
            plans += 1
            if plans == 1 {
                let other = try hosted.host.clone("other")
                try other.git("switch", "-q", "env/us")
                try other.write("own", "own")
                try other.commit("Own")
                try other.git("push", "-q")
            }
            return plan
        }
        #expect(publication.end == "done" && plans == 2)
        #expect(publication.landings.map(\.branch) == ["env/eu", "env/us"])
        #expect(try hosted.host.git("rev-list", "--count", "--merges", "env/eu") == "1")
        #expect(try hosted.host.git("show", "env/us:own") == "own")
    }

    @Test func twoStepsOnOneBranchAreTwoCommits() throws {
        let hosted = try Hosted("api", "web")
        var questions = 0
        let publication = try hosted.publisher().publish(
            confirm: { _ in
                questions += 1
                return true
            },
            plan: { places in
                // As with --wave: one step for each, all planned on the same tip.
                var plan = try hosted.promotion("api")(places)
                plan.steps += try hosted.promotion("web")(places).steps
                return plan
            })
        #expect(publication.end == "done" && questions == 1 && publication.retries == 0)
        #expect(
            try hosted.host.git("log", "--format=%s", "main")
                == "Promote web 2 to prod\nPromote api 2 to prod\nStart")
    }

    @Test(arguments: [false, true]) func anEnvironmentInAnotherRepository(_ asURL: Bool) throws {
        let hosted = try Hosted("api")
        let other = try ScratchRepository(in: hosted.host.folder, name: "production")
        try other.write("envs/prod/api/pod.yaml", Hosted.pod("api", 1))
        try other.commit("Start")
        let production = try other.clone("production.git", ["--bare"])
        let checkout = try production.clone("production-checkout")
        let repository = asURL ? "file://\(production.path)" : "../production-checkout"
        let configuration = try Configuration(
            parsing: Array(
                """
                version: 1
                environments: { dev: {}, prod: { after: dev } }
                layout:
                  - { path: "envs/prod/{app}/**", env: prod, repository: "\(repository)" }
                  - { path: "envs/dev/{app}/**", env: dev }
                """.utf8))
        let publication = try hosted.publisher().publish { places in
            var request = PromotionRequest(to: "prod")
            request.apps = ["api"]
            return try Promotion.plan(request, in: Estate(configuration, resolver: places))
        }
        #expect(publication.end == "done")
        #expect(publication.landings.first?.repository == repository)
        #expect(try production.git("log", "-1", "--format=%s", "main") == "Promote api 2 to prod")
        #expect(try hosted.host.git("log", "-1", "--format=%s", "main") == "Start")
        #expect(try checkout.id("main") == (asURL ? checkout.id("origin/main") : production.id("main")))
    }
}
