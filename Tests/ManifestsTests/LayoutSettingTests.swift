import Testing

@testable import Manifests

/// What entries of `layout:` can say, and what they can't.
struct LayoutSettingTests {
    private static let values = [
        "svc/shop/values.yaml": "image: { repository: acme/shop, tag: '1.0' }\n",
        "svc/shop/values-dev.yaml": "image: { tag: '1.1' }\n",
    ]

    private static func gx(_ enabled: String) -> String {
        """
        version: 1
        environments: { dev: {}, staging: { after: dev, group: later }, prod: { after: staging } }
        layout: [ { path: 'svc/{app}/**', layers: [ values.yaml, 'values-{env}.yaml' ]\(enabled) } ]
        """
    }

    @Test func aliasesStandForWhatTheyRepeat() throws {
        let text = """
            version: 1
            environments: { qa: &env { after: &first [dev] }, uat: *env, dev: {}, prod: { after: *first } }
            layout: ["{env}/**"]

            """
        let environments = try Configuration(parsing: Array(text.utf8)).environments.map(\.environment)
        #expect(environments.first { $0.name == "uat" }?.after == ["dev"])
        #expect(environments.first { $0.name == "prod" }?.after == ["dev"])
    }

    @Test(
        "An environment may have an app that only shared layers describe",
        arguments: [
            ("", ["dev 1.1"]),
            (", enabled: true", ["dev 1.1", "staging 1.0", "prod 1.0"]),
            (", enabled: false", ["dev 1.1"]),
            (", enabled: [ dev, later ]", ["dev 1.1", "staging 1.0"]),
            (", enabled: [ prod ]", ["prod 1.0"]),
        ])
    func enabled(setting: String, expected: [String]) throws {
        let scene = try Scene(Self.values, gx: Self.gx(setting))
        let found = try ["dev", "staging", "prod"].flatMap { environment in
            try scene.estate.apps(in: environment).flatMap(\.versions).map { "\(environment) \($0)" }
        }
        #expect(found == expected)
    }

    @Test("A shared file of a name that no layout has would be nobody's") func sharedNames() {
        func message(_ shared: String) -> String {
            let text = """
                version: 1
                environments: { dev: {} }
                layout: [ 'apps/{team}/{app}/{env}.yaml' ]
                shared: [ '\(shared)' ]

                """
            do {
                _ = try Configuration(parsing: Array(text.utf8))
                return "it is read"
            } catch { return "\(error)" }
        }
        #expect(message("apps/{tema}/common.yaml").contains("'{tema}'"))
        for pattern in [
            "apps/{team}/common.yaml", "global/{env}.yaml", "{app}.yaml", "apps/*/common.yaml",
            "{group}.yaml",
        ] {
            #expect(message(pattern) == "it is read", "\(pattern)")
        }
    }

    @Test(
        "What would find nothing is refused",
        arguments: [
            ("{ repository: '../m-{app}', path: '{env}/*' }", "'{app}'"),
            ("{ path: 'a/{env}/**', enabled: true }", "'enabled' goes with 'layers'"),
            ("{ path: 'a/**', layers: [ 'values-{env}-{region}.yaml' ] }", "'{region}' in 'layers'"),
            ("{ branch: 'env/{env}', proposed: 'next/{stage}' }", "'{stage}' in 'proposed'"),
            (
                "{ path: 'a/**', layers: [ 'values-{env}.yaml' ], enabled: { file: '{cell}.yaml', path: a } }",
                "'{cell}' in 'enabled'"
            ),
            ("{ path: 'a/**', layers: [ 'values-{env}.yaml' ], enabled: [ prd ] }", "called 'prd'"),
            ("{ argocd: 'argocd/**', path: 'a/{env}/**' }", "'path' does not go with 'argocd'"),
            ("{ flux: 'clusters/*', env: '{cluster}' }", "'{cluster}' is not captured"),
        ])
    func refused(layout: String, reason: String) throws {
        let error = try #require(throws: ManifestsError.self) {
            try Configuration(
                parsing: Array("version: 1\nenvironments: { prod: {} }\nlayout: [ \(layout) ]\n".utf8))
        }
        guard case .configuration(_, 3, _, let message, _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(message.contains(reason), "\(message)")
    }

    private static func application(_ name: String, _ version: String) -> String {
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: { name: \(name) }
        spec:
          source: { repoURL: https://charts.example.com, chart: cart, targetRevision: \(version) }
          destination: { name: in-cluster, namespace: cart }

        """
    }

    @Test("What deploys may be named, and how its environments are called")
    func deployers() throws {
        let scene = try Scene(
            [
                "argocd/eu/one.yaml": Self.application("cart", "1.0"),
                "argocd/us/one.yaml": Self.application("cart", "2.0"),
                "other/one.yaml": Self.application("cart", "3.0"),
            ],
            gx: """
                version: 1
                environments: { eu: {}, us: {}, lab: {} }
                layout: [ { argocd: "argocd/{env}" }, { argocd: "other/**", env: lab } ]
                """)
        #expect(try scene.versions("eu") == ["https://charts.example.com/cart 1.0"])
        #expect(try scene.versions("us") == ["https://charts.example.com/cart 2.0"])
        #expect(try scene.versions("lab") == ["https://charts.example.com/cart 3.0"])
    }

    @Test("Folders of clusters are named as gx.yaml says")
    func clusters() throws {
        func sync(_ path: String) -> String {
            """
            apiVersion: kustomize.toolkit.fluxcd.io/v1
            kind: Kustomization
            metadata: { name: apps }
            spec: { path: ./\(path), sourceRef: { kind: GitRepository, name: flux-system } }

            """
        }
        let scene = try Scene(
            [
                "fleet/eu/c1/apps.yaml": sync("apps/one"), "fleet/us/c2/apps.yaml": sync("apps/two"),
                "apps/one/api.yaml": deployment("api", "acme/api:1"),
                "apps/two/api.yaml": deployment("api", "acme/api:2"),
            ],
            gx: """
                version: 1
                environments: { c1: {}, c2: {} }
                layout: [ { flux: "fleet/*/{env}" } ]
                """)
        #expect(try scene.versions("c1") == ["acme/api 1"])
        #expect(try scene.versions("c2") == ["acme/api 2"])
    }
}
