import Testing

@testable import Manifests

/// `ResourceSet` of the Flux operator: versions stand in inputs, and templates use them.
@Suite struct ResourceSetTests {
    private static func set(_ spec: String) -> [String: String] {
        [
            "prod/set.yaml": """
            apiVersion: fluxcd.controlplane.io/v1
            kind: ResourceSet
            metadata: { name: apps }
            spec:
            \(spec)
            """
        ]
    }

    @Test("Each input is an app of its own, with its versions where they are written")
    func inputs() throws {
        let scene = try Scene(
            Self.set(
                """
                  inputs:
                    - { tenant: red, app: { version: 6.7.0, tag: "1.4" } }
                    - { tenant: blue, app: { version: 6.6.0, tag: "1.3" } }
                  resources:
                    - apiVersion: source.toolkit.fluxcd.io/v1
                      kind: OCIRepository
                      metadata: { name: "podinfo-<< inputs.tenant >>" }
                      spec: { url: "oci://ghcr.io/acme/charts/podinfo", ref: { tag: << inputs.app.version >> } }
                    - apiVersion: apps/v1
                      kind: Deployment
                      metadata: { name: "web-<< inputs.tenant >>" }
                      spec: { template: { spec: { containers: [ { name: web, image: "acme/web:<< inputs.app.tag | quote >>" } ] } } }
                """))
        #expect(try scene.apps("prod") == ["podinfo-blue", "podinfo-red", "web-blue", "web-red"])
        #expect(
            try scene.pins("prod").sorted() == [
                "acme/web 1.3 from prod/set.yaml spec.inputs[1].app.tag",
                "acme/web 1.4 from prod/set.yaml spec.inputs[0].app.tag",
                "ghcr.io/acme/charts/podinfo 6.6.0 from prod/set.yaml spec.inputs[1].app.version",
                "ghcr.io/acme/charts/podinfo 6.7.0 from prod/set.yaml spec.inputs[0].app.version",
            ])
    }

    @Test("Templates that are one text, and what a static provider says")
    func textAndProvider() throws {
        var files = Self.set(
            """
              inputsFrom: [ { kind: ResourceSetInputProvider, name: versions } ]
              resourcesTemplate: |
                apiVersion: helm.toolkit.fluxcd.io/v2
                kind: HelmRelease
                metadata: { name: web }
                spec:
                  chart: { spec: { chart: web, version: << inputs.chart >>, sourceRef: { name: acme } } }
                  values: { image: { repository: acme/web, tag: 1.4.0 } }
            """)
        files["prod/provider.yaml"] = """
            apiVersion: fluxcd.controlplane.io/v1
            kind: ResourceSetInputProvider
            metadata: { name: versions }
            spec: { type: Static, defaultValues: { chart: 2.0.1 } }
            """
        let scene = try Scene(files)
        #expect(
            try scene.pins("prod").sorted() == [
                "acme/web 1.4.0 from prod/set.yaml spec.resourcesTemplate > spec.values.image.tag",
                "acme/web 2.0.1 from prod/provider.yaml spec.defaultValues.chart",
            ])
    }

    @Test("What a template does besides is no version")
    func unknown() throws {
        let scene = try Scene(
            Self.set(
                """
                  inputs: [ { tag: "1.4" } ]
                  resources:
                    - apiVersion: source.toolkit.fluxcd.io/v1
                      kind: OCIRepository
                      metadata: { name: web }
                      spec: { url: "oci://ghcr.io/acme/web", ref: { tag: '<< inputs.tag | lower >>' } }
                """))
        #expect(try scene.versions("prod") == [])
        #expect(try scene.estate.apps(in: "prod").flatMap(\.notes).map(\.file) == ["prod/set.yaml"])
    }
}
