internal import System

extension OpenFile {
    /// The keys, of what is encrypted as a whole too.
    public var keys: SecretKeys { SecretKeys(file, values: values) }

    /// The value that a key has in the cluster: decoded, where it stands in `data` of a Secret. Nil for null.
    public func value(of key: SecretKeys.Key) throws(SecretsError) -> SecretBytes? {
        guard let value = self[key.place] else { return nil }
        guard key.isBase64 else { return value.plain.bytes }
        let decoded = value.plain.bytes.withSpan {
            Base64.decode([UInt8]($0).filter { $0 != 10 && $0 != 13 })
        }
        guard let decoded else { throw SecretsError(.format, "\(key.path.text) is not Base64") }
        return SecretBytes(taking: decoded)
    }

    /// The type that a value has in the file; a key of a Secret is always a text.
    public func type(of key: SecretKeys.Key) -> ValueType? {
        key.entry == nil ? self[key.place]?.plain.type : nil
    }

    /// The keys whose values are what they were in an earlier version of the file, as people are told of them.
    public func unchanged(since past: OpenFile) throws(SecretsError) -> [String] {
        let (now, before) = (keys, past.keys)
        var known: [String: SecretBytes] = [:]
        for key in before.secrets {
            if let value = try past.value(of: key), !value.isEmpty { known[before.identity(of: key)] = value }
        }
        var labels: [String] = []
        for key in now.secrets {
            guard let old = known[now.identity(of: key)], let value = try value(of: key), value.equals(old)
            else { continue }
            labels.append(now.label(of: key))
        }
        return labels
    }

    /// The file with a value at a place, under the same key: written as the cluster wants it there, and proven to be
    /// encrypted. A value that is no text goes to `data` of a Secret.
    ///
    /// - Parameter type: What it is, where that is known; else it is what was there, if it can be.
    public func setting(
        _ value: SecretBytes, at place: SecretPlace, type: ValueType? = nil
    ) throws(SecretsError) -> [UInt8] {
        let manifest = keys.manifests.last {
            $0.document == place.document && place.path.starts(with: $0.path)
        }
        guard let manifest, manifest.isSecret,
            let entry = SecretBlock.entry(of: Array(place.path.dropFirst(manifest.path.count)))
        else {
            let plain = type.map { PlainValue($0, value) } ?? typed(value, at: place)
            return try proven([SecretChange(at: place, value: plain)])
        }
        func block(_ name: String) -> SecretPlace {
            SecretPlace(document: place.document, path: manifest.path + [.key(name), .key(entry)])
        }
        let text = PlainValue(.str, value)
        if place == block(SecretBlock.stringData), value.withSpan({ isValidUTF8($0) }) {
            return try proven([SecretChange(at: place, value: text)])
        }
        let encoded = value.withSpan { Base64.encode([UInt8]($0)) }
        var changes = [SecretChange(at: block(SecretBlock.data), value: PlainValue(.str, encoded))]
        // What is left there would be in force.
        if place != block(SecretBlock.data), self[place] != nil {
            changes.append(SecretChange(at: place, value: nil))
        }
        return try proven(changes)
    }

    /// The changes made, and read again: each value that was given is there, encrypted.
    private func proven(_ changes: [SecretChange]) throws(SecretsError) -> [UInt8] {
        let bytes = try applying(changes)
        let after = try reopened(bytes)
        for change in changes {
            guard let value = change.value, !value.bytes.isEmpty else { continue }
            let place = SecretPlace(document: change.document, path: change.path)
            guard let found = after[place], found.isSelected, found.ciphertext != nil else {
                throw SopsFile.wouldBeClear(change.path, file.selection)
            }
            guard found.plain.bytes.equals(value.bytes) else {
                throw SecretsError(
                    .format, "the value of \(change.path.text) would not read back as it was given")
            }
        }
        return bytes
    }
}

extension SopsFile {
    static func wouldBeClear(_ path: [PathStep], _ selection: Selection?) -> SecretsError {
        let rule = (selection ?? .standard)
        return SecretsError(
            .policy,
            "\(path.text) would be in the clear: \(rule.name) \(rule.text) of the file does not encrypt it",
            hint: "name a key that the rule encrypts, or change the rule and encrypt the file anew")
    }
}
