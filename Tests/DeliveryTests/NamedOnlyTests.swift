import Manifests
import Testing

@testable import Delivery

private let folders = """
    version: 1
    environments: { dev: {}, prod: { after: dev }, dr: { after: prod } }
    layout: [ "envs/{env}/{app}/**" ]
    """

private func pod(_ images: String...) -> String {
    let containers = images.enumerated().map { "{name: c\($0.offset), image: \"\($0.element)\"}" }
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: api}
        spec: {template: {spec: {containers: [\(containers.joined(separator: ", "))]}}}

        """
}

/// What was not named stays as it is.
@Suite struct NamedOnlyTests {
    @Test func equalVersionsAreNoReasonToMove() throws {
        let sample = try Sample(folders, ["envs/dev/api/d.yaml": pod("acme/api:1.27", "nginx:1.27")])
        let plan = try sample.promote("api", to: "dev") {
            $0.given = [PromotionRequest.Given(.image, name: "api", version: Version("1.28"))]
        }
        #expect(plan.after == ["envs/dev/api/d.yaml": pod("acme/api:1.28", "nginx:1.27")])
        let both = try sample.promote("api", to: "dev") {
            $0.given = [
                PromotionRequest.Given(.image, name: "api", version: Version("2")),
                PromotionRequest.Given(.image, name: "nginx", version: Version("3")),
            ]
        }
        #expect(both.after == ["envs/dev/api/d.yaml": pod("acme/api:2", "nginx:3")])
    }

    @Test(arguments: [
        "api=", "api", "=1", "api=reg.example.com:5000/acme/api", "api=reg.example.com:5000/acme/api:",
        "api=bad tag", "api=:2", "api=../x", "api=v1+build.5", "api=Ü", "api=1@sha256:abc",
        "api=acme/api@sha256:zz",
        "api=" + String(repeating: "x", count: 129),
    ])
    func whatIsNoVersionOfAnImageIsRefused(_ text: String) {
        #expect(throws: DeliveryError.self) { try PromotionRequest.Given(.image, parsing: text) }
    }

    @Test func aReferenceIsTakenApart() throws {
        let digest = "sha256:" + String(repeating: "a", count: 64)
        let whole = try PromotionRequest.Given(
            .image, parsing: "api=reg.example.com:5000/acme/api:1.2@\(digest)")
        #expect(whole.repository == "reg.example.com:5000/acme/api")
        #expect(whole.version == Version(tag: "1.2", digest: digest))
        #expect(
            try PromotionRequest.Given(.image, parsing: "api=\(digest)").version == Version(digest: digest))
        #expect(try PromotionRequest.Given(.git, parsing: "x=v1.1.0").version == Version(tag: "v1.1.0"))
        #expect(throws: DeliveryError.self) { try PromotionRequest.Given(.git, parsing: "x=--upload-pack=y") }
        #expect(throws: DeliveryError.self) {
            try PromotionRequest.Given(.chart, parsing: "x=latest version")
        }
    }

    @Test func anotherRepositoryIsRefused() throws {
        let sample = try Sample(folders, ["envs/dev/api/d.yaml": pod("ghcr.io/acme/api:1", "nginx:1")])
        func codes(_ text: String) throws -> [Refusal.Code] {
            let given = try PromotionRequest.Given(.image, parsing: text)
            return try sample.promote("api", to: "dev") { $0.given = [given] }
                .refusals.map(\.code)
        }
        #expect(try codes("api=quay.io/else/api:2") == [.otherRepository])
        #expect(try codes("api=ghcr.io/acme/api:2") == [])
        #expect(try codes("nginx=docker.io/library/nginx:2") == [])
    }

    @Test func anotherAppOnTheSameBaseIsNamed() throws {
        let sample = try Sample(
            folders,
            [
                "base/d.yaml": pod("acme/core"),
                "base/kustomization.yaml":
                    "resources: [d.yaml]\nimages: [{name: acme/core, newTag: \"1\"}]\n",
                "envs/dev/api/kustomization.yaml":
                    "resources: [../../../base]\nimages: [{name: acme/core, newTag: \"2\"}]\n",
                "envs/prod/api/kustomization.yaml": "resources: [../../../base]\n",
                "envs/prod/web/kustomization.yaml": "resources: [../../../base]\n",
            ])
        let plan = try sample.promote("api", to: "prod")
        #expect(plan.refusals.map(\.code) == [.sharedFile])
        #expect(plan.refusals.first?.message.contains("prod/web") == true)
    }

    @Test func aSymbolicLinkIsTheFileItLeadsTo() throws {
        let sample = try Sample(
            folders, ["envs/dev/api/d.yaml": pod("acme/api:2"), "envs/prod/api/d.yaml": pod("acme/api:1")])
        let repository = sample.repository
        try repository.write("envs/dr/api/README", "")
        try repository.folder.run(
            "ln", ["-s", "../../prod/api/d.yaml", repository.path + "/envs/dr/api/d.yaml"])
        try repository.commit("A link")
        let plan = try sample.promote("api", to: "prod")
        #expect(plan.refusals.map(\.code) == [.sharedFile])
        #expect(plan.refusals.first?.message.contains("dr") == true)
    }

    @Test(
        "A tag that an ApplicationSet fills into values is written in the element of the environment",
        arguments: ["web-{{env}}", "{{env}}"])
    func aTagInTheTextOfValues(_ name: String) throws {
        let gx =
            "version: 1\nenvironments: { dev: {}, prod: { after: dev } }\nlayout: [ { argocd: apps/** } ]\n"
        func set(_ prod: String) -> String {
            """
            apiVersion: argoproj.io/v1alpha1
            kind: ApplicationSet
            metadata: { name: web }
            spec:
              generators:
                - list:
                    elements:
                      - { env: dev, tag: "1.1.0" }  # dev
                      - { env: prod, tag: "\(prod)" }
              template:
                metadata: { name: "\(name)" }
                spec:
                  source:
                    repoURL: https://git.example.com/acme/m.git
                    path: chart
                    helm:
                      values: |
                        image:
                          repository: acme/web
                          tag: "{{tag}}"
                  destination: { name: "{{env}}", namespace: web }

            """
        }
        let sample = try Sample(
            gx, ["apps/set.yaml": set("1.0.0"), "chart/Chart.yaml": "name: web\nversion: 0.1.0\n"])
        let plan = try sample.promote("web", to: "prod")
        #expect(plan.after == ["apps/set.yaml": set("1.1.0")])
        #expect(plan.warnings.isEmpty)
        let given = try sample.promote("web", to: "prod") {
            $0.given = [.init(.image, name: "web", version: Version("1.2.0"))]
        }
        #expect(given.after == ["apps/set.yaml": set("1.2.0")])
    }

    @Test(
        "An environment that is a symbolic link to the folder of another one is not changed along with that")
    func aLinkToAFolder() throws {
        let sample = try Sample(
            folders,
            ["envs/dev/api/d.yaml": pod("acme/api:2"), "envs/prod/api/d.yaml": pod("acme/api:1")])
        try sample.repository.folder.run("ln", ["-s", "prod", "\(sample.repository.path)/envs/dr"])
        try sample.repository.commit("Link")
        let plan = try sample.promote("api", to: "prod")
        #expect(plan.refusals.map(\.code) == [.sharedFile])
        #expect(plan.refusals.first?.message.contains("would change dr too") == true)
        #expect(plan.after.isEmpty)
    }

    @Test("An alias of what another environment says is not its own")
    func anAliasOfAnotherEnvironment() throws {
        let gx =
            "version: 1\nenvironments: { dev: {}, prod: { after: dev } }\nlayout: [ { table: versions.yaml } ]\n"
        func table(_ version: String) -> String { "web:\n  dev: &v \"\(version)\"\n  prod: *v\n" }
        let sample = try Sample(gx, ["versions.yaml": table("1.1")])
        func plan(_ targets: [String]) throws -> Plan {
            try sample.promote("web", to: "prod") {
                $0.targets = targets
                $0.given = [.init(.image, name: "web", version: Version("1.2"))]
            }
        }
        for target in ["dev", "prod"] {
            let one = try plan([target])
            #expect(one.refusals.map(\.code) == [.sharedFile])
            #expect(one.after.isEmpty)
        }
        let both = try plan(["dev", "prod"])
        #expect(both.refusals.isEmpty)
        #expect(both.after == ["versions.yaml": table("1.2")])
    }

    @Test("One place that says the versions of two artifacts moves where both are named")
    func onePlaceOfTwo() throws {
        let set = """
            apiVersion: fluxcd.controlplane.io/v1
            kind: ResourceSet
            metadata: { name: api }
            spec:
              inputs: [ { version: 1.0.0 } ]
              resources:
                - apiVersion: source.toolkit.fluxcd.io/v1
                  kind: OCIRepository
                  metadata: { name: api }
                  spec: { url: oci://ghcr.io/acme/charts/api, ref: { tag: "<< inputs.version >>" } }
                - apiVersion: v1
                  kind: Pod
                  metadata: { name: api }
                  spec: { containers: [ { name: api, image: "acme/api:<< inputs.version >>" } ] }

            """
        let sample = try Sample(folders, ["envs/prod/api/set.yaml": set])
        func plan(_ names: [String]) throws -> Plan {
            try sample.promote("api", to: "prod") {
                $0.given = names.map { .init(.image, name: $0, version: Version("1.1.0")) }
            }
        }
        #expect(try plan(["acme/api"]).refusals.map(\.code) == [.coupled])
        let both = try plan(["acme/api", "charts/api"])
        #expect(both.refusals.isEmpty)
        #expect(both.after == ["envs/prod/api/set.yaml": set.replacing("1.0.0", with: "1.1.0")])
    }

    @Test("Replicas and resources stay as each environment has them, unless gx.yaml says otherwise")
    func sizes() throws {
        func values(_ count: Int, _ flag: String) -> String {
            """
            image: { repository: acme/api, tag: "\(count)" }
            replicas: \(count)  # of its own
            hpa: { minReplicas: \(count) }
            resources: { limits: { cpu: \(count) } }
            flag: "\(flag)"

            """
        }
        for (protect, replicas) in [("", "5"), (", protect: []", "1"), (", protect: [replicas]", "5")] {
            let sample = try Sample(
                folders + "\npromote: { files: [values.yaml]\(protect) }\n",
                [
                    "envs/dev/api/values.yaml": values(1, "on"),
                    "envs/prod/api/values.yaml": values(5, "off"),
                ])
            let plan = try sample.promote("api", to: "prod") { $0.allowDowngrade = true }
            let after = plan.after["envs/prod/api/values.yaml"] ?? ""
            #expect(after?.contains("replicas: \(replicas)  # of its own") == true)
            #expect(after?.contains("minReplicas: \(protect.isEmpty ? 5 : 1)") == true)
            #expect(after?.contains("cpu: \(protect.isEmpty ? 5 : 1)") == true)
            #expect(after?.contains("flag: \"on\"") == true)
        }
    }

    @Test func anAnchorIsWrittenWhereAllOfItsUsesArePlanned() throws {
        func values(_ version: String) -> String {
            "version: &v \"\(version)\"\nimage:\n  repository: acme/api\n  tag: *v\n"
        }
        let sample = try Sample(
            folders, ["envs/dev/api/values.yaml": values("2"), "envs/prod/api/values.yaml": values("1")])
        #expect(try sample.promote("api", to: "prod").after == ["envs/prod/api/values.yaml": values("2")])
    }

    @Test func aLockGoesAlongWithItsChart() throws {
        func chart(_ version: String) -> String {
            "name: api\nversion: 0.1.0\ndependencies:\n- {name: redis, version: \(version), repository: \"https://c.example.com\"}\n"
        }
        let sample = try Sample(
            folders,
            [
                "envs/dev/api/Chart.yaml": chart("2.0.0"), "envs/dev/api/Chart.lock": "digest: sha256:two\n",
                "envs/prod/api/Chart.yaml": chart("1.0.0"),
                "envs/prod/api/Chart.lock": "digest: sha256:one\n",
            ])
        #expect(
            try sample.promote("api", to: "prod").after == [
                "envs/prod/api/Chart.yaml": chart("2.0.0"),
                "envs/prod/api/Chart.lock": "digest: sha256:two\n",
            ])
        let given = try sample.promote("api", to: "prod") {
            $0.given = [PromotionRequest.Given(.chart, name: "redis", version: Version("3.0.0"))]
        }
        #expect(given.refusals.map(\.code) == [.unwritable])
    }

    @Test func nothingComparedIsNotAsWanted() throws {
        let sample = try Sample(
            "version: 1\nenvironments: { dev: {}, prod: { after: dev } }\nlayout: [ \"envs/{env}/**\" ]\n",
            [
                "envs/dev/a.yaml": pod("acme/api:2").replacing("name: api", with: "name: api-dev"),
                "envs/prod/a.yaml": pod("acme/api:1").replacing("name: api", with: "name: api-prod"),
            ])
        let plan = try sample.promote(to: "prod") { $0.allApps = true }
        #expect(plan.isEmpty && plan.refusals.map(\.code) == [.unknownArtifact])
    }

    @Test func aNumberThatHelmRendersOtherwiseIsSaid() throws {
        let sample = try Sample(
            folders,
            [
                "envs/dev/api/values.yaml": "image:\n  repository: acme/api\n  tag: 1.20\n",
                "envs/prod/api/values.yaml": "image:\n  repository: acme/api\n  tag: \"1.10\"\n",
            ])
        let plan = try sample.promote("api", to: "prod")
        #expect(plan.warnings.contains { $0.contains("1.20") && $0.contains("1.2:") })
    }

    @Test func anOlderVersionIsRefusedUnlessItIsAskedFor() throws {
        let sample = try Sample(
            folders,
            ["envs/dev/api/d.yaml": pod("acme/api:1.1.0"), "envs/prod/api/d.yaml": pod("acme/api:1.1.1")])
        var request = PromotionRequest(to: "prod")
        request.apps = ["api"]
        let estate = try sample.estate()
        let plan = try sample.brought(by: Promotion.plan(request, in: estate), in: estate)
        #expect(try plan.refusingDowngrades(of: request, in: estate).refusals.map(\.code) == [.downgrade])
        request.allowDowngrade = true
        #expect(try plan.refusingDowngrades(of: request, in: estate).refusals.isEmpty)
        var back = PromotionRequest(to: "dev")
        (back.apps, back.source) = (["api"], "prod")
        #expect(try plan.refusingDowngrades(of: back, in: estate).refusals.map(\.code) == [.downgrade])
    }

    @Test func oneThatIsRefusedLeavesTheOthers() throws {
        let refusal = Refusal(code: .held, environment: "prod", app: "api", message: "held", hint: nil)
        let plan = Plan.leavingOutRefused { leaving in
            leaving.isEmpty ? Plan(refusals: [refusal]) : Plan(warnings: ["\(leaving.count)"])
        }
        #expect(plan.refusals.isEmpty && plan.leftOut == [refusal] && plan.warnings == ["1"])
        let stubborn = Plan.leavingOutRefused { _ in Plan(refusals: [refusal]) }
        #expect(stubborn.refusals == [refusal])
    }
}

extension String {
    fileprivate func replacing(_ text: String, with other: String) -> String {
        split(separator: text, omittingEmptySubsequences: false).joined(separator: other)
    }
}
