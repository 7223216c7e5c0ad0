import Testing

@testable import Manifests

/// What is written over something else: by a deployer over a folder, by an environment over what it shares.
@Suite struct CoverTests {
    private static let overlay = [
        "base/d.yaml": deployment("api", "acme/api:0"), "base/kustomization.yaml": "resources: [d.yaml]\n",
        "dev/api/kustomization.yaml":
            "resources: [../../base]\nimages: [{ name: acme/api, newTag: \"1\" }]\n",
    ]
    private static let gx = """
        version: 1
        environments: { dev: {}, prod: { after: dev } }
        layout: [ "{env}/{app}/**", "argo/{env}/{app}.yaml" ]
        """

    private func application(_ source: String) -> String {
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: { name: api }
        spec:
          source: { repoURL: "https://git.example.com/acme/x.git", targetRevision: main, \(source) }

        """
    }

    @Test func anImageThatOnlyItsChartNamesIsOneInAllEnvironments() throws {
        let source = "chart: api, helm: { parameters: [ { name: image.tag, value: \"2\" } ] }"
        let files = ["dev", "prod"].reduce(into: [:]) { files, name in
            files["argo/\(name)/api.yaml"] = application(source)
                .replacing("name: api ", with: "name: api-\(name) ")
        }
        let scene = try Scene(files, gx: Self.gx)
        for name in ["dev", "prod"] {
            #expect(
                try scene.pins(name) == [
                    "api:image 2 from argo/\(name)/api.yaml spec.source.helm.parameters[0].value"
                ])
        }
    }

    @Test func aReleaseTakesValuesFromConfigMapsBeneathItsOwn() throws {
        let release = """
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: { name: api }
            spec:
              valuesFrom:
                - { kind: ConfigMap, name: values }
                - { kind: ConfigMap, name: tags, valuesKey: sidecar, targetPath: sidecar.image.tag }
                - { kind: Secret, name: passwords }
              values: { job: { image: { repository: acme/job, tag: "3" } } }

            """
        let map = """
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: values }
            data:
              values.yaml: |
                image: { repository: acme/api, tag: "1" }
                sidecar: { image: { repository: acme/proxy, tag: "0" } }
                job: { image: { repository: acme/job, tag: "0" } }
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: tags }
            data: { sidecar: "2" }

            """
        let scene = try Scene(
            ["dev/api/release.yaml": release, "dev/api/values.yaml": map], gx: Self.gx)
        #expect(
            try scene.pins("dev").sorted() == [
                "acme/api 1 from dev/api/values.yaml data.\"values.yaml\" > image.tag",
                "acme/job 3 from dev/api/release.yaml spec.values.job.image.tag",
                "acme/proxy 2 from dev/api/values.yaml data.sidecar",
            ])
    }

    @Test func imagesOfAnApplicationAreOverItsFolder() throws {
        var files = Self.overlay
        files["argo/dev/api.yaml"] = application("path: dev/api, kustomize: { images: [ \"acme/api:2\" ] }")
        let scene = try Scene(files, gx: Self.gx)
        #expect(
            try scene.pins("dev") == ["acme/api 2 from argo/dev/api.yaml spec.source.kustomize.images[0]"])
    }

    @Test func anotherFolderIsNotCovered() throws {
        var files = Self.overlay
        files["argo/dev/api.yaml"] = application("path: other, kustomize: { images: [ \"acme/api:2\" ] }")
        let scene = try Scene(files, gx: Self.gx)
        #expect(try Set(scene.versions("dev")) == ["acme/api 1", "acme/api 2"])
    }

    @Test func whatAnUpdaterWritesBackIsInForce() throws {
        var files = Self.overlay
        files["dev/api/.argocd-source-api.yaml"] = "kustomize:\n  images:\n  - acme/api:2\n"
        let scene = try Scene(files, gx: Self.gx)
        #expect(
            try scene.pins("dev") == ["acme/api 2 from dev/api/.argocd-source-api.yaml kustomize.images[0]"])
    }

    @Test func parametersAreOverValues() throws {
        let scene = try Scene(
            [
                "dev/api/Chart.yaml": "name: api\nversion: 0.1.0\n",
                "dev/api/values.yaml": "image: { repository: acme/api, tag: \"1\" }\n",
                "argo/dev/api.yaml": application(
                    "path: dev/api, helm: { parameters: [ { name: image.tag, value: \"2\" } ] }"),
            ], gx: Self.gx)
        #expect(try scene.versions("dev") == ["acme/api 2"])
    }

    @Test func anEnvironmentsFileIsOverTheSharedOne() throws {
        func release(_ image: String) -> String {
            """
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: { name: web }
            spec: { values: { node: { \(image) } } }

            """
        }
        let scene = try Scene(
            [
                "apps/web/web.yaml": release("image: \"acme/web:1\""),
                "apps/web/dev.yaml": release("image: \"acme/web:2\""),
                "apps/web/prod.yaml": release("host: web"),
            ],
            gx: """
                version: 1
                environments: { dev: {}, prod: { after: dev } }
                layout: [ "apps/{app}/{env}.yaml" ]
                shared: [ "apps/{app}/{app}.yaml" ]
                """)
        #expect(try scene.versions("dev") == ["acme/web 2"])
        #expect(try scene.pins("prod") == ["acme/web 1 from apps/web/web.yaml spec.values.node.image"])
    }

    @Test func aPlaceOfItsOwnIsOverTheSameOneOfASharedFile() throws {
        let scene = try Scene(
            [
                "svc/shop/values.yaml": "main: { version: \"1\" }\n",
                "svc/shop/values-dev.yaml": "main: { version: \"2\" }\n",
                "svc/shop/values-prod.yaml": "replicas: 2\n",
            ],
            gx: """
                version: 1
                environments: { dev: {}, prod: { after: dev } }
                layout: [ "svc/{app}/values-{env}.yaml" ]
                shared: [ "svc/{app}/values.yaml" ]
                pins: [ { files: "svc/{app}/*.yaml", path: main.version, artifact: "acme/{app}" } ]
                """)
        #expect(try scene.versions("dev") == ["acme/shop 2"])
        #expect(try scene.versions("prod") == ["acme/shop 1"])
    }

    @Test func aLinkIsReadWhereItLeads() throws {
        let scene = try Scene(
            ["prod/d.yaml": deployment("api", "acme/api:1"), "dev/d.yaml": "-> ../prod/d.yaml"],
            gx: "version: 1\nenvironments: { dev: {}, prod: {} }\nlayout: [ \"{env}/**\" ]\n")
        #expect(try scene.versions("dev") == ["acme/api 1"])
        let users = try scene.estate.users(of: "prod/d.yaml", at: Place()).map(\.environment)
        #expect(Set(users) == ["dev", "prod"])
    }
}
