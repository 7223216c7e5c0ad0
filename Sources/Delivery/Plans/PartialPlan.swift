internal import System

extension Plan {
    /// A plan for many apps in which one that is refused stops only itself.
    ///
    /// - Parameter make: Plans without these apps.
    static func leavingOutRefused(_ make: (Set<Part>) throws -> Plan) rethrows -> Plan {
        var parts: Set<Part> = []
        var reasons: [Refusal] = []
        while true {
            var plan = try make(parts)
            let refused = Set(plan.refusals.compactMap(\.part))
            // What is not about one app, or comes again, stops all.
            let isPartial = plan.refusals.allSatisfy { $0.part != nil } && !refused.isSubset(of: parts)
            guard isPartial else {
                plan.leftOut = unique(reasons.filter { !plan.refusals.contains($0) })
                return plan
            }
            reasons += plan.refusals
            parts.formUnion(refused)
        }
    }
}

extension Refusal {
    fileprivate var part: Plan.Part? {
        guard let app, !app.isEmpty, !environment.isEmpty else { return nil }
        return Plan.Part(environment: environment, app: app)
    }
}
