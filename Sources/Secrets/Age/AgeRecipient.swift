/// Somebody whom a file is encrypted to: wraps the file key so that only they get it back.
public protocol AgeRecipient: Sendable {
    func wrap(_ fileKey: SecretBytes) throws(SecretsError) -> Stanza
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
