import Git
import Ledger
import Manifests
import TestSupport
import Testing

@testable import Delivery

/// What a push or a commit brings is judged by where it ends, by the rules from before it.
@Suite struct MoveReviewTests {
    private let repository: ScratchRepository

    init() throws {
        repository = try ScratchRepository()
        try write(rules: "soak: 30000d")
        for environment in ["dev", "prod"] {
            for app in ["api", "web"] { try write(app, environment, 1) }
        }
        try repository.commit("Start")
    }

    private func write(rules: String, _ more: String = "") throws {
        try repository.write(
            "gx.yaml",
            """
            version: 1
            environments:
              dev: {}
              prod: { after: dev, gates: { \(rules) } }
            layout: ["envs/{env}/{app}/**"]
            promote: { protect: ["**.replicas", fixed.yaml] }
            \(more)

            """)
    }

    private func write(_ app: String, _ environment: String, _ version: Int, replicas: Int = 1) throws {
        try repository.write(
            "envs/\(environment)/\(app)/app.yaml",
            """
            kind: Deployment
            apiVersion: apps/v1
            metadata: {name: \(app)}
            spec:
              replicas: \(replicas)
              template: {spec: {containers: [{name: main, image: "acme/\(app):\(version)"}]}}

            """)
    }

    private func refusals(
        since old: String, _ concerns: Set<MoveReview.Concern> = Set(MoveReview.Concern.allCases)
    ) throws -> [MoveRefusal] {
        // As a server has it, whose branch has not moved yet.
        let new = try repository.id("HEAD")
        let move = BranchMove("main", from: try repository.id(old), to: new)
        return try MoveReview(repository.repository(), moves: [move], concerns: concerns).refusals()
    }

    /// The first words of each.
    private func words(since old: String) throws -> [String] {
        try refusals(since: old).map {
            "\($0.subject ?? "") \($0.message.prefix { $0 != ":" && $0 != "0" })"
        }
    }

    /// The host counts reviews where it merges itself; a server's hook does not see them.
    @Test(arguments: [("pull-request", 0), ("push", 1)])
    func whatAHostMergesHasBeenReviewedThere(_ publish: String, _ count: Int) throws {
        try repository.write(
            "gx.yaml",
            """
            version: 1
            environments:
              dev: {}
              prod: { after: dev, publish: \(publish), gates: { approvals: 1 } }
            layout: ["envs/{env}/{app}/**"]

            """)
        try repository.commit("Two people")
        for environment in ["dev", "prod"] { try write("api", environment, 2) }
        try repository.commit("api 2")
        #expect(try refusals(since: "HEAD~1").count == 1)
        let others = Set(MoveReview.Concern.allCases).subtracting([.reviews])
        #expect(try refusals(since: "HEAD~1", others).count == count)
    }

    @Test func aVersionWaitsForItsGates() throws {
        try write("api", "dev", 2)
        try repository.commit("api 2")
        #expect(try words(since: "HEAD~1") == [])
        try write("api", "prod", 2)
        let commit = try repository.commit("api 2 to prod")
        #expect(try words(since: "HEAD~1") == ["prod/api 1 -> 2 soak"])
        #expect(try refusals(since: "HEAD~1").first?.commit == commit)
        #expect(try refusals(since: "HEAD~1").first?.hint?.contains("--override soak") == true)
        // Also where both come at once.
        #expect(try words(since: "HEAD~2") == ["prod/api 1 -> 2 soak"])
        // What came and went was never deployed.
        try write("api", "prod", 1)
        try repository.commit("Not yet")
        #expect(try words(since: "HEAD~2") == [])
    }

    @Test func whoAnswersForItPassesByTheGateThatIsNamed() throws {
        try write(rules: "soak: 30000d, verified: true")
        try write("api", "dev", 2)
        try write("web", "dev", 2)
        try repository.commit("2")
        try write("api", "prod", 2)
        try write("web", "prod", 2)
        try repository.commit("Hotfix\n\nGx-Override: prod/api soak (hotfix)")
        #expect(
            try words(since: "HEAD~1")
                == ["prod/api 1 -> 2 verified", "prod/web 1 -> 2 verified", "prod/web 1 -> 2 soak"])
    }

    @Test func aMergeBringsWhatItsCommitsAnswerFor() throws {
        try write("api", "dev", 2)
        try repository.commit("2")
        try repository.git("checkout", "-q", "-b", "fix")
        try write("api", "prod", 2)
        try repository.commit("Hotfix\n\nGx-Override: prod/api soak (hotfix)")
        try repository.git("checkout", "-q", "main")
        try repository.git("merge", "-q", "--no-ff", "--no-edit", "fix")
        #expect(try words(since: "HEAD^1") == [])
        // Without the words in the message nothing says so.
        try repository.git("reset", "-q", "--hard", "HEAD^1")
        try repository.git("merge", "-q", "--squash", "fix")
        try repository.git("commit", "-q", "-m", "Squashed")
        #expect(try words(since: "HEAD^1") == ["prod/api 1 -> 2 soak"])
    }

    @Test func whatGoesBackIsStoppedByLocksAlone() throws {
        try write("api", "prod", 2)
        try repository.commit("2")
        try write("api", "prod", 1)
        try repository.commit("Back")
        #expect(try words(since: "HEAD~1") == [])
        // And again forward: that is a promotion.
        try write("api", "prod", 2)
        try repository.commit("Forth")
        #expect(try words(since: "HEAD~1") == ["prod/api 1 -> 2 soak"])
        try repository.git("reset", "-q", "--hard", "HEAD~2")
        try repository.commit("Lock\n\nGx-Lock: prod/* (an incident)")
        try write("api", "prod", 1)
        try repository.commit("Back")
        #expect(try words(since: "HEAD~1") == ["prod/api 2 -> 1 lock"])
        // Who says he goes back and does not, waits like everybody.
        try repository.git("reset", "-q", "--hard", "HEAD~2")
        try write("web", "prod", 2)
        try repository.commit("Back\n\nGx-Rollback: prod/web 1 -> 2")
        #expect(try words(since: "HEAD~1") == ["prod/web 1 -> 2 soak"])
    }

    @Test func rulesThatCannotBeReadLetNothingThroughButWhatMendsThem() throws {
        try write(rules: "soak: soon")
        try repository.commit("Typo")
        try write("api", "prod", 2)
        try repository.commit("2")
        #expect(try refusals(since: "HEAD~1", [.gates]).map(\.subject) == ["gx.yaml"])
        try write(rules: "soak: 0s")
        try repository.commit("Mended")
        #expect(try refusals(since: "HEAD~1", [.gates, .rules]) == [])
    }

    @Test func aHoldHoldsAlsoWherePushesTakeHistoryBack() throws {
        try write(rules: "")
        try repository.commit("Hold\n\nGx-Hold: prod/api 2 (broken)")
        let held = try repository.id("HEAD")
        try write("api", "prod", 2)
        try repository.commit("2")
        #expect(try words(since: "HEAD~1") == ["prod/api 1 -> 2 2 is held since 2"])
        try repository.git("reset", "-q", "--hard", "HEAD~2")
        try write("api", "prod", 2)
        try repository.commit("2")
        #expect(try words(since: "\(held)").contains("prod/api 1 -> 2 2 is held since 2"))
        // Lifted along with it.
        try repository.commit("Lift\n\nGx-Unhold: prod/api 2")
        #expect(try !words(since: "\(held)").contains { $0.contains("held") })
    }

    @Test func rulesAreThoseFromBefore() throws {
        try write("api", "dev", 2)
        try repository.commit("2")
        try write(rules: "")
        try write("api", "prod", 2)
        try repository.commit("2 to prod, without rules")
        #expect(try words(since: "HEAD~1") == ["prod/api 1 -> 2 soak"])
    }

    @Test func rulesStayReadableAndCanBeMended() throws {
        try repository.write("gx.yaml", "version: 1\nenvironments: {")
        try repository.commit("Break it")
        #expect(try refusals(since: "HEAD~1").map(\.subject) == ["gx.yaml"])
        try write(rules: "soak: 30000d")
        try repository.commit("Mend it")
        #expect(try refusals(since: "HEAD~1") == [])
    }

    @Test func whatHasToBeSignedIs() throws {
        let ada = try SigningKey("ada", in: repository.folder)
        try repository.write(".gx/allowed_signers", ada.signer)
        try write(rules: "approvals: 1", "trust: { signers: .gx/allowed_signers }")
        try write("api", "dev", 2)
        try repository.commit("Rules")
        func say(_ line: String, signed: Bool) throws {
            try repository.sign(by: signed ? ada : nil)
            try repository.commit("Say\n\n\(line)", author: "Eve <eve@example.com>")
        }
        func unsigned(since: String) throws -> [String?] {
            try refusals(since: since, [.signatures]).map(\.subject)
        }
        // By whatever name somebody who pushes gives.
        try say("Gx-Approve: prod/api 2", signed: false)
        #expect(try unsigned(since: "HEAD~1") == ["Gx-Approve: prod/api 2"])
        try write("api", "prod", 2)
        try repository.commit("2")
        #expect(try refusals(since: "HEAD~1", [.gates]).map(\.subject) == ["prod/api 1 -> 2"])
        try repository.git("reset", "-q", "--hard", "HEAD~2")
        try say("Gx-Approve: prod/api 2", signed: true)
        #expect(try unsigned(since: "HEAD~1") == [])
        try repository.sign(by: nil)
        try write("api", "prod", 2)
        try repository.commit("2")
        #expect(try refusals(since: "HEAD~1") == [])
        // Who answers for passing by a gate signs, too.
        try write("web", "prod", 2)
        try repository.commit("2\n\nGx-Override: prod/web approvals (hotfix)")
        #expect(
            try refusals(since: "HEAD~1").map(\.subject)
                == ["Gx-Override: prod/web approvals (hotfix)", "prod/web 1 -> 2"])
        // So does who changes the keys or the rules.
        try repository.write(".gx/allowed_signers", SigningKey("eve", in: repository.folder).signer)
        try repository.commit("Eve, too")
        #expect(try unsigned(since: "HEAD~1") == [".gx/allowed_signers"])
        // A hold holds in any case.
        try say("Gx-Hold: prod/api 3 (broken)", signed: false)
        #expect(try unsigned(since: "HEAD~1") == [])
        try say("Gx-Unhold: prod/api 3", signed: false)
        #expect(try unsigned(since: "HEAD~1") == ["Gx-Unhold: prod/api 3"])
    }

    @Test func aMergeHasTheKeysThatItsParentsLeadTo() throws {
        func put(keys: String) throws { try repository.write("keys", keys) }
        func unsigned() throws -> [String?] {
            try refusals(since: "newer", [.signatures]).map(\.subject)
        }
        try write(rules: "approvals: 1", "trust: { signers: keys }")
        try put(keys: "old")
        try repository.commit("Rules")
        try repository.git("checkout", "-q", "-b", "topic")
        try write("api", "dev", 2)
        try repository.commit("2")
        try repository.git("checkout", "-q", "main")
        try put(keys: "new")
        try repository.commit("New keys")
        try repository.git("tag", "newer")
        try repository.git("merge", "-q", "--no-ff", "-m", "Merge", "topic")
        #expect(try unsigned() == [])
        for keys in ["own", "old"] {
            try put(keys: keys)
            try repository.git("commit", "-q", "--amend", "-a", "-m", "Merge")
            #expect(try unsigned() == ["keys"])
        }
        // As if the branch were the other one's.
        try repository.git("checkout", "-q", "-B", "main", "topic")
        try repository.git("merge", "-q", "-s", "ours", "-m", "Merge", "newer")
        #expect(try unsigned() == ["keys"])
    }

    @Test func whatIsProtectedChangesOnItsOwn() throws {
        let rules = { (commits: String) in
            try refusals(since: commits, [.protection]).map(\.message.count)
        }
        try write("api", "prod", 1, replicas: 5)
        try repository.commit("More of it")
        #expect(try rules("HEAD~1") == [])
        try write("api", "prod", 2, replicas: 5)
        try repository.commit("2")
        // In two commits of one push.
        #expect(try rules("HEAD~2") == [])
        try write("api", "prod", 3, replicas: 1)
        try repository.write("envs/prod/web/fixed.yaml", "a: 1")
        try repository.commit("3")
        let refused = try refusals(since: "HEAD~1", [.protection])
        #expect(refused.map(\.subject) == ["prod/api 2 -> 3"])
        #expect(refused.first?.message.contains("**.replicas") == true)
        try repository.write("envs/prod/web/fixed.yaml", "a: 2")
        try write("web", "prod", 2)
        try repository.commit("web")
        #expect(try refusals(since: "HEAD~1", [.protection]).map(\.subject) == ["prod/web 1 -> 2"])
    }

    @Test func whatGitReceivesLeavesNoTrace() throws {
        try write("api", "dev", 2)
        try repository.commit("2")
        let old = try repository.id("HEAD")
        try write("api", "prod", 2)
        try repository.commit("2 to prod")
        let new = try repository.id("HEAD")
        try repository.git("reset", "-q", "--hard", "HEAD~1")
        let receiving = try repository.repository([
            "GIT_QUARANTINE_PATH": repository.path + "/.git/quarantine"
        ])
        #expect(receiving.isReceiving)
        let move = BranchMove("main", from: old, to: new)
        #expect(try MoveReview(receiving, moves: [move]).refusals().count == 1)
        #expect(try repository.read(".git/gx/ledger") == nil)
        #expect(try repository.folder.run("find", [repository.path + "/.git", "-path", "*/gx/*"]).isEmpty)
    }

    @Test func aCommitIsJudgedBeforeItIsMade() throws {
        try write("api", "dev", 2)
        try repository.commit("2")
        try write("api", "prod", 2)
        try repository.git("add", "-A")
        func judged(_ message: String) throws -> [String] {
            let (move, trial) = try #require(try repository.repository().moveByCommit(message: message))
            return try MoveReview(trial, moves: [move]).refusals().compactMap(\.subject)
        }
        #expect(try judged("2 to prod") == ["prod/api 1 -> 2"])
        #expect(try judged("2 to prod\n\nGx-Override: prod/api soak (hotfix)") == [])
        #expect(try repository.git("count-objects").hasPrefix("0") == false)
    }

    @Test func branchesWithoutEnvironmentsAreNobodysBusiness() throws {
        try write("api", "prod", 2)
        try repository.commit("2")
        let move = BranchMove("feature", from: try repository.id("HEAD~1"), to: try repository.id("HEAD"))
        #expect(try MoveReview(repository.repository(), moves: [move]).refusals() == [])
        #expect(BranchMove(ref: "refs/tags/v1", old: "\(ObjectID.zero)", new: "\(ObjectID.zero)") == nil)
        let zero = "\(ObjectID.zero)"
        #expect(
            BranchMove(ref: "refs/heads/a/b", old: zero, new: zero) == BranchMove("a/b", from: nil, to: nil))
    }

    // MARK: Branches that come and go

    /// An environment a branch: dev runs 2 and prod 1.
    private func branches() throws {
        try repository.write(
            "gx.yaml",
            """
            version: 1
            environments:
              dev: {}
              prod: { after: dev, gates: { soak: 30000d } }
              preview: { match: "pr-*", ephemeral: true }
            layout: [ { branch: "env/{env}", path: "{app}/**" } ]

            """)
        try repository.commit("An environment a branch")
        for (environment, version) in [("dev", 2), ("prod", 1), ("pr-7", 2)] {
            try repository.git("switch", "-q", "--orphan", "env/\(environment)")
            try repository.write("api/app.yaml", Hosted.pod("api", version))
            try repository.commit("\(environment) \(version)")
        }
        try repository.git("switch", "-q", "main")
    }

    private func refusals(_ moves: BranchMove...) throws -> [String] { try refusals(moves) }

    private func refusals(_ moves: [BranchMove]) throws -> [String] {
        try MoveReview(repository.repository(), moves: moves).refusals().map {
            "\($0.subject ?? "") \($0.message.prefix { $0 != ":" && $0 != "," })"
        }
    }

    @Test func aNewBranchIsJudgedLikeAPushToIt() throws {
        try branches()
        let (dev, prod) = (try repository.id("env/dev"), try repository.id("env/prod"))
        #expect(try refusals(BranchMove("env/prod", from: prod, to: dev)) == ["prod/api 1 -> 2 soak"])
        // As a clone has it that pushes it for the first time, and a server, which does not have it yet.
        #expect(try refusals(BranchMove("env/prod", from: nil, to: dev)) == ["prod/api 2 soak"])
        try repository.git("branch", "-q", "-D", "env/prod")
        #expect(try refusals(BranchMove("env/prod", from: nil, to: dev)) == ["prod/api 2 soak"])
        // What comes first has no gates, and what describes nothing is nobody's.
        #expect(try refusals(BranchMove("env/dev", from: nil, to: dev)) == [])
        #expect(try refusals(BranchMove("other", from: nil, to: dev)) == [])
    }

    @Test func anEnvironmentsBranchStays() throws {
        try branches()
        let prod = try repository.id("env/prod")
        #expect(
            try refusals(BranchMove("env/prod", from: prod, to: nil)) == ["env/prod prod is read from it"])
        #expect(try refusals(BranchMove("env/pr-7", from: repository.id("env/pr-7"), to: nil)) == [])
        #expect(try refusals(BranchMove("other", from: prod, to: nil)) == [])
        let main = try repository.id("main")
        #expect(
            try refusals(BranchMove("main", from: main, to: nil))
                == [" gx.yaml is read from the branch that is to go"])
        // Where it is no environment's any more, it may.
        try repository.write(
            "gx.yaml",
            """
            version: 1
            environments: { dev: {} }
            layout: [ { branch: "env/{env}", path: "{app}/**" } ]

            """)
        let without = try repository.commit("No prod")
        #expect(try refusals(BranchMove("env/prod", from: prod, to: nil)) == [])
        let both = [BranchMove("main", from: main, to: without), BranchMove("env/prod", from: prod, to: nil)]
        #expect(try refusals(both) == ["env/prod prod is read from it"])
    }
}
