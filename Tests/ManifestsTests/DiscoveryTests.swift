import Git
import TestSupport
import Testing

@testable import Manifests

/// What is told from the objects that deploy, one test for each kind of them.
@Suite struct DiscoveryTests {
    private let scratch: ScratchRepository
    private let repository: Repository

    init() throws {
        scratch = try ScratchRepository()
        repository = try scratch.repository()
    }

    /// - Parameter files: paths and their text.
    private func detect(_ files: [(path: String, text: String)]) throws -> DetectedLayout {
        let edits = try files.map { path, text in
            TreeEdit.put(path: path, id: try repository.write(blob: Array(text.utf8)))
        }
        let checkout = try Checkout(repository, tree: try repository.tree(editing: nil, edits))
        return try Discovery.detect(in: checkout, branches: ["main"])
    }

    /// What is written down reads back as what was found: so both give the same answers.
    private func expectWritten(_ detected: DetectedLayout) throws {
        let text = ConfigurationWriter(detected).text
        #expect(try Configuration(parsing: Array(text.utf8)) == detected.configuration)
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 40)
    }

    private func environments(_ detected: DetectedLayout) -> [String] {
        detected.configuration.environments.map(\.environment.name)
    }

    @Test("Applications in folders of stages")
    func applications() throws {
        let detected = try detect(
            ["dev", "prod"].map { stage in
                (
                    "argocd/\(stage)/cart.yaml",
                    """
                    apiVersion: argoproj.io/v1alpha1
                    kind: Application
                    metadata: { name: cart-\(stage) }
                    spec:
                      source: { repoURL: https://charts.example.com, chart: cart, targetRevision: 1.0.0 }
                      destination: { name: in-cluster, namespace: cart-\(stage) }
                    """
                )
            })
        #expect(environments(detected) == ["dev", "prod"])
        try expectWritten(detected)
    }

    @Test("An ApplicationSet with a list of stages")
    func applicationSet() throws {
        let detected = try detect([
            (
                "apps/web.yaml",
                """
                apiVersion: argoproj.io/v1alpha1
                kind: ApplicationSet
                metadata: { name: web }
                spec:
                  generators: [{ list: { elements: [{ stage: qa, v: 1.1.0 }, { stage: prod, v: 1.0.0 }] } }]
                  template:
                    metadata: { name: "web-{{stage}}" }
                    spec:
                      source: { repoURL: https://charts.example.com, chart: web, targetRevision: "{{v}}" }
                      destination: { name: in-cluster }
                """
            )
        ])
        #expect(environments(detected) == ["qa", "prod"])
        try expectWritten(detected)
    }

    @Test(
        "Applications that are called like their environment go by their set, their chart or their folder",
        arguments: [
            ("{{stage}}", "web-set", "chart: charts/web", "web"),
            ("{{stage}}-eu", "web", "chart: charts/web", "eu"),
            ("{{stage}}", "prod", "chart: shop", "shop"),
            ("{{stage}}", "qa", "path: deploy/cart/overlays/{{stage}}", "cart"),
        ])
    func namedLikeTheEnvironment(_ name: String, _ set: String, _ source: String, _ app: String) throws {
        let scene = try Scene(
            [
                "apps/web.yaml": """
                apiVersion: argoproj.io/v1alpha1
                kind: ApplicationSet
                metadata: { name: \(set) }
                spec:
                  generators: [{ list: { elements: [{ stage: qa, v: 1.1.0 }, { stage: prod, v: 1.0.0 }] } }]
                  template:
                    metadata: { name: "\(name)" }
                    spec:
                      source:
                        repoURL: https://charts.example.com
                        \(source)
                        targetRevision: "{{v}}"
                        helm: { values: 'image: { repository: acme/web, tag: "{{v}}" }' }
                      destination: { name: "{{stage}}" }
                """
            ], gx: "version: 1\nenvironments: { qa: {}, prod: {} }\nlayout: [ { argocd: apps/** } ]\n")
        for (environment, version) in [("qa", "1.1.0"), ("prod", "1.0.0")] {
            #expect(try scene.apps(environment) == [app])
            // The text in a generator's element is where the version is written.
            let slots = try scene.app(app, in: environment).slots
            #expect(slots.first { $0.artifact.name == "acme/web" }?.version == Version(version))
        }
    }

    @Test(
        "Files of an environment's values are of one app in each, whatever they are called",
        arguments: [
            ("values-{env}.yaml", "web"), ("{env}.yaml", "web"), ("{env}/values.yaml", "web"),
            ("shop_{env}.yaml", "shop"), ("shop.{env}.yaml", "shop"), ("envs/{env}/shop-{env}.yaml", "shop"),
        ])
    func environmentFiles(_ path: String, _ app: String) throws {
        let files = ["dev", "prod"].map {
            (
                path.replacing("{env}", with: $0),
                "image: { repository: acme/web, tag: \"\($0 == "dev" ? "1.1" : "1.0")\" }\n"
            )
        }
        let scene = try Scene(
            Dictionary(uniqueKeysWithValues: files),
            gx: "version: 1\nenvironments: { dev: {}, prod: { after: dev } }\nlayout: [ '\(path)' ]\n")
        #expect(try scene.apps("dev") == [app])
        #expect(try scene.apps("prod") == [app])
    }

    @Test("The cluster of Argo CD beside others is the stage of its folder")
    func localCluster() throws {
        func application(_ name: String, on cluster: String) -> String {
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: { name: \(name) }
            spec:
              source: { repoURL: https://charts.example.com, chart: \(name), targetRevision: 1.0.0 }
              destination: { name: \(cluster) }
            """
        }
        let detected = try detect([
            ("envs/emea/east/web.yaml", application("web", on: "east")),
            ("envs/emea/west/web.yaml", application("web", on: "west")),
            ("envs/dev/shop/web.yaml", application("web", on: "in-cluster")),
            ("tools/argo.yaml", application("argo", on: "in-cluster")),
        ])
        #expect(environments(detected).sorted() == ["dev", "east", "in-cluster", "west"])
    }

    @Test("Clusters that sync their own folder")
    func flux() throws {
        let detected = try detect(
            ["east", "west"].map { cluster in
                (
                    "clusters/\(cluster)/flux-system/gotk-sync.yaml",
                    """
                    apiVersion: kustomize.toolkit.fluxcd.io/v1
                    kind: Kustomization
                    metadata: { name: flux-system }
                    spec: { path: ./clusters/\(cluster), sourceRef: { kind: GitRepository, name: flux-system } }
                    """
                )
            })
        #expect(environments(detected).sorted() == ["east", "west"])
        #expect(detected.configuration.layouts.map(\.deployer) == [.flux])
        try expectWritten(detected)
    }

    @Test("A helmfile that names environments, with a template in it")
    func helmfile() throws {
        let detected = try detect([
            (
                "helmfile.yaml",
                """
                environments:
                  staging: { values: [env/staging.yaml] }
                  production: { values: [env/production.yaml] }
                ---
                releases:
                  - name: web
                    chart: acme/web
                    version: 1.0.0
                    installed: {{ eq .Environment.Name "staging" | toYaml }}
                  - { name: api, chart: acme/api, version: 2.0.0 }
                """
            )
        ])
        #expect(environments(detected) == ["staging", "production"])
        #expect(detected.configuration.layouts.map(\.deployer) == [.helmfile])
        try expectWritten(detected)
    }

    @Test("A file with many environments is one that people read")
    func manyEnvironments() throws {
        let detected = try detect(
            (1...60).map { number in
                (
                    "clusters/cluster-\(number)/sync.yaml",
                    """
                    apiVersion: kustomize.toolkit.fluxcd.io/v1
                    kind: Kustomization
                    metadata: { name: sync }
                    spec: { path: ./clusters/cluster-\(number), sourceRef: { kind: GitRepository, name: flux-system } }
                    """
                )
            })
        #expect(environments(detected).count == 60)
        try expectWritten(detected)
    }

    @Test("A single environment is written, with the question how it is called")
    func single() throws {
        let detected = try detect([("web.yaml", deployment("web"))])
        #expect(environments(detected) == ["main"])
        try expectWritten(detected)
        #expect(ConfigurationWriter(detected).text.contains("Nothing says how this one is called"))
    }

    private static func stage(_ name: String, after stages: String...) -> (path: String, text: String) {
        let sources = stages.isEmpty ? "direct: true" : "stages: [ \(stages.joined(separator: ", ")) ]"
        return (
            "kargo/\(name).yaml",
            """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Stage
            metadata: { name: \(name), namespace: shop }
            spec: { requestedFreight: [ { origin: { kind: Warehouse, name: shop }, sources: { \(sources) } } ] }
            """
        )
    }

    @Test("Kargo's stages say the order, also through stages that are no environments")
    func kargo() throws {
        let overlays = ["uat", "dev", "prod"].map { ("apps/web/overlays/\($0)/web.yaml", deployment("web")) }
        let detected = try detect(
            overlays + [
                Self.stage("uat"), Self.stage("dev", after: "uat"), Self.stage("check", after: "dev"),
                Self.stage("prod", after: "check"),
            ])
        let all = detected.configuration.environments.map(\.environment)
        #expect(all.map(\.name) == ["uat", "dev", "prod"])
        #expect(all.map(\.after) == [[], ["uat"], ["dev"]])
        #expect(detected.isOrdered)
    }

    @Test("A strategy of gitops-promoter says the branches and their order")
    func promoter() throws {
        let strategy = """
            apiVersion: promoter.argoproj.io/v1alpha1
            kind: PromotionStrategy
            metadata: { name: shop }
            spec: { environments: [ { branch: deploy/first }, { branch: deploy/second } ] }
            """
        let edits = [
            TreeEdit.put(path: "strategy.yaml", id: try repository.write(blob: Array(strategy.utf8)))
        ]
        let checkout = try Checkout(repository, tree: try repository.tree(editing: nil, edits))
        let branches = ["main", "deploy/first", "deploy/first-next", "deploy/second", "deploy/second-next"]
        let detected = try Discovery.detect(in: checkout, branches: branches)
        let all = detected.configuration.environments.map(\.environment)
        #expect(all.map(\.name) == ["first", "second"])
        #expect(all.map(\.after) == [[], ["first"]])
        #expect(detected.configuration.layouts.map(\.place.branch?.description) == ["deploy/{env}"])
        #expect(detected.configuration.layouts.map(\.place.proposed?.description) == ["deploy/{env}-next"])
        try expectWritten(detected)
    }

    @Test("A generator of clusters: what each of them gets is known, though not how they are called")
    func clusters() throws {
        let detected = try detect([
            (
                "argocd/set.yaml",
                """
                apiVersion: argoproj.io/v1alpha1
                kind: ApplicationSet
                metadata: { name: shop-environments }
                spec:
                  generators:
                    - clusters: { selector: { matchLabels: { dev: "true" } }, values: { path: dev } }
                    - clusters: { selector: { matchLabels: { prod: "true" } }, values: { path: prod } }
                  template:
                    metadata: { name: "s-{{values.path}}-{{name}}" }
                    spec:
                      source: { repoURL: https://git.example.com/shop.git, path: "shop/env/{{values.path}}" }
                      destination: { name: "{{name}}" }
                """
            ),
            ("shop/env/dev/web.yaml", deployment("web", "acme/web:2")),
            ("shop/env/prod/web.yaml", deployment("web", "acme/web:1")),
        ])
        #expect(environments(detected) == ["dev", "prod"])
    }

    @Test("A table of versions, where nothing else names environments")
    func table() throws {
        let detected = try detect([("deploy/versions.yaml", "web: { dev: 1.3.0, prod: 1.2.0 }\n")])
        #expect(environments(detected) == ["dev", "prod"])
        #expect(detected.configuration.layouts.map(\.path?.description) == ["deploy/versions.yaml"])
        try expectWritten(detected)
    }

    @Test("Folders of environments that hold nothing to read are named")
    func emptyFolders() throws {
        let error = #expect(throws: ManifestsError.self) {
            try detect([("envs/dev/main.tf", "a"), ("envs/prod/main.tf", "a")])
        }
        #expect("\(try #require(error))".contains("envs/dev/, envs/prod/ hold no YAML or JSON"))
    }
}
