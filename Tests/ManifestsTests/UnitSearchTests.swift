import Testing

@testable import Manifests

/// Looking for one app finds the units that looking for all of them finds.
struct UnitSearchTests {
    private static let image = "image: { repository: api, tag: '1' }\n"
    private static let kustomization = "images: [ { name: api, newTag: '1' } ]\n"

    /// Looks for every app, and for names that might be one.
    private func check(_ scene: Scene, _ more: String..., isNarrow: Bool = true) throws {
        let all = try scene.estate.units
        #expect(!all.isEmpty)
        for name in Set(all.compactMap(\.name) + all.compactMap(\.app) + more) {
            let estate = try scene.unread()
            for environment in scene.estate.environments.map(\.name) {
                let expected = all.filter {
                    $0.environment == environment && ($0.name == nil || $0.name == name)
                }
                #expect(
                    try estate.search.units(of: name, in: environment) == expected, "\(environment)/\(name)")
            }
            #expect(estate.search.hasFoundAll != isNarrow, "\(name)")
        }
    }

    @Test("Apps of one name in several namespaces, and names of several components")
    func names() throws {
        try check(
            Scene(
                [
                    "apps/red/api/dev.yaml": Self.image, "apps/blue/api/prod.yaml": Self.image,
                    "apps/blue/web/dev.yaml": Self.image, "apps/blue/api/web/dev.yaml": Self.image,
                ],
                gx: """
                    version: 1
                    environments: { dev: {}, prod: { after: dev } }
                    layout: [ 'apps/{ns}/{app...}/{env}.yaml' ]
                    """), "api", "blue", "red/web", "nothing")
    }

    @Test("The first layout that matches wins, also where it takes the files for another app's")
    func layouts() throws {
        try check(
            Scene(
                [
                    "apps/api/dev/web.yaml": Self.image, "apps/api/prod/x/web.yaml": Self.image,
                    "apps/web/deep/dev/api.yaml": Self.image, "dev/web/api.yaml": Self.image,
                    "dev/api/a.yaml": Self.image,
                ],
                gx: """
                    version: 1
                    environments: { dev: {}, prod: { after: dev } }
                    layout:
                    - "apps/{app}/{env}/*.yaml"
                    - "apps/{ns...}/{env}/{app}.yaml"
                    - "apps/{x}/{env}/x/{app}.yaml"
                    - "{env}/{app}/**"
                    """))
    }

    @Test("What deeper layouts leave over, also where they find another app")
    func leftOver() throws {
        try check(
            Scene(
                [
                    "apps/api/prod/c1/kustomization.yaml": Self.kustomization,
                    "apps/api/prod/base/kustomization.yaml": Self.kustomization,
                    "apps/web/prod/c2/other/kustomization.yaml": Self.kustomization,
                    "apps/web/prod/values.yaml": Self.image,
                    "apps/own/prod/kustomization.yaml": Self.kustomization,
                    "apps/own/prod/c1/own/kustomization.yaml": Self.kustomization,
                ],
                gx: """
                    version: 1
                    environments: { prod: {}, c1: { after: prod }, c2: { after: prod } }
                    layout: [ "apps/{x}/{y}/{env}/{app}/**", "apps/{app}/{env}/*.yaml" ]
                    """), "api", "web")
    }

    @Test("Charts with a switch, and with values of each environment")
    func charts() throws {
        try check(
            Scene(
                [
                    "charts/api/Chart.yaml": "name: api\n", "charts/api/values.yaml": Self.image,
                    "charts/web/Chart.yaml": "name: web\n", "charts/web/values-dev.yaml": Self.image,
                    "environments/values-dev.yaml": "applications: { api: true, web: true }\n",
                    "environments/values-prod.yaml": "applications: { api: true, web: false }\n",
                    "plain/web/Chart.yaml": "name: web\n", "plain/web/values-prod.yaml": Self.image,
                    "mixed/1/first.yaml": "", "mixed/2/second.yaml": "", "mixed/values-dev.yaml": Self.image,
                ],
                gx: """
                    version: 1
                    environments: { dev: {}, prod: { after: dev } }
                    layout:
                    - path: charts/{app}/**
                      layers: [ Chart.yaml, values.yaml, "values-{env}.yaml" ]
                      enabled: { file: "environments/values-{env}.yaml", path: "applications.{app}" }
                    - path: plain/{app}/**
                      layers: [ Chart.yaml, values.yaml, "values-{env}.yaml" ]
                    - { path: "mixed/*/{app}.yaml", layers: [ "values-{env}.yaml" ] }
                    """), "second")
    }

    @Test("A layout that does not name apps has to be looked through")
    func workloads() throws {
        try check(
            Scene(
                ["dev/api.yaml": deployment(), "prod/api/x.yaml": deployment()],
                gx: """
                    version: 1
                    environments: { dev: {}, prod: { after: dev } }
                    layout: [ "{env}/{app}/**", "{env}/**" ]
                    """), "api", isNarrow: false)
    }

    @Test("Environments that are found by their files, and groups that layouts give, need all of them")
    func environments() throws {
        let files = ["pr-1/api/x.yaml": deployment(), "dev/api/x.yaml": deployment()]
        let scene = try Scene(
            files,
            gx: """
                version: 1
                environments: { dev: {}, preview: { match: "pr-*" } }
                layout: [ "{env}/{app}/**" ]
                """)
        #expect(scene.estate.environments.map(\.name) == ["dev", "pr-1"])
        try check(scene, isNarrow: false)
    }

    @Test("Of many apps all are found at once")
    func many() throws {
        let names = (1...20).map { "app\($0)" }
        let files = names.map { ("dev/\($0)/x.yaml", deployment($0)) }
        let scene = try Scene(
            Dictionary(uniqueKeysWithValues: files),
            gx: "version: 1\nenvironments: { dev: {} }\nlayout: [ '{env}/{app}/**' ]\n")
        let estate = try scene.unread()
        for name in names { #expect(try estate.app(name, in: "dev")?.app == name) }
        #expect(estate.search.hasFoundAll)
        #expect(try estate.app("app0", in: "dev") == nil)
    }
}
