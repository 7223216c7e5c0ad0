/// What is set where: keys by environments, without any value.
public struct SecretTable: Sendable {
    /// What an environment has for a key.
    public enum State: Hashable, Sendable {
        case set
        /// Set, and empty.
        case empty
        case missing
    }

    public struct Row: Hashable, Sendable {
        /// The file's place without its environment, and the key in it.
        public let file: String
        public let key: String
        /// In the order of the environments.
        public let states: [State]
    }

    public let environments: [String]
    public let rows: [Row]

    /// The keys of one file. Names stay readable in an encrypted file, so nobody needs a key for this.
    public struct Contents: Sendable {
        public let environment: String
        /// The same for the files that belong together in different environments.
        public let file: String
        public let keys: [(key: String, isEmpty: Bool)]

        public init(environment: String, file: String, sops: SopsFile) {
            self.environment = environment
            self.file = file
            keys = sops.keys
        }
    }

    public init(environments: [String], _ contents: [Contents]) {
        self.environments = environments
        var order: [Name] = []
        var states: [Name: [State]] = [:]
        for content in contents {
            guard let column = environments.firstIndex(of: content.environment) else { continue }
            for (key, isEmpty) in content.keys {
                let name = Name(file: content.file, key: key)
                if states[name] == nil {
                    order.append(name)
                    states[name] = [State](repeating: .missing, count: environments.count)
                }
                states[name]?[column] = isEmpty ? .empty : .set
            }
        }
        rows = order.map { Row(file: $0.file, key: $0.key, states: states[$0] ?? []) }
    }

    private struct Name: Hashable {
        let file: String
        let key: String
    }
}

extension SopsFile {
    /// Whether bytes may be an encrypted file, told without parsing them.
    public static func mayBe(_ bytes: [UInt8]) -> Bool { bytes.firstOffset(of: "sops") != nil }

    /// Whether there is an encrypted value anywhere in bytes.
    public static func hasCiphertext(_ bytes: [UInt8]) -> Bool {
        bytes.firstOffset(of: "ENC[AES256_GCM,data:") != nil
    }

    /// The keys of an encrypted file, by its path; empty for any other file.
    public static func readableKeys(path: String, bytes: [UInt8]) -> [String] {
        guard mayBe(bytes), let file = try? SopsFile(parsing: bytes, as: FileFormat(path: path)) else {
            return []
        }
        return file.keys.map(\.key)
    }

    /// A Secret of Kubernetes, whose new keys belong under `stringData`.
    public var isKubernetesSecret: Bool {
        store.entries.contains {
            $0.key == "kind" && $0.kind == .value && store.text(of: $0).elementsEqual("Secret".utf8)
        }
    }

    /// The keys of the values that the file's rule encrypts, and whether they are empty.
    public var keys: [(key: String, isEmpty: Bool)] {
        guard let metadata else { return [] }
        return store.located(by: Self.selection(of: metadata, format)).places.compactMap { place in
            guard place.isSelected, place.entry.kind != .comment else { return nil }
            return (place.path.text, place.entry.kind == .empty || store.text(of: place.entry).isEmpty)
        }
    }
}
