public import Ledger
public import Manifests

/// What a promotion is asked for.
public struct PromotionRequest: Hashable, Sendable {
    /// A version from outside, by the artifact's name or the end of it.
    public struct Given: Hashable, Sendable {
        public var kind: Artifact.Kind
        public var name: String
        public var version: Version
        /// The repository of a whole reference, which has to be the one that the target's pin names.
        public var repository: String?

        public init(_ kind: Artifact.Kind, name: String, version: Version) {
            self.kind = kind
            self.name = name
            self.version = version
        }
    }

    /// Names of apps; empty takes the only app there is, or with `allApps` every one.
    public var apps: [String] = []
    public var allApps = false
    /// Environments or groups.
    public var targets: [String]
    /// They in a sentence.
    public var target: String { targets.joined(separator: ", ") }
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
    /// Lets a version come that is older than what runs in the target.
    public var allowDowngrade = false
    /// Somebody agrees to what comes, and sees that it is older.
    public var asksAboutDowngrades = false
    /// One app that is refused stops only itself.
    public var leavesOutRefused = false
    /// What the plan leaves as it is, since it was refused.
    public var leaving: Set<Plan.Part> = []

    public init(to targets: String...) {
        self.targets = targets
    }
}
