import ArgumentParser
import Secrets
import Terminal

struct SecretsView: Command {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "Show an encrypted file; on a terminal without its values, unless --reveal.",
        examples: [
            "gx secrets view prod": "the keys, without the values on a terminal",
            "gx secrets view prod --reveal": "with the values",
            "gx secrets view envs/prod/secrets.yaml -i key.txt": "with the keys of a file",
        ])

    @Flag(help: "Show the values on a terminal too.") var reveal = false
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "A file, or an environment that has one.", completion: .environments) var target: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        let open = try files.open(files.path(of: target), identity)
        if reveal || !context.output.screen.isTerminal {
            let plain = try open.plaintext()
            if context.output.screen.isTerminal {
                try context.output.write(plain.unwiped)
            } else {
                try AgeStream.write(plain, to: nil)
            }
        } else {
            try context.output.write(open.masked())
            try context.note("values are masked; --reveal shows them")
        }
        return .done
    }
}

struct SecretsDiff: Command {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show an encrypted file so that `git diff` can compare it.",
        examples: [
            "gx secrets diff envs/prod/secrets.yaml": "as git diff shows it",
            "gx secrets diff envs/prod/secrets.yaml --reveal": "with the values",
            "gx secrets diff prod.env -i key.txt": "with the keys of a file",
        ],
        discussion: """
            Each value is shown as a mark that changes with it and says nothing else. `gx secrets install` sets Git up to use \
            this. A file that cannot be decrypted is shown as it is.
            """)

    @Flag(help: "Show the values themselves.") var reveal = false
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "The file.", completion: .file()) var file: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        Memory.forbidDumps()
        let bytes = try Files.read(file).unwiped
        // Git names temporary files by the end of their real name, so the format is still told by it.
        guard let sops = try? SopsFile(parsing: bytes, as: FileFormat(path: file)), sops.isEncrypted,
            let open = try? sops.open(with: identity.identities())
        else {
            try context.output.write(bytes)
            return .done
        }
        if reveal {
            try AgeStream.write(open.plaintext(), to: nil)
        } else {
            try context.output.write(open.masked(marking: true))
        }
        return .done
    }
}

struct SecretsGet: Command {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Print one value.",
        examples: [
            "gx secrets get prod API_KEY": "one value of an environment",
            "gx secrets get envs/prod/secrets.yaml tls.key": "of a file",
            "gx secrets get prod PASSWORD --name db": "of one manifest of several",
        ],
        discussion: "What a Secret has in `data` is printed as the cluster gets it: decoded.")

    @OptionGroup var manifest: ManifestOptions
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "A file, or an environment.", completion: .environments) var target: String
    @Argument(help: "The key: as it is, its path, or the end of that.") var key: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        let open = try files.open(files.path(of: target, key: key, in: manifest.name), identity)
        guard let found = try open.keys.key(key, in: manifest.name), let value = try open.value(of: found)
        else {
            throw Failure(
                "there is no \(key) in \(target)", hint: "gx secrets list shows what is there", status: .no)
        }
        try AgeStream.write(value, to: nil)
        if context.output.screen.isTerminal { try context.output.write("\n") }
        return .done
    }
}
