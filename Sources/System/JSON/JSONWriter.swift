extension JSON: CustomStringConvertible {
    /// On one line, without spaces.
    public var description: String { String(decoding: bytes(), as: UTF8.self) }

    /// With one field or item a line, indented by two spaces, without a last line break.
    public var pretty: String { String(decoding: bytes(pretty: true), as: UTF8.self) }

    /// The same value always gives the same bytes. Escaped is what must
    /// be, and what is invisible: controls, line separators, byte order marks.
    public func bytes(pretty: Bool = false) -> [UInt8] {
        var writer = JSONWriter(isPretty: pretty)
        writer.write(self, level: 0)
        return writer.bytes
    }
}

package struct JSONWriter {
    let isPretty: Bool
    package private(set) var bytes: [UInt8] = []

    package init(isPretty: Bool = false) { self.isPretty = isPretty }

    mutating func write(_ value: JSON, level: Int) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let bool): bytes += (bool ? "true" : "false").utf8
        case .int(let int): bytes += int.description.utf8
        case .double(let double): bytes += (double.isFinite ? double.description : "null").utf8
        case .string(let string): write(string)
        case .array(let items):
            list("[", elements: items, close: "]", level: level) { $0.write($1, level: level + 1) }
        case .object(let fields):
            list("{", elements: fields, close: "}", level: level) {
                $0.write($1.key)
                $0.bytes += ($0.isPretty ? ": " : ":").utf8
                $0.write($1.value, level: level + 1)
            }
        }
    }

    private mutating func list<Element>(
        _ open: Unicode.Scalar, elements: [Element], close: Unicode.Scalar, level: Int,
        write: (inout JSONWriter, Element) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            startLine(level + 1)
            write(&self, element)
        }
        if !elements.isEmpty { startLine(level) }
        bytes.append(UInt8(ascii: close))
    }

    private mutating func startLine(_ level: Int) {
        guard isPretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
    }

    package mutating func write(_ string: String) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        // Nearly all strings need no look at their characters.
        if string.utf8.allSatisfy({
            0x20..<0x7F ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }) {
            bytes += string.utf8
            return
        }
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(ascii: scalar)]
            case "\n": bytes += "\\n".utf8
            case "\r": bytes += "\\r".utf8
            case "\t": bytes += "\\t".utf8
            case _ where scalar.isInvisible:
                bytes += "\\u".utf8
                for shift in [12, 8, 4, 0] { bytes.append(hex(UInt8(scalar.value >> shift & 15))) }
            default: bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
    }

    private func hex(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
