internal import CLibCrypto
internal import System

extension SSH {
    static let rsaLabel = Array("age-encryption.org/v1/ssh-rsa".utf8)

    struct RSARecipient: AgeRecipient {
        private static let bits = 2048...16384
        fileprivate let wire: [UInt8]
        fileprivate let modulus: [UInt8]
        fileprivate let exponent: [UInt8]

        init(wire: [UInt8], modulus: [UInt8], exponent: [UInt8]) throws(SecretsError) {
            self.wire = wire
            self.modulus = modulus
            self.exponent = exponent
            let significant = modulus.drop { $0 == 0 }
            let bits = significant.count * 8 - (significant.first?.leadingZeroBitCount ?? 0)
            guard Self.bits.contains(bits) else {
                throw SecretsError(
                    .key, "the ssh-rsa key has \(bits) bits; age takes \(Self.bits.lowerBound) or more")
            }
        }

        func wrap(_ fileKey: SecretBytes) throws(SecretsError) -> Stanza {
            let key = try RSA.key(modulus: modulus, exponent: exponent)
            return Stanza(type: rsaType, arguments: [tag(of: wire)], body: try RSA.encrypt(fileKey, to: key))
        }
    }

    /// Not safe to share between threads in libcrypto's own terms, so the key is read again for every use.
    struct RSAIdentity: AgeIdentity {
        let recipient: String?
        private let wire: [UInt8]
        private let key: SecretKey

        private enum SecretKey: Sendable {
            case components(modulus: [UInt8], exponent: [UInt8], secret: SecretBytes)
            case pem(SecretBytes)
        }

        init(modulus: [UInt8], exponent: [UInt8], secret: SecretBytes) throws(SecretsError) {
            let wire = SSH.wire(modulus: modulus, exponent: exponent)
            _ = try RSARecipient(wire: wire, modulus: modulus, exponent: exponent)
            self.wire = wire
            recipient = "\(rsaType) \(Base64.encode(wire))"
            key = .components(modulus: modulus, exponent: exponent, secret: secret)
        }

        /// A private key in PKCS #1 or #8, as older OpenSSH wrote it.
        init(pem: SecretBytes) throws(SecretsError) {
            let key = try RSA.key(pem: pem)
            let (modulus, exponent) = try RSA.publicParts(of: key)
            wire = SSH.wire(modulus: modulus, exponent: exponent)
            _ = try RSARecipient(wire: wire, modulus: modulus, exponent: exponent)
            recipient = "\(rsaType) \(Base64.encode(wire))"
            self.key = .pem(pem)
        }

        func unwrap(_ stanza: Stanza) throws(SecretsError) -> SecretBytes? {
            guard stanza.type == rsaType else { return nil }
            guard stanza.arguments.count == 1 else {
                throw malformedStanza(stanza.type, "there is not one argument")
            }
            guard stanza.arguments[0] == tag(of: wire) else { return nil }
            switch key {
            case .components(let modulus, let exponent, let secret):
                return try RSA.decrypt(
                    stanza.body, with: RSA.key(modulus: modulus, exponent: exponent, secret: secret))
            case .pem(let pem):
                return try RSA.decrypt(stanza.body, with: RSA.key(pem: pem))
            }
        }
    }

    /// The public key in SSH's wire format; numbers are signed there, so a high bit takes a zero byte before it.
    private static func wire(modulus: [UInt8], exponent: [UInt8]) -> [UInt8] {
        func string(_ bytes: [UInt8]) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (24 - 8 * $0)) } + bytes
        }
        func number(_ bytes: [UInt8]) -> [UInt8] {
            let significant = Array(bytes.drop { $0 == 0 })
            return string(significant.first.map { $0 >= 0x80 } == true ? [0] + significant : significant)
        }
        return string(Array(rsaType.utf8)) + number(exponent) + number(modulus)
    }
}

/// RSA-OAEP with SHA-256 and age's label.
private enum RSA {
    static func key(
        modulus: [UInt8], exponent: [UInt8], secret: SecretBytes? = nil
    ) throws(SecretsError) -> EVPKey {
        let n = try BigNumber(modulus)
        let e = try BigNumber(exponent)
        var secretBytes = secret?.withSpan { [UInt8]($0) } ?? []
        defer { secretBytes.wipe() }
        let d = try BigNumber(secretBytes)
        guard let key = unsafe gx_rsa_key(n.pointer, e.pointer, secret == nil ? nil : d.pointer) else {
            ERR_clear_error()
            throw SecretsError(.key, "the RSA key is not usable")
        }
        return try unsafe EVPKey(owning: key)
    }

    static func key(pem: SecretBytes) throws(SecretsError) -> EVPKey {
        let key = unsafe pem.withSpan { pem -> OpaquePointer? in
            unsafe pem.withUnsafeBytes { pem -> OpaquePointer? in
                guard let input = unsafe BIO_new_mem_buf(pem.baseAddress, Int32(pem.count)) else {
                    return nil
                }
                defer { unsafe BIO_free(input) }
                // An empty passphrase, so that libcrypto never asks for one at the terminal.
                var passphrase: [UInt8] = [0]
                return unsafe PEM_read_bio_PrivateKey(input, nil, nil, &passphrase)
            }
        }
        guard let key = unsafe key, unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else {
            unsafe EVP_PKEY_free(key)
            ERR_clear_error()
            throw SecretsError(
                .key, "the PEM file is not an RSA private key without a passphrase",
                hint: "ssh-keygen -p -f FILE writes the key without one; or use an age key, which needs none")
        }
        return try unsafe EVPKey(owning: key)
    }

    static func publicParts(of key: borrowing EVPKey) throws(SecretsError) -> (
        modulus: [UInt8], exponent: [UInt8]
    ) {
        (try number(OSSL_PKEY_PARAM_RSA_N, of: key), try number(OSSL_PKEY_PARAM_RSA_E, of: key))
    }

    private static func number(_ name: String, of key: borrowing EVPKey) throws(SecretsError) -> [UInt8] {
        var pointer: OpaquePointer?
        guard unsafe EVP_PKEY_get_bn_param(key.pointer, name, &pointer) == 1, let pointer = unsafe pointer
        else {
            throw Crypto.failure("read a key")
        }
        defer { unsafe BN_free(pointer) }
        var bytes = [UInt8](repeating: 0, count: Int(unsafe BN_num_bits(pointer) + 7) / 8)
        _ = unsafe BN_bn2bin(pointer, &bytes)
        return bytes
    }

    private static func withOAEP<Result>(
        _ key: borrowing EVPKey, start: (OpaquePointer?) -> Int32,
        run: (OpaquePointer) throws(SecretsError) -> Result
    ) throws(SecretsError) -> Result {
        let context = try EVPKeyContext(key)
        let label = SSH.rsaLabel
        guard unsafe start(context.pointer) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_padding(context.pointer, RSA_PKCS1_OAEP_PADDING) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_oaep_md(context.pointer, EVP_sha256()) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_mgf1_md(context.pointer, EVP_sha256()) == 1,
            let copy = unsafe CRYPTO_memdup(label, label.count, "", 0)
        else { throw Crypto.failure("set up RSA-OAEP") }
        // The context frees the copy, if it takes it.
        guard unsafe EVP_PKEY_CTX_set0_rsa_oaep_label(context.pointer, copy, Int32(label.count)) == 1 else {
            unsafe CRYPTO_free(copy, "", 0)
            throw Crypto.failure("set up RSA-OAEP")
        }
        return try unsafe run(context.pointer)
    }

    static func encrypt(_ fileKey: SecretBytes, to key: borrowing EVPKey) throws(SecretsError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: Int(unsafe EVP_PKEY_get_size(key.pointer)))
        return try unsafe withOAEP(key, start: EVP_PKEY_encrypt_init) { (context) throws(SecretsError) in
            var count = output.count
            let done = fileKey.withSpan { fileKey in
                unsafe fileKey.withUnsafeBufferPointer {
                    unsafe EVP_PKEY_encrypt(context, &output, &count, $0.baseAddress, $0.count) == 1
                }
            }
            guard done else { throw Crypto.failure("encrypt by RSA") }
            return Array(output.prefix(count))
        }
    }

    /// Nil when the body does not decrypt to a file key.
    static func decrypt(_ body: [UInt8], with key: borrowing EVPKey) throws(SecretsError) -> SecretBytes? {
        var output = [UInt8](repeating: 0, count: Int(unsafe EVP_PKEY_get_size(key.pointer)))
        defer { output.wipe() }
        return try unsafe withOAEP(key, start: EVP_PKEY_decrypt_init) { (context) throws(SecretsError) in
            var count = output.count
            guard unsafe EVP_PKEY_decrypt(context, &output, &count, body, body.count) == 1,
                count == FileKey.length
            else {
                ERR_clear_error()
                return nil
            }
            return SecretBytes(copying: output.span.extracting(first: count))
        }
    }
}
