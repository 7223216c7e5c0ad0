public import Git
internal import System

/// What moves through environments: a commit of an app's source, or, where that is not known, a version.
public enum MovingChange: Hashable, Sendable {
    case commit(SourceChange)
    /// By the deployment that brought it to the first environment.
    case version(Int)
}

/// A commit of an app's source.
public struct SourceChange: Hashable, Sendable {
    public var id: ObjectID
    /// When its author made it: it stays when a commit is rebased or cherry-picked.
    public var time: Int64
    public var subject: String
    /// The commit that it is a copy of: `(cherry picked from commit …)`.
    public var original: ObjectID?
    /// The commit that it takes back: `This reverts commit …`.
    public var reverted: ObjectID?

    public init(
        id: ObjectID, time: Int64, subject: String, original: ObjectID? = nil, reverted: ObjectID? = nil
    ) {
        (self.id, self.time, self.subject) = (id, time, subject)
        (self.original, self.reverted) = (original, reverted)
    }

    init(_ commit: Commit) {
        self.init(
            id: commit.id, time: commit.author.time.seconds, subject: commit.subject,
            original: Message.picked(in: commit.message).first,
            reverted: Message.reverted(in: commit.message).first)
    }

    /// Nil where a record does not say when it was.
    init?(_ commit: SourceCommit) {
        guard let id = ObjectID(hex: commit.id), let time = Timestamp(iso8601: commit.time) else {
            return nil
        }
        self.init(id: id, time: time.seconds, subject: commit.subject)
    }
}

/// A change on its way from where it was to where it came next.
public struct Passage: Hashable, Sendable {
    public enum Leg: Hashable, Sendable {
        /// From a commit to the environment that is asked about.
        case lead
        /// From the first environment of the route to it.
        case dwell
        /// From one stage to the next.
        case stage(from: String, to: String)
    }

    public var leg: Leg
    public var change: MovingChange
    /// The number of the deployment that brought it.
    public var number: Int
    /// Seconds since 1970.
    public var start: Int64
    public var end: Int64
}

/// A change that has not arrived.
public struct OpenChange: Hashable, Sendable {
    public var change: MovingChange
    /// An app, and the environment where it is missing.
    public var app: String
    public var environment: String
    /// Since when it is on its way.
    public var start: Int64
    /// The last stage that it has reached; nil for a commit that is in no version yet.
    public var stage: String?
}
