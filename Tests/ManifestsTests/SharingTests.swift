import Git
import Testing

@testable import Manifests

/// Who else is made of a file. What is found by a quick look must be what reading everything finds.
struct SharingTests {
    /// The users of a file, by reading every unit.
    private func allUsers(of file: String, in estate: Estate) throws -> [String] {
        try estate.units.flatMap { try estate.apps(of: $0) }.filter { $0.files.contains(file) }
            .map { "\($0.environment)/\($0.app)" }
    }

    private func users(of file: String, in estate: Estate) throws -> [String] {
        try estate.users(of: file, at: Place()).map { "\($0.environment)/\($0.app)" }
    }

    private func check(_ scene: Scene) throws {
        for file in try scene.estate.checkout(Place()).paths {
            // Of few units, and of all.
            for estate in [try scene.unread(), scene.estate] {
                #expect(
                    try users(of: file, in: #require(estate)) == allUsers(of: file, in: scene.estate),
                    "\(file)")
            }
        }
    }

    /// All ways in which a kustomization names files and folders.
    static let files = [
        "base/api/kustomization.yaml": "resources: [ api.yaml ]\n", "base/api/api.yaml": deployment("api"),
        "base/web/kustomization.yaml": "resources:\n- ./web.yaml # web\n",
        "base/web/web.yaml": deployment("web"),
        "base/kustomization.yaml": "resources: [ api, \"web/\" ]\n",
        "components/tls/kustomization.yaml": "kind: Component\npatches: [ { path: patch.yaml } ]\n",
        "components/tls/patch.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: api }\n",
        "shared/config.txt": "a", "shared/env file.env": "A=1", "shared/crd.yaml": "a: 1",
        "dev/kustomization.yaml": "resources: ['../base//api', ../dev/own.yaml]\n",
        "dev/own.yaml": deployment("own"),
        "staging/kustomization.yaml": """
        resources:
        - ../base
        components: [../components/tls]
        configMapGenerator:
        - name: config
          files: [config.txt=../shared/config.txt]
          envs:
          - ../shared/env
            file.env
        crds: ["../sh\\u0061red/crd.yaml"]
        """,
        "prod/kustomization.yaml": "resources: [ eu ]\n",
        "prod/eu/kustomization.yaml": "resources: [ ../../base/web, ../common.yaml ]\n",
        "prod/common.yaml": deployment("common"),
        "prod/eu/deep/unrelated.yaml": "base: api\n",
    ]

    @Test("By name, through folders, components and generators, with every kind of quoting")
    func kustomizations() throws {
        let scene = try Scene(Self.files)
        try check(scene)
        #expect(
            try users(of: "base/web/web.yaml", in: scene.estate)
                == ["staging/api", "staging/web", "prod/common", "prod/web"].filter {
                    $0 != "staging/api" && $0 != "prod/common"
                })
        #expect(try users(of: "shared/crd.yaml", in: scene.estate).isEmpty == false)
        #expect(try users(of: "shared/env file.env", in: scene.estate).isEmpty == false)
    }

    @Test("Through `..`, and through symbolic links")
    func parents() throws {
        try check(
            try Scene([
                "kustomization.yaml": "resources: [ api.yaml ]\n", "api.yaml": deployment("api"),
                "prod/kustomization.yaml": "resources: [ .. ]\n",
                "staging/deep/kustomization.yaml": "resources:\n- ../../\n",
                "dev/kustomization.yaml": "resources: [ ../prod/../../dev/x ]\n", "dev/x": deployment("x"),
            ]))
        try check(
            try Scene([
                "base/kustomization.yaml": "resources: [ api.yaml ]\n", "base/api.yaml": deployment("api"),
                "alias": "-> base", "prod/kustomization.yaml": "resources: [ ../alias ]\n",
                "prod/patch.yaml": "-> ../files/patch.yaml", "files/patch.yaml": deployment("api", "api:2"),
                "staging/kustomization.yaml":
                    "resources: [ ../base ]\npatches: [ { path: ../prod/patch.yaml } ]\n",
            ]))
    }

    @Test("Through plugins and the values of charts")
    func plugins() throws {
        let chart =
            "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: { name: x }\nname: x\nvaluesFile: "
        try check(
            try Scene([
                "prod/kustomization.yaml": "generators: [ ../charts/x.yaml ]\n",
                "charts/x.yaml": chart + "values/x.yaml\n",
                "charts/values/x.yaml": "image: { repository: a, tag: b }\n",
                "staging/kustomization.yaml": "generators: [ ../plugins ]\n",
                "plugins/kustomization.yaml": "resources: [ y.yaml ]\n",
                "plugins/y.yaml": chart + "y-values.yaml\n",
                "plugins/y-values.yaml": "image: { repository: a, tag: c }\n",
                "dev/kustomization.yaml":
                    "helmCharts: [ { name: x, valuesFile: ../charts/values/x.yaml } ]\n",
            ]))
    }

    @Test("Shared files and charts in layers")
    func layers() throws {
        let gx = """
            version: 1
            environments: { dev: {}, prod: { after: dev } }
            layout:
            - path: charts/{app}/**
              layers: [ Chart.yaml, values.yaml, "values-{env}.yaml" ]
            - "{env}/{app}/**"
            shared: [ "global/{env}.yaml", "global/all/*.yaml" ]
            """
        let scene = try Scene(
            [
                "charts/api/Chart.yaml": "name: api\nappVersion: '1'\n", "charts/api/values.yaml": "a: 1\n",
                "charts/api/values-prod.yaml": "a: 2\n", "charts/api/values-dev.yaml": "a: 2\n",
                "charts/api/templates/x.yaml": "a: 1\n", "dev/web/web.yaml": deployment("web"),
                "prod/web/values.yaml": "image: web:1\n", "global/prod.yaml": "a: 1\n",
                "global/dev.yaml": "a: 1\n",
                "global/all/x.yaml": "image: x:1\n", "dev/chart/Chart.yaml": "name: c\n",
                "dev/chart/values.yaml": "a: 1\n",
            ], gx: gx)
        try check(scene)
        #expect(try users(of: "global/prod.yaml", in: scene.estate) == ["prod/api", "prod/web"])
        #expect(try users(of: "charts/api/templates/x.yaml", in: scene.estate) == ["dev/api", "prod/api"])
        #expect(try users(of: "charts/api/values-prod.yaml", in: scene.estate) == ["prod/api"])
    }

    @Test("Through Flux")
    func flux() throws {
        func flux(_ spec: String) -> String {
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: x }\nspec: { \(spec) }\n"
        }
        try check(
            try Scene([
                "prod/apps.yaml": flux("path: ./apps/api, components: [ ../../components/tls ]"),
                "staging/apps.yaml": flux("path: ./plain"), "plain/a/api.yaml": deployment("plain"),
                "apps/api/kustomization.yaml": "resources: [ api.yaml ]\n",
                "apps/api/api.yaml": deployment("api"),
                "components/tls/kustomization.yaml":
                    "kind: Component\nimages: [ { name: x, newTag: '1' } ]\n",
                "dev/apps.yaml": flux("path: ./prod"),
            ]))
    }

    @Test("A pin affects those for which it is in force, and few units are read to know it")
    func affected() throws {
        var files = Self.files
        for index in 0..<20 {
            files["prod/app\(index)/kustomization.yaml"] = "resources: [ x.yaml ]\n"
            files["prod/app\(index)/x.yaml"] = deployment("app\(index)")
        }
        files["staging/kustomization.yaml"]? += "\nimages: [ { name: ghcr.io/acme/web, newTag: '2' } ]\n"
        let scene = try Scene(
            files,
            gx:
                "version: 1\nenvironments: { dev: {}, staging: {}, prod: {} }\nlayout: [ \"{env}/{app}/**\", \"{env}/**\" ]\n"
        )
        let pin = try #require(
            try scene.app("eu", in: "prod").slots.first { $0.artifact.shortName == "web" }?.pins.first)
        #expect(pin.file == "base/web/web.yaml")
        let affected = try scene.estate.affected(by: pin, at: Place()).map { "\($0.environment)/\($0.app)" }
        #expect(affected == ["prod/web", "prod/eu"])
        // Staging has a version of its own; `prod` is made of `prod/eu`.
        let possible = try scene.estate.possibleUsers(of: [pin.file], at: Place()).map {
            "\($0.environment)/\($0.app ?? "")"
        }
        #expect(possible == ["staging/", "prod/", "prod/eu"])
        #expect(try scene.estate.possibleUsers(of: ["prod/app7/x.yaml"], at: Place()).map(\.app) == ["app7"])
    }

    @Test("Few of many kustomizations, some of them the same bytes")
    func many() throws {
        var files = [
            "base/kustomization.yaml": "resources: [ api.yaml ]\n", "base/api.yaml": deployment("api"),
        ]
        for number in 0..<100 {
            for environment in ["dev", "prod"] {
                files["\(environment)/app\(number)/kustomization.yaml"] =
                    "resources: [ ../../\(number % 50 == 7 ? "base" : "none") ]\n"
            }
        }
        let gx = "version: 1\nenvironments: { dev: {}, prod: {} }\nlayout: [ '{env}/{app}/**' ]\n"
        let scene = try Scene(files, gx: gx)
        let expected = ["dev", "prod"].flatMap { environment in
            [57, 7].map { "\(environment)/app\($0)" }
        }
        #expect(try users(of: "base/api.yaml", in: scene.unread()) == expected)
        #expect(try allUsers(of: "base/api.yaml", in: scene.estate) == expected)
    }

    /// For a repository that is not part of this one: every file that any app is made of.
    @Test(.enabled(if: ImageListing.variables["GX_PROOF_SHARING"] != nil))
    func wholeRepository() throws {
        let estate = try ImageListing.estate(try #require(ImageListing.variables["GX_PROOF_SHARING"]))
        var users: [String: [String]] = [:]
        for app in try estate.units.flatMap({ try estate.apps(of: $0) }) {
            for file in app.files { users[file, default: []].append("\(app.environment)/\(app.app)") }
        }
        for (file, expected) in users {
            #expect(try self.users(of: file, in: estate) == expected, "\(file)")
        }
        print("checked \(users.count) files, \(users.values.count { $0.count > 1 }) of them shared")
    }

    @Test(
        "What deployers make of files that several environments use",
        arguments: [
            (
                ["argocd/{env}.yaml": application(path: "charts/web", helm: true)],
                [
                    "charts/web/Chart.yaml": "name: web\n",
                    "charts/web/values.yaml": "image: { repository: acme/web, tag: '1.0' }\n",
                ]
            ),
            (
                ["argocd/{env}.yaml": application(path: "web")],
                ["web/web.yaml": deployment("web")]
            ),
            (
                [
                    "argocd/{env}.yaml": application(path: "overlays/{env}"),
                    "overlays/{env}/kustomization.yaml": "resources: [ ../../base ]\n",
                ],
                ["base/kustomization.yaml": "resources: [ web.yaml ]\n", "base/web.yaml": deployment("web")]
            ),
            (
                [:],
                [
                    "argocd/set.yaml": """
                    apiVersion: argoproj.io/v1alpha1
                    kind: ApplicationSet
                    metadata: { name: web }
                    spec:
                      generators: [ { list: { elements: [ { env: dev }, { env: prod } ] } } ]
                      template:
                        metadata: { name: "web-{{env}}" }
                        spec:
                          source: { repoURL: https://charts.example.com, chart: web, targetRevision: 1.0.0 }
                          destination: { name: "{{env}}", namespace: web }
                    """
                ]
            ),
        ])
    func deployed(own: [String: String], common: [String: String]) throws {
        var files = common
        for environment in ["dev", "prod"] {
            for (path, text) in own {
                let filled = { (text: String) in
                    text.split(separator: "{env}", omittingEmptySubsequences: false).joined(
                        separator: environment)
                }
                files[filled(path)] = filled(text)
            }
        }
        let scene = try Scene(
            files,
            gx: "version: 1\nenvironments: { dev: {}, prod: {} }\nlayout: [ { argocd: argocd/** } ]\n")
        try check(scene)
        for file in common.keys where !file.hasSuffix("kustomization.yaml") {
            #expect(try users(of: file, in: scene.estate) == ["dev/web", "prod/web"], "\(file)")
        }
    }

    private static func application(path: String, helm: Bool = false) -> String {
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: { name: "web-{env}" }
        spec:
          source: { repoURL: https://git.example.com/acme/m.git, path: "\(path)"\(helm ? ", helm: { valueFiles: [values.yaml] }" : "") }
          destination: { name: "{env}", namespace: web }
        """
    }
}
