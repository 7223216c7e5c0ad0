import Testing

@testable import Manifests

/// Versions that stand elsewhere than in the image: `replacements:` of kustomize, variables of Flux.
@Suite struct KustomizeReplacementTests {
    private func scene(_ source: String, _ target: String, _ own: String, _ files: [String: String] = [:])
        throws
        -> Scene
    {
        try Scene(
            [
                "base/kustomization.yaml": "resources: [ api.yaml ]\n",
                "base/api.yaml": deployment("api", "acme/api:x"),
                "prod/kustomization.yaml": """
                \(own)
                replacements:
                - source: \(source)
                  targets:
                  - select: { kind: Deployment, name: api }
                    \(target)

                """,
            ].merging(files) { $1 })
    }

    private let whole = "fieldPaths: [ 'spec.template.spec.containers.0.image' ]"
    private let tag = """
        fieldPaths: [ 'spec.template.spec.containers.[name=api].image' ]
            options: { delimiter: ':', index: 1 }
        """
    private let map = [
        "prod/versions.yaml": "kind: ConfigMap\nmetadata: { name: versions }\ndata: { api: '1.4' }\n"
    ]

    @Test func aTagLeadsToTheObjectThatSaysIt() throws {
        let scene = try scene(
            "{ kind: ConfigMap, name: versions, fieldPath: data.api }", tag,
            "resources: [ ../base, versions.yaml ]", map)
        #expect(try scene.pins("prod") == ["acme/api 1.4 from prod/versions.yaml data.api"])
        let slot = try #require(try scene.app("api", in: "prod").slots.first)
        #expect(slot.pins.first?.text(for: Version(tag: "1.5")) == "1.5")
    }

    @Test func aTagLeadsIntoTheLiteralOfAGenerator() throws {
        let scene = try scene(
            "{ kind: ConfigMap, name: versions, fieldPath: data.api }", tag,
            "resources: [ ../base ]\nconfigMapGenerator: [ { name: versions, literals: [ web=2, api=1.4 ] } ]"
        )
        #expect(
            try scene.pins("prod") == [
                "acme/api 1.4 from prod/kustomization.yaml configMapGenerator[0].literals[1]"
            ])
        let slot = try #require(try scene.app("api", in: "prod").slots.first)
        #expect(slot.pins.first?.text(for: Version(tag: "1.5")) == "api=1.5")
    }

    @Test func aTagLeadsIntoTheFileOfAGenerator() throws {
        let scene = try scene(
            "{ kind: ConfigMap, name: versions, fieldPath: data.API }", tag,
            "resources: [ ../base ]\nconfigMapGenerator: [ { name: versions, envs: [ versions.env ] } ]",
            ["prod/versions.env": "# what runs\nWEB=2\nAPI=1.4\n"])
        #expect(try scene.pins("prod") == ["acme/api 1.4 from prod/versions.env API"])
        #expect(try scene.app("api", in: "prod").files.contains("prod/versions.env"))
    }

    @Test func aWholeImageLeadsToTheObjectThatSaysIt() throws {
        let files = [
            "prod/versions.yaml":
                "kind: ConfigMap\nmetadata: { name: versions }\ndata: { api: 'mirror/api:1.4' }\n"
        ]
        let scene = try scene(
            "{ kind: ConfigMap, name: versions, fieldPath: data.api }", whole,
            "resources: [ ../base, versions.yaml ]", files)
        #expect(try scene.pins("prod") == ["mirror/api 1.4 from prod/versions.yaml data.api"])
    }

    /// What the base says is not what runs.
    @Test func whatComesFromNowhereIsNoVersion() throws {
        let scene = try scene(
            "{ kind: ConfigMap, name: elsewhere, fieldPath: data.api }", tag, "resources: [ ../base ]")
        #expect(try scene.pins("prod").isEmpty)
    }

    private func flux(_ image: String, _ substitute: String) throws -> Scene {
        try Scene(
            [
                "prod/api.yaml": """
                apiVersion: kustomize.toolkit.fluxcd.io/v1
                kind: Kustomization
                metadata: { name: api }
                spec:
                  path: ./apps/api
                  sourceRef: { kind: GitRepository, name: flux-system }
                  postBuild: { substitute: \(substitute) }

                """,
                "apps/api/kustomization.yaml": "resources: [ api.yaml ]\n",
                "apps/api/api.yaml": deployment("api", image),
            ])
    }

    @Test func aVariableWithinAnImageLeadsToWhereItIsSet() throws {
        let place = "from prod/api.yaml spec.postBuild.substitute"
        #expect(try flux("acme/api:${tag}", "{ tag: '1.4' }").pins("prod") == ["acme/api 1.4 \(place).tag"])
        #expect(
            try flux("${registry}/api:${tag:=1}", "{ tag: '1.4', registry: eu.example.com }").pins("prod")
                == ["eu.example.com/api 1.4 \(place).tag"])
        #expect(try flux("acme/api:${tag}", "{ other: '1.4' }").pins("prod").isEmpty)
    }
}
