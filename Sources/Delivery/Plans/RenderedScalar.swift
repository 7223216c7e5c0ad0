/// What Helm makes of a plain scalar of its values. It reads them by YAML 1.1, as Go's old readers do, and every number
/// as one of floating point.
enum RenderedScalar {
    /// Nil where it stays the text that it is.
    static func text(of plain: String) -> String? {
        switch plain {
        case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE": "true"
        case "n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE": "false"
        default: number(plain.filter { $0 != "_" }).map(text)
        }
    }

    private static func number(_ text: String) -> Double? {
        let isSigned = text.hasPrefix("-") || text.hasPrefix("+")
        let digits = isSigned ? text.dropFirst() : text[...]
        guard let first = digits.first, first.isASCII, first.isNumber || first == "." else { return nil }
        var whole: Int?
        for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] where digits.lowercased().hasPrefix(prefix)
        {
            whole = Int(digits.dropFirst(2), radix: radix)
            if whole == nil { return nil }
        }
        // A zero in front is for numbers of base 8.
        if whole == nil, first == "0", digits.count > 1 { whole = Int(digits, radix: 8) }
        guard let value = whole.map(Double.init) ?? Double(String(digits)), value.isFinite else { return nil }
        return text.hasPrefix("-") ? -value : value
    }

    /// As Go prints a number: with an exponent from seven digits on.
    private static func text(of number: Double) -> String {
        guard number.magnitude >= 1e6 else {
            return number == number.rounded() ? "\(Int(number))" : "\(number)"
        }
        let shortest = "\(number.magnitude)".split(separator: "e")
        let parts = (shortest.first ?? "").split(separator: ".")
        let (head, rest) = (parts.first ?? "", parts.last.map { $0 == "0" ? "" : $0 } ?? "")
        let exponent = head.count - 1 + (shortest.count > 1 ? Int(shortest[1]) ?? 0 : 0)
        var digits = head + rest
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        let mantissa = digits.prefix(1) + (digits.count > 1 ? "." + digits.dropFirst() : "")
        return (number < 0 ? "-" : "") + mantissa + "e+" + (exponent < 10 ? "0" : "") + "\(exponent)"
    }
}
