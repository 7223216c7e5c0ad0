import Testing

@testable import Manifests

/// Where Helm values say the versions of images.
@Suite struct HelmImageTests {
    private func pins(_ values: String) throws -> [String] {
        try Scene(
            [
                "api/Chart.yaml": "apiVersion: v2\nname: api\nversion: 0.1.0\n",
                "api/values.yaml": "replicas: 1\n",
                "api/values-prod.yaml": values,
            ],
            gx: """
                version: 1
                environments: { prod: {} }
                layout: [ { path: "{app}/**", layers: [Chart.yaml, values.yaml, "values-{env}.yaml"] } ]
                """
        ).pins("prod").map { $0.replacing(" from api/values-prod.yaml", with: "") }
    }

    @Test func aMapOfImagesNamesEach() throws {
        #expect(
            try pins("images: { web: 'acme/web:1.1', job: 'acme/job:2', pullSecret: none, proxy: proxy }\n")
                .sorted()
                == ["acme/job 2 images.job", "acme/web 1.1 images.web"])
    }

    @Test func anImageMayHaveItsVersionBesideIt() throws {
        #expect(try pins("web: { image: acme/web, version: '1.1' }\n") == ["acme/web 1.1 web.version"])
        #expect(try pins("web: { image: 'acme/web:1.0', version: '1.1' }\n") == ["acme/web 1.0 web.image"])
        #expect(try pins("kubernetes: { version: '1.31' }\n").isEmpty)
    }

    @Test func aTagMayStandAlone() throws {
        #expect(
            try pins("image: { repository: acme/web, tag: '1.1' }\nworkerImageTag: '1.2'\n").sorted()
                == ["acme/web 1.1 image.tag", "api:workerImageTag 1.2 workerImageTag"])
        #expect(
            try pins("worker_image: acme/worker\nworker_image_tag: '1.2'\n") == [
                "acme/worker 1.2 worker_image_tag"
            ])
        #expect(
            try pins("imageRepository: acme/web\nimageTag: '1.1'\nworkerImageTag: '1.2'\n").sorted()
                == ["acme/web 1.1 imageTag", "api:workerImageTag 1.2 workerImageTag"])
        #expect(try pins("web: { imageTag: '1.1' }\n") == ["api:web.imageTag 1.1 web.imageTag"])
        #expect(try pins("image: acme/web\nimageTag: '1.1'\n") == ["acme/web 1.1 imageTag"])
    }

    @Test func layersWithoutAChartAreNamedAfterTheirImages() throws {
        let scene = try Scene(
            [
                "helm/values.yaml":
                    "image: { repository: ghcr.io/acme/shop }\nredis: { image: { tag: '7' } }\n",
                "helm/dev/values.yaml": "image: { tag: '1.3' }\n",
                "helm/prod/values.yaml": "image: { tag: '1.4' }\n",
            ],
            gx: """
                version: 1
                environments: { dev: {}, prod: {} }
                layout: [ { path: "helm/**", layers: [values.yaml, "{env}/values.yaml"] } ]
                """)
        #expect(try scene.apps("dev").sorted() == ["redis", "shop"])
        #expect(try scene.apps("prod").sorted() == ["redis", "shop"])
    }

    @Test("Charts whose folders the layouts write out are apps of their own")
    func namedCharts() throws {
        let scene = try Scene(
            [
                "charts/api/Chart.yaml": "name: chart\n",
                "charts/api/values.prod.yaml": "image: acme/api:2.0\n",
                "charts/web/Chart.yaml": "name: chart\n",
                "charts/web/values.prod.yaml": "image: acme/web:1.0\n",
            ],
            gx: """
                version: 1
                environments: { prod: {} }
                layout:
                  - { path: "charts/api/**", layers: [Chart.yaml, "values.{env}.yaml"] }
                  - { path: "charts/web/**", layers: [Chart.yaml, "values.{env}.yaml"] }
                """)
        #expect(try scene.apps("prod").sorted() == ["api", "web"])
    }

    @Test("A chart in the folder of an environment is not called after that")
    func umbrella() throws {
        let scene = try Scene([
            "prod/Chart.yaml": "name: shop\n",
            "prod/values.yaml": "web: { image: { repository: acme/web, tag: '1.0' } }\n",
        ])
        #expect(try scene.apps("prod") == ["shop"])
    }

    @Test("A file of values for all apps of an environment names them by its keys")
    func valuesOfAnEnvironment() throws {
        let scene = try Scene(
            [
                "config/prod.json":
                    #"{ "api": { "image": { "tag": "2.0" } }, "web": { "image": { "tag": "1.0" } } }"#
            ],
            gx: "version: 1\nenvironments: { prod: {} }\nlayout: [ 'config/{env}.json' ]\n")
        #expect(try scene.apps("prod").sorted() == ["api", "web"])
    }
}
