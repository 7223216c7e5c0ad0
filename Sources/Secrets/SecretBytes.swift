internal import CLibCrypto

/// Owner of bytes that must not outlive their use: wiped when released, lent out as spans only.
@safe public final class SecretBytes: @unchecked Sendable {
    private let storage: UnsafeMutableBufferPointer<UInt8>

    public var count: Int { unsafe storage.count }
    public var isEmpty: Bool { count == 0 }

    /// `count` bytes that `fill` writes.
    init<Failure: Error>(
        count: Int, _ fill: (inout MutableSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        unsafe storage = .allocate(capacity: count)
        unsafe storage.initialize(repeating: 0)
        var span = unsafe storage.mutableSpan
        try fill(&span)
    }

    public convenience init(copying bytes: Span<UInt8>) {
        self.init(count: bytes.count) { $0.write(bytes) }
    }

    /// Moves the bytes here and wipes the array. The caller keeps no copy of it, or wiping would miss that one.
    public convenience init(taking bytes: consuming [UInt8]) {
        self.init(copying: bytes.span)
        bytes.wipe()
    }

    /// Overwrites a part, for the one owner that is still filling the bytes.
    func write(_ bytes: Span<UInt8>, at offset: Int) {
        var span = unsafe storage.mutableSpan
        span.write(bytes, at: offset)
    }

    deinit {
        unsafe OPENSSL_cleanse(storage.baseAddress, storage.count)
        unsafe storage.deallocate()
    }

    /// Lends the bytes for the time of the call.
    public func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(storage.span)
    }

    /// A copy that is not wiped: for what is not secret after all, and for what takes nothing else.
    public var unwiped: [UInt8] { withSpan { [UInt8]($0) } }

    /// Whether both hold the same bytes; takes the same time wherever they differ.
    public func equals(_ other: SecretBytes) -> Bool {
        withSpan { mine in other.withSpan { constantTimeEqual(mine, $0) } }
    }
}

extension [UInt8] {
    /// Overwrites the array in place, so that the optimizer cannot leave it out.
    mutating func wipe() {
        unsafe withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
    }

    init(_ span: Span<UInt8>) {
        self.init(unsafe span.withUnsafeBufferPointer { unsafe Array($0) })
    }
}

/// Compares without telling by its duration where the two differ.
func constantTimeEqual(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    return unsafe a.withUnsafeBytes { a in
        unsafe b.withUnsafeBytes { b in unsafe CRYPTO_memcmp(a.baseAddress, b.baseAddress, a.count) == 0 }
    }
}

extension MutableSpan<UInt8> {
    /// Writes `bytes` from `offset` on; they must fit.
    mutating func write(_ bytes: Span<UInt8>, at offset: Int = 0) {
        precondition(offset >= 0 && offset + bytes.count <= count)
        for index in bytes.indices { self[offset + index] = bytes[index] }
    }
}
