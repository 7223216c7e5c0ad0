public import Git
internal import Ledger
public import Manifests
internal import System

/// The holds of tips, each read once.
public final class HoldCache {
    private struct Search {
        var searches: [(tip: Tip, search: MessageSearch)]
        var told: SharedLedger?
    }

    private var searches: [ObjectID: Search] = [:]
    private var known: [ObjectID: Holds] = [:]
    /// Where the tips are from.
    private let estate: Estate

    private let readSignatures: () throws -> Signatures?
    private lazy var keys = Result { try self.readSignatures() }

    /// - Parameter signatures: By whose keys lines have to be signed that let something in, nil where anybody's count; by
    ///   default those of the estate.
    public init(in estate: Estate, signatures: (() throws -> Signatures?)? = nil) {
        self.estate = estate
        readSignatures = signatures ?? estate.signatures
    }

    /// Who signed what; nil where nothing has to be signed.
    var signatures: Signatures? {
        get throws { try keys.get() }
    }

    /// Has them looked for while gx does something else, for who is going to ask.
    public func prepare(_ tip: Tip) throws {
        if known[tip.commit] == nil, searches[tip.commit] == nil {
            searches[tip.commit] = try search(at: tip)
        }
    }

    /// What was said before a push and in it, also where the push takes history back.
    func know(_ tip: Tip, pushedOnto old: Tip) throws {
        let searches = try [(old, Holds.search(at: old)), (tip, Holds.search(at: tip))]
        known[tip.commit] = try Holds(searches, signedBy: signatures) { try ledger(at: tip) }
    }

    /// Who may not leave a trace does not keep an index either.
    private func ledger(at tip: Tip) throws -> Ledger {
        try Ledger(
            estate.configuration, resolver: estate.resolver, in: tip.repository,
            index: !tip.repository.isReceiving)
    }

    subscript(tip: Tip) -> Holds {
        get throws {
            if let known = known[tip.commit] { return known }
            let search = try searches.removeValue(forKey: tip.commit) ?? search(at: tip)
            let holds = try Holds(search.searches, after: search.told, signedBy: signatures) {
                try ledger(at: tip)
            }
            known[tip.commit] = holds
            return holds
        }
    }

    private func search(at tip: Tip) throws -> Search {
        // What a remote tells is signed by nobody. Who plans without a trace has not asked yet.
        let told =
            try signatures != nil
            ? nil
            : SharedLedger.told(
                to: tip, asks: tip.repository.isQuarantined, timeout: TimeLimits(tip.repository).network)
        let tips = try told == nil ? [tip.withAllCommits, tip].compactMap(\.self) : [tip]
        return Search(searches: try tips.map { ($0, try Holds.search(at: $0)) }, told: told)
    }
}

extension Tip {
    /// The same tip where all commits before it are, for one of a shallow clone: what CI makes unless it is told
    /// otherwise. Nil where nothing is missing, or nothing can be had.
    fileprivate var withAllCommits: Tip? {
        get throws {
            guard repository.isShallow, let (remote, branch) = try remoteBranch else { return nil }
            do {
                let timeout = try TimeLimits(repository).network
                let (history, newest) = try repository.commits(
                    ofBranch: branch, from: remote, timeout: timeout)
                return Tip(
                    repository: history, ref: ref, commit: history.contains(commit) ? commit : newest)
            } catch is GitError {
                // What can't be told without them is refused, with words on how to get them.
                return nil
            }
        }
    }
}

extension Plan {
    /// The plan with a refusal for each version that a hold keeps out of where it would go.
    ///
    /// - Parameter estate: Says which apps there are: a hold follows an artifact whose app is called otherwise now.
    /// - Throws: `LedgerError.tooShallow` where the history that this clone has does not tell.
    public func respectingHolds(_ holds: HoldCache, in estate: Estate? = nil) throws -> Plan {
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
                let part = hold.trailer.part.map { "\($0) " } ?? ""
                plan.refusals.append(
                    Refusal(
                        code: .held, environment: change.environment, app: change.app,
                        message:
                            "\(part)\(change.new.short) is held since \("\(hold.time)".prefix(10)) by \(hold.author) (\(hold.commit.short))\(reason)",
                        hint: "'gx rollback --unhold \(hold.trailer.app)\(place)' lets it in"))
            }
        }
        plan.refusals = unique(plan.refusals)
        return plan
    }
}
