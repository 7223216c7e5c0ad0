import ArgumentParser
import Git
import Secrets
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
        let allowed = isFile ? [] : try files.namespaces(of: target)
        let manifests = MemorySink()
        for path in paths {
            let open = try files.open(path, identity)
            guard open.file.isKubernetesSecret || asSecret != nil else { continue }
            for name in open.namespaces {
                guard namespace == nil || name == namespace, allowed.isEmpty || allowed.contains(name) else {
                    throw Failure(
                        "\(path): the namespace \(name) does not belong to \(target)",
                        hint:
                            "it has \(Failure.list(allowed.sorted(), "and")); correct the manifest, or apply the file by its name",
                        status: .no)
                }
            }
            manifests.write("---\n")
            let text =
                open.file.isKubernetesSecret
                ? try open.plaintext() : try open.secretManifest(name: asSecret ?? "", namespace: namespace)
            text.withSpan { manifests.write($0) }
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
            "kubectl", arguments, purpose: "apply Secrets", input: manifests.bytes.unwiped
        ).run()
        try around.output.write(output.stdout)
        guard output.status == 0 else { throw Failure("kubectl: \(output.message)") }
        return .done
    }
}
