/// A source with a look ahead: what parsers read lines from.
final class Input {
    private let source: any ByteSource
    private var buffer = [UInt8](repeating: 0, count: 4096)
    private var start = 0
    private var end = 0
    private var atEnd = false

    init(_ source: any ByteSource) { self.source = source }

    deinit { buffer.wipe() }

    /// The next `count` bytes (at most 4096), fewer only at the end; they stay unread.
    func peek(_ count: Int) throws(SecretsError) -> ArraySlice<UInt8> {
        while end - start < count, !atEnd {
            if start > 0 {
                buffer.replaceSubrange(0..<(end - start), with: buffer[start..<end])
                end -= start
                start = 0
            }
            // Spans of a class's own property end with the statement; those of a local variable do not.
            var local: [UInt8] = []
            swap(&local, &buffer)
            defer { swap(&local, &buffer) }
            var span = local.mutableSpan
            var free = span._mutatingExtracting(end..<span.count)
            let read = try source.read(into: &free)
            end += read
            atEnd = read == 0
        }
        return buffer[start..<min(end, start + count)]
    }

    func skip(_ count: Int) { start += count }

    var isAtEnd: Bool { get throws(SecretsError) { try peek(1).isEmpty } }

    /// Fills `target` as far as the source goes, and says how far.
    func fill(_ target: inout MutableSpan<UInt8>) throws(SecretsError) -> Int {
        var filled = min(end - start, target.count)
        for index in 0..<filled { target[index] = buffer[start + index] }
        start += filled
        while filled < target.count, !atEnd {
            var free = target._mutatingExtracting(filled..<target.count)
            let read = try source.read(into: &free)
            filled += read
            atEnd = read == 0
        }
        return filled
    }

    /// Bytes up to the next line feed, which is consumed and not returned. Nil when `limit` bytes, or the source, end
    /// before it; `terminated` is false when the end of the source ended the line.
    func line(limit: Int) throws(SecretsError) -> (bytes: [UInt8], terminated: Bool)? {
        var line: [UInt8] = []
        while true {
            let piece = try peek(1024)
            if piece.isEmpty { return line.isEmpty ? nil : (line, false) }
            if let feed = piece.firstIndex(of: UInt8(ascii: "\n")) {
                line += piece[..<feed]
                skip(feed - piece.startIndex + 1)
                return line.count > limit ? nil : (line, true)
            }
            line += piece
            skip(piece.count)
            if line.count > limit { return nil }
        }
    }
}
