/// Where bytes go, a piece at a time.
public protocol ByteSink: AnyObject {
    func write(_ bytes: Span<UInt8>) throws(SecretsError)
}

/// Collects bytes in memory that is wiped whenever it is moved or released.
public final class MemorySink: ByteSink {
    private var buffer = SecretBytes(copying: [UInt8]().span)
    private var used = 0

    public init() {}

    public func write(_ bytes: Span<UInt8>) {
        if used + bytes.count > buffer.count {
            let old = buffer
            buffer = SecretBytes(count: max(2 * old.count, used + bytes.count, 256)) { new in
                old.withSpan { new.write($0.extracting(first: used)) }
            }
        }
        buffer.write(bytes, at: used)
        used += bytes.count
    }

    public func write(_ text: String) { write(Array(text.utf8).span) }

    /// What was written so far.
    public var bytes: SecretBytes {
        buffer.withSpan { SecretBytes(copying: $0.extracting(first: used)) }
    }
}
