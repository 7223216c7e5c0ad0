public import System

/// What went wrong with a secret: what, where, and what to do next. Never carries a secret value.
public struct SecretsError: Explained, Hashable, Sendable {
    /// What callers and tests tell apart.
    public enum Kind: Hashable, Sendable {
        /// The age header is malformed, or its stanzas break the format.
        case header
        /// The age header is well formed but was changed after it was written.
        case headerMAC
        /// The age payload is truncated, changed, or followed by something.
        case payload
        /// The ASCII armor is malformed.
        case armor
        /// None of the identities opens the file.
        case noMatch
        /// A key, recipient, identity or passphrase that cannot be read or used.
        case key
        /// Something known that gx does not do (plugins, post-quantum keys, KMS).
        case unsupported
        /// A SOPS file that does not have the format.
        case format
        /// An encrypted value that does not decrypt: changed, moved, or under another key.
        case value
        /// The SOPS file's message authentication code is missing or wrong.
        case mac
        /// `.sops.yaml`, or a file that does not follow it.
        case policy
        /// Both sides of a merge changed the same value.
        case conflict
        /// A file that is not what it was when it was read.
        case changed
        /// A name that says several things, or nothing that is there.
        case ambiguous
        /// A file that cannot be read or written.
        case file
        /// libcrypto failed where it should not.
        case crypto
    }

    public let kind: Kind
    /// Lower case, without a full stop.
    public let message: String
    /// The file, with line and key where they are known.
    public var place: String?
    /// What to do next.
    public let hint: String?

    public init(_ kind: Kind, _ message: String, at place: String? = nil, hint: String? = nil) {
        self.kind = kind
        self.message = message
        self.place = place
        self.hint = hint
    }

    public var description: String {
        place.map { "\($0): \(message)" } ?? message
    }

    /// The same error, told to have happened in `file` (before any place it already names).
    public func inside(_ file: String) -> SecretsError {
        var copy = self
        copy.place = place.map { "\(file): \($0)" } ?? file
        return copy
    }
}
