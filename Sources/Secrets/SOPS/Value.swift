internal import System

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

func isValidUTF8(_ bytes: Span<UInt8>) -> Bool {
    unsafe bytes.withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) != nil }
}

/// `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`.
struct EncryptedValue: Hashable, Sendable {
    let data: [UInt8]
    let iv: [UInt8]
    let tag: [UInt8]
    let type: ValueType

    static let ivLength = 32
    private static let prefix = "ENC[AES256_GCM,data:"

    init(data: [UInt8], iv: [UInt8], tag: [UInt8], type: ValueType) {
        self.data = data
        self.iv = iv
        self.tag = tag
        self.type = type
    }

    /// Whether a text claims to be encrypted, well-formed or not.
    static func isMarked(_ text: some Collection<UInt8>) -> Bool { text.starts(with: "ENC[".utf8) }

    /// Reads the whole text, strictly.
    init(parsing text: ArraySlice<UInt8>) throws(SecretsError) {
        func malformed(_ what: String) -> SecretsError {
            SecretsError(.value, "malformed encrypted value: \(what)")
        }

        guard text.starts(with: Self.prefix.utf8), text.last == UInt8(ascii: "]") else {
            throw malformed("it is not ENC[AES256_GCM,…]")
        }
        let fields = text.dropFirst(Self.prefix.utf8.count).dropLast().split(
            separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard fields.count == 4, fields[1].starts(with: "iv:".utf8), fields[2].starts(with: "tag:".utf8),
            fields[3].starts(with: "type:".utf8)
        else { throw malformed("it does not consist of data, iv, tag and type") }
        guard let data = Base64.decode(fields[0]), !data.isEmpty else {
            throw malformed("its data is not canonical Base64")
        }
        guard let iv = Base64.decode(fields[1].dropFirst(3)), iv.count == Self.ivLength else {
            throw malformed("its iv is not \(Self.ivLength) bytes of canonical Base64")
        }
        guard let tag = Base64.decode(fields[2].dropFirst(4)), tag.count == AEAD.tagLength else {
            throw malformed("its tag is not \(AEAD.tagLength) bytes of canonical Base64")
        }
        guard let type = ValueType(rawValue: String(decoding: fields[3].dropFirst(5), as: UTF8.self)) else {
            throw malformed("its type is unknown")
        }
        self.init(data: data, iv: iv, tag: tag, type: type)
    }

    var text: String {
        "\(Self.prefix)\(Base64.encode(data)),iv:\(Base64.encode(iv)),tag:\(Base64.encode(tag)),type:\(type.rawValue)]"
    }
}

/// Encrypts and decrypts values under one data key.
struct ValueCipher: ~Copyable {
    private var cipher: AEAD

    init(_ dataKey: SecretBytes) throws(SecretsError) {
        cipher = try AEAD(.aes256GCM, key: dataKey, nonceLength: EncryptedValue.ivLength)
    }

    /// `context` is what the value is bound to: its path, or for the MAC the time.
    mutating func encrypt(_ value: PlainValue, context: [UInt8]) throws(SecretsError) -> EncryptedValue {
        let iv = try Crypto.random(EncryptedValue.ivLength)
        var output = [UInt8](repeating: 0, count: value.bytes.count + AEAD.tagLength)
        var span = output.mutableSpan
        try value.bytes.withSpan { (bytes) throws(SecretsError) in
            try cipher.seal(bytes, nonce: iv.span, additional: context.span, into: &span)
        }
        return EncryptedValue(
            data: Array(output.dropLast(AEAD.tagLength)), iv: iv, tag: Array(output.suffix(AEAD.tagLength)),
            type: value.type)
    }

    /// Nil when the value was changed, moved from another path, or is under another key.
    mutating func decrypt(_ value: EncryptedValue, context: [UInt8]) -> PlainValue? {
        let sealed = value.data + value.tag
        var isAuthentic = false
        let bytes = SecretBytes(count: value.data.count) { output in
            isAuthentic = cipher.open(
                sealed.span, nonce: value.iv.span, additional: context.span, into: &output)
        }
        return isAuthentic ? PlainValue(value.type, bytes) : nil
    }
}
