/// Somebody whom a file is encrypted to: wraps the file key so that only they get it back.
public protocol AgeRecipient: Sendable {
    func wrap(_ fileKey: SecretBytes) throws(SecretsError) -> Stanza
}

/// A secret key (or passphrase) that opens files.
public protocol AgeIdentity: Sendable {
    /// The recipient that this identity answers for, as it is written in policies; nil for a passphrase.
    var recipient: String? { get }
    /// The file key; nil when the stanza is for somebody else; an error when it breaks the format.
    func unwrap(_ stanza: Stanza) throws(SecretsError) -> SecretBytes?
}

/// The 16-byte key that a header wraps and a payload is encrypted under.
enum FileKey {
    static let length = 16

    static func generate() throws(SecretsError) -> SecretBytes {
        SecretBytes(taking: try Crypto.random(length))
    }

    /// Encrypts the file key under a key that is used once, so that a nonce of zero is safe.
    static func wrap(_ fileKey: SecretBytes, under key: SecretBytes) throws(SecretsError) -> [UInt8] {
        var cipher = try AEAD(.chaCha20Poly1305, key: key)
        var body = [UInt8](repeating: 0, count: length + AEAD.tagLength)
        var output = body.mutableSpan
        try fileKey.withSpan { (fileKey) throws(SecretsError) in
            try cipher.seal(
                fileKey, nonce: [UInt8](repeating: 0, count: 12).span, additional: [UInt8]().span,
                into: &output)
        }
        return body
    }

    /// Nil when `key` is not the one it was wrapped under.
    static func unwrap(_ body: [UInt8], under key: SecretBytes, of stanza: String) throws(SecretsError)
        -> SecretBytes?
    {
        // Checked before decrypting: a longer key could be made to decrypt under several keys.
        guard body.count == length + AEAD.tagLength else {
            throw malformedStanza(stanza, "its body is not \(length + AEAD.tagLength) bytes")
        }
        var cipher = try AEAD(.chaCha20Poly1305, key: key)
        var isAuthentic = false
        let fileKey = SecretBytes(count: length) { output in
            isAuthentic = cipher.open(
                body.span, nonce: [UInt8](repeating: 0, count: 12).span, additional: [UInt8]().span,
                into: &output)
        }
        return isAuthentic ? fileKey : nil
    }
}

func malformedStanza(_ type: String, _ what: String) -> SecretsError {
    SecretsError(.header, "malformed age header: in a stanza of type \(type), \(what)")
}

/// Reads a recipient in any form that age writes: `age1…`, or a line of an SSH public key file.
public func parseRecipient(_ text: String) throws(SecretsError) -> any AgeRecipient {
    if text.hasPrefix("ssh-") { return try SSH.parsePublicKey(text) }
    if text.lowercased().hasPrefix("age1pq1") || text.lowercased().hasPrefix("age1tagpq1") {
        throw SecretsError(
            .unsupported,
            "post-quantum recipients (age1pq1…) need ML-KEM, which this libcrypto does not have",
            hint: "use an X25519 recipient, which age-keygen and gx secrets keygen write")
    }
    guard let (prefix, data) = Bech32.decode(text) else {
        throw SecretsError(
            .key, "malformed age recipient \(quoted(text))",
            hint: "a recipient starts with age1, ssh-ed25519 or ssh-rsa and is copied whole")
    }
    if prefix.hasPrefix("age1") {
        throw SecretsError(
            .unsupported,
            "recipient \(quoted(text)) needs the plugin age-plugin-\(prefix.dropFirst(4)), which gx does not run"
        )
    }
    guard prefix == "age", data.count == 32 else {
        throw SecretsError(.key, "\(quoted(text)) is not an age recipient")
    }
    return X25519.Recipient(publicKey: data)
}

/// A recipient in an error message: cut short, and without anything that could act on a terminal.
func quoted(_ text: String) -> String {
    let safe = String(String.UnicodeScalarView(text.unicodeScalars.filter { (33...126).contains($0.value) }))
    return safe.count > 20 ? "\(safe.prefix(16))…" : "'\(safe)'"
}
