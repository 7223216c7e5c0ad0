internal import System

/// Hashes of what is no secret.
public enum ContentHash {
    /// SHA-256 in Base64, as policies of web pages name scripts.
    public static func sha256(_ bytes: [UInt8]) -> String { Base64.encode(Crypto.sha256(bytes.span)) }
}
