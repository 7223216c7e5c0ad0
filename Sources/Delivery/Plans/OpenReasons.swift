internal import Git
internal import Ledger

extension Plan {
    /// The plan with the reasons that an open rollback of the same versions gives, where it has none of its own: who
    /// asks for the same again does not take back why.
    func keepingReasons(in repository: Repository) throws -> Plan {
        guard steps.contains(where: { $0.holds.contains { $0.reason == nil } }) else { return self }
        var open: [HoldTrailer] = []
        for reference in try repository.references(under: "refs/remotes/")
        where reference.name.contains("/gx/rollback/") {
            open += HoldTrailer.all(in: try repository.commit(reference.target))
        }
        guard !open.isEmpty else { return self }
        var plan = self
        for step in plan.steps.indices {
            for index in plan.steps[step].holds.indices where plan.steps[step].holds[index].reason == nil {
                let hold = plan.steps[step].holds[index]
                let reason = open.first { other in
                    (other.environment, other.app, other.version) == (
                        hold.environment, hold.app, hold.version
                    )
                        && other.reason != nil
                }?.reason
                plan.steps[step].holds[index].reason = reason
                if let restoration = plan.steps[step].restoration, restoration.reason == nil {
                    plan.steps[step].restoration?.reason = reason
                }
            }
        }
        return plan
    }
}
