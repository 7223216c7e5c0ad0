internal import System
internal import YAML

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
