/// A reader of `NAME=value` lines, as generators of ConfigMaps take them, that reports to the same tree as YAML's: one
/// mapping of strings. What stands behind `=` is the value, quotes and blanks included; a name alone on its line has
/// none, and remarks begin a line with `#`.
enum VariableScanner {
    static func read(_ bytes: [UInt8], into tree: inout TreeBuilder) throws(YAMLError) {
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch let problem {
            throw YAMLError(
                .invalid, "invalid UTF-8", at: Position(of: problem.byteOffsets.lowerBound, in: bytes))
        }
        do {
            tree.beginDocument(at: 0)
            try tree.beginCollection(.mapping, at: 0, outerStart: 0, isFlow: false, anchor: nil, tag: nil)
            var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            while start < bytes.count {
                let next = bytes[start...].firstIndex(of: .lineFeed) ?? bytes.count
                var end = next
                while end > start, bytes[end - 1].isBreak { end -= 1 }
                while start < end, bytes[start].isBlank { start += 1 }
                if start < end, bytes[start] != UInt8(ascii: "#"),
                    let equals = bytes[start..<end].firstIndex(of: UInt8(ascii: "="))
                {
                    for span in [start..<equals, equals + 1..<end] {
                        // As a quoted one: a string, whatever it looks like.
                        try tree.scalar(
                            span, outerStart: span.lowerBound, style: .singleQuoted, text: span,
                            isDecoded: false, anchor: nil, tag: nil)
                    }
                }
                start = next + 1
            }
            tree.endCollection(at: bytes.count)
            tree.endDocument(at: bytes.count)
        } catch {
            throw YAMLError(.tooDeep, "nested deeper than \(YAMLFile.maximumDepth) levels")
        }
    }
}
