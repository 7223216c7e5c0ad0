internal import CLibCrypto
internal import System

/// SSH keys as recipients and identities.
enum SSH {
    static let ed25519Type = "ssh-ed25519"
    static let rsaType = "ssh-rsa"

    /// A line of a public key file: type, Base64, comment.
    static func parsePublicKey(_ line: String) throws(SecretsError) -> any AgeRecipient {
        let words = line.split(separator: " ")
        guard words.count >= 2, let wire = Base64.decode(Array(words[1].utf8)) else {
            throw SecretsError(.key, "malformed SSH public key")
        }
        return try parse(wire: wire)
    }

    static func parse(wire: [UInt8]) throws(SecretsError) -> any AgeRecipient {
        var reader = SSHReader(wire)
        guard let type = reader.string() else { throw SecretsError(.key, "malformed SSH public key") }
        switch String(decoding: type, as: UTF8.self) {
        case ed25519Type:
            guard let point = reader.string(), point.count == Curve25519.length, reader.isAtEnd else {
                throw SecretsError(.key, "malformed ssh-ed25519 public key")
            }
            return try Ed25519Recipient(wire: wire, point: Array(point))
        case rsaType:
            guard let exponent = reader.string(), let modulus = reader.string(), reader.isAtEnd else {
                throw SecretsError(.key, "malformed ssh-rsa public key")
            }
            return try RSARecipient(wire: wire, modulus: Array(modulus), exponent: Array(exponent))
        case let other:
            throw SecretsError(
                .unsupported, "SSH keys of type \(quoted(other)) cannot be encrypted to",
                hint: "age knows ssh-ed25519 and ssh-rsa")
        }
    }

    /// Four bytes that say which SSH key a stanza is for.
    static func tag(of wire: [UInt8]) -> String {
        Base64.encode(Array(Crypto.sha256(wire.span).prefix(4)), padded: false)
    }

    struct Ed25519Recipient: AgeRecipient {
        static let info = "age-encryption.org/v1/ssh-ed25519"
        fileprivate let wire: [UInt8]
        /// The point on Curve25519's Montgomery form.
        fileprivate let montgomery: [UInt8]

        fileprivate init(wire: [UInt8], point: [UInt8]) throws(SecretsError) {
            self.wire = wire
            montgomery = try SSH.montgomery(fromEdwards: point)
        }

        /// Binds the shared secret to this very SSH key.
        fileprivate func tweak() throws(SecretsError) -> SecretBytes {
            try Crypto.hkdf(SecretBytes(taking: []), salt: wire, info: Self.info)
        }

        fileprivate func key(tweaking shared: SecretBytes, share: [UInt8]) throws(SecretsError)
            -> SecretBytes?
        {
            let point = shared.withSpan { [UInt8]($0) }
            guard let tweaked = try Curve25519.agree(tweak(), with: point) else { return nil }
            return try Crypto.hkdf(tweaked, salt: share + montgomery, info: Self.info)
        }

        func wrap(_ fileKey: SecretBytes) throws(SecretsError) -> Stanza {
            let ephemeral = SecretBytes(taking: try Crypto.random(Curve25519.length))
            let share = try Curve25519.publicKey(of: ephemeral)
            guard let shared = try Curve25519.agree(ephemeral, with: montgomery),
                let key = try key(tweaking: shared, share: share)
            else { throw SecretsError(.key, "the ssh-ed25519 public key is a point of low order") }
            return Stanza(
                type: ed25519Type, arguments: [tag(of: wire), Base64.encode(share, padded: false)],
                body: try FileKey.wrap(fileKey, under: key))
        }
    }

    struct Ed25519Identity: AgeIdentity {
        let recipient: String?
        private let publicKey: Ed25519Recipient
        private let secret: SecretBytes

        /// `seed` is the first half of OpenSSH's 64-byte private key.
        init(wire: [UInt8], seed: SecretBytes) throws(SecretsError) {
            guard let publicKey = try SSH.parse(wire: wire) as? Ed25519Recipient else {
                throw SecretsError(.key, "malformed SSH private key")
            }
            self.publicKey = publicKey
            recipient = "\(ed25519Type) \(Base64.encode(wire))"
            let digest = seed.withSpan { Crypto.sha512($0) }
            secret = digest.withSpan { SecretBytes(copying: $0.extracting(first: Curve25519.length)) }
        }

        func unwrap(_ stanza: Stanza) throws(SecretsError) -> SecretBytes? {
            guard stanza.type == ed25519Type else { return nil }
            guard stanza.arguments.count == 2,
                let share = Base64.decode(Array(stanza.arguments[1].utf8), padded: false),
                share.count == Curve25519.length
            else { throw malformedStanza(stanza.type, "the share is not 32 bytes of Base64") }
            guard stanza.arguments[0] == tag(of: publicKey.wire) else { return nil }
            guard let shared = try Curve25519.agree(secret, with: share),
                let key = try publicKey.key(tweaking: shared, share: share)
            else { throw malformedStanza(stanza.type, "the share is a point of low order") }
            return try FileKey.unwrap(stanza.body, under: key, of: stanza.type)
        }
    }

    /// u = (1 + y) / (1 - y) modulo 2^255 - 19. All of it public, so nothing here needs constant time.
    private static func montgomery(fromEdwards point: [UInt8]) throws(SecretsError) -> [UInt8] {
        var littleEndian = point
        littleEndian[31] &= 0x7f  // the sign of x
        let y = try BigNumber(Array(littleEndian.reversed()))
        let prime = try BigNumber([0x7f] + [UInt8](repeating: 0xff, count: 30) + [0xed])
        let one = try BigNumber([1])
        let result = try BigNumber([])
        guard let context = unsafe BN_CTX_new() else { throw Crypto.failure("convert a key") }
        defer { unsafe BN_CTX_free(context) }
        let numerator = try BigNumber([])
        let denominator = try BigNumber([])
        guard unsafe BN_mod_add(numerator.pointer, one.pointer, y.pointer, prime.pointer, context) == 1,
            unsafe BN_mod_sub(denominator.pointer, one.pointer, y.pointer, prime.pointer, context) == 1,
            unsafe BN_mod_inverse(denominator.pointer, denominator.pointer, prime.pointer, context) != nil,
            unsafe BN_mod_mul(result.pointer, numerator.pointer, denominator.pointer, prime.pointer, context)
                == 1
        else {
            ERR_clear_error()
            throw SecretsError(.key, "the ssh-ed25519 public key is not a usable point")
        }
        var bytes = [UInt8](repeating: 0, count: Curve25519.length)
        _ = unsafe BN_bn2lebinpad(result.pointer, &bytes, Int32(bytes.count))
        return bytes
    }
}

/// Reads the wire format of SSH (RFC 4251, section 5).
struct SSHReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }
    var remaining: ArraySlice<UInt8> { rest }

    mutating func uint32() -> UInt32? {
        guard rest.count >= 4 else { return nil }
        defer { rest.removeFirst(4) }
        return rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func string() -> ArraySlice<UInt8>? {
        guard let count = uint32(), Int(count) <= rest.count else { return nil }
        defer { rest.removeFirst(Int(count)) }
        return rest.prefix(Int(count))
    }
}

/// Owner of a number of libcrypto, wiped when released.
@safe struct BigNumber: ~Copyable {
    let pointer: OpaquePointer

    /// From big-endian bytes; none are zero.
    init(_ bytes: [UInt8]) throws(SecretsError) {
        guard let pointer = unsafe BN_bin2bn(bytes, Int32(bytes.count), nil) else {
            throw Crypto.failure("hold a number")
        }
        unsafe self.pointer = unsafe pointer
    }

    deinit { unsafe BN_clear_free(pointer) }
}
