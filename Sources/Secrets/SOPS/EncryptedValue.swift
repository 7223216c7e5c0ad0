internal import System

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
