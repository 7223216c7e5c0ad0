public import Git
internal import Glibc
internal import System

/// How far a plan was carried.
public struct Publication {
    public enum Outcome {
        /// Every step is there.
        case done
        /// There was nothing to do.
        case nothing
        /// Nothing was left to do after the branch had moved: somebody else has done it meanwhile.
        case overtaken
        /// The plan has refusals.
        case refused
        /// The user said no.
        case declined
        /// Some steps are there, and the next one failed.
        case stopped(any Error)
    }

    public var outcome = Outcome.nothing
    /// The plan as it was made last: after others had pushed, on what they left.
    public var plan = Plan()
    /// What is there, in order.
    public var landings: [Landing] = []
    /// How often the plan was made again because others were faster.
    public var retries = 0
}

/// A step that is there.
public struct Landing: Sendable {
    public var environments: [String]
    public var changes: [VersionChange]
    public var commit: ObjectID
    /// The short name of the branch that has the commit.
    public var branch: String
    /// Nil where the commit is here only.
    public var remote: String?
    /// The repository, where it is not the manifest repository: as gx.yaml names it.
    public var repository: String?
    /// Where a branch was pushed that the host is asked to merge.
    public var pullRequest: PullRequest?
    /// What the gates say of that request that are asked of it.
    public var gates: [GateAnswer] = []
}

/// What is told while a plan is being carried out.
public enum PublishEvent {
    /// Others were faster: the plan is made again on what they left.
    case retrying(attempt: Int, reason: String)
    case landed(Landing)
    /// Something that the user should know, in lower case and without a full stop.
    case warning(String)
    /// What the host said, line by line.
    case host([String])
    /// What hooks of this clone said, line by line.
    case hook([String])
}

/// How long somebody who is overtaken tries again.
public struct Patience: Sendable {
    public var attempts = 200
    public var duration = Duration.seconds(300)

    public init() {}
}

/// Attempts to be first: each waits longer than the one before, by chance, so that those who met do not meet again.
struct Attempts {
    private let patience: Patience
    private let start = Clock.milliseconds
    private var attemptStart = Clock.milliseconds
    private(set) var count = 0

    init(_ patience: Patience) {
        self.patience = patience
    }

    /// Waits for the next attempt.
    mutating func wait(for branch: String) throws {
        count += 1
        let now = Clock.milliseconds
        guard count < patience.attempts, now - start < patience.duration.milliseconds else {
            throw PublishingError.contended(
                branch: branch, attempts: count, seconds: Int((now - start) / 1000))
        }
        // As long as an attempt takes, others can get in its way: the slower the host or this machine, the longer.
        let longest = min(30_000, max(50, now - attemptStart) << min(count, 6))
        usleep(UInt32(Int64.random(in: 0...longest)) * 1000)
        attemptStart = Clock.milliseconds
    }
}
