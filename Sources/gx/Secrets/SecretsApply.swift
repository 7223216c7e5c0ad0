import ArgumentParser
import Git
import Secrets
import System
import Terminal

struct SecretsApply: Command {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Write an environment's Secrets for Kubernetes, or apply them to its cluster.",
        examples: [
            "gx secrets apply prod": "the manifests, as they would be applied",
            "gx secrets apply prod --context prod-eu": "to the cluster",
            "gx secrets apply prod.env --as-secret web -n shop": "a dotenv file as a Secret",
        ],
        discussion: """
            Prints the manifests, or with --context hands them to `kubectl apply --server-side`. A manifest whose namespace is none \
            of the environment's is refused, and so is a context that `clusters:` of gx.yaml does not name for it. A dotenv file, or a map of texts, becomes a Secret with --as-secret.
            """)

    @Option(help: ArgumentHelp("Apply to the cluster of this kubectl context.", valueName: "context"))
    var context: String?
    @Option(
        name: [.customShort("n"), .customLong("namespace")],
        help: ArgumentHelp("The namespace; the manifest's own must agree.", valueName: "namespace"))
    var namespace: String?
    @Option(help: ArgumentHelp("Make a Secret of this name of files that are none.", valueName: "name"))
    var asSecret: String?
    @Flag(help: "Apply although gx.yaml names another cluster for the environment.") var anyCluster = false
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "An environment, or a file.", completion: .environments) var target: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in around: Context) throws -> ExitStatus {
        let files = try SecretFiles(around)
        let environment = files.environment(of: target)
        let isFile = Files.exists(target) && !Files.isFolder(target)
        if let context { try ClusterGuard(files, around).check(context, of: environment, isTold: anyCluster) }
        let manifests = MemorySink()
        var used = Set([self.namespace].compactMap { $0 })
        var made: String?
        for path in try files.paths(of: target) {
            let open = try files.open(path, identity)
            let secrets = open.keys.manifests.filter(\.isSecret)
            guard !secrets.isEmpty || asSecret != nil else { continue }
            let namespaces =
                try isFile
                ? EnvironmentNamespaces()
                : EnvironmentNamespaces(of: target, files, without: files.relative(path))
            // The only namespace of an environment is meant where a manifest names none.
            let usual = self.namespace ?? namespaces.only
            for name in secrets.compactMap(\.namespace) {
                try check(name, path: files.shown(path), namespaces)
                used.insert(name)
            }
            if secrets.isEmpty || secrets.contains(where: { $0.namespace == nil }) {
                if let usual {
                    used.insert(usual)
                } else {
                    try warnOfNoNamespace(files.shown(path), around)
                }
            }
            manifests.write("---\n")
            guard secrets.isEmpty else {
                let plain = try usual.map { try open.plaintext(namespace: $0) } ?? open.plaintext()
                plain.withSpan { manifests.write($0) }
                continue
            }
            if let made {
                throw Failure(
                    "\(made) and \(files.shown(path)) would be one Secret", hint: "apply one file at a time")
            }
            made = files.shown(path)
            try open.secretManifest(name: asSecret ?? "", namespace: usual).withSpan { manifests.write($0) }
        }
        guard !manifests.bytes.isEmpty else {
            throw Failure(
                "\(target) has no Secret", hint: "--as-secret NAME makes one of a dotenv file or a map")
        }
        guard let context else {
            try AgeStream.write(manifests.bytes, to: nil)
            return .done
        }
        // For what else there is in the files; every Secret names its own.
        let namespace = used.count == 1 ? used.first.map { ["--namespace", $0] } : nil
        let arguments =
            ["--context", context] + (namespace ?? []) + ["apply", "--server-side", "-f", "-"]
        let output = try Subprocess(
            "kubectl", arguments, purpose: "apply Secrets", input: manifests.bytes.unwiped,
            environment: Identities.withheld
        ).run()
        try around.output.write(output.stdout)
        guard output.status == 0 else { throw Failure("kubectl: \(output.message)") }
        return .done
    }

    /// Nobody knows where the Secret goes: to a cluster it goes nowhere.
    private func warnOfNoNamespace(_ path: String, _ around: Context) throws {
        let problem = "\(path): the Secret has no namespace, and kubectl would take that of its context"
        let hint = "write one into the manifest, or say it with --namespace"
        guard context == nil else { throw Failure(problem, hint: hint) }
        try around.warn("\(problem); \(hint)")
    }

    private func check(_ name: String, path: String, _ namespaces: EnvironmentNamespaces) throws {
        if let namespace, name != namespace {
            throw Failure(
                "\(path): the namespace is \(name), and not \(namespace)", hint: "correct one of them",
                status: .no)
        }
        guard namespace != nil || namespaces.contains(name) else {
            let known = namespaces.known
            throw Failure(
                "\(path): the namespace \(name) does not belong to \(target)",
                hint: (known.isEmpty ? "" : "it has \(known.listed("and")); ")
                    + "correct the manifest, or say --namespace \(name)",
                status: .no)
        }
    }
}
