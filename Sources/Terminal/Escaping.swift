/// Text from repositories, hosts and file names, made harmless for a terminal: control characters
/// (C0, DEL, C1), bidirectional controls and Unicode line separators become visible escapes, such as
/// `\x1b`, `\n` or `\u202e`. Other characters, printable Unicode among them, stay.
///
/// Not reversible: a backslash stays as it is.
public func escaped(_ text: some StringProtocol) -> String {
    escaped(text) { _ in false }
}

/// As `escaped`, for text of several lines: line ends (a line feed, alone or after a carriage return) and
/// tabs stay.
public func escapedLines(_ text: some StringProtocol) -> String {
    escaped(text) { $0 == "\n" || $0 == "\r\n" || $0 == "\t" }
}

private func escaped(_ text: some StringProtocol, keeping: (Character) -> Bool) -> String {
    guard text.unicodeScalars.contains(where: isHarmful) else { return String(text) }
    return text.reduce(into: "") { result, character in
        if keeping(character) {
            result.append(character)
        } else {
            for scalar in character.unicodeScalars {
                result += isHarmful(scalar) ? escape(of: scalar) : String(scalar)
            }
        }
    }
}

private func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // Bidi_Control
    case 0x2028, 0x2029: true  // line and paragraph separator
    default: false
    }
}

private func escape(of scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    case let scalar where scalar.value < 0x100: "\\x" + hex(scalar.value, digits: 2)
    default: "\\u" + hex(scalar.value, digits: 4)
    }
}

private func hex(_ value: UInt32, digits: Int) -> String {
    let string = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - string.count)) + string
}
