internal import System

extension SSH {
    private static let begin = "-----BEGIN OPENSSH PRIVATE KEY-----"
    private static let end = "-----END OPENSSH PRIVATE KEY-----"
    private static let magic = Array("openssh-key-v1\0".utf8)

    /// Reads a private key file, of OpenSSH's own format or PEM.
    static func parsePrivateKey(_ file: SecretBytes) throws(SecretsError) -> any AgeIdentity {
        var text = file.withSpan { [UInt8]($0) }
        defer { text.wipe() }
        let lines = text.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        guard lines.first?.elementsEqual(begin.utf8) == true else { return try RSAIdentity(pem: file) }
        guard let last = lines.lastIndex(where: { $0.elementsEqual(end.utf8) }),
            var bytes = Base64.decode(Array(lines[1..<last].joined()))
        else { throw SecretsError(.key, "malformed SSH private key") }
        defer { bytes.wipe() }
        return try parse(openSSH: bytes)
    }

    private static func parse(openSSH bytes: [UInt8]) throws(SecretsError) -> any AgeIdentity {
        let malformed = SecretsError(.key, "malformed SSH private key")
        guard bytes.starts(with: magic) else { throw malformed }
        var file = SSHReader(Array(bytes.dropFirst(magic.count)))
        guard let cipher = file.string(), let derivation = file.string(), file.string() != nil else {
            throw malformed
        }
        guard cipher.elementsEqual("none".utf8), derivation.elementsEqual("none".utf8) else {
            throw SecretsError(
                .unsupported, "SSH private keys with a passphrase cannot be used",
                hint:
                    "ssh-keygen -p -f FILE writes the key without one; or use an age key file, which age can encrypt"
            )
        }
        guard file.uint32() == 1, let wire = file.string(), let secrets = file.string(), file.isAtEnd else {
            throw malformed
        }
        var reader = SSHReader(Array(secrets))
        guard let first = reader.uint32(), let second = reader.uint32(), first == second,
            let type = reader.string()
        else { throw malformed }
        let identity: any AgeIdentity
        switch String(decoding: type, as: UTF8.self) {
        case ed25519Type:
            guard reader.string() != nil, let pair = reader.string(), pair.count == 64 else {
                throw malformed
            }
            identity = try Ed25519Identity(
                wire: Array(wire), seed: SecretBytes(taking: Array(pair.prefix(32))))
        case rsaType:
            guard let modulus = reader.string(), let exponent = reader.string(), let secret = reader.string(),
                // The inverse and both primes are not needed.
                reader.string() != nil, reader.string() != nil, reader.string() != nil
            else { throw malformed }
            identity = try RSAIdentity(
                modulus: Array(modulus), exponent: Array(exponent), secret: SecretBytes(taking: Array(secret))
            )
        case let other:
            throw SecretsError(
                .unsupported, "SSH keys of type \(quoted(other)) cannot decrypt",
                hint: "age knows ssh-ed25519 and ssh-rsa")
        }
        guard reader.string() != nil, reader.remaining.elementsEqual((1...255).prefix(reader.remaining.count))
        else {
            throw malformed
        }
        return identity
    }
}
