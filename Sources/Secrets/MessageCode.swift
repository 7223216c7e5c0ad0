/// A code by which whoever has the same key can tell that words are whole and from whom (HMAC, RFC 2104, with SHA-256).
public enum MessageCode {
    /// - Returns: 32 bytes.
    /// - Throws: where libcrypto can't.
    public static func sha256(of words: [UInt8], key: [UInt8]) throws(SecretsError) -> [UInt8] {
        try Crypto.hmacSHA256(key: key.span, words.span).withSpan { code in
            code.indices.map { code[$0] }
        }
    }
}
