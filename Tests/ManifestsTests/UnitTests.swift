import Testing

@testable import Manifests

/// Which files are whose.
@Suite struct UnitTests {
    private static func image(_ tag: String) -> String { "image: { repository: api, tag: \(tag) }\n" }

    @Test("Apps of one name in two namespaces are told apart")
    func namespaces() throws {
        let scene = try Scene(
            [
                "apps/red/api/dev.yaml": Self.image("1"), "apps/blue/api/dev.yaml": Self.image("2"),
                "apps/blue/web/dev.yaml": Self.image("3"),
            ], gx: "version: 1\nenvironments: { dev: {} }\nlayout: [ 'apps/{ns}/{app}/{env}.yaml' ]\n")
        #expect(try scene.apps("dev") == ["blue/api", "web", "red/api"])
        #expect(try scene.app("red/api", in: "dev").versions.map(\.description) == ["1"])
        #expect(try scene.estate.app("api", in: "dev") == nil)
    }

    @Test("What environments in a folder leave over is none")
    func leftOver() throws {
        let layout = """
            version: 1
            environments: { prod: {}, c1: { group: prod }, c2: { group: prod } }
            layout: [ { path: "{app}/{tier}/{cluster}/**", env: "{cluster}", group: "{tier}" }, "{app}/{env}/**" ]
            """
        let kustomization = "images: [ { name: api, newTag: '1' } ]\n"
        let files = [
            "api/prod/c1/kustomization.yaml": kustomization,
            "api/prod/base/kustomization.yaml": kustomization,
        ]
        #expect(try Scene(files, gx: layout).estate.units.map(\.environment) == ["c1"])
        let whole = files.merging(["api/prod/kustomization.yaml": kustomization]) { first, _ in first }
        #expect(try Scene(whole, gx: layout).estate.units.map(\.environment) == ["prod", "c1"])
        let flat = ["api/prod/base/kustomization.yaml": kustomization]
        #expect(try Scene(flat, gx: layout).estate.units.map(\.environment) == ["prod"])
    }

    @Test("A base that looks like an app is none")
    func bases() throws {
        let gx = "version: 1\nenvironments: { dev: {} }\nlayout: [ 'components/{app...}/{env}/**' ]\n"
        let scene = try Scene(
            ["components/api/base/monitor/dev/x.yaml": "", "components/api/dev/x.yaml": ""], gx: gx)
        #expect(try scene.estate.units.map(\.app) == ["api"])
    }

    @Test("A name stands for an environment and a group")
    func names() throws {
        let scene = try Scene(
            ["dev/x.yaml": ""],
            gx: """
                version: 1
                environments: { dev: {}, prod: { after: dev }, prod-eu: { after: dev, group: prod } }
                layout: [ '{env}/**' ]
                """)
        #expect(try scene.estate.environments(named: "prod").map(\.name) == ["prod", "prod-eu"])
        #expect(try scene.estate.environments(named: "prod-eu").map(\.name) == ["prod-eu"])
        #expect(
            throws: ManifestsError.unknownEnvironment(
                "prd", nearest: "prod", known: ["dev", "prod", "prod-eu"])
        ) { try scene.estate.environments(named: "prd") }
    }

    @Test("Values of a whole environment name their apps")
    func values() throws {
        let scene = try Scene([
            "dev/values.yaml":
                "api: { image: { repository: acme/api, tag: '1' } }\nweb: { image: 'acme/web:2' }\n",
            "prod/values.yaml": "image: { repository: acme/shop, tag: '3' }\n",
        ])
        #expect(try scene.apps("dev") == ["api", "web"])
        #expect(try scene.apps("prod") == ["shop"])
    }

    @Test("A chart at the root is called by its name")
    func rootChart() throws {
        let scene = try Scene(
            [
                "Chart.yaml": "name: shop\nappVersion: '1'\n",
                "values-dev.yaml": "image: { repository: r, tag: '2' }\n",
            ],
            gx: """
                version: 1
                environments: { dev: {} }
                layout: [ { path: '**', layers: [Chart.yaml, 'values-{env}.yaml'] } ]
                """)
        #expect(try scene.apps("dev") == ["shop"])
    }

    @Test("What a chart says of an app, and what paths say of it, is one app")
    func chartBesidePaths() throws {
        let pod = """
            apiVersion: v1
            kind: Pod
            metadata: { name: jobs }
            spec: { containers: [{ name: jobs, image: "acme/jobs:2" }] }

            """
        let scene = try Scene(
            [
                "charts/api/values.yaml": Self.image("1"), "charts/api/values-dev.yaml": "replicas: 1\n",
                "apps/api/dev/jobs.yaml": pod,
            ],
            gx: """
                version: 1
                environments: { dev: {} }
                layout:
                  - { path: "charts/{app}/**", layers: [values.yaml, "values-{env}.yaml"] }
                  - apps/{app}/{env}/**
                """)
        #expect(try scene.apps("dev") == ["api"])
        let api = try scene.app("api", in: "dev")
        #expect(api.versions.map(\.description) == ["1", "2"])
        #expect(api.isMadeOf("apps/api/dev/jobs.yaml"))
    }

    @Test("A shared helmfile is what all its environments run, behind what they say themselves")
    func sharedHelmfile() throws {
        let scene = try Scene(
            [
                "helmfile.yaml": "releases: [ { name: api, chart: acme/api, version: 1.2.3 } ]\n",
                "env/dev.yaml": "web: { image: { repository: acme/web, tag: '7' } }\n",
            ],
            gx:
                "version: 1\nenvironments: { dev: {} }\nlayout: [ 'env/{env}.yaml' ]\nshared: [ helmfile.yaml ]\n"
        )
        #expect(try scene.apps("dev") == ["api", "web"])
        let api = try scene.app("api", in: "dev")
        #expect(api.versions.map(\.description) == ["1.2.3"])
        #expect(api.main?.pins.map(\.file) == ["helmfile.yaml"])
        #expect(api.inherits("helmfile.yaml"))
    }

    @Test(
        "The folder in a Git URL is not part of the artifact's name",
        arguments: [
            ("https://github.com/acme/config/overlays/dev?ref=v1", "https://github.com/acme/config"),
            ("https://github.com/acme/config//overlays/dev?ref=v1", "https://github.com/acme/config"),
            (
                "https://git.example.com/acme/config.git/overlays/dev?ref=v1",
                "https://git.example.com/acme/config.git"
            ),
            ("git@github.com:acme/config.git//overlays?ref=v1", "git@github.com:acme/config.git"),
            ("https://git.example.com/a/b/c?ref=v1", "https://git.example.com/a/b/c"),
        ])
    func gitURLs(_ url: String, _ name: String) {
        #expect(URLQuery.repository(of: url) == name)
    }

    @Test("An environment may have several folders, each of which is its own")
    func severalFolders() throws {
        let scene = try Scene(
            [
                "b/web.yaml": "image: acme/web:1\n", "a/api.yaml": "image: acme/api:1\n",
                "c/x.yaml": "image: acme/x:1\n",
            ],
            gx: """
                version: 1
                environments: { prod: {} }
                layout: [ { path: "b/**", env: prod }, { path: "a/**", env: prod }, { path: "c/**", env: prod } ]
                """)
        let apps = try scene.estate.apps(in: "prod")
        #expect(apps.map(\.app) == ["api", "web", "x"])
        #expect(apps.allSatisfy { app in app.slots.allSatisfy { !app.inherits($0) } })
    }
}
