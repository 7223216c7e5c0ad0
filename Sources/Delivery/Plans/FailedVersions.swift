internal import Git
internal import Ledger
internal import Manifests
internal import System

extension Plan {
    /// The plan with a warning for each version that is recorded as failed, wherever it ran.
    func warningOfFailures(in estate: Estate) throws -> Plan {
        guard let repository = steps.first?.base.repository, !steps.allSatisfy(\.changes.isEmpty) else {
            return self
        }
        let failed = try RecordStore(repository).all(.deployments, with: FinishedDeployment.type).contains {
            FinishedDeployment($0.1)?.outcome == .failed
        }
        guard failed else { return self }
        let ledger = try Ledger(estate.configuration, resolver: estate.resolver, in: repository)
        let outcomes = try ledger.outcomes(in: repository)
        var plan = self
        for change in steps.flatMap(\.changes) where change.new != Version() {
            for series in ledger.series where series.app == change.app {
                // The last word on the version there.
                let last = ledger.deployments(endingWith: series.last).lazy.map { ledger[$0] }.first {
                    $0.runs(change.new, of: change.artifact)
                        && outcomes.record(of: $0).map { $0.outcome != .unknown } ?? false
                }
                guard let last, let record = outcomes.record(of: last), record.outcome == .failed else {
                    continue
                }
                let reason = record.reason.map { ": \($0)" } ?? ""
                plan.warnings.append(
                    "\(change.app) \(change.new.short) is recorded as failed in \(series.environment)\(reason)"
                )
            }
        }
        plan.warnings = unique(plan.warnings)
        return plan
    }
}

extension Deployment {
    fileprivate func runs(_ version: Version, of artifact: Artifact) -> Bool {
        after?.contains {
            $0.named.kind == artifact.kind && $0.version == version.description
                && ($0.named == artifact || $0.named.shortName == artifact.shortName)
        } ?? false
    }
}
