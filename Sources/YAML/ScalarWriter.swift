internal import System

/// Writes strings so that they read back as they are, in YAML 1.2 and for readers of 1.1.
enum ScalarWriter {
    /// In a style if the text allows it, else in quotes.
    static func text(_ text: String, preferring style: ScalarStyle, inFlow: Bool, syntax: Syntax) -> [UInt8] {
        switch style {
        case _ where syntax == .json: break
        // What can't stand there does not read back, and is refused.
        case _ where syntax == .variables: return Array(text.utf8)
        case .plain where isPlain(text, inFlow: inFlow): return Array(text.utf8)
        case .singleQuoted where isPrintable(text): return singleQuoted(text)
        case .plain where isPrintable(text) && text.utf8.contains { "\"\\".utf8.contains($0) }:
            return singleQuoted(text)
        default: break
        }
        var writer = JSONWriter()
        writer.write(text)
        return writer.bytes
    }

    private static func singleQuoted(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(ascii: "'")]
        for byte in text.utf8 {
            if byte == UInt8(ascii: "'") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "'"))
        return bytes
    }

    /// Whether the text may stand without quotes and still be a string for everybody.
    static func isPlain(_ text: String, inFlow: Bool) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, first != .space, last != .space,
            isPrintable(text), ScalarType(resolving: bytes) == .string, !LegacyType.matches(bytes),
            !text.hasPrefix("---"), !text.hasPrefix("...")
        else { return false }
        if ",[]{}#&*!|>'\"%@`".utf8.contains(first) { return false }
        if "-?:".utf8.contains(first), inFlow || bytes.count == 1 || bytes[1] == .space { return false }
        // PyYAML ends a plain scalar in brackets at a question mark.
        if inFlow, bytes.contains(where: ",[]{}?".utf8.contains) { return false }
        for (byte, next) in zip(bytes, bytes.dropFirst() + [.space]) {
            if byte == UInt8(ascii: ":"), next == .space { return false }
            if byte == .space, next == UInt8(ascii: "#") { return false }
        }
        return true
    }

    /// Whether all characters may stand in YAML as they are, on one line: no controls, no line breaks (also
    /// those of YAML 1.1), no tab, which is invisible, and no byte order mark.
    static func isPrintable(_ text: String) -> Bool {
        text.utf8.allSatisfy { 0x20..<0x7F ~= $0 } || text.unicodeScalars.allSatisfy { !$0.isInvisible }
    }
}

extension BlockScalar {
    /// The text in this style, with the indentation and, where it fits, the chomping of what is there:
    /// the bytes that take the place of the whole scalar.
    ///
    /// - Parameter parentColumn: the indentation of the collection around, for an indicator.
    func rewritten(
        as text: String, in bytes: [UInt8], style: ScalarStyle, parentColumn: Int, lineBreak: [UInt8]
    ) throws(YAMLError) -> [UInt8] {
        let body = Array(text.utf8.reversed().drop { $0 == .lineFeed }.reversed())
        let breaks = text.utf8.count - body.count
        let lines = body.split(separator: .lineFeed, omittingEmptySubsequences: false)
        let refusal = YAMLError(
            .unwritable, "the text cannot be written in the block style that stands there",
            at: Position(of: header.lowerBound, in: bytes), hint: "put the value in double quotes by hand")
        guard indentation > 0, !body.isEmpty || text.isEmpty,
            lines.allSatisfy({ ScalarWriter.isBlockLine(String(decoding: $0, as: UTF8.self)) })
        else { throw refusal }

        var result = [bytes[header.lowerBound]]
        let isIndented = body.first { $0 != .lineFeed }?.isBlank == true
        if hasIndentationIndicator {
            result += bytes[header].filter(\.isDigit)
        } else if isIndented {
            guard 1...9 ~= indentation - parentColumn else { throw refusal }
            result += (indentation - parentColumn).description.utf8
        }
        let fits =
            switch chomping {
            case .strip: breaks == 0
            case .clip: breaks == 1
            case .keep: breaks > 0
            }
        result += (fits ? chomping : breaks == 0 ? .strip : breaks == 1 ? .clip : .keep).rawValue.utf8
        // The comment behind the indicators stays.
        result += bytes[header.upperBound..<bytes.lineEnd(of: header.upperBound)]
        guard !text.isEmpty else { return result }

        let pad = [UInt8](repeating: .space, count: indentation)
        var isAfterText = false
        for line in lines {
            if style == .folded {
                // Between lines of text one break reads as a space; lines that start with one are not folded.
                guard line.first?.isBlank != true else { throw refusal }
                if isAfterText { result += lineBreak }
            }
            result += lineBreak
            if !line.isEmpty { result += pad + line }
            isAfterText = !line.isEmpty
        }
        guard breaks > 1 else { return result }
        // Empty lines that follow become text too.
        let following = Self.blankLines(in: bytes, after: end)
        guard following < breaks else { throw refusal }
        for _ in 0..<breaks - 1 - following { result += lineBreak }
        return result
    }
}

extension BlockScalar {
    private static func blankLines(in bytes: [UInt8], after end: Int) -> Int {
        var count = 0
        var line = bytes.nextLine(after: end)
        while line < bytes.count, bytes.skipBlanks(from: line) == bytes.lineEnd(of: line) {
            count += 1
            line = bytes.nextLine(after: line)
        }
        return count
    }
}

extension ScalarWriter {
    /// A line of a block scalar may also have tabs.
    fileprivate static func isBlockLine(_ line: String) -> Bool {
        line.unicodeScalars.allSatisfy { !$0.isInvisible || $0 == "\t" }
    }
}
