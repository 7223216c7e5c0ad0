/// The files that the sample repository starts with: a small shop, in eight environments.
struct DemoFiles {
    private(set) var texts: [String: String] = ["README.md": readme, "gx.yaml": configuration]

    init() {
        addKustomize("api", "1.7.2", port: 8080, pinnedInBase: false)
        addKustomize("web", "3.3.0", port: 3000, pinnedInBase: false)
        addKustomize("proxy", "1.4.0", port: 8443, pinnedInBase: true)
        addChart("payments", "2.1.0")
    }

    private static let regions = ["us", "eu", "asia"]
    private static let environments =
        ["dev", "qa"] + regions.map { "staging-\($0)" } + regions.map { "prod-\($0)" }

    private static func replicas(_ environment: String) -> Int {
        environment.hasPrefix("prod") ? 3 : environment.hasPrefix("staging") ? 2 : 1
    }

    private static let readme = """
        # Deployments of the shop

        What runs where. A version reaches `dev` when its build is done; from there people promote it:
        `qa`, then the regions of `staging`, then, after a review, those of `prod`.

        """

    private static let configuration = """
        version: 1
        environments:
          dev:          {}
          qa:           { after: dev }
          staging-us:   { after: qa, group: staging }
          staging-eu:   { after: qa, group: staging }
          staging-asia: { after: qa, group: staging }
          prod-us:      { after: staging-us, group: prod, publish: pull-request }
          prod-eu:      { after: staging-eu, group: prod, publish: pull-request }
          prod-asia:    { after: staging-asia, group: prod, publish: pull-request }
        layout:
          - apps/{app}/overlays/{env}/**
          - path: charts/{app}/**
            layers: [Chart.yaml, values.yaml, "values-{env}.yaml"]
        promote:
          protect: ["**.replicas", "**.resources"]
        issues:
          keys: [PROJ]
          url: https://tracker.example.com/browse/{key}

        """

    /// An app of Kustomize: a base, and an overlay for each environment.
    private mutating func addKustomize(_ app: String, _ version: String, port: Int, pinnedInBase: Bool) {
        let image = "registry.example.com/shop/\(app)"
        texts["apps/\(app)/base/kustomization.yaml"] = """
            resources:
              - deployment.yaml
              - service.yaml

            """
        texts["apps/\(app)/base/deployment.yaml"] = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: \(app)
            spec:
              selector:
                matchLabels: { app: \(app) }
              template:
                metadata:
                  labels: { app: \(app) }
                spec:
                  containers:
                    - name: \(app)
                      image: \(image)\(pinnedInBase ? ":\(version)" : "")
                      ports:
                        - containerPort: \(port)

            """
        texts["apps/\(app)/base/service.yaml"] = """
            apiVersion: v1
            kind: Service
            metadata:
              name: \(app)
            spec:
              selector: { app: \(app) }
              ports:
                - port: 80
                  targetPort: \(port)

            """
        let pin = """
            images:
              - name: \(image)
                newTag: \(version)

            """
        for environment in Self.environments {
            texts["apps/\(app)/overlays/\(environment)/kustomization.yaml"] =
                """
                namespace: shop
                resources:
                  - ../../base
                replicas:
                  - name: \(app)
                    count: \(Self.replicas(environment))

                """ + (pinnedInBase ? "" : pin)
        }
    }

    /// An app with a Helm chart, and values for each environment.
    private mutating func addChart(_ app: String, _ version: String) {
        let folder = "charts/\(app)"
        texts["\(folder)/Chart.yaml"] = """
            apiVersion: v2
            name: \(app)
            version: 0.3.0

            """
        texts["\(folder)/values.yaml"] = """
            image:
              repository: registry.example.com/shop/\(app)
              tag: "" # every environment says its own
            replicas: 1
            resources:
              limits:
                memory: 256Mi

            """
        for environment in Self.environments {
            texts["\(folder)/values-\(environment).yaml"] = """
                image:
                  tag: \(version)
                replicas: \(Self.replicas(environment))
                resources:
                  limits:
                    memory: \(environment.hasPrefix("prod") ? "512Mi" : "256Mi")

                """
        }
        texts["\(folder)/templates/deployment.yaml"] = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: {{ .Chart.Name }}
            spec:
              replicas: {{ .Values.replicas }}
              selector:
                matchLabels: { app: {{ .Chart.Name }} }
              template:
                metadata:
                  labels: { app: {{ .Chart.Name }} }
                spec:
                  containers:
                    - name: {{ .Chart.Name }}
                      image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
                      resources: {{ toJson .Values.resources }}

            """
    }
}
