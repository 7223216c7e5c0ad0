internal import Git
internal import Ledger
internal import Manifests
internal import System
internal import YAML

extension Record {
    /// What a commit deployed: one record for each artifact of each app; where only configuration changed, one for
    /// each environment.
    static func deployments(of step: Step, commit: Commit) throws -> [Record] {
        let time = Timestamp.utcMilliseconds
        let by = JSON.string("\(commit.author.name) <\(commit.author.email)>")
        let pipeline = Pipeline.current(in: step.base.repository.environment)?.json ?? .null
        guard !step.changes.isEmpty else {
            // Who only says something of a version deploys nothing.
            guard !step.isOnlyWords else { return [] }
            return try step.environments.map { environment in
                try Record(
                    time: time, type: "dev.cdevents.environment.modified", on: commit.id,
                    [
                        JSON.Field("environment", .string(environment)), JSON.Field("by", by),
                        JSON.Field("pipeline", pipeline),
                    ])
            }
        }
        return try step.changes.map { change in
            let isFirst = change.old == Version()
            let act = step.restoration != nil ? "rolledback" : isFirst ? "deployed" : "upgraded"
            return try Record(
                time: time, type: "dev.cdevents.service.\(act)", on: commit.id,
                [
                    JSON.Field("environment", .string(change.environment)),
                    JSON.Field("app", .string(change.app)),
                    JSON.Field("artifact", .string(change.artifact.name)),
                    JSON.Field("from", isFirst ? .null : .string("\(change.old)")),
                    JSON.Field("to", change.new == Version() ? .null : .string("\(change.new)")),
                    JSON.Field("source", change.source.map(JSON.string) ?? .null),
                    JSON.Field("by", by), JSON.Field("pipeline", pipeline),
                    JSON.Field("reason", step.restoration?.reason.map(JSON.string) ?? .null),
                ])
        }
    }
}
