/// The parts of a literal (`|`) or folded (`>`) scalar in the file.
struct BlockScalar {
    enum Chomping: String {
        case strip = "-"
        case clip = ""
        case keep = "+"
    }

    /// The indicators: `|`, `>-`, `|2+`.
    var header: Range<Int>
    var chomping: Chomping
    var hasIndentationIndicator = false
    /// Spaces before the text.
    var indentation: Int
    /// Where the first line of the text starts.
    var contentStart: Int
    /// The end of the last line of text, without its line break. With `+` empty lines are text.
    var end: Int

    /// - Parameters:
    ///   - start: the offset of `|` or `>`.
    ///   - limit: where the parser says that the scalar ends: after the empty lines that follow it.
    ///   - text: what it reads as.
    init(in bytes: [UInt8], start: Int, limit: Int, text: some Sequence<UInt8>) {
        header = start..<Self.headerEnd(in: bytes, at: start)
        chomping = .clip
        for byte in bytes[header] {
            if let value = Chomping(rawValue: String(UnicodeScalar(byte))) { chomping = value }
            if byte.isDigit { hasIndentationIndicator = true }
        }
        contentStart = min(bytes.nextLine(after: start), limit)
        indentation = Self.indentation(in: bytes[contentStart..<max(contentStart, limit)], text: text)
        end = header.upperBound
        if chomping == .keep, limit > contentStart {
            end = limit
            if bytes[end - 1] == .lineFeed { end -= 1 }
            if end > contentStart, bytes[end - 1] == .carriageReturn { end -= 1 }
            return
        }
        var line = contentStart
        while line < limit {
            let lineEnd = min(bytes.lineEnd(of: line), limit)
            if bytes[line..<lineEnd].contains(where: { $0 != .space }) || lineEnd - line > indentation {
                end = lineEnd
            }
            line = bytes.nextLine(after: line)
        }
    }

    static func headerEnd(in bytes: [UInt8], at start: Int) -> Int {
        var end = start + 1
        while end < bytes.count, bytes[end].isDigit || "+-".utf8.contains(bytes[end]) { end += 1 }
        return end
    }

    /// Of the first line that is not blank, the spaces that are not text.
    private static func indentation(in lines: ArraySlice<UInt8>, text: some Sequence<UInt8>) -> Int {
        max(0, leadingSpaces(lines) - leadingSpaces(text))
    }

    private static func leadingSpaces(_ lines: some Sequence<UInt8>) -> Int {
        var spaces = 0
        for byte in lines {
            if byte == .space { spaces += 1 } else if byte.isBreak { spaces = 0 } else { return spaces }
        }
        return spaces
    }
}
