internal import System

/// One wrapping of the file key, for one recipient.
public struct Stanza: Hashable, Sendable {
    public var type: String
    public var arguments: [String]
    public var body: [UInt8]
}

/// The header of an age file (https://age-encryption.org/v1): who can open it.
struct Header {
    static let version = "age-encryption.org/v1"
    private static let columns = 64
    private static let bytesPerLine = 48
    private static let macColumns = 43
    /// Far more than any real header has (20,000 recipients); a bound for hostile ones.
    private static let sizeLimit = 4 << 20
    private static let lineLimit = 64 << 10

    let stanzas: [Stanza]
    let mac: [UInt8]
    /// What the MAC is computed over: everything through `---`.
    let authenticated: [UInt8]

    /// A header for `stanzas`, authenticated under `fileKey`.
    init(_ stanzas: [Stanza], fileKey: SecretBytes) throws(SecretsError) {
        var text = Array("\(Self.version)\n".utf8)
        for stanza in stanzas {
            text += "-> \(([stanza.type] + stanza.arguments).joined(separator: " "))\n".utf8
            let body = Base64.encode(stanza.body.span, padded: false)
            for start in stride(from: 0, through: body.count, by: Self.columns) {
                text += body[start..<min(start + Self.columns, body.count)]
                text.append(UInt8(ascii: "\n"))
            }
        }
        text += "---".utf8
        self.stanzas = stanzas
        authenticated = text
        mac = try Self.mac(of: text, fileKey: fileKey).withSpan { [UInt8]($0) }
    }

    /// Reads the header off the front of `input`.
    init(reading input: Input) throws(SecretsError) {
        func malformed(_ what: String) -> SecretsError {
            SecretsError(.header, "malformed age header: \(what)")
        }

        var text: [UInt8] = []
        func line() throws(SecretsError) -> ArraySlice<UInt8> {
            guard let line = try input.line(limit: Self.lineLimit), line.terminated,
                text.count + line.bytes.count < Self.sizeLimit
            else { throw malformed("a line does not end") }
            text += line.bytes
            text.append(UInt8(ascii: "\n"))
            return line.bytes[...]
        }

        guard try line().elementsEqual(Self.version.utf8) else {
            throw SecretsError(
                .header, "not an age file, or of a later version",
                hint: "an age file starts with \(Self.version)")
        }
        var stanzas: [Stanza] = []
        while true {
            let first = try line()
            if first.starts(with: "---".utf8) {
                guard first.starts(with: "--- ".utf8),
                    let mac = Base64.decode(first.dropFirst(4), padded: false),
                    mac.count == 32
                else { throw malformed("the MAC is not 32 bytes of Base64") }
                self.mac = mac
                break
            }
            guard first.starts(with: "-> ".utf8) else { throw malformed("a stanza does not start with ->") }
            let words = first.dropFirst(3).split(
                separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            guard words.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (33...126).contains($0) } }) else {
                throw malformed("a stanza has an empty argument or one that is not printable ASCII")
            }
            let arguments = words.map { String(decoding: $0, as: UTF8.self) }
            var body: [UInt8] = []
            while true {
                let encoded = try line()
                guard encoded.count <= Self.columns, let bytes = Base64.decode(encoded, padded: false) else {
                    throw malformed("a stanza's body is not canonical Base64")
                }
                body += bytes
                if bytes.count < Self.bytesPerLine { break }
            }
            stanzas.append(Stanza(type: arguments[0], arguments: Array(arguments.dropFirst()), body: body))
        }
        guard !stanzas.isEmpty else { throw malformed("it has no recipients") }
        guard stanzas.count == 1 || !stanzas.contains(where: { $0.type == Scrypt.stanzaType }) else {
            throw malformed("a passphrase cannot be combined with other recipients")
        }
        self.stanzas = stanzas
        authenticated = Array(text.dropLast(" ".utf8.count + Self.macColumns + 1))
    }

    /// The header as it is written.
    var bytes: [UInt8] {
        authenticated + " \(Base64.encode(mac, padded: false))\n".utf8
    }

    /// Whether the header is the one that was written with this file key.
    func isAuthentic(under fileKey: SecretBytes) throws(SecretsError) -> Bool {
        try Self.mac(of: authenticated, fileKey: fileKey).withSpan { constantTimeEqual($0, mac.span) }
    }

    private static func mac(of text: [UInt8], fileKey: SecretBytes) throws(SecretsError) -> SecretBytes {
        let key = try Crypto.hkdf(fileKey, salt: [], info: "header")
        return try key.withSpan { (key) throws(SecretsError) in try Crypto.hmacSHA256(key: key, text.span) }
    }
}
