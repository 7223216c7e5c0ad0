import YAML

@testable import Secrets

#if AGE
    nonisolated(unsafe) private let identity = try? X25519.Identity(
        parsing: "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0")

    /// The header, stanzas and payload of an age file.
    func target(_ bytes: [UInt8]) {
        plant(bytes.starts(with: "age-encryption.org/v1\n-> Y".utf8))
        let sink = MemorySink()
        try? AgeFile.decrypt(
            from: MemorySource(SecretBytes(copying: bytes.span)), to: sink,
            identities: identity.map { [$0] } ?? [])
    }
#elseif ARMOR
    /// Armor; what is accepted must be what would be written, but for line ends and white space around.
    func target(_ bytes: [UInt8]) {
        let source = ArmorSource(Input(MemorySource(SecretBytes(copying: bytes.span))))
        var decoded: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 100)
        do {
            while true {
                var span = buffer.mutableSpan
                let count = try source.read(into: &span)
                if count == 0 { break }
                decoded += buffer[..<count]
            }
        } catch { return }
        plant(decoded.first == 0x62)
        func text(_ bytes: some Sequence<UInt8>) -> [UInt8] {
            bytes.filter { !Armor.isWhitespace($0) || $0 == 32 }.filter { $0 != 32 }
        }
        let written = (try? Armor.encode(decoded)) ?? ""
        precondition(text(written.utf8) == text(bytes))
    }
#elseif VALUE
    /// Encrypted values; what is accepted is written back as it was.
    func target(_ bytes: [UInt8]) {
        guard let value = try? EncryptedValue(parsing: bytes[...]) else { return }
        plant(value.data.count == 1)
        precondition(Array(value.text.utf8) == bytes)
        if let key = try? DataKey.generate(), var cipher = try? ValueCipher(key) {
            precondition(cipher.decrypt(value, context: [58]) == nil)
        }
    }
#elseif BLOCK
    /// Files with a `sops` block, in every format; the first byte chooses.
    func target(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let format = FileFormat.allCases[Int(first) % FileFormat.allCases.count]
        guard let file = try? SopsFile(parsing: Array(bytes.dropFirst()), as: format) else { return }
        plant(file.isEncrypted && file.keys.count > 1 && format == .dotenv)
        _ = file.keys
        _ = file.recipients
        _ = try? file.open(with: Identities())
        if let metadata = file.metadata { _ = try? Metadata(metadata.block) }
    }
#elseif YAML
    /// The YAML editor: an edit that is made is proven by itself; a file that is encrypted decrypts to the same.
    nonisolated(unsafe) private let known = try? X25519.Identity.generate()

    func target(_ bytes: [UInt8]) {
        guard let file = try? YAMLFile(parsing: bytes), let root = file.documents.first?.root else { return }
        plant(root.kind == .mapping && root.entries.count > 3)
        for (key, value) in root.entries.prefix(3) where key.string != nil {
            let path = value.path
            _ = try? file.applying([.replace(path: path, with: .scalar("a: b\n c"))])
            _ = try? file.applying([.remove(path: path)])
        }
        _ = try? file.applying([.insert(path: Path(steps: [.key("fuzz")]), value: .sequence(["x"]))])
        guard let known else { return }
        let rule = EncryptionRule(recipients: [known.publicRecipient.description])
        guard let encrypted = try? SopsFile.encrypt(bytes, as: .yaml, rule: rule) else { return }
        var identities = Identities()
        identities.all = [known]
        do {
            let open = try SopsFile(parsing: encrypted, as: .yaml).open(with: identities)
            // Odd line ends may be refused; what is written must open.
            guard let again = try? open.replacing(with: open.plaintext().unwiped) else { return }
            let reopened = try SopsFile(parsing: again, as: .yaml).open(with: identities)
            precondition(reopened.values.count == open.values.count)
        } catch {
            preconditionFailure("\(error)")
        }
    }
#endif
