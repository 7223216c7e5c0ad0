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

    /// What a commit keeps out, or lets in again.
    static func holds(of step: Step, commit: Commit, for branch: String) throws -> [Record] {
        try step.holds.map { trailer in
            let change = step.changes.first {
                $0.app == trailer.app && $0.environment == trailer.environment ?? $0.environment
                    && $0.artifact.name == trailer.artifact ?? $0.artifact.name
            }
            return try HoldRecord(
                trailer, commit: commit.id, on: step.base.commit, of: branch,
                with: change.map {
                    HoldRecord.Change(
                        artifact: Pinned($0.artifact, $0.new).artifact, from: $0.old, to: $0.new)
                }, by: "\(commit.author.name) <\(commit.author.email)>", time: commit.committer.time
            ).record()
        }
    }
}
