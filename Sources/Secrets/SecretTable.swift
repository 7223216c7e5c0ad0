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
        /// What a key is called, and what it is: `data.P` and `stringData.P` are one key of a Secret.
        public let keys: [(key: String, identity: String, isEmpty: Bool)]

        public init(environment: String, file: String, sops: SopsFile) {
            self.environment = environment
            self.file = file
            let readable = sops.readableKeys
            keys = readable.secrets.map {
                (
                    readable.label(of: $0, in: environment), readable.identity(of: $0, in: environment),
                    $0.isEmpty
                )
            }
        }
    }

    public init(environments: [String], _ contents: [Contents]) {
        self.environments = environments
        var order: [Name] = []
        var states: [Name: [State]] = [:]
        var labels: [Name: String] = [:]
        for content in contents {
            guard let column = environments.firstIndex(of: content.environment) else { continue }
            for (key, identity, isEmpty) in content.keys {
                let name = Name(file: content.file, key: identity)
                if states[name] == nil {
                    order.append(name)
                    labels[name] = key
                    states[name] = [State](repeating: .missing, count: environments.count)
                }
                states[name]?[column] = isEmpty ? .empty : .set
            }
        }
        rows = order.map { Row(file: $0.file, key: labels[$0] ?? $0.key, states: states[$0] ?? []) }
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
        return file.isEncrypted ? file.readableKeys.secrets.map(\.place.path.text) : []
    }
}
