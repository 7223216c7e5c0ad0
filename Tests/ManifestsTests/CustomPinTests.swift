import Testing

@testable import Manifests

/// What `pins:` of gx.yaml finds, and what it refuses.
struct CustomPinTests {
    private static func scene(_ files: [String: String], _ layout: String, _ pins: String...) throws -> Scene
    {
        try Scene(
            files,
            gx: """
                version: 1
                environments: { dev: {}, prod: { after: dev } }
                layout: [ \(layout) ]
                pins:
                \(pins.map { "  - { \($0) }" }.joined(separator: "\n"))
                """)
    }

    @Test("A place of an upper layer is in force over the same one of a layer below")
    func layers() throws {
        let scene = try Self.scene(
            [
                "svc/shop/values.yaml": "main: { version: '1.0' }\n",
                "svc/shop/values-dev.yaml": "main: { version: '1.1' }\n",
                "svc/shop/values-prod.yaml": "replicas: 2\n",
            ], "{ path: 'svc/{app}/**', layers: [ values.yaml, 'values-{env}.yaml' ] }",
            "files: 'svc/{app}/*.yaml', path: main.version, artifact: 'acme/{app}'")
        #expect(try scene.pins("dev") == ["acme/shop 1.1 from svc/shop/values-dev.yaml main.version"])
        #expect(try scene.pins("prod") == ["acme/shop 1.0 from svc/shop/values.yaml main.version"])
        let dev = try scene.app("shop", in: "dev").slots[0]
        #expect(dev.hidden.map(\.line) == ["svc/shop/values.yaml main.version"])
        #expect(try scene.app("shop", in: "prod").inherits("svc/shop/values.yaml"))
    }

    @Test("Without an artifact, the value names it, or else the key or the app")
    func withoutArtifact() throws {
        let scene = try Self.scene(
            [
                "dev/versions.yaml": "images: { api: 'ghcr.io/acme/api:1.4', web: '2.0' }\n",
                "prod/shop.yaml": "tag: '3.1'\n",
            ], "'{env}/versions.yaml', '{env}/{app}.yaml'", "files: '*/versions.yaml', path: 'images.*'",
            "files: '*/{app}.yaml', path: tag")
        #expect(try scene.versions("dev") == ["ghcr.io/acme/api 1.4", "web 2.0"])
        #expect(try scene.apps("dev") == ["api", "web"])
        #expect(try scene.versions("prod") == ["shop 3.1"])
    }

    @Test("A whole reference is one, also where the artifact is called otherwise")
    func reference() throws {
        let scene = try Self.scene(
            ["dev/api.yaml": "image: { ref: 'ghcr.io/acme/api:1.4' }\n"], "'{env}/{app}.yaml'",
            "files: '*/{app}.yaml', path: image.ref, artifact: 'acme/{app}'")
        #expect(try scene.versions("dev").contains("acme/api 1.4"))
    }

    @Test("Files that gx can't read are refused, or said to be left alone")
    func unreadable() throws {
        let error = try #require(throws: ManifestsError.self) {
            try Self.scene([:], "'{env}/*'", "files: '{env}/{app}.libsonnet', path: tag")
        }
        guard case .configuration(_, 5, 14, let message, _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(message.contains("'.libsonnet'"))
        let scene = try Self.scene(
            ["dev/api": "tag: [\n"], "'{env}/{app}'", "files: '{env}/{app}', path: tag")
        #expect(try scene.notes("dev").first?.hasPrefix("dev/api: ") == true)
    }
}
