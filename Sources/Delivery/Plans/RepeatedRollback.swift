internal import Ledger
internal import Manifests
internal import System

extension Plan {
    /// A plan that was made again because others were faster, held to what was first planned: who wanted to go back
    /// from 3 to 2 does not want to go on to 1 because somebody else has gone to 2 meanwhile.
    public func holding(to first: Plan) -> Plan {
        let wanted = first.steps.flatMap(\.changes)
        var plan = self
        var isLeft = false
        var refusals: [Refusal] = []
        for change in steps.flatMap(\.changes) {
            let same = wanted.first {
                ($0.environment, $0.app, $0.artifact) == (change.environment, change.app, change.artifact)
            }
            if let same, (same.old, same.new) == (change.old, change.new) {
                isLeft = true
            } else if same?.new != change.old {
                refusals.append(
                    Refusal(
                        code: .conflict, environment: change.environment, app: change.app,
                        message:
                            "somebody else was faster: it runs \(change.old.short) now\(same.map { ", and no longer \($0.old.short)" } ?? "")",
                        hint: "look again, and run the command again if it still makes sense"))
            }
        }
        plan.refusals += unique(refusals)
        // All of it has been done.
        if !isLeft, refusals.isEmpty { plan.steps = [] }
        return plan
    }
}
