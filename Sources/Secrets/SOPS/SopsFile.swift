internal import Git
internal import YAML

/// A file in the SOPS format, encrypted or not yet.
public struct SopsFile {
    public let format: FileFormat
    let store: any Store
    let metadata: Metadata?

    /// Reads a file. Of a binary file only the encrypted form is one.
    public init(parsing bytes: [UInt8], as format: FileFormat) throws(SecretsError) {
        self.format = format
        switch format {
        case .yaml: store = try NodeStore(parsing: bytes, as: .yaml)
        case .json, .binary: store = try NodeStore(parsing: bytes, as: .json)
        case .dotenv: store = try DotenvStore(parsing: bytes)
        case .ini: store = try INIStore(parsing: bytes)
        }
        var metadata: Metadata?
        if let block = store.block { metadata = try Metadata(block) }
        self.metadata = metadata
    }

    private init(format: FileFormat, store: any Store, metadata: Metadata?) {
        self.format = format
        self.store = store
        self.metadata = metadata
    }

    public var bytes: [UInt8] { store.bytes }
    public var isEncrypted: Bool { metadata != nil }
    /// Whether the file has something called `sops`, whatever it is.
    var hasBlock: Bool { store.block != nil }
    /// The age recipients that can read the file, as it says itself.
    public var recipients: [String] { metadata?.recipients ?? [] }
    /// Key services that the file is also encrypted for, by name.
    public var services: [String] { metadata?.services ?? [] }
    public var selection: Selection? { metadata.map { Self.selection(of: $0, format) } }

    /// Binary files have no rules: their one value is encrypted.
    static func selection(of metadata: Metadata, _ format: FileFormat) -> Selection {
        format == .binary ? .standard : metadata.selection ?? .standard
    }

    /// Decrypts the file and proves that nothing in it was changed.
    public func open(with identities: Identities) throws(SecretsError) -> OpenFile {
        guard let metadata else {
            throw SecretsError(.format, "the file is not encrypted", hint: "gx secrets encrypt encrypts it")
        }
        return try OpenFile(self, metadata, dataKey: DataKey.open(metadata, with: identities))
    }
}

/// A decrypted file, whose MAC was right.
public struct OpenFile {
    public let file: SopsFile
    let metadata: Metadata
    let dataKey: SecretBytes
    /// All values and comments in the file's order, without null and empty collections. Values in the clear are among
    /// them.
    public let values: [OpenValue]

    /// The same file with other bytes, which are encrypted under its key.
    public func reopened(_ bytes: [UInt8]) throws(SecretsError) -> OpenFile {
        let file = try SopsFile(parsing: bytes, as: file.format)
        return try OpenFile(file, file.metadata ?? metadata, dataKey: dataKey)
    }

    init(_ file: SopsFile, _ metadata: Metadata, dataKey: SecretBytes) throws(SecretsError) {
        self.file = file
        self.metadata = metadata
        self.dataKey = dataKey
        var reader = try ValueReader(
            file.store, selection: SopsFile.selection(of: metadata, file.format), dataKey: dataKey)
        values = try reader.read()
        try Self.verify(values, metadata, dataKey: dataKey)
    }

    private static func verify(_ values: [OpenValue], _ metadata: Metadata, dataKey: SecretBytes)
        throws(SecretsError)
    {
        let changed = SecretsError(
            .mac, "the message authentication code does not match: something was changed, moved or taken out",
            hint: "restore the file from Git; who has the values can encrypt them anew")
        var cipher = try ValueCipher(dataKey)
        guard let written = try? EncryptedValue(parsing: Array(metadata.mac.utf8)[...]), written.type == .str,
            let expected = cipher.decrypt(written, context: Array(metadata.lastModified.utf8)),
            try mac(of: values, onlyEncrypted: metadata.macOnlyEncrypted).bytes.equals(expected.bytes)
        else { throw changed }
    }

    /// The hash over the values that is kept encrypted in the file.
    static func mac(of values: [OpenValue], onlyEncrypted: Bool) throws(SecretsError) -> PlainValue {
        var hash = try Hash.sha512()
        if onlyEncrypted {
            // So that a MAC with this setting never is one without it.
            hash.update(Crypto.sha256(Array("sops".utf8).span).span)
        }
        for value in values where value.plain.type != .comment && (value.isSelected || !onlyEncrypted) {
            value.plain.bytes.withSpan { hash.update($0) }
        }
        let digits = Array("0123456789ABCDEF".utf8)
        let text = hash.finish().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return PlainValue(.str, SecretBytes(taking: text))
    }

    /// The whole file in the clear, without its `sops` block.
    public func plaintext() throws(SecretsError) -> SecretBytes {
        if file.format == .binary {
            guard let value = values.first(where: { $0.path == [.key(BinaryFile.key)] }) else {
                throw BinaryFile.malformed
            }
            return value.plain.bytes
        }
        var splices = file.store.removingBlock()
        for value in values where value.isSelected && value.ciphertext != nil {
            splices.append(try file.store.written(value.plain, at: value.entry))
        }
        defer { for index in splices.indices { splices[index].bytes.wipe() } }
        return SecretBytes(taking: Splice.apply(splices, to: file.bytes))
    }
}

/// A value or comment of an open file.
public struct OpenValue: Sendable {
    let entry: Entry
    /// From 0, in the file.
    public let document: Int
    public let path: [PathStep]
    let context: [UInt8]
    /// Whether the file's rule wants it encrypted.
    public let isSelected: Bool
    public let plain: PlainValue
    /// As it stands in the file; nil for what is in the clear.
    let ciphertext: EncryptedValue?

    public var isComment: Bool { plain.type == .comment }
}

/// Decrypts the values of a file one after the other.
struct ValueReader: ~Copyable {
    private let store: any Store
    private let selection: Selection
    private var cipher: ValueCipher

    init(_ store: any Store, selection: Selection, dataKey: SecretBytes) throws(SecretsError) {
        self.store = store
        self.selection = selection
        cipher = try ValueCipher(dataKey)
    }

    mutating func read() throws(SecretsError) -> [OpenValue] {
        let located = store.located(by: selection).places
        var values: [OpenValue] = []
        values.reserveCapacity(located.count)
        for place in located where place.entry.kind != .empty {
            values.append(try open(place, among: located))
        }
        return values
    }

    /// What a comment may be bound to: the whole file, and the path of everything in it, with all that is around that.
    private static func containers(of places: [Located]) -> Set<[UInt8]> {
        var contexts: Set<[UInt8]> = [[UInt8(ascii: ":")]]
        for place in places {
            var context = place.context[...]
            while !context.isEmpty, contexts.insert(Array(context)).inserted {
                context = context.dropLast()
                while let last = context.last, last != UInt8(ascii: ":") { context.removeLast() }
            }
        }
        return contexts
    }

    private mutating func open(_ place: Located, among all: [Located]) throws(SecretsError) -> OpenValue {
        let text = store.text(of: place.entry)
        let isComment = place.entry.kind == .comment
        func value(_ plain: PlainValue, _ ciphertext: EncryptedValue? = nil) -> OpenValue {
            OpenValue(
                entry: place.entry, document: place.document, path: place.path, context: place.context,
                isSelected: place.isSelected,
                plain: plain,
                ciphertext: ciphertext)
        }
        // Comments of files that older programs wrote may be in the clear; they are not part of the MAC either.
        if isComment, !place.isSelected || !EncryptedValue.isMarked(text) {
            return value(PlainValue(.comment, SecretBytes(taking: Array(text))))
        }
        guard place.isSelected else { return value(try store.plainValue(of: place.entry)) }
        if text.isEmpty { return value(PlainValue(.str, "")) }

        let encrypted: EncryptedValue
        do throws(SecretsError) {
            guard EncryptedValue.isMarked(text) else {
                throw SecretsError(.value, "the value of \(place.path.text) should be encrypted and is not")
            }
            encrypted = try EncryptedValue(parsing: text)
        } catch {
            throw error.inside(store.place(of: place.entry))
        }
        var plain = cipher.decrypt(encrypted, context: place.context)
        // Which container a comment belongs to is a guess of the program that wrote it.
        if plain == nil, isComment {
            for context in Self.containers(of: all) where plain == nil {
                plain = cipher.decrypt(encrypted, context: context)
            }
        }
        guard let plain else {
            throw SecretsError(
                .value,
                "the value of \(place.path.text) does not decrypt: it was changed, or moved from another key",
                at: store.place(of: place.entry), hint: "restore it from Git")
        }
        guard plain.isWellFormed, (plain.type == .comment) == isComment || place.entry.key == nil else {
            throw SecretsError(
                .value, "the value of \(place.path.text) is not of the type it says",
                at: store.place(of: place.entry),
                hint: "restore it from Git")
        }
        return value(plain, encrypted)
    }
}

extension [PathStep] {
    var yaml: Path {
        Path(
            steps: map { step in
                switch step {
                case .key(let key): .key(key)
                case .index(let index): .index(index)
                }
            })
    }

    /// As paths are written elsewhere in gx: `db.users[0].name`.
    public var text: String { yaml.description }

    /// Reads what `text` writes.
    public init(_ text: String) throws(SecretsError) {
        self = []
        do throws(YAMLError) {
            for step in try Path(text).steps {
                switch step {
                case .key(let key): append(.key(key))
                case .index(let index): append(.index(index))
                default: throw YAMLError(.path, "'\(text)' leads to more than one place")
                }
            }
        } catch {
            throw SecretsError(.format, error.message, hint: error.hint)
        }
    }
}

/// A file of any kind, encrypted as one value.
enum BinaryFile {
    static let key = "data"
    static let malformed = SecretsError(.format, "the encrypted file is not one value under \"data\"")
}
