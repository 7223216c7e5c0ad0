public import Ledger
public import Manifests

/// What a promotion is asked for.
public struct PromotionRequest: Hashable, Sendable {
    /// A version from outside, by the artifact's name or the end of it.
    public struct Given: Hashable, Sendable {
        public var kind: Artifact.Kind
        public var name: String
        public var version: Version

        public init(_ kind: Artifact.Kind, name: String, version: Version) {
            self.kind = kind
            self.name = name
            self.version = version
        }

        /// `api` and `acme/api` name `ghcr.io/acme/api`.
        func names(_ artifact: Artifact) -> Bool {
            artifact.kind == kind && (artifact.name == name || artifact.name.hasSuffix("/" + name))
        }
    }

    /// Names of apps; empty takes the only app there is, or with `allApps` every one.
    public var apps: [String] = []
    public var allApps = false
    /// An environment or a group.
    public var target: String
    /// An environment or a group; nil is the one before each target.
    public var source: String?
    /// The moment that the source's versions are taken from; nil is now.
    public var moment: Moment?
    public var given: [Given] = []
    /// Files of configuration that move along, relative to the environment.
    public var files: [String] = []
    /// Leaves everything under `promote:` of gx.yaml where it is.
    public var versionOnly = false
    /// Writes an override where the environment inherits the version.
    public var create = false

    public init(to target: String) {
        self.target = target
    }
}
