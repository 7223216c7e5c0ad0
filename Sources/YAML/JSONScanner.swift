/// A strict reader of JSON (RFC 8259) that reports to the same tree as YAML's.
///
/// libyaml would read most JSON, but not surrogate pairs, nor keys over 1,024 characters, and it takes
/// much that is not JSON. A byte order mark is skipped.
struct JSONScanner {
    private let bytes: [UInt8]
    private var offset: Int

    static func read(_ bytes: [UInt8], into tree: inout TreeBuilder) throws(YAMLError) {
        var scanner = JSONScanner(bytes: bytes, offset: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
        try scanner.readAll(into: &tree)
    }

    private init(bytes: [UInt8], offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    private mutating func readAll(into tree: inout TreeBuilder) throws(YAMLError) {
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch let problem {
            throw error("invalid UTF-8", at: problem.byteOffsets.lowerBound)
        }
        tree.reserve(bytes: bytes.count)
        tree.beginDocument(at: offset)
        skipSpace()
        try value(&tree)
        skipSpace()
        guard offset == bytes.count else { throw error("expected the end of the file after the value") }
        tree.endDocument(at: offset)
    }

    private mutating func value(_ tree: inout TreeBuilder) throws(YAMLError) {
        guard let first = peek else { throw error("expected a value, found the end of the file") }
        switch first {
        case UInt8(ascii: "{"): try collection(.mapping, closedBy: UInt8(ascii: "}"), &tree)
        case UInt8(ascii: "["): try collection(.sequence, closedBy: UInt8(ascii: "]"), &tree)
        case UInt8(ascii: "\""): try string(&tree)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number(&tree)
        default:
            for word in ["null", "true", "false"] where bytes[offset...].starts(with: word.utf8) {
                return try plain(word.utf8.count, &tree)
            }
            throw error("expected a value")
        }
    }

    private mutating func collection(
        _ kind: Node.Kind, closedBy close: UInt8, _ tree: inout TreeBuilder
    ) throws(YAMLError) {
        do {
            try tree.beginCollection(
                kind, at: offset, outerStart: offset, isFlow: true, anchor: nil, tag: nil)
        } catch {
            throw tooDeep
        }
        offset += 1
        skipSpace()
        if !take(close) {
            repeat {
                skipSpace()
                if kind == .mapping {
                    guard peek == UInt8(ascii: "\"") else { throw error("expected a quoted key") }
                    try string(&tree)
                    skipSpace()
                    guard take(UInt8(ascii: ":")) else { throw error("expected ':' after the key") }
                    skipSpace()
                }
                try value(&tree)
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(close) else {
                throw error("expected ',' or '\(Character(UnicodeScalar(close)))'")
            }
        }
        tree.endCollection(at: offset)
    }

    private mutating func string(_ tree: inout TreeBuilder) throws(YAMLError) {
        let start = offset
        offset += 1
        var decoded: [UInt8]?
        var copied = offset
        while true {
            guard let byte = peek else { throw error("the string is not closed", at: start) }
            if byte == UInt8(ascii: "\"") { break }
            if byte < 0x20 { throw error("control characters must be escaped in a string") }
            if byte == UInt8(ascii: "\\") {
                var text = decoded ?? []
                text += bytes[copied..<offset]
                text += try escape()
                decoded = text
                copied = offset
            } else {
                offset += 1
            }
        }
        var text = start + 1..<offset
        if var whole = decoded {
            whole += bytes[copied..<offset]
            text = tree.keep(whole)
        }
        offset += 1
        try add(
            start..<offset, style: .doubleQuoted, text: text, isDecoded: decoded != nil, to: &tree)
    }

    /// The bytes of an escape; `offset` is at the backslash, then behind the escape.
    private mutating func escape() throws(YAMLError) -> [UInt8] {
        let start = offset
        offset += 2
        guard offset <= bytes.count else { throw error("the string is not closed", at: start) }
        switch bytes[offset - 1] {
        case UInt8(ascii: "\""): return [UInt8(ascii: "\"")]
        case UInt8(ascii: "\\"): return [UInt8(ascii: "\\")]
        case UInt8(ascii: "/"): return [UInt8(ascii: "/")]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [.lineFeed]
        case UInt8(ascii: "r"): return [.carriageReturn]
        case UInt8(ascii: "t"): return [.tab]
        case UInt8(ascii: "u"): break
        default: throw error("unknown escape", at: start)
        }
        var value = hexDigits()
        if let high = value, 0xD800..<0xDC00 ~= high, bytes[offset...].starts(with: "\\u".utf8) {
            offset += 2
            value = hexDigits().flatMap { low in
                0xDC00..<0xE000 ~= low ? 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00) : nil
            }
        }
        guard let value, let scalar = Unicode.Scalar(value) else {
            throw error("not the escape of a character", at: start)
        }
        return Array(String(scalar).utf8)
    }

    private mutating func hexDigits() -> UInt32? {
        guard offset + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[offset..<offset + 4] {
            guard byte.isHexDigit else { return nil }
            value = value << 4 + UInt32(byte.isDigit ? byte & 15 : byte & 15 + 9)
        }
        offset += 4
        return value
    }

    private mutating func number(_ tree: inout TreeBuilder) throws(YAMLError) {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        let first = peek
        guard digits() > 0 else { throw error("expected a digit") }
        let whole = offset - start - (bytes[start] == UInt8(ascii: "-") ? 1 : 0)
        if first == UInt8(ascii: "0"), whole > 1 { throw error("a number has no leading zero", at: start) }
        if take(UInt8(ascii: ".")), digits() == 0 { throw error("expected a digit") }
        if let byte = peek, byte | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            if digits() == 0 { throw error("expected a digit") }
        }
        let end = offset
        offset = start
        try plain(end - start, &tree)
    }

    private mutating func digits() -> Int {
        let start = offset
        while let byte = peek, byte.isDigit { offset += 1 }
        return offset - start
    }

    private mutating func plain(_ count: Int, _ tree: inout TreeBuilder) throws(YAMLError) {
        let span = offset..<offset + count
        offset = span.upperBound
        try add(span, style: .plain, text: span, isDecoded: false, to: &tree)
    }

    private func add(
        _ span: Range<Int>, style: ScalarStyle, text: Range<Int>, isDecoded: Bool, to tree: inout TreeBuilder
    ) throws(YAMLError) {
        do {
            try tree.scalar(
                span, outerStart: span.lowerBound, style: style, text: text, isDecoded: isDecoded,
                anchor: nil, tag: nil)
        } catch {
            throw tooDeep
        }
    }

    private var tooDeep: YAMLError {
        YAMLError(
            .tooDeep, "nested deeper than \(YAMLFile.maximumDepth) levels",
            at: Position(of: offset, in: bytes))
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte.isBlank || byte.isBreak { offset += 1 }
    }

    private func error(_ message: String, at offset: Int? = nil) -> YAMLError {
        YAMLError(.invalid, message, at: Position(of: offset ?? self.offset, in: bytes))
    }
}
