internal import System
internal import YAML

extension OpenFile {
    private static let mask = "••••••"

    /// The file without its values and its `sops` block, for eyes. With `marking`, each value has a mark that changes
    /// with it: a keyed hash, which says nothing about the value to whoever lacks the data key.
    public func masked(marking: Bool = false) throws(SecretsError) -> [UInt8] {
        if file.format == .binary {
            guard let value = values.first else { throw BinaryFile.malformed }
            return Array("\(try mark(value, marking)) \(value.plain.bytes.count) bytes\n".utf8)
        }
        var splices = file.store.removingBlock()
        for value in values where value.isSelected && value.ciphertext != nil {
            let type: ValueType = value.isComment ? .comment : .str
            splices.append(try file.store.written(PlainValue(type, mark(value, marking)), at: value.entry))
        }
        return Splice.apply(splices, to: file.bytes)
    }

    private func mark(_ value: OpenValue, _ marking: Bool) throws(SecretsError) -> String {
        guard marking else { return Self.mask }
        var text = value.context
        value.plain.bytes.withSpan { text += [UInt8]($0) }
        defer { text.wipe() }
        let hash = try dataKey.withSpan { (key) throws(SecretsError) in
            try Crypto.hmacSHA256(key: key, text.span)
        }
        return "\(Self.mask) \(hash.withSpan { Base64.encode(Array([UInt8]($0).prefix(6))) })"
    }

    /// A text as a value at a path: a number or a boolean where one stands now and the text is one, else a string.
    public func typed(_ text: SecretBytes, at place: SecretPlace) -> PlainValue {
        guard let old = self[place]?.plain.type, old == .int || old == .float || old == .bool else {
            return PlainValue(.str, text)
        }
        let value = PlainValue(old, text)
        guard value.isWellFormed else { return PlainValue(.str, text) }
        if old == .bool { return PlainValue(.bool, value.text.lowercased() == "true" ? "True" : "False") }
        return value
    }

    // MARK: As variables, and for Kubernetes

    /// A key as a variable of a process.
    public struct Variable: Sendable {
        public let key: SecretKeys.Key
        /// What a Secret calls it, or a flat file; of what is nested, its path.
        public let name: String
        /// Nil where no variable can hold it: it is nested, or is no text.
        public let value: String?
    }

    /// What a process can be given: of Secrets what the cluster has, else the keys of the file.
    ///
    /// - Parameter manifest: The name of the manifest that is meant; nil for all.
    public func variables(in manifest: String? = nil) throws(SecretsError) -> [Variable] {
        var result: [Variable] = []
        for key in try keys.inForce(in: manifest) {
            guard let bytes = try value(of: key) else { continue }
            let text = String(validating: bytes.withSpan { [UInt8]($0) }, as: UTF8.self)
            let name = key.name.flatMap { $0.isEmpty || $0.contains("=") ? nil : $0 }
            let isFit = name != nil && text?.utf8.contains(0) == false
            result.append(Variable(key: key, name: name ?? key.path.text, value: isFit ? text : nil))
        }
        return result
    }

    /// A Secret with the values of a flat file.
    public func secretManifest(name: String, namespace: String?) throws(SecretsError) -> SecretBytes {
        var metadata = [JSON.Field("name", .string(name))]
        if let namespace { metadata.append(JSON.Field("namespace", .string(namespace))) }
        var data: [JSON.Field] = []
        for key in try keys.inForce() {
            guard let bytes = try value(of: key) else { continue }
            guard let name = key.name else {
                throw SecretsError(
                    .format, "\(key.path.text) is nested, so it has no name as a key of a Secret",
                    hint: "a Secret is made of a flat file")
            }
            data.append(JSON.Field(name, .string(bytes.withSpan { Base64.encode([UInt8]($0)) })))
        }
        let manifest = JSON.object([
            JSON.Field("apiVersion", "v1"), JSON.Field("kind", "Secret"),
            JSON.Field("metadata", .object(metadata)),
            JSON.Field("type", "Opaque"), JSON.Field("data", .object(data)),
        ])
        return SecretBytes(taking: manifest.bytes(pretty: true) + [10])
    }

    /// The whole file in the clear, with this namespace for the Secrets that name none.
    public func plaintext(namespace: String) throws(SecretsError) -> SecretBytes {
        var plain = try plaintext()
        for manifest in keys.manifests where manifest.isSecret && manifest.namespace == nil {
            let path = manifest.path + [.key("metadata"), .key("namespace")]
            var store = try SopsFile(parsing: plain.unwiped, as: file.format).store
            if store.has(path, document: manifest.document) {
                store = try SopsFile(
                    parsing: store.removing(path, document: manifest.document), as: file.format
                ).store
            }
            store = try SopsFile(
                parsing: store.inserting(path, document: manifest.document), as: file.format
            ).store
            let place = store.located(by: .standard).places.first {
                $0.entry.kind == .value && $0.document == manifest.document && $0.path == path
            }
            guard let place else { throw SecretsError(.format, "there is no place for \(path.text)") }
            plain = SecretBytes(
                taking: Splice.apply(
                    [try store.written(PlainValue(.str, namespace), at: place.entry)], to: store.bytes))
        }
        return plain
    }
}

extension SopsFile {
    /// Whether the rule leaves values in the clear, which the MAC covers too.
    public var hasClearValues: Bool {
        guard let metadata else { return true }
        return store.located(by: Self.selection(of: metadata, format)).places.contains {
            !$0.isSelected && $0.entry.kind == .value
        }
    }

    /// A new file with one value.
    public static func encrypt(
        _ value: SecretBytes, at path: [PathStep], as format: FileFormat, rule: EncryptionRule
    ) throws(SecretsError) -> [UInt8] {
        let empty: [UInt8] = format == .json ? Array("{}\n".utf8) : format == .yaml ? Array("{}\n".utf8) : []
        var store = try SopsFile(parsing: empty, as: format).store
        store = try SopsFile(parsing: store.inserting(path, document: 0), as: format).store
        guard let place = store.located(by: .standard).places.first(where: { $0.entry.kind == .value }) else {
            throw SecretsError(.format, "there is no place for \(path.text)")
        }
        var plain = Splice.apply(
            [try store.written(PlainValue(.str, value), at: place.entry)], to: store.bytes)
        defer { plain.wipe() }
        let bytes = try encrypt(plain, as: format, rule: rule)
        let keys = try SopsFile(parsing: bytes, as: format).readableKeys
        guard value.isEmpty || keys.all.allSatisfy(\.isSelected) else {
            throw wouldBeClear(path, rule.selection)
        }
        return bytes
    }
}
