import Delivery
import Git
import Ledger
import Manifests
import TestSupport
import Testing

private let configuration = """
    version: 1
    environments:
      staging: {}
      prod-us: { after: staging, group: prod }
      prod-eu: { after: staging, group: prod }
    layout:
      - envs/{env}/{app}/**
    rollback:
      pause: [ { path: automatic_deploys_enabled, value: false } ]
    """

private func release(_ tag: String, marker: String = #"# {"$imagepolicy": "flux-system:api:tag"}"#) -> String
{
    """
    apiVersion: helm.toolkit.fluxcd.io/v2
    kind: HelmRelease
    metadata: { name: api }
    spec:
      values:
        image:
          repository: acme/api
          tag: v\(tag) \(marker)

    """
}

private func switches(_ value: String) -> String { "automatic_deploys_enabled: \(value)  # by the bot\n" }

private let held = #"# held by gx: {"$imagepolicy": "flux-system:api:tag"}"#

@Suite struct HoldPlanTests {
    private func sample() throws -> Sample {
        let files = { (tag: String) in
            Dictionary(
                uniqueKeysWithValues: ["prod-us", "prod-eu"].flatMap { environment in
                    [
                        ("envs/\(environment)/api/release.yaml", release(tag)),
                        ("envs/\(environment)/api/config.yaml", switches("true")),
                    ]
                })
        }
        let sample = try Sample(configuration, files("1"))
        try sample.commit(files("2"), "Version 2")
        return sample
    }

    @Test func oneVersionIsLetInAndTheOtherStaysOut() throws {
        let sample = try sample()
        for version in ["v2", "v3"] {
            try sample.carryOut(
                try HoldPlan.reject(
                    "api", version: Version(version), in: "prod-eu", reason: nil, estate: try sample.estate())
            )
        }
        let lift = try HoldPlan.unhold(
            "api", version: Version("v2"), in: "prod-eu", estate: try sample.estate())
        #expect(lift.steps.flatMap(\.holds).map(\.line) == ["Gx-Unhold: prod-eu/api v2"])
        let all = try HoldPlan.unhold("a*", in: "prod-*", estate: try sample.estate())
        #expect(
            all.steps.flatMap(\.holds).map(\.line)
                == ["Gx-Unhold: prod-eu/api v2", "Gx-Unhold: prod-eu/api v3"])
        #expect(throws: (any Error).self) { try HoldPlan.unhold("x*", in: nil, estate: sample.estate()) }
    }

    @Test func botsAreKeptAwayAsLongAsTheHoldLasts() throws {
        let sample = try sample()
        let plan = try sample.rollBack("api", in: "prod-eu")
        #expect(
            plan.after == [
                "envs/prod-eu/api/release.yaml": release("1", marker: held),
                "envs/prod-eu/api/config.yaml": switches("false"),
            ])
        #expect(plan.steps.first?.switches.count == 2)
        // It sees to it that Flux does not write again.
        #expect(plan.warnings.isEmpty)
        try sample.carryOut(plan)

        // Held twice, lifted at once: what was there before the first comes back.
        try sample.commit(["envs/prod-eu/api/release.yaml": release("3", marker: held)], "By hand")
        try sample.carryOut(try sample.rollBack("api", in: "prod-eu"))
        let lift = try HoldPlan.unhold("api", in: "prod-eu", estate: try sample.estate())
        #expect(
            lift.after == [
                "envs/prod-eu/api/release.yaml": release("1"),
                "envs/prod-eu/api/config.yaml": switches("true"),
            ])
        #expect(
            lift.steps.first.map { CommitMessage($0).trailers } == [
                "Gx-Unhold: prod-eu/api v2 of acme/api", "Gx-Unhold: prod-eu/api v3 of acme/api",
            ])
        try sample.carryOut(lift)
        // A script may say it again.
        #expect(try HoldPlan.unhold("api", in: "prod-eu", estate: try sample.estate()).isEmpty)
    }

    @Test("A switch that no app of the environment has is an error, and nothing is planned")
    func aSwitchThatIsNowhere() throws {
        let sample = try sample()
        for environment in ["prod-us", "prod-eu"] {
            try sample.repository.git("rm", "-q", "envs/\(environment)/api/config.yaml")
        }
        try sample.commit(["envs/prod-eu/web/config.yaml": switches("true")], "Move the switch")
        #expect(throws: (any Error).self) { try sample.rollBack("api", in: "prod-us") }
        #expect(try sample.rollBack("api", in: "prod-us") { $0.holds = false }.versions.count == 1)
        // Where another app has it, this one has no bot.
        #expect(try sample.rollBack("api", in: "prod-eu").versions.count == 1)
    }

    @Test func withoutAHoldBotsGoOn() throws {
        let plan = try sample().rollBack("api", in: "prod-eu") { $0.holds = false }
        #expect(plan.after == ["envs/prod-eu/api/release.yaml": release("1")])
    }

    @Test func configurationThatGoesBackIsHeldToo() throws {
        let plan = try sample().rollBack("api", in: "prod-eu") { $0.withConfiguration = true }
        #expect(plan.after["envs/prod-eu/api/release.yaml"] == release("1", marker: held))
        #expect(plan.after["envs/prod-eu/api/config.yaml"] == switches("false"))
    }

    @Test func aMarkerThatFluxDoesNotReadIsLeftAlone() throws {
        let odd = #"# see {"$imagepolicy": "flux-system:api:tag"}"#
        let lines = configuration.split(separator: "\n")
        let rules = lines.prefix { !$0.hasPrefix("rollback") }.joined(separator: "\n")
        let sample = try Sample(rules, ["envs/prod-eu/api/release.yaml": release("1", marker: odd)])
        try sample.commit(["envs/prod-eu/api/release.yaml": release("2", marker: odd)], "Version 2")
        #expect(
            try sample.rollBack("api", in: "prod-eu").after == [
                "envs/prod-eu/api/release.yaml": release("1", marker: odd)
            ])
    }

    @Test func aRejectedVersionIsHeldEverywhere() throws {
        let sample = try sample()
        try sample.commit(["envs/staging/api/release.yaml": release("3")], "Version 3")
        let plan = try HoldPlan.reject(
            "api", version: Version("v3"), in: nil, reason: "no", estate: try sample.estate())
        let step = try #require(plan.steps.first)
        #expect(plan.steps.count == 1 && step.files.isEmpty && !step.isEmpty)
        #expect(CommitMessage(step).text == "Hold api v3 in every environment\n\nGx-Hold: */api v3 (no)\n")
        #expect(plan.warnings == ["staging runs api v3 now, and goes on"])
        try sample.carryOut(plan)
        #expect(try sample.promote("api", to: "prod-eu").refusals.map(\.code) == [.held])

        try sample.carryOut(try HoldPlan.unhold("api", in: "prod-eu", estate: try sample.estate()))
        #expect(try sample.promote("api", to: "prod-eu").refusals.isEmpty)
        #expect(try sample.promote("api", to: "prod-us").refusals.map(\.code) == [.held])
        try sample.carryOut(try HoldPlan.unhold("api", in: nil, estate: try sample.estate()))
        #expect(try sample.promote("api", to: "prod-us").refusals.isEmpty)
    }

    @Test func whatIsRejectedEverywhereIsNotLiftedWithARollback() throws {
        let sample = try sample()
        try sample.carryOut(
            try HoldPlan.reject(
                "api", version: Version("v9"), in: nil, reason: "charges twice", estate: try sample.estate()))
        try sample.carryOut(try sample.rollBack("api", in: "prod-eu"))
        let lift = try HoldPlan.unhold("api", in: "prod-eu", estate: try sample.estate())
        #expect(
            lift.steps.first.map { CommitMessage($0).trailers } == ["Gx-Unhold: prod-eu/api v2 of acme/api"])
        #expect(lift.warnings.count == 1)
    }

    @Test func aSwitchThatOthersReadStays() throws {
        let shared = configuration.replacing("envs/{env}/{app}/**", with: "envs/{env}/**")
        let deployment = { (name: String, tag: String) in
            "kind: Deployment\nmetadata: { name: \(name) }\nspec: { template: { spec: { containers: [ { name: a, image: acme/\(name):\(tag) } ] } } }\n"
        }
        let sample = try Sample(
            shared,
            [
                "envs/prod-eu/api.yaml": deployment("api", "1"),
                "envs/prod-eu/web.yaml": deployment("web", "1"),
                "envs/prod-eu/config.yaml": switches("true"),
            ])
        try sample.commit(["envs/prod-eu/api.yaml": deployment("api", "2")], "Version 2")
        #expect(
            try sample.rollBack("api", in: "prod-eu").after == [
                "envs/prod-eu/api.yaml": deployment("api", "1")
            ])
    }
}
