internal import Git
internal import Ledger
public import Manifests

extension Plan {
    /// The plan with what each step brings and takes away, as far as messages in the history of the
    /// manifests tell, and with versions that are older than what they replace marked as such.
    public func withContents(in estate: Estate) throws -> Plan {
        var plan = self
        let search = ContentsSearch(estate)
        for index in plan.steps.indices {
            var contents = ReleaseContents()
            for number in plan.steps[index].changes.indices {
                let change = plan.steps[index].changes[number]
                let found = try PlanContents.of(change, in: estate, search)
                contents.add(found)
                plan.steps[index].changes[number].isOlder = found.added.isEmpty && !found.removed.isEmpty
            }
            plan.steps[index].contents = contents
        }
        return plan
    }
}

private enum PlanContents {
    /// Forward: what the source gained since it had the target's version. Backward: what the target
    /// gained since it had the new one.
    static func of(_ change: VersionChange, in estate: Estate, _ search: ContentsSearch) throws
        -> ReleaseContents
    {
        var contents = ReleaseContents()
        guard change.old != Version() else {
            contents.unknown =
                "\(change.environment) had no version of \(change.app) before: what comes with it can't be told"
            return contents
        }
        if let source = change.source,
            let entries = try entries(of: change, in: source, since: change.old, estate, search)
        {
            contents.added = entries
        } else if let entries = try entries(
            of: change, in: change.environment, since: change.new, estate, search)
        {
            contents.removed = entries
        } else {
            contents.unknown =
                "what comes with \(change.app) \(change.new.short) can't be told from the history of the manifests"
        }
        return contents
    }

    private static func entries(
        of change: VersionChange, in environment: String, since version: Version, _ estate: Estate,
        _ search: ContentsSearch
    ) throws -> [ReleaseContents.Entry]? {
        guard let app = try estate.app(change.app, in: environment),
            let slot = app.slots.first(where: { $0.artifact == change.artifact })
        else { return nil }
        do {
            return try search.entries(since: version, of: slot, in: app)
        } catch GitError.missingObject(_, isShallow: true) {
            return nil
        }
    }
}
