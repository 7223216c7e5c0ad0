public import Git
public import Manifests
public import System
internal import YAML

/// The record that a version is held, or let in again: what the line of the commit says, for those who have the record
/// and not the message, as after a squash without a body. It is attached to the commit that the line stands in.
public struct HoldRecord: Hashable, Sendable {
    /// A change that the commit made along with it.
    public struct Change: Hashable, Sendable {
        public var artifact: String
        public var from: Version
        public var to: Version

        public init(artifact: String, from: Version, to: Version) {
            (self.artifact, self.from, self.to) = (artifact, from, to)
        }
    }

    public var trailer: HoldTrailer
    public var commit: ObjectID
    /// The commit's parent, and the branch that it is for.
    public var base: ObjectID
    public var branch: String
    /// Nil where the commit only says it: then it is in force as soon as it is recorded.
    public var change: Change?
    /// Who says so: `Name <address>`.
    public var by: String
    /// The commit's.
    public var time: Timestamp
    /// What it was read from.
    private(set) var line: Record?

    public init(
        _ trailer: HoldTrailer, commit: ObjectID, on base: ObjectID, of branch: String, with change: Change?,
        by: String, time: Timestamp
    ) {
        (self.trailer, self.commit, self.base, self.branch) = (trailer, commit, base, branch)
        (self.change, self.by, self.time) = (change, by, time)
    }

    /// The line to write.
    public func record() throws -> Record {
        let change: JSON =
            change.map {
                .record([("artifact", $0.artifact), ("from", "\($0.from)"), ("to", "\($0.to)")])
            } ?? .null
        return try Record(
            time: time.utc.dropLast() + ".000Z", type: trailer.act.recordType, on: commit,
            [
                JSON.Field("environment", .optional(trailer.environment)),
                JSON.Field("app", .string(trailer.app)),
                JSON.Field("artifact", .optional(trailer.artifact)),
                JSON.Field("version", .string("\(trailer.version)")),
                JSON.Field("reason", .optional(trailer.reason)), JSON.Field("by", .string(by)),
                JSON.Field("commit", .string("\(commit)")), JSON.Field("base", .string("\(base)")),
                JSON.Field("branch", .string(branch)), JSON.Field("with", change),
            ])
    }

    /// Nil for records of other types, and for those that do not say what and where.
    public init?(_ record: Record) {
        guard let act = HoldTrailer.Act.allCases.first(where: { $0.recordType == record.type }),
            let app = record["app"]?.string, let version = record["version"]?.string,
            let commit = record["commit"]?.string.flatMap({ ObjectID(hex: $0) }),
            let base = record["base"]?.string.flatMap({ ObjectID(hex: $0) }),
            let branch = record["branch"]?.string, let time = Timestamp(iso8601: record.time)
        else { return nil }
        trailer = HoldTrailer(
            act, environment: record["environment"]?.string, app: app, version: Version(version),
            artifact: record["artifact"]?.string, reason: record["reason"]?.string)
        (self.commit, self.base, self.branch, self.time) = (commit, base, branch, time)
        by = record["by"]?.string ?? ""
        line = record
        if let with = record["with"], let artifact = with["artifact"]?.string,
            let from = with["from"]?.string, let to = with["to"]?.string
        {
            change = Change(artifact: artifact, from: Version(from), to: Version(to))
        }
    }
}

extension HoldRecord {
    /// Whether it counts by what has to be signed: only what lifts a hold.
    ///
    /// - Parameter signatures: Nil where nothing has to be.
    func isTrusted(by signatures: Signatures?) throws -> Bool {
        guard let signatures, trailer.act == .unhold else { return true }
        return try line?.signer(on: commit, by: signatures) != nil
    }
}

extension HoldTrailer.Act {
    /// The type of its records.
    var recordType: String {
        switch self {
        case .hold: "dev.gx.version.held"
        case .unhold: "dev.gx.version.released"
        }
    }
}
