import Testing

@testable import Manifests

/// Versions of apps by environment in one file.
struct TableTests {
    /// `environment/app artifact version` of each app.
    private func cells(_ text: String, file: String = "versions.yaml") throws -> [String] {
        let scene = try Scene(
            [file: text],
            gx: "version: 1\nenvironments: { dev: {}, prod: {} }\nlayout: [ { table: \(file) } ]\n")
        return try ["dev", "prod"].flatMap { environment in
            try scene.estate.apps(in: environment).flatMap { app in
                app.slots.map { "\(environment)/\(app.app) \($0.artifact.name) \($0.version)" }
            }
        }
    }

    private static let both = ["dev/web web 1.3.0", "prod/web web 1.2.0"]

    @Test(
        "An app's versions by environment, or an environment's by app",
        arguments: [
            "web: { dev: 1.3.0, prod: 1.2.0 }\n",
            "dev: { web: 1.3.0 }\nprod: { web: 1.2.0 }\n",
            "apps:\n  web:\n    versions: { dev: 1.3.0, prod: 1.2.0 }\n",
            "apps:\n- name: web\n  tags: { dev: 1.3.0, prod: 1.2.0 }\n",
            "environments:\n  dev: { apps: { web: { tag: 1.3.0 } } }\n  prod: { apps: { web: { tag: 1.2.0 } } }\n",
            "web:\n  dev: { version: 1.3.0, replicas: 1 }\n  prod: { version: 1.2.0, replicas: 3 }\n",
        ])
    func shapes(text: String) throws {
        #expect(try cells(text) == Self.both)
    }

    @Test func imagesAreNamedByTheirReferences() throws {
        let images = ["dev/web ghcr.io/acme/web 1.3.0", "prod/web ghcr.io/acme/web 1.2.0"]
        #expect(
            try cells("web: { dev: 'ghcr.io/acme/web:1.3.0', prod: 'ghcr.io/acme/web:1.2.0' }\n") == images)
        let beside =
            "web:\n  dev: { repository: ghcr.io/acme/web, tag: 1.3.0 }\n"
            + "  prod: { repository: ghcr.io/acme/web, tag: 1.2.0 }\n"
        #expect(try cells(beside) == images)
        #expect(
            try cells(#"{ "web": { "dev": "1.3.0", "prod": "1.2.0" } }"#, file: "versions.json") == Self.both)
    }

    @Test(
        "Counts, dates, regions, switches, and objects of a cluster are no versions",
        arguments: [
            "days: { dev: 90, prod: 30 }\n", "next: { dev: 2026-01-19, prod: 2026-02-19 }\n",
            "regions: { dev: us-east-2, prod: eu-west-1 }\n", "enabled: { dev: true, prod: false }\n",
            "apiVersion: v1\nkind: ConfigMap\ndata: { web: { dev: 1.3.0, prod: 1.2.0 } }\n",
        ])
    func others(text: String) throws {
        #expect(try cells(text) == [])
    }

    @Test("A cell is the environment's own, though others read the file")
    func sharing() throws {
        let scene = try Scene(
            ["versions.yaml": "web: { dev: 1.3.0, prod: 1.2.0 }\n"],
            gx: "version: 1\nenvironments: { dev: {}, prod: {} }\nlayout: [ { table: versions.yaml } ]\n")
        let app = try scene.app("web", in: "prod")
        let slot = try #require(app.slots.first)
        let pin = try #require(slot.pins.first)
        #expect(!app.inherits(slot))
        #expect(try scene.estate.affected(by: pin, at: Place()).map(\.environment) == ["prod"])
        #expect(
            try scene.estate.users(of: "versions.yaml", at: Place()).map(\.environment) == ["dev", "prod"])
    }
}
