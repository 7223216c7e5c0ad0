import ArgumentParser
import Git
import Secrets
import System
import Terminal

struct SecretsApply: Command {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Write an environment's Secrets for Kubernetes, or apply them to its cluster.",
        discussion: """
            Prints the manifests, or with --context hands them to `kubectl apply --server-side`. A manifest whose namespace is none \
            of the environment's is refused. A dotenv file, or a map of texts, becomes a Secret with --as-secret.
            """)

    @Option(help: ArgumentHelp("Apply to the cluster of this kubectl context.", valueName: "context"))
    var context: String?
    @Option(
        name: [.customShort("n"), .customLong("namespace")],
        help: ArgumentHelp("The namespace; the manifest's own must agree.", valueName: "namespace"))
    var namespace: String?
    @Option(help: ArgumentHelp("Make a Secret of this name of files that are none.", valueName: "name"))
    var asSecret: String?
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "An environment, or a file.", completion: .environments) var target: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in around: Context) throws -> ExitStatus {
        let files = try SecretFiles(around)
        let isFile = Files.exists(target) && !Files.isFolder(target)
        let paths = isFile ? [target] : try files.files(of: target).map { "\(files.root ?? "")/\($0.path)" }
        let namespaces = isFile ? Namespaces() : try Namespaces(of: target, files)
        // The only namespace of an environment is meant where a manifest names none.
        let namespace = self.namespace ?? (namespaces.own.count == 1 ? namespaces.own.first : nil)
        let manifests = MemorySink()
        var made: String?
        for path in paths {
            let open = try files.open(path, identity)
            guard open.file.isKubernetesSecret || asSecret != nil else { continue }
            for name in open.namespaces {
                try check(name, path: files.shown(path), namespaces)
            }
            manifests.write("---\n")
            guard open.file.isKubernetesSecret else {
                if let made {
                    throw Failure(
                        "\(made) and \(files.shown(path)) would be one Secret",
                        hint: "apply one file at a time")
                }
                made = files.shown(path)
                try open.secretManifest(name: asSecret ?? "", namespace: namespace).withSpan {
                    manifests.write($0)
                }
                continue
            }
            try open.plaintext().withSpan { manifests.write($0) }
        }
        guard !manifests.bytes.isEmpty else {
            throw Failure(
                "\(target) has no Secret", hint: "--as-secret NAME makes one of a dotenv file or a map")
        }
        guard let context else {
            try AgeStream.write(manifests.bytes, to: nil)
            return .done
        }
        let arguments =
            ["--context", context] + (namespace.map { ["--namespace", $0] } ?? []) + [
                "apply", "--server-side", "-f", "-",
            ]
        let output = try Subprocess(
            "kubectl", arguments, purpose: "apply Secrets", input: manifests.bytes.unwiped,
            environment: Identities.withheld
        ).run()
        try around.output.write(output.stdout)
        guard output.status == 0 else { throw Failure("kubectl: \(output.message)") }
        return .done
    }

    /// Which namespaces are the environment's, and which are others' only.
    private struct Namespaces {
        var own: Set<String> = []
        var others: Set<String> = []

        init() {}

        init(of environment: String, _ files: SecretFiles) throws {
            let all = try files.namespaces()
            own = all[environment] ?? []
            others = all.values.reduce(into: Set<String>()) { $0.formUnion($1) }.subtracting(own)
        }

        func contains(_ name: String) -> Bool { own.isEmpty ? !others.contains(name) : own.contains(name) }
    }

    private func check(_ name: String, path: String, _ namespaces: Namespaces) throws {
        if let namespace, name != namespace {
            throw Failure(
                "\(path): the namespace is \(name), and not \(namespace)", hint: "correct one of them",
                status: .no)
        }
        guard namespaces.contains(name) else {
            let own = namespaces.own.sorted()
            throw Failure(
                "\(path): the namespace \(name) does not belong to \(target)",
                hint: (own.isEmpty ? "" : "it has \(Failure.list(own, "and")); ")
                    + "correct the manifest, or apply the file by its name",
                status: .no)
        }
    }
}
