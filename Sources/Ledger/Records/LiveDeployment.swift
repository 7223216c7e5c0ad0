public import Git
internal import System
internal import YAML

/// The record that a cluster runs a deployment, and that it is being judged. It is attached to the commit that
/// deployed. Who is interrupted then goes on from there.
public struct LiveDeployment: Hashable, Sendable {
    public static let type = "dev.gx.deployment.live"

    public var environment: String
    public var app: String
    /// Since when: UTC, ISO 8601 with milliseconds.
    public var at: String
    /// Who says so: `Name <address>`.
    public var by: String?
    public var pipeline: Pipeline?

    public init(environment: String, app: String, at: String, by: String?, pipeline: Pipeline?) {
        (self.environment, self.app, self.at) = (environment, app, at)
        (self.by, self.pipeline) = (by, pipeline)
    }

    /// The line to write.
    public func record(on commit: ObjectID) throws -> Record {
        try Record(
            type: Self.type, on: commit,
            [
                JSON.Field("environment", .string(environment)), JSON.Field("app", .string(app)),
                JSON.Field("at", .string(at)), JSON.Field("by", .optional(by)),
                JSON.Field("pipeline", pipeline?.json ?? .null),
            ])
    }

    /// Nil for records of other types, and for those that do not say what and when.
    public init?(_ record: Record) {
        guard record.type == Self.type, let environment = record["environment"]?.string,
            let app = record["app"]?.string, let at = record["at"]?.string
        else { return nil }
        self.init(
            environment: environment, app: app, at: at, by: record["by"]?.string,
            pipeline: record["pipeline"].flatMap(Pipeline.init))
    }
}
