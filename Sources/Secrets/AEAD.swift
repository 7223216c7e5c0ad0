internal import CLibCrypto

/// Authenticated encryption under one key. The cipher is set up once; each message changes only its nonce.
@safe struct AEAD: ~Copyable {
    enum Algorithm { case chaCha20Poly1305, aes256GCM }

    /// The length of the tag that follows every ciphertext.
    static let tagLength = 16

    private let context: OpaquePointer

    init(_ algorithm: Algorithm, key: SecretBytes, nonceLength: Int = 12) throws(SecretsError) {
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw Crypto.failure("encrypt") }
        let cipher =
            switch algorithm {
            case .chaCha20Poly1305: unsafe EVP_chacha20_poly1305()
            case .aes256GCM: unsafe EVP_aes_256_gcm()
            }
        let ready = key.withSpan { key in
            unsafe key.withUnsafeBufferPointer { key in
                unsafe key.count == 32
                    && EVP_CipherInit_ex(context, cipher, nil, nil, nil, 1) == 1
                    && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, Int32(nonceLength), nil) == 1
                    && EVP_CipherInit_ex(context, nil, nil, key.baseAddress, nil, 1) == 1
            }
        }
        guard ready else {
            unsafe EVP_CIPHER_CTX_free(context)
            throw Crypto.failure("set up a cipher")
        }
        unsafe self.context = unsafe context
    }

    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    /// Writes ciphertext and tag to `output`, which is 16 bytes longer than `plaintext`.
    mutating func seal(
        _ plaintext: Span<UInt8>, nonce: Span<UInt8>, additional: Span<UInt8>,
        into output: inout MutableSpan<UInt8>
    ) throws(SecretsError) {
        precondition(output.count == plaintext.count + Self.tagLength)
        let done = unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe start(nonce, encrypt: true)
                && run(plaintext, into: output.baseAddress, additional: additional)
                && control(EVP_CTRL_AEAD_GET_TAG, output.baseAddress?.advanced(by: plaintext.count))
        }
        guard done else { throw Crypto.failure("encrypt") }
    }

    /// Writes the plaintext to `output`, 16 bytes shorter than `ciphertext`. False, and `output` zeroed, when the
    /// ciphertext is not authentic.
    mutating func open(
        _ ciphertext: Span<UInt8>, nonce: Span<UInt8>, additional: Span<UInt8>,
        into output: inout MutableSpan<UInt8>
    ) -> Bool {
        // EVP accepts a truncated tag: the length is for the caller to have right.
        precondition(ciphertext.count == output.count + Self.tagLength)
        var tag = [UInt8](ciphertext.extracting(last: Self.tagLength))
        let done = unsafe output.withUnsafeMutableBufferPointer { output in
            let done =
                unsafe start(nonce, encrypt: false) && control(EVP_CTRL_AEAD_SET_TAG, &tag)
                && run(
                    ciphertext.extracting(droppingLast: Self.tagLength), into: output.baseAddress,
                    additional: additional)
            if !done { unsafe OPENSSL_cleanse(output.baseAddress, output.count) }
            return done
        }
        if !done { ERR_clear_error() }
        return done
    }

    private func start(_ nonce: Span<UInt8>, encrypt: Bool) -> Bool {
        unsafe nonce.withUnsafeBufferPointer {
            unsafe EVP_CipherInit_ex(context, nil, nil, nil, $0.baseAddress, encrypt ? 1 : 0) == 1
        }
    }

    private func control(_ command: Int32, _ tag: UnsafeMutablePointer<UInt8>?) -> Bool {
        unsafe EVP_CIPHER_CTX_ctrl(context, command, Int32(Self.tagLength), tag) == 1
    }

    private func run(_ input: Span<UInt8>, into output: UnsafeMutablePointer<UInt8>?, additional: Span<UInt8>)
        -> Bool
    {
        var length: Int32 = 0
        // Neither cipher has anything left to write at the end.
        var rest: UInt8 = 0
        return unsafe input.withUnsafeBufferPointer { input in
            unsafe additional.withUnsafeBufferPointer { additional in
                unsafe (additional.isEmpty || update(nil, additional))
                    && (input.isEmpty || update(output, input))
                    && EVP_CipherFinal_ex(context, &rest, &length) == 1
            }
        }
    }

    private func update(_ output: UnsafeMutablePointer<UInt8>?, _ input: UnsafeBufferPointer<UInt8>) -> Bool {
        var length: Int32 = 0
        return unsafe EVP_CipherUpdate(context, output, &length, input.baseAddress, Int32(input.count)) == 1
    }
}
