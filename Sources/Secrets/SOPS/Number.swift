/// Numbers as the reference program reads and writes them.
enum Number {
    /// What a plain YAML scalar that begins like a number is to Go's YAML reader: integers in YAML 1.1's and 1.2's
    /// notations (`0x1F`, `0o17`, `017`, `0b1`, `1_000`), floats; nil when it is a string after all.
    static func resolve(yaml text: String) throws(SecretsError) -> PlainValue? {
        let plain = text.filter { $0 != "_" }
        if let (digits, radix, sign) = integer(plain) {
            guard let value = Int64("\(sign)\(digits)", radix: radix) else {
                throw changed("an integer beyond 64 bits")
            }
            return PlainValue(.int, "\(value)")
        }
        switch text {
        case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf",
            "-.INF":
            throw changed("a number without decimal digits")
        default: return isFloat(plain) ? try float(plain) : nil
        }
    }

    /// JSON's numbers are all floating-point to Go.
    static func resolve(json text: String) throws(SecretsError) -> PlainValue { try float(text) }

    private static func changed(_ what: String) -> SecretsError {
        SecretsError(
            .format, "\(what) does not survive encryption as it is",
            hint: "quote it, so that it is kept as text")
    }

    /// Digits, radix and sign, as `strconv.ParseInt` with base 0 takes them.
    private static func integer(_ text: String) -> (digits: Substring, radix: Int, sign: String)? {
        let negative = text.hasPrefix("-")
        var rest = text[...]
        if negative || text.hasPrefix("+") { rest = rest.dropFirst() }
        var radix = 10
        for (prefix, value) in [("0x", 16), ("0b", 2), ("0o", 8)] where rest.lowercased().hasPrefix(prefix) {
            radix = value
            rest = rest.dropFirst(2)
        }
        if radix == 10, rest.count > 1, rest.hasPrefix("0") {
            radix = 8
            rest = rest.dropFirst()
        }
        guard !rest.isEmpty, rest.utf8.allSatisfy({ isDigit($0, radix: radix) }) else { return nil }
        return (rest, radix, negative ? "-" : "")
    }

    private static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
        switch byte {
        case 48...57: Int(byte - 48) < radix
        case 65...70, 97...102: radix == 16
        default: false
        }
    }

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
    private static func isFloat(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        func digits() -> Int {
            let count = rest.prefix { (48...57).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        func skip(_ characters: String) -> Bool {
            guard let first = rest.first, characters.utf8.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = skip("+-")
        let whole = digits()
        if skip("."), digits() == 0, whole == 0 { return false }
        if whole == 0, rest.count == text.utf8.count { return false }
        if skip("eE") {
            _ = skip("+-")
            if digits() == 0 { return false }
        }
        return rest.isEmpty && text.utf8.contains { (48...57).contains($0) }
    }

    /// The shortest decimal that reads back as the same double; refused when it is another number than was written.
    private static func float(_ text: String) throws(SecretsError) -> PlainValue {
        guard let value = Double(text), value.isFinite, let written = Decimal(text),
            let shortest = Decimal(value.description), written == shortest
        else { throw changed("a number that a 64-bit float cannot hold") }
        return PlainValue(.float, shortest.text)
    }

    /// Decimal digits with a sign perhaps, within 64 bits.
    static func isInteger(_ text: String) -> Bool {
        Int64(text) != nil && text.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }

    /// Decimal notation of a finite number, without an exponent.
    static func isDecimal(_ text: String) -> Bool {
        isFloat(text) && text.utf8.allSatisfy { (45...57).contains($0) && $0 != UInt8(ascii: "/") }
    }
}

/// An exact decimal number: digits times ten to a power.
struct Decimal: Equatable {
    private var isNegative: Bool
    /// Without zeros at either end; empty for zero.
    private var digits: [UInt8]
    private var exponent: Int

    /// More than any double needs: a hostile exponent must not fill the memory with zeros.
    private static let exponentLimit = 400

    init?(_ text: String) {
        let parts = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
        guard let mantissa = parts.first else { return nil }
        exponent = 0
        if parts.count > 1 {
            guard let value = Int(parts[1]), abs(value) <= Self.exponentLimit else { return nil }
            exponent = value
        }
        isNegative = mantissa.hasPrefix("-")
        let unsigned = mantissa.drop { $0 == "-" || $0 == "+" }
        let halves = unsigned.split(separator: ".", omittingEmptySubsequences: false)
        digits = halves.flatMap { Array($0.utf8) }
        if halves.count > 1 { exponent -= halves[1].utf8.count }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        digits = Array(digits.drop { $0 == UInt8(ascii: "0") })
        if digits.isEmpty { exponent = 0 }
    }

    /// Without an exponent.
    var text: String {
        var digits = String(decoding: digits, as: UTF8.self)
        if digits.isEmpty { return isNegative ? "-0" : "0" }
        if exponent >= 0 {
            digits += String(repeating: "0", count: exponent)
        } else {
            let point = digits.count + exponent
            if point <= 0 {
                digits = "0." + String(repeating: "0", count: -point) + digits
            } else {
                digits = "\(digits.prefix(point)).\(digits.dropFirst(point))"
            }
        }
        return (isNegative ? "-" : "") + digits
    }
}
