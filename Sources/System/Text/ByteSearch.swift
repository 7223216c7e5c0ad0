/// Text to be looked for in many files (Horspool's algorithm: most bytes are never looked at).
public struct ByteSearch: Sendable {
    private let needle: [UInt8]
    /// How far to go on, by the byte under the needle's end.
    private let shifts: [Int]

    public init(_ text: String) {
        needle = Array(text.utf8)
        var shifts = [Int](repeating: needle.count, count: 256)
        for (index, byte) in needle.enumerated().dropLast() { shifts[Int(byte)] = needle.count - 1 - index }
        self.shifts = shifts
    }

    /// Where the text stands next, from an offset on and before another.
    public func next(in bytes: [UInt8], from start: Int = 0, before limit: Int = .max) -> Range<Int>? {
        guard let last = needle.last else { return nil }
        var end = start + needle.count - 1
        while end < min(bytes.count, limit) {
            let byte = bytes[end]
            if byte == last, bytes.has(needle, at: end - needle.count + 1, before: end + 1) {
                return (end - needle.count + 1)..<(end + 1)
            }
            end += shifts[Int(byte)]
        }
        return nil
    }

    public func isIn(_ bytes: [UInt8]) -> Bool { next(in: bytes) != nil }

    public func isIn(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        next(in: bytes, from: range.lowerBound, before: range.upperBound) != nil
    }
}

extension [UInt8] {
    /// Whether `text` stands at an offset, and ends before another.
    package func has(_ text: [UInt8], at offset: Int, before end: Int) -> Bool {
        guard text.count <= end - offset else { return false }
        for index in text.indices where self[offset + index] != text[index] { return false }
        return true
    }

    /// Whether two ranges hold the same bytes.
    package func agree(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
        guard a.count == b.count else { return false }
        for offset in 0..<a.count where self[a.lowerBound + offset] != self[b.lowerBound + offset] {
            return false
        }
        return true
    }
}

extension Substring {
    /// Where short text stands first: nothing is prepared for it.
    package func place(of text: String) -> Index? {
        guard let first = text.utf8.first else { return startIndex }
        return utf8.indices.first { utf8[$0] == first && utf8[$0...].starts(with: text.utf8) }
    }
}

extension String {
    /// Where short text stands first: nothing is prepared for it.
    package func place(of text: String) -> Index? { self[...].place(of: text) }
}
