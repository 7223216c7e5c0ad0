public import Git
public import System
internal import YAML

/// The record of how a deployment ended. It is attached to the commit that deployed.
public struct FinishedDeployment: Hashable, Sendable {
    public static let type = "dev.gx.deployment.finished"

    public var environment: String
    /// Nil: all that the commit deployed there.
    public var app: String?
    public var outcome: Outcome
    /// When it was live, or had failed: ISO 8601. Nil: when the record was written.
    public var at: String?
    /// Who says so: `Name <address>`.
    public var by: String?
    public var pipeline: Pipeline?
    public var reason: String?
    public var checks: [CheckResult]

    public init(
        environment: String, app: String? = nil, outcome: Outcome, at: String? = nil, by: String? = nil,
        pipeline: Pipeline? = nil, reason: String? = nil, checks: [CheckResult] = []
    ) {
        (self.environment, self.app, self.outcome, self.at) = (environment, app, outcome, at)
        (self.by, self.pipeline, self.reason, self.checks) = (by, pipeline, reason, checks)
    }

    /// The line to write.
    ///
    /// - Parameter time: As `Record` has it; by default now.
    public func record(on commit: ObjectID, time: String = Timestamp.utcMilliseconds) throws -> Record {
        try Record(
            time: time, type: Self.type, on: commit,
            [
                JSON.Field("environment", .string(environment)), JSON.Field("app", .optional(app)),
                JSON.Field("outcome", .string(outcome.rawValue)), JSON.Field("at", .optional(at)),
                JSON.Field("by", .optional(by)), JSON.Field("pipeline", pipeline?.json ?? .null),
                JSON.Field("reason", .optional(reason)), JSON.Field("checks", .list(checks.map(\.json))),
            ])
    }

    /// Nil for records of other types, and for those that do not say where.
    public init?(_ record: Record) {
        guard record.type == Self.type, let environment = record["environment"]?.string else { return nil }
        self.init(
            environment: environment, app: record["app"]?.string,
            outcome: record["outcome"]?.string.flatMap(Outcome.init) ?? .unknown,
            at: record["at"]?.string ?? record.time, by: record["by"]?.string,
            pipeline: record["pipeline"].flatMap(Pipeline.init), reason: record["reason"]?.string,
            checks: (record["checks"]?.array ?? []).compactMap(CheckResult.init))
    }
}
