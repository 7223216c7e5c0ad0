import Git
import System

/// A repository of many manifests: apps with a base and an overlay for each of five environments.
struct SampleManifests {
    var apps = 416

    static let environments = ["dev", "qa", "staging", "prod-us", "prod-eu"]
    /// The file that the promotion of the benchmark changes.
    static let file = "apps/app-100/overlays/prod-us/kustomization.yaml"

    /// Files, without gx.yaml.
    var count: Int { apps * (2 + 2 * Self.environments.count) }

    /// Writes the repository, unless it is there, and gives its folder.
    func write(to folder: String) throws -> String {
        if try readFile(folder + "/.git/HEAD") != nil { return folder }
        try Self.git(["init", "-q", "-b", "main", "--", folder], in: "/")
        var stream: [UInt8] = []
        func line(_ text: String) { stream += Array((text + "\n").utf8) }
        func put(_ path: String, _ text: String) {
            line("M 100644 inline \(path)")
            line("data \(text.utf8.count)")
            line(text)
        }
        line("commit refs/heads/main\ncommitter Ann Author <ann@example.com> 1767225600 +0000\ndata 5\nStart")
        put("gx.yaml", Self.configuration)
        for app in 0..<apps { write("app-\(app)", put) }
        line("done")
        try Self.git(["fast-import", "--quiet", "--done"], in: folder, input: stream)
        try Self.git(["config", "user.name", "Ann Author"], in: folder)
        try Self.git(["config", "user.email", "ann@example.com"], in: folder)
        try Self.git(["config", "gc.auto", "0"], in: folder)
        try Self.git(["reset", "-q", "--hard"], in: folder)
        try Self.git(["tag", "start"], in: folder)
        return folder
    }

    /// Brings it back to where a run starts.
    static func reset(_ folder: String) throws {
        try git(["reset", "-q", "--hard", "start"], in: folder)
    }

    private func write(_ app: String, _ put: (String, String) -> Void) {
        let folder = "apps/\(app)"
        put("\(folder)/base/kustomization.yaml", "resources:\n- deployment.yaml\n")
        put(
            "\(folder)/base/deployment.yaml",
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: \(app)
            spec:
              template:
                spec:
                  containers:
                  - name: \(app)
                    image: ghcr.io/acme/\(app)
                    resources:
                      requests: {cpu: 10m, memory: 64Mi}

            """)
        for environment in Self.environments {
            let version = environment.hasPrefix("prod") ? "1.4.1" : "1.4.2"
            put(
                "\(folder)/overlays/\(environment)/kustomization.yaml",
                """
                namespace: \(environment)
                resources:
                - ../../base
                images:
                - name: ghcr.io/acme/\(app)
                  newTag: \(version)
                patches:
                - path: replicas.yaml

                """)
            put(
                "\(folder)/overlays/\(environment)/replicas.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: \(app)\nspec:\n  replicas: 3\n")
        }
    }

    private static func git(_ arguments: [String], in folder: String, input: [UInt8] = []) throws {
        let output = try Subprocess(
            "git", arguments, purpose: "make a sample", input: input, directory: folder
        ).run()
        guard output.status == 0 else {
            throw BenchError("git \(arguments.joined(separator: " ")): \(output.message)")
        }
    }

    private static let configuration = """
        version: 1
        environments:
          dev:     {}
          qa:      { after: dev }
          staging: { after: qa }
          prod-us: { after: staging, group: prod }
          prod-eu: { after: staging, group: prod }
        layout:
          - apps/{app}/overlays/{env}/**

        """
}
