/// What a value is, beside its bytes.
public enum ValueType: String, Hashable, Sendable {
    case str, int, float, bool, time, comment, bytes
}

/// A decrypted value: the bytes that are encrypted and authenticated, and their type.
public struct PlainValue: Sendable {
    public let type: ValueType
    /// As the format has them: a string's UTF-8, a number in decimal, `True` or `False`.
    public let bytes: SecretBytes

    init(_ type: ValueType, _ bytes: SecretBytes) {
        self.type = type
        self.bytes = bytes
    }

    init(_ type: ValueType, _ text: String) { self.init(type, SecretBytes(taking: Array(text.utf8))) }

    /// The value as text. For the one place that writes it; it cannot be wiped.
    public var text: String { bytes.withSpan { String(decoding: [UInt8]($0), as: UTF8.self) } }

    /// Whether keeping the other's ciphertext would say the same. A whole float reads back as an integer.
    func isSame(as other: PlainValue) -> Bool {
        let numbers: Set<ValueType> = [.int, .float]
        return (type == other.type || numbers.isSuperset(of: [type, other.type])) && bytes.equals(other.bytes)
    }

    /// Whether the bytes are what the type says. The format does not authenticate the type.
    var isWellFormed: Bool {
        bytes.withSpan { bytes in
            switch type {
            case .comment: isValidUTF8(bytes)
            // A binary file's one value is a string too.
            case .str, .bytes: true
            case .int: Number.isInteger(String(decoding: [UInt8](bytes), as: UTF8.self))
            case .float: Number.isDecimal(String(decoding: [UInt8](bytes), as: UTF8.self))
            case .bool:
                ["true", "false"].contains(String(decoding: [UInt8](bytes), as: UTF8.self).lowercased())
            case .time: GoTime.isRFC3339(String(decoding: [UInt8](bytes), as: UTF8.self))
            }
        }
    }
}
