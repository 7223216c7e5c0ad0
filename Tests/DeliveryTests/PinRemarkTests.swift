import Manifests
import TestSupport
import Testing

@testable import Delivery

/// What is said of the places where versions stand.
@Suite struct PinRemarkTests {
    @Test(
        "What Helm makes of a tag without quotes",
        arguments: [
            ("1.20", "1.2"), ("1.25", "1.25"), ("1e3", "1000"), ("010", "8"), ("08", "8"), ("0x1F", "31"),
            ("1_000", "1000"), ("20240101", "2.0240101e+07"), ("1000000", "1e+06"), ("123456", "123456"),
            ("20240101123456", "2.0240101123456e+13"), ("yes", "true"), ("Off", "false"), ("1.", "1"),
            ("1.2.3", nil), ("v1", nil), ("2024-01-01", nil), ("12e4567", nil), ("0x", nil), ("latest", nil),
        ] as [(String, String?)])
    func rendering(_ plain: String, _ rendered: String?) {
        #expect(RenderedScalar.text(of: plain) == rendered)
    }

    private let folders =
        "version: 1\nenvironments: { dev: {}, prod: { after: dev } }\nlayout: [ 'envs/{env}/{app}/**' ]\n"

    @Test(
        "A line that a bot writes is not written without a word",
        arguments: [
            ("# renovate: datasource=docker\n", "", "Renovate"), ("", "  # renovate: acme/api", "Renovate"),
            ("", #"  # {"$imagepolicy": "flux-system:api:tag"}"#, "flux-system:api:tag"),
            ("# by hand\n", "", nil), ("renovate: no\n", "", nil),
        ] as [(String, String, String?)])
    func bots(_ above: String, _ behind: String, _ bot: String?) throws {
        func values(_ tag: String) -> String {
            "repository: acme/api\n\(above)tag: v\(tag)\(behind)\n".split(separator: "\n")
                .reduce("image:\n") { "\($0)  \($1)\n" }
        }
        let sample = try Sample(
            folders, ["envs/dev/api/values.yaml": values("2"), "envs/prod/api/values.yaml": values("1")])
        let plan = try sample.promote("api", to: "prod")
        #expect(plan.after == ["envs/prod/api/values.yaml": values("2")])
        #expect(plan.warnings.count == (bot == nil ? 0 : 1))
        if let bot { #expect(plan.warnings.first?.contains(bot) == true) }
    }

    @Test("The chart that Flux fetches and the image that a container runs may be called alike")
    func chartAndImage() throws {
        func files(_ chart: String, _ image: String) -> String {
            """
            apiVersion: source.toolkit.fluxcd.io/v1
            kind: OCIRepository
            metadata: { name: api }
            spec: { url: oci://ghcr.io/acme/charts/api, ref: { tag: \(chart) } }
            ---
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: { name: api }
            spec:
              chartRef: { kind: OCIRepository, name: api }
              values: { image: { repository: ghcr.io/acme/api, tag: \(image) } }

            """
        }
        let sample = try Sample(
            folders,
            ["dev", "prod"].reduce(into: [:]) {
                $0["envs/\($1)/api/release.yaml"] = files("v1.0.0", "v2.0.0")
            })
        for (kind, after) in [
            (Artifact.Kind.chart, files("v3.0.0", "v2.0.0")), (.image, files("v1.0.0", "v3.0.0")),
        ] {
            let plan = try sample.promote("api", to: "prod") {
                $0.given = [.init(kind, name: "api", version: Version("v3.0.0"))]
            }
            #expect(plan.refusals.isEmpty)
            #expect(plan.after == ["envs/prod/api/release.yaml": after])
        }
    }
}
