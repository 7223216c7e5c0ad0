/// Where bytes come from, a piece at a time.
public protocol ByteSource: AnyObject {
    /// Fills the front of `buffer` and says how much of it; 0 only at the end.
    func read(into buffer: inout MutableSpan<UInt8>) throws(SecretsError) -> Int
}

/// Bytes in memory, read from the front.
public final class MemorySource: ByteSource {
    private let bytes: SecretBytes
    private var offset = 0

    public init(_ bytes: SecretBytes) { self.bytes = bytes }

    public func read(into buffer: inout MutableSpan<UInt8>) -> Int {
        bytes.withSpan { bytes in
            let count = min(buffer.count, bytes.count - offset)
            buffer.write(bytes.extracting(offset..<offset + count))
            offset += count
            return count
        }
    }
}
