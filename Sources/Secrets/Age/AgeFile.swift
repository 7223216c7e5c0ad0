/// Whole files in the age format (https://age-encryption.org/v1), in constant memory.
public enum AgeFile {
    /// Encrypts all of `source` to every one of `recipients`.
    public static func encrypt(
        from source: any ByteSource, to sink: any ByteSink, recipients: [any AgeRecipient],
        armor: Bool = false
    ) throws(SecretsError) {
        guard !recipients.isEmpty else { throw SecretsError(.key, "no recipients to encrypt to") }
        guard recipients.count == 1 || !recipients.contains(where: { $0 is Scrypt.Recipient }) else {
            throw SecretsError(.key, "a passphrase cannot be combined with other recipients")
        }
        let fileKey = try FileKey.generate()
        var stanzas: [Stanza] = []
        for recipient in recipients { stanzas.append(try recipient.wrap(fileKey)) }
        let header = try Header(stanzas, fileKey: fileKey)
        let armored = armor ? ArmorSink(sink) : nil
        let output: any ByteSink = armored ?? sink
        try output.write(header.bytes.span)
        try Stream.seal(from: source, to: output, fileKey: fileKey)
        try armored?.finish()
    }

    /// Decrypts all of `source`, armored or not, with the first of `identities` that opens it.
    public static func decrypt(
        from source: any ByteSource, to sink: any ByteSink, identities: [any AgeIdentity]
    ) throws(SecretsError) {
        var input = Input(source)
        if try Armor.isArmored(input) { input = Input(ArmorSource(input)) }
        let header = try Header(reading: input)
        let fileKey = try unwrap(header, with: identities)
        guard try header.isAuthentic(under: fileKey) else {
            throw SecretsError(.headerMAC, "the age header was changed after it was written")
        }
        try Stream.open(from: input, to: sink, fileKey: fileKey)
    }

    private static func unwrap(_ header: Header, with identities: [any AgeIdentity]) throws(SecretsError)
        -> SecretBytes
    {
        for identity in identities {
            for stanza in header.stanzas {
                if let fileKey = try identity.unwrap(stanza) { return fileKey }
            }
        }
        let kinds = Set(header.stanzas.map(\.type)).sorted().map { kindName($0) }
        throw SecretsError(
            .noMatch,
            identities.isEmpty
                ? "no identity to decrypt with" : "no identity matches any of the file's recipients",
            hint:
                "the file is for \(kinds.joined(separator: ", ")); name an identity with -i, or SOPS_AGE_KEY_FILE"
        )
    }

    /// What a stanza needs to be opened, in words.
    private static func kindName(_ type: String) -> String {
        switch type {
        case X25519.stanzaType: "age keys (X25519)"
        case Scrypt.stanzaType: "a passphrase"
        case SSH.ed25519Type, SSH.rsaType: "SSH keys (\(type))"
        case "mlkem768x25519", "mlkem768p256tag": "post-quantum keys (which gx cannot use)"
        default: "\(quoted(type)) (a plugin, which gx does not run)"
        }
    }

    /// A small value encrypted in memory; armored, as SOPS keeps its data key.
    static func encrypt(_ bytes: SecretBytes, to recipient: any AgeRecipient) throws(SecretsError) -> String {
        let sink = MemorySink()
        try encrypt(from: MemorySource(bytes), to: sink, recipients: [recipient], armor: true)
        return sink.bytes.withSpan { String(decoding: [UInt8]($0), as: UTF8.self) }
    }

    /// A small value decrypted in memory.
    static func decrypt(_ bytes: [UInt8], with identities: [any AgeIdentity]) throws(SecretsError)
        -> SecretBytes
    {
        let sink = MemorySink()
        try decrypt(from: MemorySource(SecretBytes(copying: bytes.span)), to: sink, identities: identities)
        return sink.bytes
    }
}
