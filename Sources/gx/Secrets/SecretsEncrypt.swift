import ArgumentParser
import Secrets
import System
import Terminal

/// Whom to encrypt for, said on the command line.
struct RecipientOptions: ParsableArguments {
    @Option(
        name: [.customShort("r"), .customLong("recipient")],
        help: ArgumentHelp("Encrypt for this recipient (age1… or an SSH public key).", valueName: "recipient")
    )
    var recipients: [String] = []

    @Option(
        name: [.customShort("R"), .customLong("recipients-file")],
        help: ArgumentHelp("Encrypt for the recipients of this file, one a line.", valueName: "file"),
        completion: .file())
    var files: [String] = []

    func all() throws -> [String] {
        var all = recipients
        for file in files {
            let text = try String(decoding: Files.read(file, mayBePipe: true).unwiped, as: UTF8.self)
            let lines = text.split(whereSeparator: \.isNewline).map(String.init).filter {
                !$0.hasPrefix("#") && !$0.isEmpty
            }
            guard !lines.isEmpty else { throw Failure("there are no recipients in \(file)") }
            all += lines
        }
        return all
    }
}

struct SecretsEncrypt: Command {
    static let configuration = CommandConfiguration(
        commandName: "encrypt",
        abstract: "Encrypt a file.",
        examples: [
            "gx secrets encrypt envs/prod/secrets.yaml": "in place, as .sops.yaml says",
            "gx secrets encrypt --age -R team.txt -o dump.age dump.sql": "any file, as age does",
            "gx secrets encrypt --age --passphrase-file pass.txt -o dump.age dump.sql":
                "with a passphrase",
        ],
        discussion: """
            Encrypts the values of a YAML, JSON, dotenv or INI file, or any other file as a whole, as .sops.yaml \
            says for its path, and puts the encrypted file in its place. With --age any file or stream is \
            encrypted as the age program does.
            """)

    @Flag(help: "Write the age format, for a file or stream of any size.") var age = false
    @OptionGroup var recipients: RecipientOptions
    @Flag(name: [.customShort("a"), .customLong("armor")], help: "With --age: write text instead of bytes.")
    var armor = false
    @Option(
        help: ArgumentHelp(
            "With --age: encrypt with the passphrase that this file holds.", valueName: "file"),
        completion: .file())
    var passphraseFile: String?
    @Option(
        name: [.customShort("o"), .customLong("out")],
        help: ArgumentHelp("Write to this file.", valueName: "file"), completion: .file())
    var out: String?
    @Argument(help: "The file; - or nothing, with --age, is standard input.", completion: .file()) var file:
        String?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        if age { return try encryptStream() }
        guard let file, file != "-" else {
            throw Failure("which file?", hint: "--age encrypts standard input")
        }
        guard passphraseFile == nil, !armor else {
            throw Failure("--armor and --passphrase-file go with --age")
        }
        let files = try SecretFiles(context)
        let named = try recipients.all()
        var rule =
            try named.isEmpty ? GoverningPolicy.rule(for: out ?? file) : EncryptionRule(recipients: named)
        if !named.isEmpty, let governed = try GoverningPolicy(for: out ?? file),
            let known = governed.policy.firstRule(for: governed.path)
        {
            rule.selection = known.encryption.selection
            rule.macOnlyEncrypted = known.encryption.macOnlyEncrypted
        }
        let plain = try Files.read(file).unwiped
        do {
            try files.write(
                SopsFile.encrypt(plain, as: FileFormat(path: out ?? file), rule: rule), to: out ?? file)
        } catch let error as SecretsError {
            throw error.place?.hasPrefix(out ?? file) == true ? error : error.inside(file)
        }
        try files.addDrivers(for: out ?? file)
        return .done
    }

    private func encryptStream() throws -> ExitStatus {
        Memory.forbidDumps()
        var all: [any AgeRecipient] = try recipients.all().map { try parseRecipient($0) }
        if let passphraseFile { all.append(try Scrypt.Recipient(Passphrase.read(passphraseFile))) }
        guard !all.isEmpty else {
            throw Failure("whom to encrypt for?", hint: "say it with -r, -R or --passphrase-file")
        }
        try AgeStream.run(file, to: out) { (source, sink) throws(SecretsError) in
            try AgeFile.encrypt(from: source, to: sink, recipients: all, armor: armor)
        }
        return .done
    }
}

struct SecretsDecrypt: Command {
    static let configuration = CommandConfiguration(
        commandName: "decrypt",
        abstract: "Decrypt a file to standard output.",
        examples: [
            "gx secrets decrypt envs/prod/secrets.yaml": "to standard output",
            "gx secrets decrypt --age dump.age -o dump.sql": "a file of age",
            "gx secrets decrypt prod.env -i key.txt": "with the keys of a file",
        ],
        discussion:
            "Nothing is written before all of an encrypted file is known to be unchanged; --age streams.")

    @Flag(help: "Read the age format, for a file or stream of any size.") var age = false
    @OptionGroup var identity: IdentityOptions
    @Option(
        help: ArgumentHelp(
            "With --age: decrypt with the passphrase that this file holds.", valueName: "file"),
        completion: .file())
    var passphraseFile: String?
    @Option(
        name: [.customShort("o"), .customLong("out")],
        help: ArgumentHelp("Write to this file, which only you can read.", valueName: "file"),
        completion: .file())
    var out: String?
    @Argument(help: "The file; - or nothing, with --age, is standard input.", completion: .file()) var file:
        String?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let files = try SecretFiles(context)
        if age {
            var identities =
                passphraseFile == nil || !identity.files.isEmpty ? try identity.identities().all : []
            if let passphraseFile { identities.append(Scrypt.Identity(try Passphrase.read(passphraseFile))) }
            try AgeStream.run(file, to: out, isPrivate: true) { (source, sink) throws(SecretsError) in
                try AgeFile.decrypt(from: source, to: sink, identities: identities)
            }
            return .done
        }
        guard let file, file != "-" else {
            throw Failure("which file?", hint: "--age decrypts standard input")
        }
        let plain = try files.open(file, identity).plaintext()
        try AgeStream.write(plain, to: out)
        return .done
    }
}

/// A passphrase from a file: its first line.
enum Passphrase {
    static func read(_ path: String) throws -> SecretBytes {
        let bytes = try Files.read(path).unwiped
        return SecretBytes(taking: Array(bytes.prefix { $0 != 10 && $0 != 13 }))
    }
}

/// Files and standard streams as both ends of encryption.
enum AgeStream {
    static func run(
        _ input: String?, to output: String?, isPrivate: Bool = false,
        _ work: (any ByteSource, any ByteSink) throws(SecretsError) -> Void
    ) throws {
        let source = try FileSource(input ?? "-", mayBePipe: true)
        guard let output, output != "-" else { return try work(source, FileSink()) }
        try Files.replace(output, mode: 0o600, isPrivate: isPrivate) { (sink) throws(SecretsError) in
            try work(source, sink)
        }
    }

    static func write(_ bytes: SecretBytes, to output: String?) throws {
        try run("/dev/null", to: output, isPrivate: true) { (_, sink) throws(SecretsError) in
            try bytes.withSpan { (bytes) throws(SecretsError) in try sink.write(bytes) }
        }
    }
}
