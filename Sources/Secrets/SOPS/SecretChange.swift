internal import YAML

/// One change to an open file.
public struct SecretChange: Sendable {
    public var document: Int
    public var path: [PathStep]
    /// Nil takes the value, or everything below the path, out.
    public var value: PlainValue?
    /// The value as it is encrypted under the same key elsewhere, to be taken over.
    var ciphertext: EncryptedValue?

    public init(document: Int = 0, path: [PathStep], value: PlainValue?) {
        self.document = document
        self.path = path
        self.value = value
    }

    init(at place: SecretPlace, value: PlainValue?, ciphertext: EncryptedValue? = nil) {
        (document, path) = (place.document, place.path)
        self.value = value
        self.ciphertext = ciphertext
    }
}

extension OpenFile {
    /// The value at a path; nil where there is none.
    public subscript(path: [PathStep], document document: Int = 0) -> OpenValue? {
        values.first { !$0.isComment && $0.document == document && $0.path == path }
    }

    public subscript(place: SecretPlace) -> OpenValue? { self[place.path, document: place.document] }

    /// The file with these changes, under the same key; everything else keeps its bytes.
    public func applying(_ changes: [SecretChange]) throws(SecretsError) -> [UInt8] {
        guard file.format != .binary else {
            throw SecretsError(
                .format, "the file is encrypted as a whole", hint: "gx secrets edit changes it")
        }
        var bytes = Splice.apply(file.store.removingBlock(), to: file.bytes)
        var known = Set(
            values.filter { !$0.isComment }.map { SecretPlace(document: $0.document, path: $0.path) })
        for change in changes {
            let store = try SopsFile(parsing: bytes, as: file.format).store
            if change.value == nil {
                bytes = try store.removing(change.path, document: change.document)
            } else if known.insert(SecretPlace(document: change.document, path: change.path)).inserted {
                // Null and empty collections are there, though they are no values.
                if store.has(change.path, document: change.document) {
                    bytes = try store.removing(change.path, document: change.document)
                }
                bytes = try SopsFile(parsing: bytes, as: file.format).store.inserting(
                    change.path, document: change.document)
            }
        }
        return try finished(write(changes, to: bytes))
    }

    /// The file with a new item in a list, before the one that stands there now, and with these values in it.
    func inserting(_ values: [SecretChange], asItem item: SecretPlace) throws(SecretsError) -> [UInt8] {
        let bytes = Splice.apply(file.store.removingBlock(), to: file.bytes)
        guard let store = try SopsFile(parsing: bytes, as: file.format).store as? NodeStore else {
            throw SecretsError(.format, "there is no place for \(item.path.text)")
        }
        let paths = values.map { $0.path.dropFirst(item.path.count) }
        return try finished(write(values, to: store.inserting(item: paths, at: item)))
    }

    /// With the block, the time and the MAC that fit.
    private func finished(_ bytes: [UInt8]) throws(SecretsError) -> [UInt8] {
        let store = try SopsFile(parsing: bytes, as: file.format).store
        let bytes = Splice.apply(try withOldBlock(store), to: bytes)
        return try stamp(bytes, reopen(bytes).values)
    }

    /// Puts the values into their places, encrypted where the rule wants it.
    private func write(_ changes: [SecretChange], to bytes: [UInt8]) throws(SecretsError) -> [UInt8] {
        let store = try SopsFile(parsing: bytes, as: file.format).store
        let places = store.located(by: SopsFile.selection(of: metadata, file.format)).places
        var cipher = try ValueCipher(dataKey)
        var splices: [Splice] = []
        for change in changes {
            guard let value = change.value else { continue }
            guard
                let place = places.first(where: {
                    $0.entry.kind == .value && $0.path == change.path && $0.document == change.document
                })
            else { throw SecretsError(.format, "there is no place for \(change.path.text)") }
            if place.isSelected, !value.bytes.isEmpty {
                var encrypted = change.ciphertext
                if encrypted == nil { encrypted = try cipher.encrypt(value, context: place.context) }
                guard let encrypted else { continue }
                splices.append(try store.written(encrypted: encrypted.text, at: place.entry))
            } else {
                splices.append(try store.written(value, at: place.entry))
            }
        }
        return Splice.apply(splices, to: bytes)
    }

    private func withOldBlock(_ store: any Store) throws(SecretsError) -> [Splice] {
        if let old = addingOldBlock(to: store) { return old }
        return try store.adding(block: metadata.block)
    }
}

extension Store {
    /// Whether something stands at a path.
    func has(_ path: [PathStep], document: Int) -> Bool {
        located(by: .standard).places.contains {
            $0.document == document && $0.entry.kind != .comment && $0.path.starts(with: path)
        }
    }
}
