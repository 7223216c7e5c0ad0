internal import CLibCrypto

/// The primitives of libcrypto that age and SOPS are made of, on spans.
enum Crypto {
    /// A failure of libcrypto itself (out of memory, no entropy), never of the input.
    static func failure(_ what: String) -> SecretsError {
        ERR_clear_error()
        return SecretsError(.crypto, "libcrypto cannot \(what)")
    }

    static func random(_ count: Int) throws(SecretsError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let status = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe RAND_bytes($0.baseAddress, Int32($0.count))
        }
        guard status == 1 else { throw failure("give random bytes") }
        return bytes
    }

    static func sha256(_ data: Span<UInt8>) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            unsafe data.withUnsafeBufferPointer { data in
                _ = unsafe SHA256(data.baseAddress, data.count, buffer.baseAddress)
            }
            count = 32
        }
    }

    static func sha512(_ data: Span<UInt8>) -> SecretBytes {
        SecretBytes(count: 64) { output in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe data.withUnsafeBufferPointer { data in
                    _ = unsafe SHA512(data.baseAddress, data.count, output.baseAddress)
                }
            }
        }
    }

    static func hmacSHA256(key: Span<UInt8>, _ data: Span<UInt8>) throws(SecretsError) -> SecretBytes {
        try SecretBytes(count: 32) { (output) throws(SecretsError) in
            let done = unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe key.withUnsafeBufferPointer { key in
                    unsafe data.withUnsafeBufferPointer { data in
                        unsafe HMAC(
                            EVP_sha256(), key.baseAddress, Int32(key.count), data.baseAddress, data.count,
                            output.baseAddress, nil) != nil
                    }
                }
            }
            guard done else { throw failure("compute an HMAC") }
        }
    }

    /// HKDF-SHA-256 (RFC 5869) for 32 bytes, all that age asks for: one block of the expansion.
    static func hkdf(
        _ secret: SecretBytes, salt: [UInt8], info: String
    ) throws(SecretsError) -> SecretBytes {
        let salt = salt.isEmpty ? [UInt8](repeating: 0, count: 32) : salt
        let extracted = try secret.withSpan { (secret) throws(SecretsError) in
            try hmacSHA256(key: salt.span, secret)
        }
        let block = Array(info.utf8) + [1]
        return try extracted.withSpan { (key) throws(SecretsError) in
            try hmacSHA256(key: key, block.span)
        }
    }

    /// scrypt with r = 8, p = 1 and N = 2^`logN`, for 32 bytes. Takes 2^(`logN` + 10) bytes of memory.
    static func scrypt(
        _ passphrase: SecretBytes, salt: [UInt8], logN: Int
    ) throws(SecretsError) -> SecretBytes {
        try SecretBytes(count: 32) { (output) throws(SecretsError) in
            let status = unsafe output.withUnsafeMutableBufferPointer { output in
                passphrase.withSpan { passphrase in
                    unsafe passphrase.withUnsafeBytes { passphrase in
                        // The default memory limit (32 MiB) refuses age's default work factor.
                        unsafe EVP_PBE_scrypt(
                            passphrase.baseAddress, passphrase.count, salt, salt.count, UInt64(1) << logN, 8,
                            1,
                            UInt64(1) << (logN + 11), output.baseAddress, output.count)
                    }
                }
            }
            guard status == 1 else { throw failure("derive a key by scrypt with work factor \(logN)") }
        }
    }
}

/// An incremental hash.
@safe struct Hash: ~Copyable {
    private let context: OpaquePointer

    static func sha256() throws(SecretsError) -> Hash { try unsafe Hash(EVP_sha256()) }
    static func sha512() throws(SecretsError) -> Hash { try unsafe Hash(EVP_sha512()) }

    private init(_ algorithm: OpaquePointer?) throws(SecretsError) {
        guard let context = unsafe EVP_MD_CTX_new() else { throw Crypto.failure("hash") }
        guard unsafe EVP_DigestInit_ex(context, algorithm, nil) == 1 else {
            unsafe EVP_MD_CTX_free(context)
            throw Crypto.failure("hash")
        }
        unsafe self.context = unsafe context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    mutating func update(_ data: Span<UInt8>) {
        unsafe data.withUnsafeBytes { data in
            // Fails only for a context that was never initialized.
            _ = unsafe EVP_DigestUpdate(context, data.baseAddress, data.count)
        }
    }

    consuming func finish() -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
            var length: UInt32 = 0
            _ = unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, &length)
            count = Int(length)
        }
    }
}
