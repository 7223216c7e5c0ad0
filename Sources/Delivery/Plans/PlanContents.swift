internal import Git
public import Ledger
public import Manifests
internal import System

extension Plan {
    /// The plan with what each step brings and takes away, as far as messages in the history of the
    /// manifests tell, and with versions that are older than what they replace marked as such.
    ///
    /// - Parameters:
    ///   - earlier: The plan that this one takes the place of: what it found out still holds for the same versions.
    ///   - ledger: All deployments of the very commits that the estate is read from, for what the files' own history
    ///     does not tell.
    public func withContents(
        in estate: Estate, from earlier: Plan? = nil, ledger: @escaping () throws -> Ledger
    ) throws -> Plan {
        var plan = self
        var search = try PlanContents(estate, ledger)
        // A rollback knows them from the ledger.
        for index in plan.steps.indices where plan.steps[index].contents == nil {
            if let same = earlier?.steps.first(where: { $0.hasSameVersions(as: plan.steps[index]) }) {
                plan.steps[index].changes = same.changes
                plan.steps[index].contents = same.contents
                continue
            }
            var contents = ReleaseContents()
            let byApp = Dictionary(grouping: plan.steps[index].changes, by: \.app)
            for number in plan.steps[index].changes.indices {
                let change = plan.steps[index].changes[number]
                let direction = try search.direction(of: change)
                let found = try search.contents(of: change, among: byApp[change.app] ?? [], direction)
                contents.add(found)
                plan.steps[index].changes[number].isOlder =
                    direction.map { $0 == .down }
                    ?? (change.new.order(to: change.old) == nil && found.added.isEmpty
                        && !found.removed.isEmpty)
            }
            plan.steps[index].contents = contents
        }
        return plan
    }
}

extension Step {
    fileprivate func hasSameVersions(as other: Step) -> Bool {
        contents != nil && place == other.place && changes.count == other.changes.count
            && zip(changes, other.changes).allSatisfy { old, new in
                var old = old
                old.isOlder = new.isOlder
                return old == new
            }
    }
}

/// Forward: what the source gained since it had what the target has. Backward: what the target gained since
/// it had the new version. History is walked once for each app of an environment.
private struct PlanContents {
    private struct Question: Hashable {
        var environment: String
        var app: String
        var artifact: Artifact
        var version: Version
    }

    private let estate: Estate
    private let search: ContentsSearch
    private var known: [Question: ContentsSearch.Span?] = [:]
    private let evidence: Evidence?
    private let readLedger: () throws -> Ledger
    private var read: Ledger?

    init(_ estate: Estate, _ ledger: @escaping () throws -> Ledger) throws {
        (self.estate, readLedger) = (estate, ledger)
        evidence = Evidence(estate.configuration, in: try estate.tip(of: Place()).repository)
        search = ContentsSearch(estate)
    }

    /// All of history, read when it is first wanted. Nil where that would fetch every file that there ever was.
    private mutating func ledger() throws -> Ledger? {
        if let read { return read }
        guard try !estate.tip(of: Place()).repository.isPartial else { return nil }
        read = try readLedger()
        return read
    }

    /// Whether a change goes to an older or a newer version: what versions say of themselves is surer than when they
    /// came, and that is surer than who deployed them last.
    mutating func direction(of change: VersionChange) throws -> Deployment.Direction? {
        guard change.old != Version(), change.new != Version() else { return nil }
        switch change.new.order(to: change.old) {
        case .earlier: return .down
        case .later: return .up
        case .same: return nil
        case nil: break
        }
        guard let ledger = try ledger(), ledger.isComplete else { return nil }
        return ledger.direction(
            from: change.old, to: change.new, of: change.artifact, app: change.app)
    }

    /// - Parameter changes: All that happens to the app: they are answered together.
    mutating func contents(
        of change: VersionChange, among changes: [VersionChange], _ direction: Deployment.Direction?
    ) throws -> ReleaseContents {
        var contents = ReleaseContents()
        guard change.old != Version() else {
            contents.unknown =
                "\(change.environment) had no version of \(change.app) before: what comes with it can't be told"
            return contents
        }
        let forward = changes.compactMap { other in
            other.source.map {
                Question(environment: $0, app: other.app, artifact: other.artifact, version: other.old)
            }
        }
        let back = { (change: VersionChange) in
            Question(
                environment: change.environment, app: change.app, artifact: change.artifact,
                version: change.new)
        }
        let backward = changes.map(back)
        if direction == .down, let span = try answer(back(change), among: backward), span.isKnown {
            contents.removed = span.entries
            contents.recordedRemoved = try recorded(span.versions, since: change.new, change)
            return contents
        }
        let gained = try change.source.flatMap { source in
            try answer(
                Question(
                    environment: source, app: change.app, artifact: change.artifact, version: change.old),
                among: forward)
        }
        if let gained, gained.isKnown {
            contents.added = gained.entries
            contents.recordedAdded = try recorded(gained.versions, since: change.old, change)
            if let source = change.source, try goesBackAndForth(gained.entries, in: source, change.app) {
                contents.bring(try passage(change, in: source))
            }
            return contents
        }
        let span = try answer(back(change), among: backward)
        if let span, span.isKnown, direction == .up {
            // It ran there before, and was taken back.
            contents.bring(try passage(change, in: change.environment))
            contents.recordedAdded = try recorded([change.new], since: change.old, change)
        } else if let span, span.isKnown {
            contents.removed = span.entries
            contents.recordedRemoved = try recorded(span.versions, since: change.new, change)
        } else if let gained {
            contents.added = gained.entries
            contents.recordedAdded = try recorded(gained.versions, since: change.old, change)
            contents.unknown = untold(change, isShallow: false)
        } else if let source = change.source {
            // A version from outside is in no history of manifests.
            let isShallow =
                try estate.app(change.app, in: source).map {
                    try estate.tip(of: $0.unit.place).repository.isShallow
                } ?? false
            contents.recordedAdded = try recorded([change.new], since: change.old, change)
            contents.unknown = untold(change, isShallow: isShallow)
        } else {
            contents.recordedAdded = try recorded([change.new], since: change.old, change)
        }
        return contents
    }

    /// Whether some commits of an app take back others, or go back: what they bring came with earlier ones.
    private func goesBackAndForth(
        _ entries: [ReleaseContents.Entry], in environment: String, _ app: String
    ) throws -> Bool {
        guard let place = try estate.app(app, in: environment)?.unit.place else { return false }
        let repository = try estate.tip(of: place).repository
        return try entries.contains { entry in
            let message = try repository.commit(entry.commit).message
            return message.contains("This reverts commit ")
                || message.contains("\n\(DeployTrailer.rollbackKey): ")
        }
    }

    /// The commits by which an environment came from the old version of a change to the new one.
    private mutating func passage(
        _ change: VersionChange, in environment: String
    ) throws -> [ReleaseContents.Entry] {
        guard let ledger = try ledger(), let series = ledger.series(of: change.app, in: environment),
            let place = try estate.app(change.app, in: environment)?.unit.place
        else { return [] }
        let repository = try estate.tip(of: place).repository
        let numbers = ledger.passage(
            from: change.old, to: change.new, of: change.artifact,
            in: ledger.lineage(endingWith: series.last))
        return try numbers.map { number in
            var mentions = ledger.contents(of: number)
            mentions.issues = try ledger.issues(broughtBy: number)
            return ReleaseContents.Entry(try repository.commit(ledger[number].commit), mentioning: mentions)
        }
    }

    private func untold(_ change: VersionChange, isShallow: Bool) -> String {
        "what comes with \(change.app) \(change.new.short) can't be told"
            + (isShallow
                ? ": this clone is shallow, and \(GitError.unshallow)"
                : " from the history of the manifests")
    }

    /// The issues that records and sources say are in versions and not in the one before them.
    ///
    /// - Parameter versions: Newest first.
    private func recorded(_ versions: [Version], since old: Version, _ change: VersionChange) throws
        -> [String]
    {
        guard let evidence, !evidence.isEmpty else { return [] }
        var issues: [String] = []
        for (version, before) in zip(versions, versions.dropFirst() + [old]) {
            issues += try evidence.issues(
                of: Pinned(change.artifact, version), of: change.app, since: Pinned(change.artifact, before))
        }
        return unique(issues)
    }

    /// Answers a question together with all others about the same app.
    private mutating func answer(_ question: Question, among all: [Question]) throws -> ContentsSearch.Span? {
        if let known = known[question] { return known }
        let group = Set(all + [question]).filter {
            $0.environment == question.environment && $0.app == question.app
        }
        let app = try estate.app(question.app, in: question.environment)
        var wanted: [(question: Question, slot: Slot)] = []
        for one in group {
            known[one] = .some(nil)
            if let slot = app?.slots.first(where: { $0.artifact == one.artifact }) {
                wanted.append((one, slot))
            }
        }
        guard let app, !wanted.isEmpty else { return nil }
        do {
            let spans = try search.spans(since: wanted.map { ($0.slot, $0.question.version) }, in: app)
            for (one, found) in zip(wanted, spans) { known[one.question] = .some(found) }
        } catch GitError.missingObject(_, isShallow: true) {
            // A shallow clone ends before: it can't be told.
        }
        return known[question] ?? nil
    }
}
