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
