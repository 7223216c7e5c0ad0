/// Encrypts and decrypts values under one data key.
struct ValueCipher: ~Copyable {
    private var cipher: AEAD

    init(_ dataKey: SecretBytes) throws(SecretsError) {
        cipher = try AEAD(.aes256GCM, key: dataKey, nonceLength: EncryptedValue.ivLength)
    }

    /// `context` is what the value is bound to: its path, or for the MAC the time.
    mutating func encrypt(_ value: PlainValue, context: [UInt8]) throws(SecretsError) -> EncryptedValue {
        let iv = try Crypto.random(EncryptedValue.ivLength)
        var output = [UInt8](repeating: 0, count: value.bytes.count + AEAD.tagLength)
        var span = output.mutableSpan
        try value.bytes.withSpan { (bytes) throws(SecretsError) in
            try cipher.seal(bytes, nonce: iv.span, additional: context.span, into: &span)
        }
        return EncryptedValue(
            data: Array(output.dropLast(AEAD.tagLength)), iv: iv, tag: Array(output.suffix(AEAD.tagLength)),
            type: value.type)
    }

    /// Nil when the value was changed, moved from another path, or is under another key.
    mutating func decrypt(_ value: EncryptedValue, context: [UInt8]) -> PlainValue? {
        let sealed = value.data + value.tag
        var isAuthentic = false
        let bytes = SecretBytes(count: value.data.count) { output in
            isAuthentic = cipher.open(
                sealed.span, nonce: value.iv.span, additional: context.span, into: &output)
        }
        return isAuthentic ? PlainValue(value.type, bytes) : nil
    }
}
