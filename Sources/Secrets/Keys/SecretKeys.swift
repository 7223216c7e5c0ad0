/// What of a file can be named: its manifests and the keys in them. Of an encrypted file as far as names are readable,
/// of an open one all of it.
public struct SecretKeys: Sendable {
    /// An object of Kubernetes: a document, or an item of a `List` in one. A document that is none counts as one too.
    public struct Manifest: Hashable, Sendable {
        public let document: Int
        /// Where it stands in the document: nowhere, or `items[2]`.
        let path: [PathStep]
        public let kind: String?
        public let name: String?
        public let namespace: String?
        public var isSecret: Bool { kind == "Secret" }
    }

    /// A key and where its value stands.
    public struct Key: Hashable, Sendable {
        public let place: SecretPlace
        let manifest: Int
        /// The path in its manifest.
        let path: [PathStep]
        /// Whether the file's rule encrypts it.
        public let isSelected: Bool
        public let isEmpty: Bool
        /// What a Secret calls it, in whichever block it stands.
        public let entry: String?
        /// Whether the cluster decodes the value: it stands in `data` of a Secret.
        public var isBase64: Bool { entry != nil && path.first == .key(SecretBlock.data) }
        /// What a Secret calls it, or a flat file; nil where it is nested.
        public var name: String? {
            if let entry { return entry }
            if path.count == 1, case .key(let name) = path[0] { return name }
            return nil
        }
    }

    public let manifests: [Manifest]
    /// In the file's order, those in the clear too.
    public let all: [Key]
    /// Those that the file's rule encrypts.
    public var secrets: [Key] { all.filter(\.isSelected) }

    /// - Parameter values: What was decrypted, for files that hide what kind of object they are.
    init(_ file: SopsFile, values: [OpenValue]) {
        let selection = file.selection ?? .standard
        let places = file.store.located(by: selection).places.filter { $0.entry.kind != .comment }
        let opened = values.reduce(into: [SecretPlace: OpenValue]()) {
            if !$1.isComment { $0[SecretPlace(document: $1.document, path: $1.path)] = $1 }
        }
        let known = Set(places.map { SecretPlace(document: $0.document, path: $0.path) })
        var texts: [SecretPlace: String] = [:]
        for place in places {
            guard case .key(let name)? = place.path.last, Self.naming.contains(name),
                place.entry.kind == .value
            else { continue }
            let text = file.store.text(of: place.entry)
            let own = SecretPlace(document: place.document, path: place.path)
            if !EncryptedValue.isMarked(text) {
                texts[own] = String(decoding: text, as: UTF8.self)
            } else if let value = opened[own] {
                texts[own] = value.plain.text
            }
        }
        var manifests: [Manifest] = []
        for document in 0...(places.last?.document ?? 0) {
            func manifest(at path: [PathStep]) -> Manifest {
                func text(_ keys: String...) -> String? {
                    texts[SecretPlace(document: document, path: path + keys.map { .key($0) })]
                }
                return Manifest(
                    document: document, path: path, kind: text("kind"), name: text("metadata", "name"),
                    namespace: text("metadata", "namespace"))
            }
            manifests.append(manifest(at: []))
            var index = 0
            while known.contains(
                SecretPlace(document: document, path: [.key("items"), .index(index), .key("kind")]))
            {
                manifests.append(manifest(at: [.key("items"), .index(index)]))
                index += 1
            }
        }
        self.manifests = manifests
        all = places.compactMap { place in
            let own = SecretPlace(document: place.document, path: place.path)
            let number =
                manifests.lastIndex { $0.document == place.document && place.path.starts(with: $0.path) } ?? 0
            let manifest = manifests[number]
            let path = Array(place.path.dropFirst(manifest.path.count))
            if manifest.isSecret, SecretBlock.isBlock(path) { return nil }
            return Key(
                place: own, manifest: number, path: path, isSelected: place.isSelected,
                isEmpty: place.entry.kind == .empty || file.store.text(of: place.entry).isEmpty,
                entry: manifest.isSecret ? SecretBlock.entry(of: path) : nil)
        }
    }

    private static let naming: Set<String> = ["kind", "name", "namespace"]

    // MARK: What to call them

    /// Whether keys are named with their manifest: where there are several.
    private var namesManifests: Bool { manifests.filter { $0.kind != "List" }.count > 1 }

    /// As people are told of it, and can say it: `stringData.TOKEN`, `mail:stringData.TOKEN`.
    ///
    /// - Parameter environment: What is told as `{env}` in a manifest's name, to compare it with others'.
    public func label(of key: Key, in environment: String? = nil) -> String {
        prefix(of: key, environment) + key.path.text
    }

    /// What a manifest is called: by its name, with its kind where others have that name, else by its number.
    private func label(ofManifest number: Int) -> String {
        let manifest = manifests[number]
        if let name = manifest.name {
            if manifests.filter({ $0.name == name }).count == 1 { return name }
            let full = "\(manifest.kind ?? "")/\(name)"
            if manifests.filter({ $0.name == name && $0.kind == manifest.kind }).count == 1 { return full }
        }
        return String(number + 1)
    }

    /// What a document is called, which says the same in other versions of the file: where there is only one, nothing.
    func name(ofDocument document: Int) -> String {
        let own = manifests.indices.filter { manifests[$0].path.isEmpty }
        guard own.count > 1, let number = own.first(where: { manifests[$0].document == document }) else {
            return ""
        }
        return label(ofManifest: number)
    }

    /// The same for a key of a Secret in whichever block it stands.
    public func identity(of key: Key, in environment: String? = nil) -> String {
        prefix(of: key, environment) + (key.entry ?? key.path.text)
    }

    private func prefix(of key: Key, _ environment: String?) -> String {
        guard namesManifests else { return "" }
        let words = label(ofManifest: key.manifest).split(separator: "-", omittingEmptySubsequences: false)
        return words.map { $0 == environment ?? "" ? "{env}" : String($0) }.joined(separator: "-") + ":"
    }

    // MARK: Finding

    /// The key that a text names: a key as it is, its path, or the end of that. Nil where there is none.
    ///
    /// - Parameter manifest: The name of the manifest that is meant.
    public func key(_ text: String, in manifest: String? = nil) throws(SecretsError) -> Key? {
        let keys = try keys(in: manifest)
        let steps = try? [PathStep](text)
        // Keys as they are come first, whatever dots are in them.
        let tiers: [(Key) -> Bool] = [
            { $0.isSelected && ($0.entry == text || $0.path == [.key(text)] || $0.path == steps) },
            { $0.place.path == steps || $0.path == steps },
            { $0.isSelected && $0.path.last == .key(text) },
            { key in key.isSelected && steps.map { key.path.suffix($0.count) == $0[...] } ?? false },
        ]
        for tier in tiers {
            let found = inForce(keys.filter(tier))
            guard found.count < 2 else {
                throw SecretsError(
                    .ambiguous, "\(text) is in several places",
                    hint: "say \(found.map { label(of: $0) }.joined(separator: " or "))")
            }
            if let only = found.first { return only }
        }
        guard manifest == nil, let (name, rest) = split(text) else { return nil }
        return try key(rest, in: name)
    }

    /// Of a key that stands in `data` and in `stringData`, what the cluster takes: the latter.
    private func inForce(_ keys: [Key]) -> [Key] {
        keys.filter { key in
            !key.isBase64
                || !keys.contains { $0.manifest == key.manifest && $0.entry == key.entry && !$0.isBase64 }
        }
    }

    /// Keys of Secrets as the cluster has them, and the keys of files that have no Secret.
    ///
    /// - Parameter manifest: The name of the manifest that is meant; nil for all.
    public func inForce(in manifest: String? = nil) throws(SecretsError) -> [Key] {
        let secrets = manifests.contains(where: \.isSecret)
        return inForce(try keys(in: manifest).filter { secrets ? $0.entry != nil : true })
    }

    /// Where a key that is not there yet goes: in a Secret to `stringData`, unless the other block is said.
    public func newPlace(for text: String, in manifest: String? = nil) throws(SecretsError) -> SecretPlace {
        if manifest == nil, let (name, rest) = split(text) { return try newPlace(for: rest, in: name) }
        var candidates = try numbers(in: manifest).filter { manifests[$0].kind != "List" }
        let secrets = candidates.filter { manifests[$0].isSecret }
        if !secrets.isEmpty { candidates = secrets }
        guard candidates.count == 1, let number = candidates.first else {
            let names = candidates.map(label(ofManifest:))
            throw SecretsError(
                .ambiguous, "\(text) is new, and the file has \(names.joined(separator: ", "))",
                hint: "say whose it is, with --name or as \(names.first ?? "NAME"):\(text)")
        }
        let own = manifests[number]
        let siblings = all.filter { $0.manifest == number }.map(\.path)
        let path =
            try own.isSecret ? SecretBlock.newPath(for: text, siblings: siblings) : Self.path(text, siblings)
        return SecretPlace(document: own.document, path: own.path + path)
    }

    /// The manifest that a key is of.
    public func manifest(of key: Key) -> Manifest { manifests[key.manifest] }

    /// Where a key goes in a file that is not there yet. Those of a dotenv file have no parts.
    public static func path(_ text: String, in format: FileFormat) -> [PathStep] {
        format == .dotenv ? [.key(text)] : path(text, [])
    }

    /// A path, or where the file has keys with dots in them already (or it can be nothing else), a key.
    private static func path(_ text: String, _ siblings: [[PathStep]]) -> [PathStep] {
        guard let steps = try? [PathStep](text) else { return [.key(text)] }
        let leadsOn = siblings.contains { $0.count > 1 && $0.first == steps.first }
        let hasDots = siblings.contains { path in
            if case .key(let key)? = path.last { key.contains(".") } else { false }
        }
        return steps.count > 1 && !leadsOn && hasDots && !text.contains("\"") ? [.key(text)] : steps
    }

    /// `NAME:KEY`, where there is a manifest of that name.
    private func split(_ text: String) -> (manifest: String, key: String)? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let name = String(text[..<colon])
        let rest = String(text[text.index(after: colon)...])
        guard !rest.isEmpty, let found = try? numbers(in: name), !found.isEmpty else { return nil }
        return (name, rest)
    }

    private func keys(in manifest: String?) throws(SecretsError) -> [Key] {
        guard manifest != nil else { return all }
        let wanted = Set(try numbers(in: manifest))
        return all.filter { wanted.contains($0.manifest) }
    }

    private func numbers(in name: String?) throws(SecretsError) -> [Int] {
        guard let name else { return Array(manifests.indices) }
        let found = manifests.indices.filter { number in
            let manifest = manifests[number]
            return manifest.name == name || label(ofManifest: number) == name
                || manifest.kind.map { "\($0)/\(manifest.name ?? "")" } == name
        }
        guard !found.isEmpty else {
            throw SecretsError(
                .ambiguous, "there is no \(name) in the file",
                hint: "it has \(manifests.indices.map(label(ofManifest:)).joined(separator: ", "))")
        }
        return found
    }
}

extension SopsFile {
    /// The keys as far as they can be read without a secret key.
    public var readableKeys: SecretKeys { SecretKeys(self, values: []) }
}
