internal import CLibCrypto
internal import System

/// The native keys of age: `age1…` and `AGE-SECRET-KEY-1…`.
public enum X25519 {
    static let stanzaType = "X25519"
    static let info = "age-encryption.org/v1/X25519"

    public struct Recipient: AgeRecipient, Hashable, CustomStringConvertible {
        let publicKey: [UInt8]

        public var description: String { Bech32.encode(prefix: "age", publicKey) }

        public func wrap(_ fileKey: SecretBytes) throws(SecretsError) -> Stanza {
            let ephemeral = SecretBytes(taking: try Crypto.random(Curve25519.length))
            let share = try Curve25519.publicKey(of: ephemeral)
            guard let shared = try Curve25519.agree(ephemeral, with: publicKey) else {
                throw SecretsError(.key, "the recipient \(quoted(description)) is a point of low order")
            }
            let key = try Crypto.hkdf(shared, salt: share + publicKey, info: X25519.info)
            return Stanza(
                type: X25519.stanzaType, arguments: [Base64.encode(share, padded: false)],
                body: try FileKey.wrap(fileKey, under: key))
        }
    }

    public struct Identity: AgeIdentity {
        private static let prefix = "age-secret-key-"
        private let secret: SecretBytes
        private let publicKey: [UInt8]

        public static func generate() throws(SecretsError) -> Identity {
            try Identity(secret: SecretBytes(taking: Crypto.random(Curve25519.length)))
        }

        private init(secret: SecretBytes) throws(SecretsError) {
            self.secret = secret
            publicKey = try Curve25519.publicKey(of: secret)
        }

        /// Reads `AGE-SECRET-KEY-1…`.
        init(parsing text: String) throws(SecretsError) {
            guard text.hasPrefix("AGE-"), let (prefix, data) = Bech32.decode(text), prefix == Self.prefix,
                data.count == Curve25519.length
            else { throw SecretsError(.key, "malformed age identity") }
            try self.init(secret: SecretBytes(taking: data))
        }

        /// The secret key as identity files have it. A secret: for the file or the reader it is meant for only.
        public var secretText: SecretBytes {
            secret.withSpan {
                SecretBytes(taking: Array(Bech32.encode(prefix: Self.prefix, [UInt8]($0)).uppercased().utf8))
            }
        }

        public var publicRecipient: Recipient { Recipient(publicKey: publicKey) }
        public var recipient: String? { publicRecipient.description }

        public func unwrap(_ stanza: Stanza) throws(SecretsError) -> SecretBytes? {
            guard stanza.type == X25519.stanzaType else { return nil }
            guard stanza.arguments.count == 1,
                let share = Base64.decode(Array(stanza.arguments[0].utf8), padded: false),
                share.count == Curve25519.length
            else { throw malformedStanza(stanza.type, "the share is not 32 bytes of Base64") }
            guard let shared = try Curve25519.agree(secret, with: share) else {
                throw malformedStanza(stanza.type, "the share is a point of low order")
            }
            let key = try Crypto.hkdf(shared, salt: share + publicKey, info: X25519.info)
            return try FileKey.unwrap(stanza.body, under: key, of: stanza.type)
        }
    }
}

/// The function X25519 (RFC 7748).
enum Curve25519 {
    static let length = 32

    static func publicKey(of secret: SecretBytes) throws(SecretsError) -> [UInt8] {
        let key = try EVPKey(x25519Secret: secret)
        var bytes = [UInt8](repeating: 0, count: length)
        var count = length
        guard unsafe EVP_PKEY_get_raw_public_key(key.pointer, &bytes, &count) == 1, count == length else {
            throw Crypto.failure("compute a public key")
        }
        return bytes
    }

    /// Nil when the result is all zero: `point` is of low order, and everybody could compute it.
    static func agree(_ secret: SecretBytes, with point: [UInt8]) throws(SecretsError) -> SecretBytes? {
        let mine = try EVPKey(x25519Secret: secret)
        let theirs = try EVPKey(x25519Public: point)
        let context = try EVPKeyContext(mine)
        guard unsafe EVP_PKEY_derive_init(context.pointer) == 1,
            unsafe EVP_PKEY_derive_set_peer(context.pointer, theirs.pointer) == 1
        else { throw Crypto.failure("agree on a key") }
        var derived = false
        let shared = SecretBytes(count: length) { output in
            derived = unsafe output.withUnsafeMutableBufferPointer { output in
                var count = output.count
                return unsafe EVP_PKEY_derive(context.pointer, output.baseAddress, &count) == 1
                    && count == length
            }
        }
        // libcrypto refuses the all-zero result itself; it is checked again because all of age rests on it.
        guard derived, shared.withSpan({ !constantTimeEqual($0, [UInt8](repeating: 0, count: length).span) })
        else {
            ERR_clear_error()
            return nil
        }
        return shared
    }
}

/// Owner of a key in libcrypto.
@safe struct EVPKey: ~Copyable {
    let pointer: OpaquePointer

    /// Takes over a key that a function of libcrypto has just returned; nil means that the function failed.
    init(owning pointer: OpaquePointer?) throws(SecretsError) {
        guard let pointer = unsafe pointer else { throw Crypto.failure("read a key") }
        unsafe self.pointer = unsafe pointer
    }

    init(x25519Secret secret: SecretBytes) throws(SecretsError) {
        let pointer = unsafe secret.withSpan { secret in
            unsafe secret.withUnsafeBufferPointer {
                unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nil, $0.baseAddress, $0.count)
            }
        }
        try unsafe self.init(owning: pointer)
    }

    init(x25519Public point: [UInt8]) throws(SecretsError) {
        try unsafe self.init(owning: EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nil, point, point.count))
    }

    deinit { unsafe EVP_PKEY_free(pointer) }
}

/// Owner of an operation with a key.
@safe struct EVPKeyContext: ~Copyable {
    let pointer: OpaquePointer

    init(_ key: borrowing EVPKey) throws(SecretsError) {
        guard let pointer = unsafe EVP_PKEY_CTX_new(key.pointer, nil) else {
            throw Crypto.failure("use a key")
        }
        unsafe self.pointer = unsafe pointer
    }

    deinit { unsafe EVP_PKEY_CTX_free(pointer) }
}
