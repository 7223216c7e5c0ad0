internal import Git

/// Where a bug is: where a version runs that has what brought it in, and not the fix, which is what its issue contains.
extension Ledger {
    func presences(ofBug key: String) throws -> Presences {
        let fix = Subject.issue(key)
        let fixed = try presences(of: fix, broughtBy: carriers(of: fix))
        var found = Presences()
        guard let introduced = try evidence?.issue(key)?.introduced else {
            // Where the fix is the bug is not; of the others nothing is known.
            found.list = fixed.list.map { presence in
                var presence = presence
                presence.status = presence.isNow ? .notYet : .unknown
                return presence
            }
            if found.list.contains(where: { $0.status == .unknown }) {
                evidence?.tell(.unknownOrigin(ofBug: key))
            }
            return found
        }
        let apps = Set(fixed.list.map(\.app))
        for app in (apps.isEmpty ? Set(series.map(\.app)) : apps).sorted() {
            let fixes = Dictionary(
                fixed.list.filter { $0.app == app }.map { ($0.environment, $0.status) },
                uniquingKeysWith: { first, _ in first })
            found.list += try presences(of: introduced, in: app).map { presence in
                var presence = presence
                presence.status = Self.combined(presence.status, fix: fixes[presence.environment])
                return presence
            }
        }
        if found.list.isEmpty { evidence?.tell(.originNeverRan(introduced, ofBug: key)) }
        return found
    }

    private static func combined(_ bug: Presence.Status, fix: Presence.Status?) -> Presence.Status {
        switch (bug, fix) {
        case (.now(let entered), .now(let number)?) where number > entered:
            .left(entered: entered, left: number)
        case (.now, .now?): .notYet
        case (.now(let entered), .left(_, let number?)?): .now(since: max(entered, number))
        default: bug
        }
    }

    /// Where an app runs what a version or a commit brought in: that version, and those that descend from it.
    private func presences(of introduced: String, in app: String) throws -> [Presence] {
        guard let position = tables.position(of: app) else { return [] }
        let history = AppHistory(of: position, self)
        let seeds = history.pins.map { row in
            let pin = pin(row)
            return pin.version == introduced || pin.references.contains(introduced)
                || pin.version.hasPrefix(introduced + "@")
        }
        let commit = try seeds.contains(true) ? nil : sourceCommit(introduced)
        let known = try judged(
            commit.map(Subject.commit) ?? .version(introduced), in: history, position, seeds: seeds)
        guard known.containing.contains(true) else { return [] }
        let carrying = history.descendants(of: known.containing, except: known.lacking)
        let states = (carrying: history.states(with: carrying), lacking: history.states(with: known.lacking))
        return history.chains.map { chain in
            let stay = history.stay(
                in: chain, version: nil, configuration: nil, carrying: states.carrying,
                lacking: states.lacking)
            return presence(of: chain.series, stay, isNamed: false)
        }.filter(\.isThere)
    }
}
