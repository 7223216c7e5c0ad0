internal import Git
internal import Ledger
internal import Manifests

extension Plan {
    /// The plan with a refusal for each version that a hold keeps out of where it would go.
    ///
    /// - Throws: `LedgerError.tooShallow` where the history that this clone has does not tell.
    public func respectingHolds() throws -> Plan {
        var plan = self
        let holds = HoldCache()
        for step in steps {
            for change in step.changes where change.new != Version() {
                let hold = try holds[step.base].hold(
                    on: change.new, of: change.artifact.name, change.app, in: change.environment)
                guard let hold else { continue }
                let reason = hold.trailer.reason.map { ": \($0)" } ?? ""
                let place = hold.trailer.environment.map { " --in \($0)" } ?? ""
                plan.refusals.append(
                    Refusal(
                        code: .held, environment: change.environment, app: change.app,
                        message:
                            "\(change.new.short) is held since \("\(hold.time)".prefix(10)) by \(hold.author) (\(hold.commit.short))\(reason)",
                        hint: "'gx rollback --unhold \(change.app)\(place)' lets it in"))
            }
        }
        plan.refusals = unique(plan.refusals)
        return plan
    }
}
