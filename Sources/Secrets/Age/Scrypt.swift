internal import System

/// Passphrases.
public enum Scrypt {
    static let stanzaType = "scrypt"
    private static let label = Array("age-encryption.org/v1/scrypt".utf8)
    private static let saltLength = 16
    /// What age writes: about a second, 256 MiB.
    public static let defaultWorkFactor = 18
    /// The most that is read: about 16 seconds, 4 GiB. A hostile file could ask for anything.
    static let workFactorLimit = 22

    private static func key(_ passphrase: SecretBytes, salt: [UInt8], workFactor: Int) throws(SecretsError)
        -> SecretBytes
    {
        try Crypto.scrypt(passphrase, salt: label + salt, logN: workFactor)
    }

    public struct Recipient: AgeRecipient {
        private let passphrase: SecretBytes
        private let workFactor: Int

        public init(_ passphrase: SecretBytes, workFactor: Int = Scrypt.defaultWorkFactor)
            throws(SecretsError)
        {
            guard !passphrase.isEmpty else { throw SecretsError(.key, "the passphrase is empty") }
            self.passphrase = passphrase
            self.workFactor = workFactor
        }

        public func wrap(_ fileKey: SecretBytes) throws(SecretsError) -> Stanza {
            let salt = try Crypto.random(saltLength)
            let key = try Scrypt.key(passphrase, salt: salt, workFactor: workFactor)
            return Stanza(
                type: stanzaType, arguments: [Base64.encode(salt, padded: false), "\(workFactor)"],
                body: try FileKey.wrap(fileKey, under: key))
        }
    }

    public struct Identity: AgeIdentity {
        private let passphrase: SecretBytes

        public init(_ passphrase: SecretBytes) { self.passphrase = passphrase }

        public var recipient: String? { nil }

        public func unwrap(_ stanza: Stanza) throws(SecretsError) -> SecretBytes? {
            guard stanza.type == stanzaType else { return nil }
            guard stanza.arguments.count == 2,
                let salt = Base64.decode(Array(stanza.arguments[0].utf8), padded: false),
                salt.count == saltLength
            else { throw malformedStanza(stanza.type, "the salt is not 16 bytes of Base64") }
            guard let workFactor = parse(workFactor: stanza.arguments[1]) else {
                throw malformedStanza(
                    stanza.type, "the work factor is not a decimal number from 1 to \(workFactorLimit)")
            }
            guard stanza.body.count == FileKey.length + AEAD.tagLength else {
                throw malformedStanza(stanza.type, "its body is not 32 bytes")
            }
            let key = try Scrypt.key(passphrase, salt: salt, workFactor: workFactor)
            return try FileKey.unwrap(stanza.body, under: key, of: stanza.type)
        }

        /// Decimal digits without a leading zero.
        private func parse(workFactor text: String) -> Int? {
            guard text.utf8.allSatisfy({ (48...57).contains($0) }), !text.hasPrefix("0"),
                let value = Int(text),
                value <= workFactorLimit
            else { return nil }
            return value
        }
    }
}
