internal import Git
internal import System

/// What metrics are made from: the versions that were rolled out to some environments, how it went, and how changes
/// came there.
public struct Survey {
    /// What a survey is about.
    public struct Question {
        /// The environments that are asked about; nil takes those where the ways of the apps end.
        public var targets: Set<String>?
        /// Where ways begin instead of at their beginning.
        public var origin: Set<String>?
        public var app: String?
        /// The end of time: what was deployed later is not looked at. How a deployment went is taken as known today.
        public var end: Int64
        /// Whether only declared rollbacks count.
        public var isStrict: Bool

        public init(
            targets: Set<String>? = nil, origin: Set<String>? = nil, app: String? = nil, end: Int64,
            isStrict: Bool = false
        ) {
            (self.targets, self.origin, self.app) = (targets, origin, app)
            (self.end, self.isStrict) = (end, isStrict)
        }
    }

    /// How it is known when the changes of a rollout began.
    public enum Basis: String, Sendable, CaseIterable {
        /// By the commits of the app's source.
        case source
        /// Not; but its version was in the first environment before.
        case dwell
        /// Not at all: it is not known what the version is made of, and it came by no other environment.
        case nothing = "none"
    }

    /// Why a deployment or a passage does not count.
    public enum Omission: String, Sendable, CaseIterable {
        case configuration, races, removals
        /// They were there at the first commit, or where the history of this clone begins.
        case beforeHistory = "there when history begins"
        /// A change that is dated after the deployment that brought it, or came here before it came to where it
        /// should begin.
        case backwards = "arrived before they began"
    }

    /// To all environments that are asked about, by series and in the order of the ledger.
    public private(set) var rollouts: [Rollout] = []
    public private(set) var passages: [Passage] = []
    public private(set) var open: [OpenChange] = []
    /// By rollout.
    public private(set) var bases: [Int: Basis] = [:]
    /// The numbers of deployments, each for every omission.
    public private(set) var omissions: [(omission: Omission, number: Int)] = []
    /// The environments that it is about.
    public private(set) var targets: Set<String> = []
    /// The names of stages, as routes pass them.
    public private(set) var stages: [String] = []

    public init(_ ledger: Ledger, outcomes: Outcomes, routes: Routes, question: Question) {
        let names = ArtifactNames(ledger)
        var surveyor = Surveyor(
            ledger: ledger, judge: Judge(outcomes: outcomes, isStrict: question.isStrict, names: names),
            routes: routes, source: SourceGraph(ledger.evidence), question: question, names: names)
        surveyor.read(&self)
    }

    mutating func add(_ rollout: Rollout, _ basis: Basis) {
        rollouts.append(rollout)
        bases[rollout.number] = basis
    }

    mutating func add(_ passage: Passage) {
        if passage.start <= passage.end {
            passages.append(passage)
        } else if [.lead, .dwell].contains(passage.leg) {
            omissions.append((.backwards, passage.number))
        }
    }

    mutating func omit(_ omission: Omission, _ number: Int) {
        omissions.append((omission, number))
    }

    mutating func add(_ change: OpenChange) { open.append(change) }

    mutating func begin(_ targets: Set<String>) { self.targets = targets }

    mutating func pass(_ stage: String) {
        if !stages.contains(stage) { stages.append(stage) }
    }
}
