/// Files of a repository in which objects of Argo CD and Flux say what is deployed, and what may become of them.
enum DeployingFiles {
    static let configuration = """
        version: 1
        environments: { dev: {}, prod: { after: dev } }
        layout:
          - flux: clusters/{env}
          - argocd: argo/**
          - apps/{app}/{env}/**

        """

    /// Another configuration of the same environments.
    static let less = configuration.replacing("  - apps/{app}/{env}/**\n", with: "")

    static let choices: [(path: String, text: String?)] =
        ["dev", "prod"].flatMap { environment in
            [
                sync(environment), apps(environment, "1"), apps(environment, "2"),
                ("clusters/\(environment)/web.yaml", leads("web", "apps/web/\(environment)")),
                ("clusters/\(environment)/web.yaml", leads("web", "base/web")),
                ("clusters/\(environment)/own.yaml", pod("own", "10")),
                ("clusters/\(environment)/settings.yaml", settings("11")),
                ("clusters/\(environment)/settings.yaml", settings("12")),
                ("clusters/\(environment)/source.yaml", source("1.0.0")),
                ("apps/web/\(environment)/kustomization.yaml", "resources: [../../../base/web]\n"),
                (
                    "apps/web/\(environment)/kustomization.yaml",
                    "resources: [../../../base/web]\nimages: [{ name: x.io/web, newTag: v13 }]\n"
                ),
                ("apps/api/\(environment)/pod.yaml", pod("api", "14")),
                ("argo/api-\(environment).yaml", application("api", environment, "apps/api/\(environment)")),
                ("argo/far-\(environment).yaml", chart("far", environment, "1.2.0")),
                ("argo/far-\(environment).yaml", chart("far", environment, "1.3.0")),
            ]
        } + [
            ("base/web/kustomization.yaml", "resources: [pod.yaml]\n"),
            ("base/web/kustomization.yaml", "resources: [pod.yaml, more.yaml]\n"),
            ("base/web/pod.yaml", pod("web", "15")), ("base/web/pod.yaml", pod("web", "${WEB_TAG}")),
            ("base/web/more.yaml", pod("more", "16")), ("README.md", "about x:17\n"),
        ]

    private static func pod(_ name: String, _ tag: String) -> String {
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: \(name) }
        spec: { containers: [{ name: c, image: "x.io/\(name):\(tag)" }] }

        """
    }

    private static func kustomization(_ name: String, _ spec: String) -> String {
        """
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: { name: \(name), namespace: flux-system }
        spec:
          sourceRef: { kind: GitRepository, name: flux-system }
        \(spec)

        """
    }

    /// What has a cluster's folder deployed.
    private static func sync(_ environment: String) -> (path: String, text: String?) {
        (
            "clusters/\(environment)/flux-system/sync.yaml",
            kustomization("flux-system", "  path: ./clusters/\(environment)")
        )
    }

    /// With variables, of which one is a version and one is none.
    private static func apps(_ environment: String, _ text: String) -> (path: String, text: String?) {
        let spec = """
              path: ./apps/web/\(environment)
              postBuild:
                substitute: { WEB_TAG: "1\(text)", WORD: "word\(text)" }
                substituteFrom: [{ kind: ConfigMap, name: settings }]
            """
        return ("clusters/\(environment)/apps.yaml", kustomization("apps", spec))
    }

    private static func leads(_ name: String, _ path: String) -> String {
        kustomization(name, "  path: ./\(path)\n  images: [{ name: x.io/web, newTag: \"18\" }]")
    }

    private static func settings(_ tag: String) -> String {
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { WEB_TAG: \"\(tag)\" }\n"
    }

    private static func source(_ tag: String) -> String {
        """
        apiVersion: source.toolkit.fluxcd.io/v1
        kind: GitRepository
        metadata: { name: lib }
        spec: { url: "https://git.example.com/lib.git", ref: { tag: "\(tag)" } }

        """
    }

    private static func application(_ name: String, _ environment: String, _ path: String) -> String {
        argo(name, environment, "{ repoURL: \"https://git.example.com/config.git\", path: \(path) }")
    }

    private static func chart(_ name: String, _ environment: String, _ version: String) -> String {
        argo(
            name, environment,
            "{ repoURL: \"https://charts.example.com\", chart: \(name), targetRevision: \(version) }")
    }

    private static func argo(_ name: String, _ environment: String, _ source: String) -> String {
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: { name: \(name)-\(environment) }
        spec:
          source: \(source)
          destination: { name: \(environment), namespace: \(name) }

        """
    }
}
