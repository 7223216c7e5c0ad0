internal import Git
public import System

/// The secret keys that are tried, and why others cannot be.
public struct Identities: Sendable {
    public var all: [any AgeIdentity] = []
    /// Keys that were found and cannot be used; told when nothing else fits.
    public var problems: [SecretsError] = []

    /// Asks the user for the passphrase of the file that it is given.
    public typealias PassphrasePrompt = @Sendable (String) throws(SecretsError) -> SecretBytes

    /// `SOPS_AGE_KEY_CMD`: prints the identity for the recipient that it is given, when no other opens a file.
    private var command: [String] = []

    public init() {}

    /// What says where the keys are, or is one itself: not for the programs that gx runs with what it decrypted.
    public static let variables = [
        "SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", "SOPS_AGE_KEY_CMD", "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
    ]

    /// The environment of a program that gets decrypted values, and no key.
    public static var withheld: ProcessEnvironment {
        ProcessEnvironment(Dictionary(uniqueKeysWithValues: variables.map { ($0, nil) }))
    }

    /// Those that sops would find too: SSH keys, `SOPS_AGE_KEY`, `SOPS_AGE_KEY_FILE`, and sops's own key file.
    public init(
        environment: [String: String], passphrase: @escaping PassphrasePrompt
    ) {
        let home = environment["HOME"] ?? ""
        let configuration =
            environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/.config"
        let named = ["SOPS_AGE_SSH_PRIVATE_KEY_FILE", "SOPS_AGE_KEY_FILE"].compactMap { environment[$0] }
        let usual = ["\(configuration)/sops/age/keys.txt", "\(home)/.ssh/id_ed25519", "\(home)/.ssh/id_rsa"]
        if let text = environment["SOPS_AGE_KEY"] {
            add { () throws(SecretsError) in
                try Self.read(
                    SecretBytes(taking: Array(text.utf8)), name: "SOPS_AGE_KEY", passphrase: passphrase)
            }
        }
        for path in named + usual.filter(Files.exists) {
            add { () throws(SecretsError) in try Self.read(file: path, passphrase: passphrase) }
        }
        if let text = environment["SOPS_AGE_KEY_CMD"] {
            if let words = ShellWords.split(text) {
                command = words
            } else {
                problems.append(SecretsError(.key, "a quote is not closed", at: "SOPS_AGE_KEY_CMD"))
            }
        }
    }

    /// What the key command has for `recipient`; nothing where there is no command.
    func fetch(for recipient: String) throws(SecretsError) -> [any AgeIdentity] {
        guard let program = command.first else { return [] }
        var output: Subprocess.Output
        do {
            output = try Subprocess(
                program, Array(command.dropFirst()), purpose: "print a secret key (SOPS_AGE_KEY_CMD)",
                environment: ProcessEnvironment(["SOPS_AGE_RECIPIENT": recipient])
            ).run()
        } catch {
            throw SecretsError(.key, "SOPS_AGE_KEY_CMD failed: \(error)")
        }
        defer { output.stdout.wipe() }
        guard output.status == 0 else {
            throw SecretsError(.key, "SOPS_AGE_KEY_CMD failed with status \(output.status)")
        }
        let found = try Self.read(SecretBytes(copying: output.stdout.span), name: "SOPS_AGE_KEY_CMD") {
            (name) throws(SecretsError) in throw SecretsError(.key, "it is encrypted", at: name)
        }
        return try found.usable
    }

    private mutating func add(_ read: () throws(SecretsError) -> Identities) {
        do { add(try read()) } catch { problems.append(error) }
    }

    public mutating func add(_ others: Identities) {
        all += others.all
        problems += others.problems
    }

    /// All keys; an error where there is none, with the first reason why not.
    var usable: [any AgeIdentity] {
        get throws(SecretsError) {
            if all.isEmpty, let problem = problems.first { throw problem }
            return all
        }
    }

    /// The identities of a file: age keys a line, an SSH private key, or either encrypted by age itself.
    public static func read(
        file path: String, passphrase: @escaping PassphrasePrompt
    ) throws(SecretsError) -> Identities {
        try read(Files.read(path, mayBePipe: true), name: path, passphrase: passphrase)
    }

    /// The same from memory; `name` stands for the file in errors and prompts.
    static func read(
        _ bytes: SecretBytes, name: String, passphrase: @escaping PassphrasePrompt
    ) throws(SecretsError) -> Identities {
        do {
            var found = Identities()
            var text = bytes.withSpan { [UInt8]($0) }
            defer { text.wipe() }
            if text.starts(with: Header.version.utf8) || text.starts(with: Armor.begin.utf8) {
                found.all = [EncryptedIdentities(bytes, name: name, passphrase: passphrase)]
                return found
            }
            let trimmed = text.drop(while: Armor.isWhitespace)
            if trimmed.starts(with: "-----BEGIN".utf8) {
                found.all = [try SSH.parsePrivateKey(bytes)]
                return found
            }
            return try read(lines: text, of: name)
        } catch {
            throw error.inside(name)
        }
    }

    /// A line that is no key, or one of a plugin, does not spoil those that are.
    private static func read(lines text: [UInt8], of name: String) throws(SecretsError) -> Identities {
        var identities = Identities()
        for (number, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            let word = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if word.isEmpty || word.first == UInt8(ascii: "#") { continue }
            do {
                identities.all.append(try parse(String(decoding: word, as: UTF8.self)))
            } catch {
                identities.problems.append(error.inside("line \(number + 1)").inside(name))
            }
        }
        guard !identities.all.isEmpty || !identities.problems.isEmpty else {
            throw SecretsError(.key, "there is no secret key in it")
        }
        return identities
    }

    /// One `AGE-SECRET-KEY-1…`.
    static func parse(_ text: String) throws(SecretsError) -> any AgeIdentity {
        if text.hasPrefix("AGE-SECRET-KEY-PQ-1") {
            throw SecretsError(
                .unsupported,
                "post-quantum identities (AGE-SECRET-KEY-PQ-1…) need ML-KEM, which this libcrypto does not have"
            )
        }
        if text.hasPrefix("AGE-PLUGIN-") {
            let name = text.dropFirst("AGE-PLUGIN-".count).prefix { $0 != "1" }.split(separator: "-").joined(
                separator: "-"
            ).lowercased()
            throw SecretsError(
                .unsupported,
                "the identity needs the plugin age-plugin-\(name.filter { $0.isLetter || $0.isNumber || $0 == "-" }), which gx does not run"
            )
        }
        return try X25519.Identity(parsing: text)
    }
}

/// A key file that is itself encrypted by age; opened, and its passphrase asked for, only when it is needed.
private final class EncryptedIdentities: AgeIdentity, @unchecked Sendable {
    private let bytes: SecretBytes
    private let name: String
    private let passphrase: Identities.PassphrasePrompt
    /// Used by one thread, as identities are.
    private var opened: [any AgeIdentity]?

    init(_ bytes: SecretBytes, name: String, passphrase: @escaping Identities.PassphrasePrompt) {
        self.bytes = bytes
        self.name = name
        self.passphrase = passphrase
    }

    var recipient: String? { nil }

    func unwrap(_ stanza: Stanza) throws(SecretsError) -> SecretBytes? {
        // A passphrase file is opened by a passphrase, never by a key from another file.
        guard stanza.type != Scrypt.stanzaType else { return nil }
        for identity in try open() {
            if let fileKey = try identity.unwrap(stanza) { return fileKey }
        }
        return nil
    }

    private func open() throws(SecretsError) -> [any AgeIdentity] {
        if let opened { return opened }
        let sink = MemorySink()
        do {
            try AgeFile.decrypt(
                from: MemorySource(bytes), to: sink, identities: [Scrypt.Identity(try passphrase(name))])
        } catch {
            guard error.kind == .noMatch else { throw error }
            throw SecretsError(.noMatch, "the passphrase is wrong", at: name)
        }
        let identities = try Identities.read(sink.bytes, name: name) { (name) throws(SecretsError) in
            throw SecretsError(.key, "it is encrypted twice", at: name)
        }.usable
        opened = identities
        return identities
    }
}
