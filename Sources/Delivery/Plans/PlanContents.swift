internal import Git
internal import Ledger
public import Manifests
internal import System

extension Plan {
    /// The plan with what each step brings and takes away, as far as messages in the history of the
    /// manifests tell, and with versions that are older than what they replace marked as such.
    ///
    /// - Parameter earlier: The plan that this one takes the place of: what it found out still holds for the same
    ///   versions.
    public func withContents(in estate: Estate, from earlier: Plan? = nil) throws -> Plan {
        var plan = self
        var search = try PlanContents(estate)
        // A rollback knows them from the ledger.
        for index in plan.steps.indices where plan.steps[index].contents == nil {
            if let same = earlier?.steps.first(where: { $0.hasSameVersions(as: plan.steps[index]) }) {
                plan.steps[index].changes = same.changes
                plan.steps[index].contents = same.contents
                continue
            }
            var contents = ReleaseContents()
            for number in plan.steps[index].changes.indices {
                let found = try search.contents(of: plan.steps[index].changes, number)
                contents.add(found)
                let change = plan.steps[index].changes[number]
                // What the versions say of themselves is surer than who deployed them last.
                plan.steps[index].changes[number].isOlder =
                    change.new.order(to: change.old).map { $0 == .earlier }
                    ?? (found.added.isEmpty && !found.removed.isEmpty)
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

    init(_ estate: Estate) throws {
        self.estate = estate
        evidence = Evidence(estate.configuration, in: try estate.tip(of: Place()).repository)
        search = ContentsSearch(estate)
    }

    mutating func contents(of changes: [VersionChange], _ number: Int) throws -> ReleaseContents {
        let change = changes[number]
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
        let gained = try change.source.flatMap { source in
            try answer(
                Question(
                    environment: source, app: change.app, artifact: change.artifact, version: change.old),
                among: forward)
        }
        if let gained, gained.isKnown {
            contents.added = gained.entries
            contents.recordedAdded = try recorded(gained.versions, since: change.old, change)
            return contents
        }
        let backward = changes.map {
            Question(environment: $0.environment, app: $0.app, artifact: $0.artifact, version: $0.new)
        }
        if let span = try answer(backward[number], among: backward), span.isKnown {
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
