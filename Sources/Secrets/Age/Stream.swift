/// The payload of an age file: ChaCha20-Poly1305 in chunks of 64 KiB (the STREAM construction), in constant memory.
enum Stream {
    static let chunkLength = 64 << 10
    static let nonceLength = 16

    /// Encrypts all of `source`.
    static func seal(from source: any ByteSource, to sink: any ByteSink, fileKey: SecretBytes)
        throws(SecretsError)
    {
        let salt = try Crypto.random(nonceLength)
        try sink.write(salt.span)
        let key = try Crypto.hkdf(fileKey, salt: salt, info: "payload")
        var cipher = try AEAD(.chaCha20Poly1305, key: key)
        let input = Input(source)
        var plaintext = [UInt8](repeating: 0, count: chunkLength)
        defer { plaintext.wipe() }
        var sealed = [UInt8](repeating: 0, count: chunkLength + AEAD.tagLength)
        var counter = ChunkCounter()
        while true {
            var target = plaintext.mutableSpan
            let count = try input.fill(&target)
            let isLast = count < chunkLength ? true : try input.isAtEnd
            var all = sealed.mutableSpan
            var output = all._mutatingExtracting(first: count + AEAD.tagLength)
            try cipher.seal(
                plaintext.span.extracting(first: count), nonce: counter.nonce(isLast: isLast).span,
                additional: [UInt8]().span, into: &output)
            try sink.write(sealed.span.extracting(first: count + AEAD.tagLength))
            if isLast { return }
            counter.advance()
        }
    }

    /// Decrypts the rest of `input`. What reached the sink before an error is authentic, but not all there was.
    static func open(from input: Input, to sink: any ByteSink, fileKey: SecretBytes) throws(SecretsError) {
        var salt = [UInt8](repeating: 0, count: nonceLength)
        var saltSpan = salt.mutableSpan
        guard try input.fill(&saltSpan) == nonceLength else {
            throw SecretsError(.header, "the age file ends after its header")
        }
        let key = try Crypto.hkdf(fileKey, salt: salt, info: "payload")
        var cipher = try AEAD(.chaCha20Poly1305, key: key)
        var sealed = [UInt8](repeating: 0, count: chunkLength + AEAD.tagLength)
        var plaintext = [UInt8](repeating: 0, count: chunkLength)
        defer { plaintext.wipe() }
        var counter = ChunkCounter()
        while true {
            var target = sealed.mutableSpan
            let count = try input.fill(&target) - AEAD.tagLength
            guard count > 0 || (count == 0 && counter.isAtStart) else {
                throw SecretsError(.payload, "the age file is truncated")
            }
            func open(isLast: Bool) -> Bool {
                var all = plaintext.mutableSpan
                var output = all._mutatingExtracting(first: count)
                return cipher.open(
                    sealed.span.extracting(first: count + AEAD.tagLength),
                    nonce: counter.nonce(isLast: isLast).span,
                    additional: [UInt8]().span, into: &output)
            }
            // A full chunk says only by its nonce whether it is the last.
            let isMiddle = count == chunkLength && open(isLast: false)
            guard isMiddle || open(isLast: true) else {
                throw SecretsError(.payload, "the age file was changed or truncated")
            }
            try sink.write(plaintext.span.extracting(first: count))
            if !isMiddle {
                guard try input.isAtEnd else {
                    throw SecretsError(.payload, "something follows the end of the age file")
                }
                return
            }
            counter.advance()
        }
    }
}

/// The number of a chunk, which is its nonce: 11 bytes big-endian, then whether it is the last.
private struct ChunkCounter {
    private var number: UInt64 = 0

    var isAtStart: Bool { number == 0 }

    /// 2^64 chunks are 2^80 bytes: the higher bytes of the counter stay zero.
    mutating func advance() { number += 1 }

    func nonce(isLast: Bool) -> [UInt8] {
        var nonce = [UInt8](repeating: 0, count: 12)
        for byte in 0..<8 { nonce[10 - byte] = UInt8(truncatingIfNeeded: number >> UInt64(8 * byte)) }
        nonce[11] = isLast ? 1 : 0
        return nonce
    }
}
