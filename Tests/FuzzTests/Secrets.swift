import YAML

@testable import Secrets

/// What `Secrets` reads.
let secretsFuzzers: [String: Fuzzer] = [
    "age": fuzzAge, "armor": fuzzArmor, "value": fuzzValue, "block": fuzzBlock, "yaml": fuzzYAML,
]

private let identity = try? X25519.Identity(
    parsing: "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0")

/// The header, stanzas and payload of an age file.
func fuzzAge(_ bytes: [UInt8]) -> Bool {
    plant(bytes.starts(with: "age-encryption.org/v1\n-> Y".utf8))
    let sink = MemorySink()
    do {
        try AgeFile.decrypt(
            from: MemorySource(SecretBytes(copying: bytes.span)), to: sink,
            identities: identity.map { [$0] } ?? [])
        return true
    } catch { return false }
}

/// Armor; what is accepted must be what would be written, but for line ends and white space around.
func fuzzArmor(_ bytes: [UInt8]) -> Bool {
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
    } catch { return false }
    plant(decoded.first == 0x62)
    func text(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.filter { !Armor.isWhitespace($0) || $0 == 32 }.filter { $0 != 32 }
    }
    let written = (try? Armor.encode(decoded)) ?? ""
    precondition(text(written.utf8) == text(bytes))
    return true
}

/// Encrypted values; what is accepted is written back as it was.
func fuzzValue(_ bytes: [UInt8]) -> Bool {
    guard let value = try? EncryptedValue(parsing: bytes[...]) else { return false }
    plant(value.data.count == 1)
    precondition(Array(value.text.utf8) == bytes)
    if let key = try? DataKey.generate(), var cipher = try? ValueCipher(key) {
        precondition(cipher.decrypt(value, context: [58]) == nil)
    }
    return true
}

/// Files with a `sops` block, in every format; the first byte chooses.
func fuzzBlock(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first else { return false }
    let format = FileFormat.allCases[Int(first) % FileFormat.allCases.count]
    guard let file = try? SopsFile(parsing: Array(bytes.dropFirst()), as: format) else { return false }
    plant(file.isEncrypted && file.recipients.count > 1 && format == .dotenv)
    _ = (file.selection, file.services)
    _ = try? file.open(with: Identities())
    if let metadata = file.metadata { _ = try? Metadata(metadata.block) }
    return true
}

private let known = try? X25519.Identity.generate()

/// The YAML editor: an edit that is made is proven by itself; a file that is encrypted decrypts to the same.
func fuzzYAML(_ bytes: [UInt8]) -> Bool {
    guard let file = try? YAMLFile(parsing: bytes), let root = file.documents.first?.root else {
        return false
    }
    plant(root.kind == .mapping && root.entries.count > 3)
    for (key, value) in root.entries.prefix(3) where key.string != nil {
        let path = value.path
        _ = try? file.applying([.replace(path: path, with: .scalar("a: b\n c"))])
        _ = try? file.applying([.remove(path: path)])
    }
    _ = try? file.applying([.insert(path: Path(steps: [.key("fuzz")]), value: .sequence(["x"]))])
    guard let known else { return false }
    let rule = EncryptionRule(recipients: [known.publicRecipient.description])
    guard let encrypted = try? SopsFile.encrypt(bytes, as: .yaml, rule: rule) else { return false }
    var identities = Identities()
    identities.all = [known]
    do {
        let open = try SopsFile(parsing: encrypted, as: .yaml).open(with: identities)
        // Odd line ends may be refused; what is written must open.
        guard let again = try? open.replacing(with: open.plaintext().unwiped) else { return false }
        let reopened = try SopsFile(parsing: again, as: .yaml).open(with: identities)
        precondition(reopened.values.count == open.values.count)
    } catch {
        preconditionFailure("\(error)")
    }
    return true
}
