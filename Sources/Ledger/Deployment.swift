public import Git
public import Manifests
public import System

/// An artifact at a version.
public struct Pinned: Hashable, Sendable {
    /// As people write it: `ghcr.io/acme/api`; charts and Git refs with `chart:` and `git:` before them.
    public var artifact: String
    public var version: String

    public init(_ artifact: Artifact, _ version: Version) {
        (self.artifact, self.version) = (Self.name(of: artifact), "\(version)")
    }

    init(artifact: String, version: String) {
        (self.artifact, self.version) = (artifact, version)
    }

    private static let prefixes: [(kind: Artifact.Kind, text: String)] = [
        (.chart, "chart:"), (.git, "git:"),
    ]

    static func name(of artifact: Artifact) -> String {
        prefixes.first { $0.kind == artifact.kind }.map { $0.text + artifact.name } ?? artifact.name
    }

    /// The artifact that is meant.
    public var named: Artifact {
        guard let prefix = Self.prefixes.first(where: { artifact.hasPrefix($0.text) }) else {
            return Artifact(.image, artifact)
        }
        return Artifact(prefix.kind, String(artifact.dropFirst(prefix.text.count)))
    }
}

/// A change of anything that an app in an environment is made of.
public struct Deployment: Hashable, Sendable {
    public enum Kind: UInt8, Sendable, CaseIterable {
        case initial, forward, promotion, rollback, race, configuration, removal
        /// Back to a version that ran there and is newer than the one that it replaces.
        case repair
        /// An artifact that the app did not run before.
        case addition
    }

    /// What it does to one artifact.
    public struct Change: Hashable, Sendable {
        /// As deployments name it, afterwards: an environment may have it from another registry than before.
        public var artifact: String
        /// Nil where the app did not run it.
        public var before: String?
        /// Nil where it runs it no more.
        public var after: String?
        public var kind: Kind
        public var basis: Basis
        /// Nil where nothing tells which of the versions is the older one.
        public var direction: Direction?
        public var source: String?
        public var undone: Int?

        /// The artifact that is meant.
        public var named: Artifact { Pinned(artifact: artifact, version: "").named }
    }

    public enum Direction: String, Sendable {
        case up, down
    }

    /// How the kind is known.
    public enum Basis: UInt8, Sendable {
        /// The versions before and after say so.
        case inferred
        /// A trailer of the commit, or a record.
        case declared
        /// A `git revert`.
        case revert
        /// History ends here in this clone: when it came is not known.
        case horizon
    }

    /// Its position in the ledger: higher is later.
    public var number: Int
    public var environment: String
    public var app: String
    public var commit: ObjectID
    /// The committer's clock.
    public var time: Timestamp
    public var author: String
    public var committer: String
    public var kind: Kind
    public var basis: Basis
    /// What ran before, sorted; nil where the app was not there.
    public var before: [Pinned]?
    /// What runs after it; nil where the app is gone.
    public var after: [Pinned]?
    /// The environment that a promotion came from.
    public var source: String?
    /// The deployment that a rollback undoes.
    public var undone: Int?
    /// Of what runs after it, what people mean by the app's version; nil where nothing is pinned.
    public var main: Pinned?
    /// Whether the environment has that from elsewhere: a base, shared values, the chart.
    public var isInherited: Bool
    /// What it does, artifact by artifact, by name.
    public var changes: [Change]

    /// The change that its kind is that of: of the version that people mean by the app's where that changed, else the
    /// most telling one.
    public var headline: Change? {
        changes.first { $0.artifact == main?.artifact && $0.after == main?.version }
            ?? changes.first { $0.kind == kind && $0.source == source && $0.undone == undone }
            ?? changes.first
    }

    /// Whether it changes a version: else it is one of configuration.
    public var isVersion: Bool { kind != .configuration }

    /// The host's own identity, `GitHub <noreply@github.com>`, where it was the committer: whoever merged there is
    /// not told by Git. Nil where the committer is a person or a bot of the team.
    public var host: String? {
        guard committer != author, let address = committer.firstRange(of: " <") else { return nil }
        let isNobody = committer[address.upperBound...].lowercased().hasPrefix("noreply@")
        return isNobody ? String(committer[..<address.lowerBound]) : nil
    }
}
