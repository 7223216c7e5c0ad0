internal import Git
internal import System
internal import YAML

/// How a file is to be encrypted: what a creation rule of `.sops.yaml` says.
public struct EncryptionRule: Sendable {
    /// The recipients of each key group; one group is the usual case.
    public var groups: [[String]]
    /// How many groups it takes to decrypt; all when it is not said.
    public var threshold: Int?
    public var selection: Selection?
    public var macOnlyEncrypted = false
    /// Key services that the rule also names and gx does not have.
    public var services: [String] = []

    public init(recipients: [String], selection: Selection? = nil) {
        groups = [recipients]
        self.selection = selection
    }

    init(
        groups: [[String]], threshold: Int?, selection: Selection?, macOnlyEncrypted: Bool, services: [String]
    ) {
        self.groups = groups
        self.threshold = threshold
        self.selection = selection
        self.macOnlyEncrypted = macOnlyEncrypted
        self.services = services
    }

    public var recipients: [String] { groups.flatMap { $0 } }
}

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

/// Encrypts the values of files in the clear.
struct Sealer: ~Copyable {
    private var cipher: ValueCipher
    /// Ciphertexts by what they decrypt to and where; each is used once.
    private var known: [Known: [OpenValue]] = [:]

    private struct Known: Hashable {
        let context: [UInt8]
        let digest: [UInt8]

        init(_ context: [UInt8], _ value: PlainValue) {
            self.context = context
            digest = value.bytes.withSpan { Crypto.sha256($0) }
        }
    }

    init(_ dataKey: SecretBytes, reusing values: [OpenValue] = []) throws(SecretsError) {
        cipher = try ValueCipher(dataKey)
        for value in values.reversed() where value.ciphertext != nil {
            known[Known(value.context, value.plain), default: []].append(value)
        }
    }

    /// The file with its values encrypted, without a `sops` block yet; and the values, for the MAC.
    mutating func seal(
        _ plain: [UInt8], as format: FileFormat, _ metadata: Metadata
    ) throws(SecretsError) -> (store: any Store, values: [OpenValue]) {
        if format == .binary { return try seal(binary: plain) }
        var plain = plain
        var file = try SopsFile(parsing: plain, as: format)
        guard !file.isEncrypted, !file.hasBlock else {
            throw SecretsError(
                .format, "the file has a sops block already",
                hint: "gx secrets rotate gives an encrypted file a new key")
        }
        let selection = SopsFile.selection(of: metadata, format)
        let aliases = (file.store as? NodeStore)?.expandingAliases(for: selection) ?? []
        if !aliases.isEmpty {
            plain = Splice.apply(aliases, to: plain)
            file = try SopsFile(parsing: plain, as: format)
        }
        let (places, hasMatched) = file.store.located(by: selection)
        guard hasMatched || !selection.mustMatch else {
            throw SecretsError(
                .policy,
                "\(selection.name) \(selection.text) matches nothing in the file, which would leave it as it is",
                hint: "correct the rule in .sops.yaml, or the keys of the file")
        }
        var values: [OpenValue] = []
        var splices: [Splice] = []
        for place in places where place.entry.kind != .empty {
            let value = try seal(place, in: file.store)
            values.append(value)
            if let ciphertext = value.ciphertext {
                splices.append(try file.store.written(encrypted: ciphertext.text, at: place.entry))
            }
        }
        let sealed = try SopsFile(parsing: Splice.apply(splices, to: plain), as: format)
        return (sealed.store, values)
    }

    private mutating func seal(_ place: Located, in store: any Store) throws(SecretsError) -> OpenValue {
        let isComment = place.entry.kind == .comment
        let text = store.text(of: place.entry)
        let plain =
            isComment
            ? PlainValue(.comment, SecretBytes(taking: Array(text))) : try store.plainValue(of: place.entry)
        var ciphertext: EncryptedValue?
        if place.isSelected, !plain.bytes.isEmpty {
            guard !EncryptedValue.isMarked(text) else {
                throw SecretsError(
                    .format,
                    "\(place.path.isEmpty ? "a comment" : "the value of \(place.path.text)") is encrypted already, without a sops block that goes with it",
                    at: store.place(of: place.entry), hint: "put the value itself there")
            }
            ciphertext = try encrypt(plain, context: place.context)
        }
        return OpenValue(
            entry: place.entry, document: place.document, path: place.path, context: place.context,
            isSelected: place.isSelected,
            plain: plain,
            ciphertext: ciphertext)
    }

    private mutating func encrypt(_ plain: PlainValue, context: [UInt8]) throws(SecretsError)
        -> EncryptedValue
    {
        let key = Known(context, plain)
        if let last = known[key]?.last, last.plain.isSame(as: plain), let ciphertext = last.ciphertext {
            known[key]?.removeLast()
            return ciphertext
        }
        return try cipher.encrypt(plain, context: context)
    }

    private mutating func seal(binary plain: [UInt8]) throws(SecretsError) -> (
        store: any Store, values: [OpenValue]
    ) {
        let value = PlainValue(.str, SecretBytes(copying: plain.span))
        let context = Array("\(BinaryFile.key):".utf8)
        let ciphertext = plain.isEmpty ? nil : try encrypt(value, context: context)
        let text = "{\n\t\"\(BinaryFile.key)\": \"\(ciphertext?.text ?? "")\"\n}\n"
        let store = try NodeStore(parsing: Array(text.utf8), as: .json)
        let sealed = OpenValue(
            entry: Entry(kind: .value, key: BinaryFile.key), document: 0, path: [.key(BinaryFile.key)],
            context: context,
            isSelected: true, plain: value, ciphertext: ciphertext)
        return (store, [sealed])
    }
}
