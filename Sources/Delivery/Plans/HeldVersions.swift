internal import Git
internal import Ledger
public import Manifests
internal import System

/// The holds of tips, each read once.
public final class HoldCache {
    private var searches: [ObjectID: MessageSearch] = [:]
    private var known: [ObjectID: Holds] = [:]

    public init() {}

    /// Has them looked for while gx does something else, for who is going to ask.
    public func prepare(_ tip: Tip) throws {
        if known[tip.commit] == nil, searches[tip.commit] == nil {
            searches[tip.commit] = try Holds.search(at: tip)
        }
    }

    subscript(tip: Tip) -> Holds {
        get throws {
            if let known = known[tip.commit] { return known }
            let search = try searches.removeValue(forKey: tip.commit) ?? Holds.search(at: tip)
            let holds = try Holds(at: tip, by: search)
            known[tip.commit] = holds
            return holds
        }
    }
}

extension Plan {
    /// The plan with a refusal for each version that a hold keeps out of where it would go.
    ///
    /// - Parameter estate: Says which apps there are: a hold follows an artifact whose app is called otherwise now.
    /// - Throws: `LedgerError.tooShallow` where the history that this clone has does not tell.
    public func respectingHolds(_ holds: HoldCache = HoldCache(), in estate: Estate? = nil) throws -> Plan {
        var plan = self
        for step in steps {
            for change in step.changes where change.new != Version() {
                let hold = try holds[step.base].hold(
                    on: change.new, of: change.artifact.name, change.app, in: change.environment,
                    isApp: { name in
                        // Only where a hold on the same artifact has another name.
                        guard let estate else { return true }
                        return (try? estate.app(name, in: change.environment)) != nil
                    })
                guard let hold else { continue }
                let reason = hold.trailer.reason.map { ": \($0)" } ?? ""
                let place = hold.trailer.environment.map { " --in \($0)" } ?? ""
                plan.refusals.append(
                    Refusal(
                        code: .held, environment: change.environment, app: change.app,
                        message:
                            "\(change.new.short) is held since \("\(hold.time)".prefix(10)) by \(hold.author) (\(hold.commit.short))\(reason)",
                        hint: "'gx rollback --unhold \(hold.trailer.app)\(place)' lets it in"))
            }
        }
        plan.refusals = unique(plan.refusals)
        return plan
    }
}
