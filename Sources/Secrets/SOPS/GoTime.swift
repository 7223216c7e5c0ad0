/// Times as SOPS and Go's YAML reader know them.
enum GoTime {
    /// `2026-11-21T05:55:35Z`, with a fraction or an offset perhaps.
    static func isRFC3339(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let shape = Array("0000-00-00T00:00:00".utf8)
        guard bytes.count > shape.count,
            zip(bytes, shape).allSatisfy({ $1 == UInt8(ascii: "0") ? (48...57).contains($0) : $0 == $1 })
        else { return false }
        var rest = bytes[shape.count...]
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix { (48...57).contains($0) }
            guard (1...9).contains(fraction.count) else { return false }
            rest = rest.dropFirst(1 + fraction.count)
        }
        if rest.elementsEqual("Z".utf8) { return true }
        return rest.count == 6 && (rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-"))
            && zip(rest.dropFirst(), "00:00".utf8).allSatisfy {
                $1 == UInt8(ascii: "0") ? (48...57).contains($0) : $0 == $1
            }
    }

    /// Whether Go's YAML reader takes a plain scalar for a time: a date, perhaps with a time of day.
    static func isYAMLTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.prefix(4).allSatisfy({ (48...57).contains($0) }), bytes.count >= 8,
            bytes[4] == UInt8(ascii: "-")
        else {
            return false
        }
        let date = bytes.prefix { (48...57).contains($0) || $0 == UInt8(ascii: "-") }
        let parts = date.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 3, parts.dropFirst().allSatisfy({ (1...2).contains($0.count) }) else {
            return false
        }
        let rest = bytes.dropFirst(date.count)
        guard let separator = rest.first else { return true }
        return "Tt ".utf8.contains(separator) && rest.dropFirst().first.map { (48...57).contains($0) } == true
    }
}
