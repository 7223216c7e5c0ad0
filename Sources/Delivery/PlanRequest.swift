public import Ledger
public import Manifests

/// What a session is asked to plan.
public enum PlanRequest: Hashable, Sendable {
    case promotion(PromotionRequest)
    case rollback(RollbackRequest)
    /// Takes a deployment back that failed, as nobody is there to ask.
    case takingBack(FailedDeployment)
    /// Holds a version before it gets anywhere; without an environment or group, in every one.
    case rejection(app: String, Version, environment: String?, reason: String?)
    /// Lifts the holds on an app, or on one version of it, in an environment, a group, or all.
    case unholding(app: String, Version? = nil, environment: String?)
    /// Locks an environment, lifts a lock, or approves a version: what a commit is to say.
    case saying([GateTrailer])
}

/// How whoever asks wants it published.
public struct PublishingWishes: Hashable, Sendable {
    /// Nil is as the environments have it that the plan changes, in gx.yaml at the tip that it is planned on.
    public var way: Environment.Publish?
    /// Whether the host merges a pull request by itself once it may.
    public var autoMerge = false
    /// Whether an open promotion of the same app to the same environment, to another version, is replaced.
    public var supersede = false
    /// Whether the `before:` commands of gx.yaml run before anything is pushed, and keep it from being so where they
    /// fail.
    public var announces = false
    /// Gates that are passed by.
    public var overrides: [GateOverride] = []
    /// Whether nobody is there: what people left on a promotion's branch is never replaced, and nothing is excepted.
    public var isUnattended = false

    public init(_ way: Environment.Publish? = nil) {
        self.way = way
    }
}
