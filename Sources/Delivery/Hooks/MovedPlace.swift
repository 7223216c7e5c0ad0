internal import Git
internal import Ledger
internal import Manifests
internal import System
internal import YAML

/// What a push changes on a branch that describes environments: where it ends, compared with where it began.
final class MovedPlace {
    /// An app whose versions become others.
    struct Part {
        var before: AppSnapshot?
        var after: AppSnapshot
        var changes: [VersionChange]

        /// Nil where no version comes.
        fileprivate init?(_ before: AppSnapshot?, _ after: AppSnapshot) {
            changes = after.versionChanges(since: before, from: nil).filter { change in
                // The same from another registry is no other version.
                let new = Pinned(change.artifact, change.new)
                return !(before?.slots ?? []).contains { Pinned($0.artifact, $0.version).isSame(as: new) }
            }
            guard !changes.isEmpty else { return nil }
            (self.before, self.after) = (before, after)
        }

        /// As people read it: `prod-eu/api 1.4.1 -> 1.4.2`.
        var subject: String {
            let main = changes.first { $0.artifact == after.main?.artifact } ?? changes[0]
            let old = main.old == Version() ? "" : "\(main.old.short) -> "
            return "\(after.environment)/\(after.app) \(old)\(main.new.short)"
        }

        /// The files that say the new versions.
        var sites: Set<String> {
            Set(
                after.slots.filter { slot in changes.contains { $0.artifact == slot.artifact } }
                    .flatMap(\.pins).map(\.file))
        }
    }

    let place: Place
    /// Nil where the branch is new.
    let oldTip: Tip?
    let tip: Tip
    private(set) var parts: [Part] = []
    private let repository: Repository
    /// What is not new.
    private let known: [ObjectID]
    private lazy var all = Result { try self.readCommits() }
    private var causes: [Plan.Part: Commit?] = [:]

    init(_ estates: MovedEstates, _ place: Place, from old: ObjectID?, to new: ObjectID) throws {
        (self.place, repository) = (place, estates.repository)
        (oldTip, tip) = (try old.map { _ in try estates.old.tip(of: place) }, try estates.new.tip(of: place))
        known = try old.map { [$0] } ?? estates.tips()
        let changed = try repository.changes(
            from: old.map { try repository.commit($0).tree }, to: repository.commit(new).tree
        ).map(\.path)
        let olds = try old == nil ? [] : estates.old.users(ofAny: changed, at: place)
        let news = try estates.new.users(ofAny: changed, at: place)
        for part in unique((olds + news).map { Plan.Part(environment: $0.environment, app: $0.app) }) {
            let before = try olds.first(of: part) ?? estates.old.app(part.app, in: part.environment)
            let after = try news.first(of: part) ?? estates.new.app(part.app, in: part.environment)
            if let after, let part = Part(before, after) { parts.append(part) }
        }
        parts.sort { ($0.after.environment, $0.after.app) < ($1.after.environment, $1.after.app) }
    }

    /// One change as if gx had planned it.
    func plan(of change: VersionChange) -> Plan {
        Plan(steps: [
            Step(
                place: place, base: tip, environments: [change.environment], changes: [change],
                configuration: [], content: .files([]))
        ])
    }

    // MARK: Which commit it was

    typealias CommitChanges = (commit: Commit, files: [Change])

    /// The commits that are new, newest first, with the files that each changes against its first parent.
    func commits() throws -> [CommitChanges] { try all.get() }

    private func readCommits() throws -> [CommitChanges] {
        try repository.commits(in: [tip.commit], notIn: known).map { id in
            let commit = try repository.commit(id)
            let parent = try commit.parents.first.map { try repository.commit($0).tree }
            return (commit, try repository.changes(from: parent, to: commit.tree))
        }
    }

    /// Whether a commit has another file than its parents lead to: a merge that takes what one of them changed does not.
    func changes(_ file: String, by change: CommitChanges) throws -> Bool {
        let parents = change.commit.parents
        guard parents.count > 1 else { return change.files.contains { $0.path == file } }
        func content(at commit: ObjectID) throws -> ObjectID? {
            try repository.entry(at: file, inTree: repository.commit(commit).tree)?.id
        }
        let own = try content(at: change.commit.id)
        let theirs = Set(try parents.map(content))
        guard theirs.count > 1 else { return !theirs.contains(own) }
        guard parents.count == 2, let base = try repository.mergeBase(parents[0], parents[1]) else {
            return true
        }
        return try theirs.subtracting([content(at: base)]) != [own]
    }

    /// The newest commit of the branch itself that touches what says an app's versions; nil where none does.
    func cause(of part: Part) throws -> Commit? {
        let key = Plan.Part(environment: part.after.environment, app: part.after.app)
        if let known = causes[key] { return known }
        let commits = try self.commits()
        let byID = Dictionary(commits.map { ($0.commit.id, $0) }) { first, _ in first }
        let sites = part.sites
        var next = byID[tip.commit]
        var cause: Commit?
        while let one = next, cause == nil {
            if one.files.contains(where: { sites.contains($0.path) }) { cause = one.commit }
            next = one.commit.parents.first.flatMap { byID[$0] }
        }
        causes[key] = cause
        return cause
    }

    /// The gates that somebody answers for: by the commit that brings the versions, or one of those that it merges.
    func overrides(of part: Part, signedBy signatures: Signatures?) throws -> Set<String> {
        guard let cause = try cause(of: part) else { return [] }
        var all = [cause]
        if cause.parents.count > 1 {
            all += try repository.commits(in: [cause.id], notIn: [cause.parents[0]]).map(
                repository.commit)
        }
        if let signatures { all = try all.filter { try signatures.signer(of: $0.id) != nil } }
        return Set(
            all.flatMap(OverrideTrailer.all).filter {
                $0.environment == part.after.environment && $0.app == part.after.app
            }.map(\.gate))
    }

    // MARK: What is protected

    /// What gx.yaml protects and a commit changes along with a version.
    func protectedChanges(by rules: Configuration.Promote) throws -> [MoveRefusal] {
        guard !rules.protectedFiles.isEmpty || !rules.protectedPaths.isEmpty else { return [] }
        var refusals: [MoveRefusal] = []
        for (commit, files) in try commits() where commit.parents.count == 1 {
            for part in parts where try brings(part, files) {
                for change in files where part.after.unit.owns(change.path) {
                    guard let what = try protected(change, app: part.after, rules: rules) else { continue }
                    refusals.append(
                        MoveRefusal(
                            subject: part.subject, commit: commit.id,
                            message:
                                "\(change.path): \(what) is protected by gx.yaml and changes along with a version",
                            hint: "commit that change on its own"))
                }
            }
        }
        return refusals
    }

    private func protected(
        _ change: Change, app: AppSnapshot, rules: Configuration.Promote
    ) throws -> String? {
        guard let old = change.old, let new = change.new else { return nil }
        if app.isProtected(change.path, by: rules) { return "it" }
        return try rules.protectedPaths.changed(
            in: change.path, repository.blob(old.id), repository.blob(new.id)
        ).map { "\($0)" }
    }

    /// Whether files of a commit get another version of an app.
    private func brings(_ part: Part, _ files: [Change]) throws -> Bool {
        let pins = part.after.slots.flatMap(\.pins)
        for change in files {
            let pins = pins.filter { $0.file == change.path }
            guard !pins.isEmpty, let old = change.old, let new = change.new else { continue }
            let (before, after) = (try document(old.id, change.path), try document(new.id, change.path))
            for pin in pins where value(of: pin, in: before) != value(of: pin, in: after) { return true }
        }
        return false
    }

    private func document(_ id: ObjectID, _ path: String) throws -> YAMLFile? {
        let bytes = try repository.blob(id)
        do { return try YAMLFile(manifest: bytes, as: Syntax(path: path)) } catch { return nil }
    }

    /// What stands where a pin is; nil where nothing does.
    private func value(of pin: Pin, in file: YAMLFile?) -> Value? {
        guard let file, file.documents.indices.contains(pin.document) else { return nil }
        return pin.path.matches(in: file.documents[pin.document]).first?.value
    }
}

extension [AppSnapshot] {
    fileprivate func first(of part: Plan.Part) -> AppSnapshot? {
        first { ($0.environment, $0.app) == (part.environment, part.app) }
    }
}
