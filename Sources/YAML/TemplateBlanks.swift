/// A template's bytes with its actions blanked at equal length, so that what is left reads as YAML: lines that are
/// nothing but actions become empty, an action beside text becomes a mark.
struct TemplateBlanks {
    let bytes: [UInt8]

    /// `§` is as long as `{{`, and stands in no manifest by chance.
    static let mark = Array("§".utf8)

    init(_ template: [UInt8]) {
        var bytes = template
        var offset = 0
        while let action = Self.action(in: template, from: offset) {
            offset = action.upperBound
            if Self.standsAlone(action, in: template) {
                for index in action where !template[index].isBreak { bytes[index] = UInt8(ascii: " ") }
                continue
            }
            for index in action where !template[index].isBreak { bytes[index] = UInt8(ascii: "_") }
            bytes.replaceSubrange(action.lowerBound..<action.lowerBound + 2, with: Self.mark)
            bytes.replaceSubrange(action.upperBound - 2..<action.upperBound, with: Self.mark)
        }
        self.bytes = bytes
    }

    /// The next action: `{{ … }}`, whatever stands in its quotes.
    private static func action(in bytes: [UInt8], from start: Int) -> Range<Int>? {
        var offset = start
        while offset + 3 < bytes.count {
            guard bytes[offset] == UInt8(ascii: "{"), bytes[offset + 1] == UInt8(ascii: "{") else {
                offset += 1
                continue
            }
            var quote: UInt8?
            var end = offset + 2
            while end + 1 < bytes.count {
                let byte = bytes[end]
                if let open = quote {
                    if byte == open { quote = nil }
                    if byte.isBreak, open != UInt8(ascii: "`") { quote = nil }
                } else if byte == UInt8(ascii: "`") || byte == UInt8(ascii: "\"") {
                    quote = byte
                } else if byte == UInt8(ascii: "}"), bytes[end + 1] == UInt8(ascii: "}") {
                    return offset..<(end + 2)
                }
                end += 1
            }
            offset += 2
        }
        return nil
    }

    /// Whether there is nothing else on its lines but other actions.
    private static func standsAlone(_ action: Range<Int>, in bytes: [UInt8]) -> Bool {
        var before = action.lowerBound
        while before > 0, bytes[before - 1].isBlank { before -= 1 }
        if before > 0, !bytes[before - 1].isBreak { return false }
        var after = action.upperBound
        while true {
            while after < bytes.count, bytes[after].isBlank { after += 1 }
            guard after < bytes.count, !bytes[after].isBreak else { return true }
            guard let next = Self.action(in: bytes, from: after), next.lowerBound == after else {
                return false
            }
            after = next.upperBound
        }
    }
}

extension Node {
    /// A scalar as it stands in a template, with its actions; nil in any other file, or where it has none.
    public var templateText: String? {
        guard kind == .scalar, let template = storage.template, let text,
            text.contains(where: { $0 == TemplateBlanks.mark[0] })
        else { return nil }
        var span = span
        if let first = template[span].first, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(first),
            span.count > 1
        {
            span = span.lowerBound + 1..<span.upperBound - 1
        }
        return String(decoding: template[span], as: UTF8.self)
    }
}
