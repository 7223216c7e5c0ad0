/// A manifest's need of a Kubernetes Secret: `secretKeyRef`, `envFrom`, a volume. Those that are `optional` are
/// none: the workload starts without.
public struct SecretReference: Hashable, Sendable {
    /// The Secret's name as the manifest has it, before a kustomization renames both.
    public var secret: String
    /// The key that is needed; nil where all of them are.
    public var key: String?
    /// Where it is written, the line from 1.
    public var file: String
    public var line: Int
}

/// A Kubernetes Secret that an environment's manifests bring about.
struct SuppliedSecret: Hashable, Sendable {
    /// Nil where another program fills it: an ExternalSecret, a VaultStaticSecret, a SealedSecret.
    var keys: Set<String>?
}

/// The keys of an encrypted file, which are readable; empty for any other file.
public typealias EncryptedKeys = (_ path: String, _ bytes: [UInt8]) -> [String]
