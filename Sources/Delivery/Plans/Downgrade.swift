internal import Ledger
internal import Manifests
internal import System

extension Plan {
    /// The plan with a refusal for each version that is older than what it replaces, unless it was asked for.
    ///
    /// A version from the command line is, and one from an environment that is named against the order, or as it was.
    func refusingDowngrades(of request: PromotionRequest, in estate: Estate) throws -> Plan {
        let isPast = request.moment.map { $0.when != .now } ?? false
        guard !request.allowDowngrade, !request.asksAboutDowngrades, request.given.isEmpty, !isPast else {
            return self
        }
        var plan = self
        for step in steps {
            for change in step.changes where change.isOlder {
                if let source = request.source,
                    try estate.isBefore(change.environment, source, for: change.app)
                {
                    continue
                }
                plan.refusals.append(
                    Refusal(
                        code: .downgrade, environment: change.environment, app: change.app,
                        message:
                            "\(change.new.short) of \(change.artifact.shortName) is older than \(change.old.short), which runs there",
                        hint: "--allow-downgrade takes it; without, bring \(change.old.short) to "
                            + "\(change.source ?? "the environment before") first"))
            }
        }
        plan.refusals = unique(plan.refusals)
        return plan
    }
}

extension Estate {
    /// Whether an environment comes before another one, or one of a group, however far.
    fileprivate func isBefore(_ name: String, _ later: String, for app: String) throws -> Bool {
        var open = try environments(named: later).map(\.name)
        var seen: Set<String> = []
        while let next = open.popLast() {
            guard seen.insert(next).inserted, let environment = environment(named: next) else { continue }
            let before = try configuration.predecessors(of: environment, app: app).flatMap {
                try environments(named: $0).map(\.name)
            }
            if before.contains(name) { return true }
            open += before
        }
        return false
    }
}
