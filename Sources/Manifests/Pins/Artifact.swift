/// What is versioned and deployed: an image, a chart, or a Git repository at a ref.
public struct Artifact: Hashable, Sendable, Comparable, CustomStringConvertible {
    public enum Kind: String, Sendable, Comparable {
        case image, chart, git

        public static func < (a: Kind, b: Kind) -> Bool { a.rawValue < b.rawValue }
    }

    public var kind: Kind
    /// An image's repository (`ghcr.io/acme/api`), a chart's name with its repository where one is
    /// given, a Git repository's URL without its query.
    public var name: String

    public init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    public var description: String { name }

    /// The last component of the name, as people call it: `api` of `ghcr.io/acme/api`. The folder of a Git source is
    /// no part of it: it often is the environment's.
    public var shortName: String {
        let whole = kind == .git ? URLQuery.repository(of: name) : name
        let last = whole.split(separator: "/").last.map(String.init) ?? whole
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }

    /// What stays the same where an environment has a registry, a mirror or a folder of its own.
    public var family: String { "\(kind.rawValue):\(shortName)" }

    public static func < (a: Artifact, b: Artifact) -> Bool { (a.kind, a.name) < (b.kind, b.name) }
}
