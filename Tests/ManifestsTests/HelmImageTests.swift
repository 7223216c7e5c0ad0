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
}
