/// How a scalar is written.
public enum ScalarStyle: UInt8, Hashable, Sendable {
    case plain, singleQuoted, doubleQuoted, literal, folded
}

/// What a scalar is, by the YAML 1.2 core schema.
public enum ScalarType: Hashable, Sendable {
    case null, bool, int, float, string
}

/// A scalar's style and type.
public struct Scalar: Hashable, Sendable {
    public var style: ScalarStyle
    public var type: ScalarType
}

extension Node {
    /// Nil if the node is not a scalar; aliases are followed.
    public var scalar: Scalar? {
        let node = resolved
        guard node.kind == .scalar else { return nil }
        return Scalar(style: node.record.style, type: node.type)
    }

    private var type: ScalarType {
        switch tag {
        case nil: return record.style == .plain ? ScalarType(resolving: storage.text(of: record)) : .string
        case "tag:yaml.org,2002:null": return .null
        case "tag:yaml.org,2002:bool": return .bool
        case "tag:yaml.org,2002:int": return .int
        case "tag:yaml.org,2002:float": return .float
        default: return .string
        }
    }
}

extension ScalarType {
    /// The type of a plain scalar without a tag (YAML 1.2.2, 10.3.2).
    init(resolving text: some Collection<UInt8>) {
        var rest = text[...]
        guard let first = text.first else {
            self = .null
            return
        }
        // Nearly all scalars are settled by their first character.
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            if rest.removePrefix("0o") {
                self = !rest.isEmpty && rest.allSatisfy { $0 &- UInt8(ascii: "0") < 8 } ? .int : .string
                return
            }
            if rest.removePrefix("0x") {
                self = !rest.isEmpty && rest.allSatisfy(\.isHexDigit) ? .int : .string
                return
            }
            self = Self.number(rest)
        case UInt8(ascii: "~"), UInt8(ascii: "n"), UInt8(ascii: "N"):
            self = ["~", "null", "Null", "NULL"].contains { text.elementsEqual($0.utf8) } ? .null : .string
        case UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"):
            let isBool = ["true", "True", "TRUE", "false", "False", "FALSE"].contains {
                text.elementsEqual($0.utf8)
            }
            self = isBool ? .bool : .string
        default:
            self = .string
        }
    }

    private static func number<Text: Collection<UInt8>>(_ text: Text) -> ScalarType
    where Text.SubSequence == Text {
        if [".nan", ".NaN", ".NAN"].contains(where: { text.elementsEqual($0.utf8) }) { return .float }
        var rest = text
        _ = rest.removeFirst(where: "+-".utf8.contains)
        if [".inf", ".Inf", ".INF"].contains(where: { rest.elementsEqual($0.utf8) }) { return .float }
        let whole = rest.removeDigits()
        if rest.isEmpty { return whole > 0 ? .int : .string }
        if rest.removeFirst(where: { $0 == UInt8(ascii: ".") }) {
            if rest.removeDigits() == 0, whole == 0 { return .string }
        } else if whole == 0 {
            return .string
        }
        if rest.removeFirst(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            _ = rest.removeFirst(where: "+-".utf8.contains)
            if rest.removeDigits() == 0 { return .string }
        }
        return rest.isEmpty ? .float : .string
    }
}

/// Plain text that YAML 1.1 readers (PyYAML, the Go readers of kubectl, kustomize and Helm) take for
/// something else than a string, though the 1.2 core schema does not.
enum LegacyType {
    static func matches(_ text: some Collection<UInt8>) -> Bool {
        guard let first = text.first else { return true }
        if first.isDigit || "+-.".utf8.contains(first) {
            return isNumber(text) || isSexagesimal(text) || isTimestamp(text)
        }
        return text.count <= 3 && words.contains { text.elementsEqual($0.utf8) }
    }

    /// Beside null and bool of the core schema.
    private static let words = [
        "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF",
        "<<", "=", "~",
    ]

    /// Underscores between digits, and the prefixes `0b`, `0x` and `0o`, also after a sign.
    private static func isNumber(_ text: some Collection<UInt8>) -> Bool {
        let digits = text.filter { $0 != UInt8(ascii: "_") }
        var rest = digits[...]
        _ = rest.removeFirst(where: "+-".utf8.contains)
        for prefix in ["0x", "0X", "0b", "0B", "0o", "0O"] where rest.removePrefix(prefix) {
            return !rest.isEmpty && rest.allSatisfy(\.isHexDigit)
        }
        if ScalarType(resolving: digits) != .string { return true }
        // PyYAML reads a lone dot with digits, as in `+.5_0`, or dots after it, as a float.
        return text.first == UInt8(ascii: ".") && digits.dropFirst().first?.isDigit == true
            && digits.dropFirst().allSatisfy(\.isDigit)
    }

    /// `12:30:45` and `1:30.5` count by sixties.
    private static func isSexagesimal(_ text: some Collection<UInt8>) -> Bool {
        var rest = text.filter { $0 != UInt8(ascii: "_") }[...]
        _ = rest.removeFirst(where: "+-".utf8.contains)
        guard rest.removeDigits() > 0 else { return false }
        var parts = 0
        while rest.removeFirst(where: { $0 == UInt8(ascii: ":") }) {
            guard 1...2 ~= rest.removeDigits() else { return false }
            parts += 1
        }
        if rest.removeFirst(where: { $0 == UInt8(ascii: ".") }) { _ = rest.removeDigits() }
        return parts > 0 && rest.isEmpty
    }

    /// `2024-01-01`, alone or with a time after it.
    private static func isTimestamp(_ text: some Collection<UInt8>) -> Bool {
        var rest = Array(text)[...]
        guard rest.removeDigits() == 4, rest.removePrefix("-"), 1...2 ~= rest.removeDigits(),
            rest.removePrefix("-"), 1...2 ~= rest.removeDigits()
        else { return false }
        guard rest.removeFirst(where: { "Tt \t".utf8.contains($0) }) else { return rest.isEmpty }
        return rest.drop(while: \.isBlank).first?.isDigit ?? false
    }
}

extension UInt8 {
    var isHexDigit: Bool { isDigit || (self | 0x20) &- UInt8(ascii: "a") < 6 }
}

extension Collection<UInt8> where SubSequence == Self {
    fileprivate mutating func removePrefix(_ prefix: String) -> Bool {
        guard starts(with: prefix.utf8) else { return false }
        self = dropFirst(prefix.utf8.count)
        return true
    }

    fileprivate mutating func removeFirst(where condition: (UInt8) -> Bool) -> Bool {
        guard let first, condition(first) else { return false }
        self = dropFirst()
        return true
    }

    /// How many digits were removed.
    fileprivate mutating func removeDigits() -> Int {
        var count = 0
        while removeFirst(where: \.isDigit) { count += 1 }
        return count
    }
}
