internal import Git
internal import Ledger
internal import System
internal import YAML

/// Records of how deployments go, written where everybody sees them.
struct VerificationRecords {
    let repository: Repository
    /// Nil where there is none.
    let remote: String?

    /// Takes over the records of the remote.
    func refresh() throws {
        if let remote { try repository.fetchNotes(under: RecordStore.prefix, from: remote) }
    }

    /// Writes a record here, and pushes it.
    ///
    /// - Returns: Why it stays here; nil where it does not.
    func publish(_ record: Record, on commit: ObjectID) throws -> String? {
        try RecordStore(repository).append([record], to: commit, .deployments)
        guard let remote else { return nil }
        do throws(GitError) {
            _ = try repository.exchangeNotes(under: RecordStore.prefix, with: remote)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private var pipeline: Pipeline? { Pipeline.current(in: repository.environment) }

    /// The record that a target is live, and since when.
    func live(_ target: VerificationTarget, since moment: Milliseconds) throws -> Record {
        try LiveDeployment(
            environment: target.environment, app: target.app, at: Self.text(moment),
            by: repository.identity(), pipeline: pipeline
        ).record(on: target.commit)
    }

    /// The record of a verdict.
    ///
    /// - Parameter moment: Since when it was live; nil where it never was, or that is not known.
    func finished(
        _ target: VerificationTarget, _ verdict: Verdict, liveSince moment: Milliseconds?
    ) throws -> Record {
        try FinishedDeployment(
            environment: target.environment, app: target.app, outcome: verdict.outcome,
            at: moment.map(Self.text), by: repository.identity(), pipeline: pipeline, reason: verdict.reason,
            checks: verdict.checks
        ).record(on: target.commit)
    }

    private static func text(_ moment: Milliseconds) -> String { Timestamp(seconds: moment / 1000).utc }

    /// Since when a target has been live, where somebody began to judge it and did not get to the end.
    func interrupted(_ target: VerificationTarget) throws -> Milliseconds? {
        let records = try RecordStore(repository).records(on: target.commit, .deployments).filter { record in
            record["environment"]?.string == target.environment
                && (record["app"]?.string ?? target.app) == target.app
                && [LiveDeployment.type, FinishedDeployment.type].contains(record.type)
        }
        guard let live = records.last.flatMap(LiveDeployment.init) else { return nil }
        return try repository.date(live.at).seconds * 1000
    }
}
