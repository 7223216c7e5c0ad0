/// Recognises Go templates, such as those of a Helm chart: text that becomes YAML after rendering.
enum Template {
    static func error(at position: Position?) -> YAMLError {
        YAMLError(
            .template, "this is a template, not YAML", at: position,
            hint: "edit the values that it is rendered with, or the template by hand")
    }

    /// `{{ .Values.x }}` as a parsed file shows it: a mapping in brackets whose first key is another one,
    /// with nothing between the two. Nobody writes that as YAML.
    static func firstNode(in storage: Storage) -> Node? {
        for (index, record) in storage.records.enumerated() where record.kind == .mapping && record.isFlow {
            guard index + 1 < Int(record.subtreeEnd) else { continue }
            let key = storage.records[index + 1]
            if key.kind == .mapping, key.isFlow, key.start == record.start + 1 {
                return Node(storage: storage, index: index)
            }
        }
        return nil
    }

    /// Where `{{`, or Jinja's `{%`, first stands outside of comments and quotes, in text that does not parse.
    static func firstAction(in bytes: [UInt8]) -> Int? {
        var quote: UInt8?
        var previous = UInt8.lineFeed
        for (offset, byte) in bytes.enumerated() {
            defer { previous = byte }
            switch byte {
            case .lineFeed: quote = nil
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                if quote == byte { quote = nil } else if quote == nil, !isWord(previous) { quote = byte }
            case UInt8(ascii: "#") where quote == nil && (previous.isBlank || previous.isBreak):
                quote = byte  // up to the end of the line
            case UInt8(ascii: "{"), UInt8(ascii: "%"):
                if quote == nil, previous == UInt8(ascii: "{") { return offset - 1 }
            default: break
            }
        }
        return nil
    }

    /// An apostrophe inside of a word opens no quote.
    private static func isWord(_ byte: UInt8) -> Bool {
        byte.isDigit || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte >= 0x80
    }
}
