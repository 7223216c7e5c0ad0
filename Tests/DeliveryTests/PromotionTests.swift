import Delivery
import Manifests
import Testing

/// Three environments in folders, two of them regions of production.
private let folders = """
    version: 1
    environments:
      staging: {}
      prod-us: { after: staging, group: prod }
      prod-eu: { after: staging, group: prod }
    layout:
      - envs/{env}/{app}/**
    """

private func deployment(_ name: String, _ image: String) -> String {
    """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: \(name)   # a name
    spec:
      template:
        spec:
          containers:
            - name: \(name)
              image: "\(image)"  # keep this

    """
}

private func overlay(_ tag: String, _ more: String = "") -> String {
    """
    resources:
      - ../../../base
    images:
      - name: acme/api
        newTag: \(tag)
    \(more)
    """
}

@Suite struct PromotionTests {
    @Test func aVersionIsWrittenInPlaceAndNothingElseChanges() throws {
        let sample = try Sample(
            folders,
            [
                "envs/staging/api/api.yaml": deployment("api", "acme/api:1.4.2"),
                "envs/prod-us/api/api.yaml": deployment("api", "acme/api:1.4.1"),
            ])
        let plan = try sample.promote("api", to: "prod-us")
        #expect(plan.refusals.isEmpty)
        #expect(plan.versions == ["prod-us/api 1.4.1 -> 1.4.2"])
        #expect(plan.after == ["envs/prod-us/api/api.yaml": deployment("api", "acme/api:1.4.2")])
        #expect(plan.steps.first?.changes.first?.source == "staging")
    }

    @Test func nothingToDoIsAnEmptyPlan() throws {
        let sample = try Sample(
            folders,
            [
                "envs/staging/api/api.yaml": deployment("api", "acme/api:1"),
                "envs/prod-us/api/api.yaml": deployment("api", "acme/api:1"),
            ])
        let plan = try sample.promote("api", to: "prod-us")
        #expect(plan.isEmpty && plan.refusals.isEmpty)
    }

    @Test("What has the same digest is the same version, unless its text is asked for")
    func equalDigests() throws {
        let digest = "sha256:" + String(repeating: "a", count: 64)
        let sample = try Sample(
            folders,
            [
                "envs/staging/api/api.yaml": deployment("api", "acme/api:1.4.2@\(digest)"),
                "envs/prod-us/api/api.yaml": deployment("api", "acme/api@\(digest)"),
            ])
        let plan = try sample.promote("api", to: "prod-us")
        #expect(plan.isEmpty && plan.refusals.isEmpty)
        let given = try sample.promote("api", to: "prod-us") {
            $0.given = [.init(.image, name: "api", version: Version("1.4.2@\(digest)"))]
        }
        #expect(given.versions == ["prod-us/api \(digest) -> 1.4.2@\(digest)"])
    }

    @Test func aGroupIsPromotedInOneStep() throws {
        let sample = try Sample(
            folders,
            [
                "envs/staging/api/api.yaml": deployment("api", "acme/api:2"),
                "envs/prod-us/api/api.yaml": deployment("api", "acme/api:1"),
                "envs/prod-eu/api/api.yaml": deployment("api", "acme/api:0"),
            ])
        let plan = try sample.promote("api", to: "prod")
        #expect(plan.steps.count == 1)
        #expect(plan.versions == ["prod-us/api 1 -> 2", "prod-eu/api 0 -> 2"])
    }

    @Test func backwardsAndSidewaysWithFrom() throws {
        let sample = try Sample(
            folders,
            [
                "envs/staging/api/api.yaml": deployment("api", "acme/api:2"),
                "envs/prod-us/api/api.yaml": deployment("api", "acme/api:1"),
                "envs/prod-eu/api/api.yaml": deployment("api", "acme/api:0"),
            ])
        #expect(
            try sample.promote("api", to: "staging") { $0.source = "prod-eu" }.versions == [
                "staging/api 2 -> 0"
            ])
        #expect(
            try sample.promote("api", to: "prod-eu") { $0.source = "prod-us" }.versions == [
                "prod-eu/api 0 -> 1"
            ])
        #expect(throws: DeliveryError.noEnvironmentBefore("staging")) {
            try sample.promote("api", to: "staging")
        }
        #expect(throws: DeliveryError.sameEnvironment("staging")) {
            try sample.promote("api", to: "staging") { $0.source = "staging" }
        }
    }

    @Test func severalAppsNeedNamesOrAll() throws {
        let sample = try Sample(
            folders,
            [
                "envs/staging/api/api.yaml": deployment("api", "acme/api:2"),
                "envs/staging/web/web.yaml": deployment("web", "acme/web:9"),
                "envs/prod-us/api/api.yaml": deployment("api", "acme/api:1"),
                "envs/prod-us/web/web.yaml": deployment("web", "acme/web:8"),
            ])
        #expect(throws: DeliveryError.appNeeded(environment: "prod-us", apps: ["api", "web"])) {
            try sample.promote(to: "prod-us")
        }
        #expect(
            try sample.promote(to: "prod-us") { $0.allApps = true }.versions == [
                "prod-us/api 1 -> 2", "prod-us/web 8 -> 9",
            ])
        #expect(try sample.promote("web", to: "prod-us").versions == ["prod-us/web 8 -> 9"])
        #expect(
            throws: ManifestsError.unknownApp(
                "apj", environment: "prod-us", nearest: "api", known: ["api", "web"])
        ) {
            try sample.promote("apj", to: "prod-us")
        }
    }

    @Test func aSharedFileIsRefusedWithTheOthersNamed() throws {
        let sample = try Sample(
            folders,
            [
                "base/kustomization.yaml": "resources: [api.yaml]\n",
                "base/api.yaml": deployment("api", "acme/api:1"),
                "envs/staging/api/kustomization.yaml": overlay("2"),
                "envs/prod-us/api/kustomization.yaml": "resources: [../../../base]\n",
                "envs/prod-eu/api/kustomization.yaml": "resources: [../../../base]\n",
            ])
        let plan = try sample.promote("api", to: "prod-us")
        #expect(plan.isEmpty)
        #expect(plan.refusals.map(\.code) == [.sharedFile])
        #expect(
            plan.refusals.first?.message
                == "the version of acme/api stands in base/api.yaml, which would change prod-eu too")

        // All of them at once: the nearest file whose environments are all targets.
        let all = try sample.promote("api", to: "prod")
        #expect(all.refusals.isEmpty)
        #expect(all.after == ["base/api.yaml": deployment("api", "acme/api:2")])
        #expect(all.versions == ["prod-us/api 1 -> 2", "prod-eu/api 1 -> 2"])

        // An override of its own.
        let own = try sample.promote("api", to: "prod-us") { $0.create = true }
        #expect(own.refusals.isEmpty)
        #expect(
            own.after == [
                "envs/prod-us/api/kustomization.yaml": """
                resources: [../../../base]
                images:
                - name: acme/api
                  newTag: "2"

                """
            ])
    }

    @Test func anOverrideIsRewrittenAndTheBaseStays() throws {
        let sample = try Sample(
            folders,
            [
                "base/kustomization.yaml": "resources: [api.yaml]\n",
                "base/api.yaml": deployment("api", "acme/api:0"),
                "envs/staging/api/kustomization.yaml": overlay("v2"),
                "envs/prod-us/api/kustomization.yaml": overlay("v1"),
                "envs/prod-eu/api/kustomization.yaml": "resources: [../../../base]\n",
            ])
        #expect(
            try sample.promote("api", to: "prod-us").after == [
                "envs/prod-us/api/kustomization.yaml": overlay("v2")
            ])
    }

    @Test func anImageAndTheRevisionOfItsCommitMoveTogether() throws {
        func both(_ version: String) -> String {
            """
            resources:
              - https://example.com/acme/api//config?ref=\(version)
            images:
              - name: acme/api
                newTag: \(version)

            """
        }
        let sample = try Sample(
            folders,
            [
                "envs/staging/api/kustomization.yaml": both("b2c3d4e5"),
                "envs/prod-us/api/kustomization.yaml": both("a1b2c3d4"),
            ])
        #expect(
            try sample.promote("api", to: "prod-us").after == [
                "envs/prod-us/api/kustomization.yaml": both("b2c3d4e5")
            ])
        // A version from outside takes its companion along.
        let given = try sample.promote("api", to: "prod-us") {
            $0.given = [PromotionRequest.Given(.image, name: "acme/api", version: Version("c3d4e5f6"))]
        }
        #expect(given.after == ["envs/prod-us/api/kustomization.yaml": both("c3d4e5f6")])
    }

    @Test func coupledPinsOfWhichOneCannotMoveStayTogether() throws {
        let sample = try Sample(
            folders,
            [
                "bases/config/kustomization.yaml":
                    "resources: [\"https://example.com/acme/api//config?ref=a1b2c3d4\"]\n",
                "envs/staging/api/kustomization.yaml": """
                resources:
                  - https://example.com/acme/api//config?ref=b2c3d4e5
                images:
                  - name: acme/api
                    newTag: b2c3d4e5

                """,
                "envs/prod-us/api/kustomization.yaml": """
                resources:
                  - ../../../bases/config
                images:
                  - name: acme/api
                    newTag: a1b2c3d4

                """,
                "envs/prod-eu/api/kustomization.yaml": "resources: [../../../bases/config]\n",
            ])
        let plan = try sample.promote("api", to: "prod-us")
        #expect(plan.isEmpty)
        #expect(plan.refusals.map(\.code) == [.sharedFile, .coupled])
    }

    @Test func configurationMovesWithItsProtectedPathsKept() throws {
        let rules =
            folders + """

                promote:
                  files: [settings.yaml]
                  trees: [extra]
                  paths: ["**.env[name=FLAGS]"]
                  protect: [extra/local.yaml, "**.replicas"]
                """
        let sample = try Sample(
            rules,
            [
                "envs/staging/api/api.yaml": deployment("api", "acme/api:2"),
                "envs/staging/api/settings.yaml": "mode: new\nscale:\n  replicas: 1\n",
                "envs/staging/api/extra/a.yaml": "a: 2\n",
                "envs/staging/api/extra/local.yaml": "x: staging\n",
                "envs/prod-us/api/api.yaml": deployment("api", "acme/api:1"),
                "envs/prod-us/api/settings.yaml": "mode: old\nscale:\n  replicas: 9\n",
                "envs/prod-us/api/extra/b.yaml": "b: 1\n",
                "envs/prod-us/api/extra/local.yaml": "x: prod\n",
            ])
        let plan = try sample.promote("api", to: "prod-us")
        #expect(plan.refusals.isEmpty)
        #expect(
            plan.after == [
                "envs/prod-us/api/api.yaml": deployment("api", "acme/api:2"),
                "envs/prod-us/api/settings.yaml": "mode: new\nscale:\n  replicas: 9\n",
                "envs/prod-us/api/extra/a.yaml": "a: 2\n",
                "envs/prod-us/api/extra/b.yaml": String?.none,
            ])
        let only = try sample.promote("api", to: "prod-us") { $0.versionOnly = true }
        #expect(Set(only.after.keys) == ["envs/prod-us/api/api.yaml"])
    }

    @Test func whatIsProtectedStaysAsItIsWritten() throws {
        func settings(_ mode: String, _ scale: String) -> String {
            "mode: \(mode)\nscale: \(scale)\nafter: 1\n"
        }
        let kept = "&s { replicas: 9,  max: \"12\" }  # agreed with ops"
        let sample = try Sample(
            folders + "\npromote: { files: [settings.yaml], protect: [scale] }\n",
            [
                "envs/staging/api/api.yaml": deployment("api", "acme/api:2"),
                "envs/staging/api/settings.yaml": settings("new", "{ replicas: 1 }"),
                "envs/prod-us/api/api.yaml": deployment("api", "acme/api:1"),
                "envs/prod-us/api/settings.yaml": settings("old", kept),
            ])
        let plan = try sample.promote("api", to: "prod-us")
        #expect(plan.after["envs/prod-us/api/settings.yaml"] == settings("new", kept))
    }

    @Test func aTagFieldTakesNoDigestAndADigestFieldNoTag() throws {
        let digest = "sha256:" + String(repeating: "a", count: 64)
        let sample = try Sample(
            folders,
            [
                "envs/staging/api/api.yaml": deployment("api", "acme/api@\(digest)"),
                "envs/prod-us/api/api.yaml": deployment("api", "acme/api:1"),
                "envs/prod-us/api/kustomization.yaml":
                    "resources: [ api.yaml ]\nimages:\n- name: acme/api\n  newTag: v1\n",
                "envs/prod-eu/api/api.yaml": deployment("api", "acme/api:1"),
            ])
        #expect(try sample.promote("api", to: "prod-us").refusals.map(\.code) == [.unwritable])
        #expect(
            try sample.promote("api", to: "prod-eu").after == [
                "envs/prod-eu/api/api.yaml": deployment("api", "acme/api@\(digest)")
            ])
    }

    @Test func aTemplateAndASharedAnchorAreRefused() throws {
        let anchored = """
            spec:
              template:
                spec:
                  containers:
                    - name: a
                      image: &image acme/api:1
                    - name: b
                      image: *image
                    - name: c
                      image: acme/other:1
                      env: [{name: IMAGE, value: *image}]

            """
        let sample = try Sample(
            folders,
            [
                "envs/staging/api/api.yaml": deployment("api", "acme/api:2"),
                "envs/prod-us/api/api.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\n"
                    + anchored,
                "envs/prod-eu/api/api.yaml": deployment("api", "acme/api:{{ .Values.tag }}"),
            ])
        #expect(try sample.promote("api", to: "prod-us").refusals.map(\.code) == [.unwritable])
        #expect(try sample.promote("api", to: "prod-eu").refusals.map(\.code) == [.template])
    }

    @Test func helmVersionsAreOverriddenOrInherited() throws {
        let sample = try Sample(
            """
            version: 1
            environments:
              staging: {}
              prod: { after: staging }
            layout:
              - path: charts/{app}/**
                layers: [Chart.yaml, values.yaml, "values-{env}.yaml"]
            """,
            [
                "charts/api/Chart.yaml": "name: api\nappVersion: 1.0.0\n",
                "charts/api/values.yaml": "image:\n  repository: acme/api\n  tag: \"\"\n",
                "charts/api/values-staging.yaml": "image:\n  tag: 2.0.0\n",
                "charts/api/values-prod.yaml": "replicas: 3\n",
            ])
        let refused = try sample.promote("api", to: "prod")
        #expect(
            refused.refusals.isEmpty
                && refused.after == ["charts/api/Chart.yaml": "name: api\nappVersion: 2.0.0\n"])
    }
}
