import ArgumentParser
import Git
import Secrets
import System
import Terminal

struct SecretsKeygen: Command {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a new secret key.",
        examples: [
            "gx secrets keygen --out key.txt": "a key in a file that only you can read",
            "gx secrets keygen": "on the terminal, to keep it elsewhere",
            "gx secrets keygen --quiet -o ~/.config/sops/age/keys.txt":
                "where sops and gx look for it",
        ],
        discussion: """
            Prints the key, or writes it to a file that only you can read and that must not exist yet, and tells \
            its recipient: what others need to encrypt for you.
            """)

    @Option(
        name: [.customShort("o"), .customLong("out")],
        help: ArgumentHelp("Write the key to this file.", valueName: "file"), completion: .file())
    var file: String?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        Memory.forbidDumps()
        let identity = try X25519.Identity.generate()
        let text = MemorySink()
        text.write("# created: \(context.now.utc)\n# public key: \(identity.publicRecipient)\n")
        identity.secretText.withSpan { text.write($0) }
        text.write("\n")
        if let file {
            try Files.makeFolder(of: file)
            let sink = try FileSink(creating: file)
            try text.bytes.withSpan { (bytes) throws(SecretsError) in try sink.write(bytes) }
            try context.output.print("\(identity.publicRecipient.description)")
        } else {
            try text.bytes.withSpan { (bytes) throws(SecretsError) in try FileSink().write(bytes) }
            try context.note("public key: \(identity.publicRecipient.description)")
        }
        return .done
    }
}
