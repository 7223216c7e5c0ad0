import Delivery
import Git
import Ledger
import Manifests
import TestSupport
import Testing

/// Environments that are branches: staging is `main`, and prod a branch that it is merged into.
private let branches = """
    version: 1
    environments:
      staging: {}
      prod: { after: staging }
    layout:
      - { branch: main, env: staging, path: "{app}/**" }
      - { branch: prod, env: prod, path: "{app}/**" }
    """

private func pod(_ tag: String, memory: Int = 1) -> String {
    """
    apiVersion: v1
    kind: Pod
    metadata: { name: api }
    spec:
      containers:
        - name: api
          image: acme/api:\(tag)
          resources: { limits: { memory: \(memory)Gi } }

    """
}

@Suite struct BranchRollbackTests {
    /// Versions 1 and 2 are in both; the second came with more memory.
    private func sample() throws -> Sample {
        let sample = try Sample(branches, ["api/pod.yaml": pod("1"), "gx.yaml": branches])
        try sample.repository.git("branch", "prod")
        try sample.commit(["api/pod.yaml": pod("2", memory: 2)], "PROJ-2 Build 2")
        try promote(sample)
        return sample
    }

    private func promote(_ sample: Sample) throws {
        try land(sample, try sample.promote(to: "prod"))
    }

    /// Commits a step as it is published.
    private func land(_ sample: Sample, _ plan: Plan) throws {
        #expect(plan.refusals.isEmpty)
        let step = try #require(plan.steps.first)
        let repository = try sample.repository.repository()
        var parents = [step.base.commit]
        if case .merge(_, let other) = step.content { parents.append(other) }
        let commit = try repository.createCommit(
            tree: step.writeTree(in: repository), parents: parents, message: CommitMessage(step).text)
        try repository.update("refs/heads/prod", to: commit, expecting: step.base.commit, log: "test")
    }

    private func prod(_ sample: Sample) throws -> String {
        try sample.repository.git("show", "prod:api/pod.yaml") + "\n"
    }

    /// The commit that a branch began with is on the branch before it, too.
    @Test func allAppsGoBackToACommitThatBranchesShare() throws {
        let sample = try Sample(
            branches, ["api/pod.yaml": pod("1"), "web/pod.yaml": pod("1"), "gx.yaml": branches])
        let first = try #require(try sample.repository.repository().resolve("HEAD"))
        try sample.repository.git("branch", "prod")
        try sample.commit(["api/pod.yaml": pod("2")], "Build 2")
        try land(sample, try sample.promote(to: "prod") { $0.allApps = true })
        let plan = try sample.rollBack(in: "prod", to: .commit(first)) { $0.allApps = true }
        #expect(plan.refusals.isEmpty)
        #expect(plan.warnings.isEmpty)
        #expect(plan.versions == ["prod/api 2 -> 1"])
    }

    @Test("A branch is promoted as a whole: one app alone is refused where others would change")
    func oneAppOfABranch() throws {
        let sample = try Sample(
            branches, ["api/pod.yaml": pod("1"), "web/pod.yaml": pod("1"), "gx.yaml": branches])
        try sample.repository.git("branch", "prod")
        try sample.commit(["api/pod.yaml": pod("2")], "Build 2")
        // Nothing else changes so far.
        #expect(try sample.promote("api", to: "prod").refusals.isEmpty)
        try sample.commit(["web/pod.yaml": pod("2")], "Build 2 of web")
        let plan = try sample.promote("api", to: "prod")
        #expect(plan.refusals.map(\.code) == [.coupled])
        #expect(plan.refusals.first?.message.hasSuffix("as a whole: web would change too") == true)
        #expect(try sample.promote("api", "web", to: "prod").refusals.isEmpty)
        #expect(throws: ManifestsError.self) { try sample.promote("shop", to: "prod") }
    }

    /// A branch goes back as a whole: what it takes along is named.
    @Test func whatGoesBackBesidesVersionsIsNamed() throws {
        let sample = try sample()
        try sample.commit(["api/limits.yaml": "limit: 2\n"], "Raise the limit")
        try promote(sample)
        let plan = try sample.rollBack("api", in: "prod")
        #expect(plan.steps.map(\.configuration) == [["api/limits.yaml, which goes"]])
    }

    @Test func aBranchGetsTheTreeThatItHad() throws {
        let sample = try sample()
        let plan = try sample.rollBack(in: "prod")
        #expect(plan.versions == ["prod/api 2 -> 1"])
        try land(sample, plan)
        #expect(try prod(sample) == pod("1"))
        #expect(
            try sample.repository.git("log", "-1", "--format=%(trailers:key=Gx-Hold)", "prod").hasPrefix(
                "Gx-Hold: prod/api 2"))
        #expect(try sample.repository.git("show", "main:api/pod.yaml") + "\n" == pod("2", memory: 2))
    }

    @Test func todaysRulesStay() throws {
        let sample = try sample()
        let rules = branches.replacing("after: staging", with: "after: staging, publish: pull-request")
        try sample.repository.git("switch", "-q", "prod")
        try sample.commit(["gx.yaml": rules], "Ask for reviews")
        try sample.repository.git("switch", "-q", "main")
        try land(sample, try sample.rollBack(in: "prod"))
        #expect(try sample.repository.git("show", "prod:gx.yaml") == rules)
    }

    /// A plain merge would keep the memory that was taken back, and conflict over the version.
    @Test func aNewerVersionComesWithAllThatWasTakenBack() throws {
        let sample = try sample()
        try land(sample, try sample.rollBack(in: "prod"))
        try sample.commit(["api/pod.yaml": pod("3", memory: 2)], "Build 3")
        let plan = try sample.promote(to: "prod")
        #expect(plan.versions == ["prod/api 1 -> 3"])
        try land(sample, plan)
        #expect(try prod(sample) == pod("3", memory: 2))
        // What is undone once is not undone again.
        try sample.commit(["api/pod.yaml": pod("4", memory: 4)], "Build 4")
        try promote(sample)
        #expect(try prod(sample) == pod("4", memory: 4))
    }

    @Test func theSameVersionComesAgainOnceItsHoldIsLifted() throws {
        let sample = try sample()
        try land(sample, try sample.rollBack(in: "prod"))
        #expect(try sample.promote(to: "prod").refusals.map(\.code) == [.held])
        try land(sample, try HoldPlan.unhold("api", in: "prod", estate: try sample.estate()))
        try promote(sample)
        #expect(try prod(sample) == pod("2", memory: 2))
        #expect(try sample.promote(to: "prod").isEmpty)
    }

    @Test func whatWasChangedAfterwardsIsAConflict() throws {
        let sample = try sample()
        try land(sample, try sample.rollBack(in: "prod"))
        try sample.repository.git("switch", "-q", "prod")
        try sample.commit(["api/pod.yaml": pod("1", memory: 8)], "By hand")
        try sample.repository.git("switch", "-q", "main")
        try sample.commit(["api/pod.yaml": pod("3", memory: 2)], "Build 3")
        #expect(try sample.promote(to: "prod").refusals.map(\.code) == [.conflict])
    }

    @Test func oneAppOfSeveralIsRefused() throws {
        let sample = try Sample(branches, ["api/pod.yaml": pod("1"), "web/pod.yaml": pod("1")])
        try sample.repository.git("branch", "prod")
        #expect(throws: DeliveryError.branchGoesBackWhole("prod", apps: ["api", "web"])) {
            try sample.rollBack("api", in: "prod")
        }
    }

    @Test("Branches with roots of their own have nothing to merge: versions move")
    func ownRoots() throws {
        let sample = try Sample(branches, ["api/pod.yaml": pod("2", memory: 2), "gx.yaml": branches])
        try sample.repository.git("checkout", "-q", "--orphan", "prod")
        try sample.commit(["api/pod.yaml": pod("1", memory: 4)], "Render prod")
        try sample.repository.git("checkout", "-q", "main")
        try land(sample, try sample.promote("api", to: "prod"))
        #expect(try prod(sample) == pod("2", memory: 4))
    }
}
