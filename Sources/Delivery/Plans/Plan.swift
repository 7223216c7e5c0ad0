public import Git
public import Ledger
public import Manifests

/// What a command is going to write, and every reason not to: a plain value, computed apart from
/// printing and from doing. One step a commit.
public struct Plan {
    public var steps: [Step]
    public var refusals: [Refusal]
    public var warnings: [String]
    /// Why apps were left as they are while the others go on.
    public var leftOut: [Refusal] = []
    /// What says a version that was not looked at: nothing is known to be as wanted there.
    public var skipped: [SkippedPlace] = []

    public init(steps: [Step] = [], refusals: [Refusal] = [], warnings: [String] = []) {
        self.steps = steps
        self.refusals = refusals
        self.warnings = warnings
    }

    /// An app in an environment: what can be left out of a plan for all.
    public struct Part: Hashable, Sendable {
        public var environment: String
        public var app: String

        public init(environment: String, app: String) {
            self.environment = environment
            self.app = app
        }
    }

    public var isEmpty: Bool { steps.allSatisfy(\.isEmpty) }
}

/// What one commit changes, on one branch of one repository.
public struct Step {
    public enum Content: Sendable {
        /// Files that change, in place.
        case files([FileChange])
        /// A merge commit: the tree of the merge, and the commit that is merged in. git's own three-way
        /// merge, without conflicts.
        case merge(tree: ObjectID, other: ObjectID)
        /// The whole tree of an earlier commit.
        case tree(ObjectID)
    }

    public var place: Place
    /// The commit that the step was planned on: the remote's tip of the branch.
    public var base: Tip
    public var environments: [String]
    public var changes: [VersionChange]
    /// Configuration that moves along, as people read it: a file, a folder or a path, and what happens to it.
    public var configuration: [String]
    /// What keeps bots from undoing the step, or lets them go on, as people read it.
    public var switches: [String] = []
    public var content: Content
    /// What a rollback goes back to; nil where the step is none.
    public var restoration: Restoration?
    /// What the commit says of versions that are to be kept out.
    public var holds: [HoldTrailer] = []
    /// Locks and approvals that the commit says.
    public var words: [GateTrailer] = []
    /// What the gates of its environments said, and which were passed by: lines for the commit.
    public var evidence: [String] = []
    /// What the step brings to the environments and takes away from them, as far as is known.
    public var contents: ReleaseContents?

    /// Nothing changes: the commit is there for what its message says.
    public var isOnlyWords: Bool {
        if case .files(let files) = content { files.isEmpty && says } else { false }
    }

    private var says: Bool { !holds.isEmpty || !words.isEmpty }

    public var isEmpty: Bool {
        switch content {
        // A commit without changes may be wanted for what it says.
        case .files(let files): files.isEmpty && !says
        case .merge, .tree: false
        }
    }
}

/// What a rollback goes back to, and over what.
public struct Restoration: Hashable, Sendable {
    /// The deployments whose state comes back, one for each app.
    public var points: [Deployment]
    /// The deployments that are undone or skipped, newest first.
    public var left: [Deployment]
    /// What the artifacts are called that go back alone; empty where apps go back as a whole.
    public var artifacts: [String] = []
    /// Files that were changed since then and stay as they are.
    public var kept: [String] = []
    /// Whether all that comes back is newer than what runs now: an earlier rollback is taken back.
    public var isForward = false
    public var withConfiguration: Bool
    /// Why, in the user's words.
    public var reason: String?
}

/// One artifact that gets another version in one app of one environment.
public struct VersionChange: Hashable, Sendable {
    public var environment: String
    public var app: String
    public var artifact: Artifact
    public var old: Version
    /// Without tag and digest where the artifact runs no more.
    public var new: Version
    /// The environment that the version comes from; nil where it was given on the command line.
    public var source: String?
    /// The new version is one that the environment has had before the old one.
    public var isOlder: Bool
    /// The places that are rewritten, or the override that is made or taken away.
    public var sites: [Site]

    public struct Site: Hashable, Sendable {
        public var file: String
        public var path: String
        public var old: String?
        /// Nil for an override that is taken away.
        public var new: String?
        /// The environments besides this one that the file is part of; all of them are targets too.
        public var sharedWith: [String]
    }
}

/// One file before and after.
public struct FileChange: Hashable, Sendable {
    public var path: String
    public var mode: FileMode
    /// Nil for a new file.
    public var old: [UInt8]?
    /// Nil for one that is removed.
    public var new: [UInt8]?
}

/// A place that may say a version, and was left alone.
public struct SkippedPlace: Hashable, Sendable {
    public var environment: String
    public var app: String
    public var file: String
    /// Lower case, without a full stop.
    public var reason: String
}

/// A reason not to go on.
public struct Refusal: Hashable, Sendable, Error {
    public enum Code: String, CaseIterable, Hashable, Sendable {
        /// Only a file that other environments are made of too pins the version.
        case sharedFile
        /// Pins that move together, of which one can't.
        case coupled
        case notPinned
        case noSource
        /// What is asked for was not there, or not then.
        case absent
        case held
        case conflict
        case template
        case protected
        case ambiguous
        case unwritable
        case unknownArtifact
        /// Another promotion is open.
        case pending
        /// An older version than the one that runs there.
        case downgrade
        /// A reference of another repository than the one that is pinned.
        case otherRepository
        /// A gate of the environment is not open.
        case gate
        /// What would count only if it were signed.
        case unsigned
    }

    public var code: Code
    public var environment: String
    public var app: String?
    /// Lower case, without a full stop.
    public var message: String
    public var hint: String?
    /// What the gate said that is not open.
    public var gate: GateAnswer?

    public init(
        code: Code, environment: String, app: String? = nil, message: String, hint: String? = nil,
        gate: GateAnswer? = nil
    ) {
        (self.code, self.environment, self.app) = (code, environment, app)
        (self.message, self.hint, self.gate) = (message, hint, gate)
    }
}
