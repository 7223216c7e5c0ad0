import ArgumentParser
import Secrets
import Terminal

struct SecretsRotate: Command {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give files a new data key, for exactly the readers that .sops.yaml lists.",
        examples: [
            "gx secrets rotate prod": "a new data key for an environment",
            "gx secrets rotate envs/prod/secrets.yaml": "for one file",
            "gx secrets rotate staging prod -i key.txt": "with the keys of a file",
        ])

    @OptionGroup var identity: IdentityOptions
    @Argument(help: "Files or environments.", completion: .environments) var targets: [String]
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        let paths = try targets.flatMap(files.paths)
        try files.alone(paths.first ?? ".") {
            var ready: [(path: String, old: [UInt8], bytes: [UInt8])] = []
            for path in paths {
                let rule = try GoverningPolicy.rule(for: path)
                let open = try files.open(path, identity)
                for reader in open.file.recipients where !rule.recipients.contains(reader) {
                    try context.warn("\(path): \(reader) is not in the policy and gets no new key")
                }
                ready.append((path, open.file.bytes, try open.rotated(to: rule)))
            }
            for (path, old, bytes) in ready { try files.write(bytes, to: path, having: old) }
        }
        return .done
    }
}
