internal import System
internal import YAML

extension SopsFile {
    /// Encrypts a file that is in the clear, under a new data key. Returns the bytes of the encrypted file.
    public static func encrypt(
        _ plain: [UInt8], as format: FileFormat, rule: EncryptionRule
    ) throws(SecretsError) -> [UInt8] {
        guard rule.services.isEmpty else {
            throw SecretsError(
                .unsupported,
                "the rule also names \(rule.services.joined(separator: ", ")), which gx cannot encrypt for",
                hint: "encrypt the file with sops, or take the service out of the rule")
        }
        guard !rule.groups.isEmpty, rule.groups.allSatisfy({ !$0.isEmpty }) else {
            throw SecretsError(.policy, "the rule names no age recipients")
        }
        let dataKey = try DataKey.generate()
        var metadata = Metadata(
            groups: try DataKey.wrap(dataKey, for: rule.groups, threshold: rule.threshold).map {
                Metadata.KeyGroup(age: $0)
            },
            threshold: rule.groups.count > 1 ? rule.threshold ?? rule.groups.count : nil,
            selection: format == .binary ? nil : rule.selection ?? .standard,
            macOnlyEncrypted: format != .binary && rule.macOnlyEncrypted)
        var sealer = try Sealer(dataKey)
        let sealed = try sealer.seal(plain, as: format, metadata)
        try metadata.stamp(sealed.values, dataKey: dataKey)
        let bytes = Splice.apply(try sealed.store.adding(block: metadata.block), to: sealed.store.bytes)
        return try proven(bytes, as: format, dataKey: dataKey, count: sealed.values.count)
    }

    /// Encrypted bytes that read back as they should, or an error: nothing is written that could not be opened again,
    /// whatever line ends and other oddities the file has.
    static func proven(
        _ bytes: [UInt8], as format: FileFormat, dataKey: SecretBytes, count: Int
    ) throws(SecretsError) -> [UInt8] {
        if let file = try? SopsFile(parsing: bytes, as: format), let metadata = file.metadata,
            let open = try? OpenFile(file, metadata, dataKey: dataKey), open.values.count == count
        {
            return bytes
        }
        throw SecretsError(
            .format, "the file is written in a way that does not survive encryption",
            hint: "give it plain line ends and indentation")
    }
}

extension OpenFile {
    /// The file with another content, `plain`, under the same key. Values that are the same keep their ciphertext,
    /// and the `sops` block changes only in its time and its MAC.
    public func replacing(with plain: [UInt8]) throws(SecretsError) -> [UInt8] {
        var sealer = try Sealer(dataKey, reusing: values)
        let sealed = try sealer.seal(plain, as: file.format, metadata)
        var metadata = metadata
        if let splices = addingOldBlock(to: sealed.store) {
            let bytes = Splice.apply(splices, to: sealed.store.bytes)
            if bytes == file.bytes { return bytes }
            return try proven(stamp(bytes, sealed.values), count: sealed.values.count)
        }
        try metadata.stamp(sealed.values, dataKey: dataKey)
        let bytes = Splice.apply(try sealed.store.adding(block: metadata.block), to: sealed.store.bytes)
        return try proven(bytes, count: sealed.values.count)
    }

    private func proven(_ bytes: [UInt8], count: Int) throws(SecretsError) -> [UInt8] {
        try SopsFile.proven(bytes, as: file.format, dataKey: dataKey, count: count)
    }

    func addingOldBlock(to store: any Store) -> [Splice]? {
        func adding<S: Store>(_ store: S) -> [Splice]? {
            (file.store as? S).flatMap { store.addingBlock(of: $0) }
        }
        return adding(store)
    }

    /// Encrypted bytes whose values were changed in place, with the time and the MAC that fit.
    func stamp(_ bytes: [UInt8], _ values: [OpenValue]) throws(SecretsError) -> [UInt8] {
        var metadata = metadata
        try metadata.stamp(values, dataKey: dataKey)
        let store = try SopsFile(parsing: bytes, as: file.format).store
        return Splice.apply(store.stamping(lastModified: metadata.lastModified, mac: metadata.mac), to: bytes)
    }

    /// The values that stand in `bytes`, which are encrypted under this file's key.
    func reopen(_ bytes: [UInt8]) throws(SecretsError) -> (store: any Store, values: [OpenValue]) {
        let store = try SopsFile(parsing: bytes, as: file.format).store
        var reader = try ValueReader(
            store, selection: SopsFile.selection(of: metadata, file.format), dataKey: dataKey)
        return (store, try reader.read())
    }

    /// `file` under a new data key, for exactly these readers.
    init(rotating file: OpenFile, to readers: [String]) throws(SecretsError) {
        let (bytes, newKey) = try file.rotation(to: EncryptionRule(recipients: readers))
        let rotated = try SopsFile(parsing: bytes, as: file.file.format)
        try self.init(rotated, rotated.metadata ?? file.metadata, dataKey: newKey)
    }

    /// The file under a new data key, for exactly the readers of `rule`. Who had the old key cannot read it.
    public func rotated(to rule: EncryptionRule) throws(SecretsError) -> [UInt8] {
        try rotation(to: rule).bytes
    }

    private func rotation(to rule: EncryptionRule) throws(SecretsError) -> (
        bytes: [UInt8], dataKey: SecretBytes
    ) {
        guard metadata.services.isEmpty, rule.services.isEmpty else {
            throw SecretsError(
                .unsupported,
                "the file is also encrypted for \((metadata.services + rule.services).joined(separator: ", ")), which gx cannot give a new key",
                hint: "rotate it with sops")
        }
        let newKey = try DataKey.generate()
        var metadata = metadata
        metadata.groups = try DataKey.wrap(newKey, for: rule.groups, threshold: rule.threshold).map {
            Metadata.KeyGroup(age: $0)
        }
        metadata.threshold = rule.groups.count > 1 ? rule.threshold ?? rule.groups.count : nil
        var cipher = try ValueCipher(newKey)
        var splices: [Splice] = []
        for value in values where value.ciphertext != nil {
            let encrypted = try cipher.encrypt(value.plain, context: value.context)
            splices.append(try file.store.written(encrypted: encrypted.text, at: value.entry))
        }
        return (try replacingBlock(metadata, dataKey: newKey, besides: splices), newKey)
    }

    /// The file with one more reader, under the same data key.
    public func adding(reader: String) throws(SecretsError) -> [UInt8] {
        guard metadata.groups.count == 1 else {
            throw SecretsError(
                .unsupported, "the file has key groups, so another reader changes every share",
                hint: "add it to .sops.yaml and rotate the file")
        }
        guard !metadata.recipients.contains(reader) else { return file.bytes }
        var metadata = metadata
        metadata.groups[0].age += try DataKey.wrap(dataKey, for: [[reader]], threshold: nil)[0]
        return try replacingBlock(metadata, dataKey: dataKey, besides: [])
    }

    private func replacingBlock(
        _ metadata: Metadata, dataKey: SecretBytes, besides splices: [Splice]
    ) throws(SecretsError) -> [UInt8] {
        var metadata = metadata
        try metadata.stamp(values, dataKey: dataKey)
        return Splice.apply(
            splices + file.store.removingBlock() + (try file.store.adding(block: metadata.block)),
            to: file.bytes)
    }
}

extension Metadata {
    /// Sets the time to now, and the MAC of `values`.
    mutating func stamp(_ values: [OpenValue], dataKey: SecretBytes) throws(SecretsError) {
        lastModified = System.Timestamp.now.utc
        var cipher = try ValueCipher(dataKey)
        mac = try cipher.encrypt(
            OpenFile.mac(of: values, onlyEncrypted: macOnlyEncrypted), context: Array(lastModified.utf8)
        ).text
    }
}
