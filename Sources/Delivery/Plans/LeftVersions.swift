internal import Git
internal import Ledger
internal import Manifests
internal import System

extension Plan {
    /// The plan with a warning for each version that its environment ran and left for one that is not newer, where no
    /// commit of gx says so: a host may have squashed a rollback and kept no more of its message than the title, or
    /// somebody rolled back by hand. Holds tell of all others.
    ///
    /// The last thousand commits of an environment's branch are looked at.
    func warningOfReturns(in estate: Estate) throws -> Plan {
        var plan = self
        let search = ContentsSearch(estate, limit: 1000)
        for step in steps where step.restoration == nil {
            for change in step.changes where change.old != Version() && change.new != Version() {
                // What is older is said to be.
                let isHeld = refusals.contains {
                    $0.code == .held && ($0.environment, $0.app) == (change.environment, change.app)
                }
                guard !isHeld, !change.isOlder, let words = try search.words(ofReturnIn: change, estate)
                else { continue }
                plan.warnings.append(words)
            }
        }
        plan.warnings = unique(plan.warnings)
        return plan
    }
}

extension ContentsSearch {
    fileprivate func words(ofReturnIn change: VersionChange, _ estate: Estate) throws -> String? {
        guard let app = try estate.app(change.app, in: change.environment),
            let slot = app.slots.first(where: { $0.artifact == change.artifact })
        else { return nil }
        let span: Span?
        do {
            span = try spans(since: [(slot, change.new)], in: app).first ?? nil
        } catch GitError.missingObject(_, isShallow: true) {
            // What a shallow clone does not have, holds say that they can't be told of.
            return nil
        }
        guard let span, span.isKnown, let next = span.versions.last, next.order(to: change.new) != .later,
            let entry = span.entries.last
        else { return nil }
        let commit = try estate.tip(of: app.unit.place).repository.commit(entry.commit)
        guard DeployTrailer.all(in: commit).isEmpty else { return nil }
        return
            "\(change.app) \(change.new.short) was rolled back in \(change.environment) to \(next.short) on \("\(entry.time)".prefix(10)) (\(entry.commit.short) by \(entry.author.onOneLine)), and no hold keeps it out"
    }
}
