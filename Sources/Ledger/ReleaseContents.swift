public import Git
public import Manifests
public import System
internal import YAML

/// The issues and commits that come with a change of versions, or go with it.
public struct ReleaseContents: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public var commit: ObjectID
        public var time: Timestamp
        public var author: String
        public var subject: String
        public var mentions: Mentions
        public var fate = Fate.kept
        /// Of a revert of something older: what that had named.
        public var reverted = Mentions()
    }

    /// What became of a commit.
    public enum Fate: String, Hashable, Sendable {
        case kept
        /// A later commit of the same release takes it back.
        case reverted
        /// It takes back another one.
        case revert
        /// The other side has it already, as another commit.
        case picked
    }

    /// Newest first.
    public var added: [Entry] = []
    public var removed: [Entry] = []
    /// Issues that records and sources say come with it, or go.
    public var recordedAdded: [String] = []
    public var recordedRemoved: [String] = []
    /// Why it can't be told, or not all of it.
    public var unknown: String?

    public init() {}

    public var issuesAdded: [String] { unique(Self.issues(added, takenBack: removed) + recordedAdded) }
    public var issuesRemoved: [String] { unique(Self.issues(removed, takenBack: added) + recordedRemoved) }

    /// The issues of which no commit of the manifests tells that they come, or go.
    public var onlyRecordedAdded: [String] { Self.unnamed(recordedAdded, by: added) }
    public var onlyRecordedRemoved: [String] { Self.unnamed(recordedRemoved, by: removed) }

    private static func unnamed(_ issues: [String], by entries: [Entry]) -> [String] {
        unique(issues).filter { issue in !entries.contains { $0.mentions.issues.contains(issue) } }
    }

    public var pullRequestsAdded: [String] {
        unique(added.filter { $0.fate == .kept }.flatMap(\.mentions.pullRequests))
    }

    private static func issues(_ entries: [Entry], takenBack: [Entry]) -> [String] {
        let all = entries.filter { $0.fate == .kept }.flatMap(\.mentions.issues)
        return unique(all + takenBack.flatMap(\.reverted.issues))
    }

    /// Adds commits that come with it, each once.
    public mutating func bring(_ entries: [Entry]) {
        for entry in entries {
            if let known = added.firstIndex(where: { $0.commit == entry.commit }) {
                added[known].mentions.add([entry.mentions])
            } else {
                added.append(entry)
            }
        }
    }

    public mutating func add(_ other: ReleaseContents) {
        added += other.added.filter { !added.contains($0) }
        removed += other.removed.filter { !removed.contains($0) }
        recordedAdded = unique(recordedAdded + other.recordedAdded)
        recordedRemoved = unique(recordedRemoved + other.recordedRemoved)
        unknown = unknown ?? other.unknown
    }
}

extension ReleaseContents.Entry {
    public init(_ commit: Commit, mentioning mentions: Mentions) {
        (self.commit, time, author) = (commit.id, commit.committer.time, commit.author.name)
        (subject, self.mentions) = (commit.subject, mentions)
    }

    init(_ commit: Commit, _ rules: Configuration.Issues) {
        self.init(commit, mentioning: Mentions(in: commit, rules))
    }
}

/// Finds what lies between two versions of a pin in the history of the manifests.
public struct ContentsSearch {
    private let estate: Estate
    /// First-parent commits that are looked at, at most: a bound for repositories with very long histories.
    private let limit: Int
    private let changed = SharedSteps()

    public init(_ estate: Estate, limit: Int = 5000) {
        self.estate = estate
        self.limit = limit
    }

    /// What happened to an app since one of its pins said a version.
    public struct Span: Hashable, Sendable {
        /// The commits that changed one of the app's files, newest first.
        public var entries: [ReleaseContents.Entry] = []
        /// What the pin said since, newest first.
        public var versions: [Version] = []
        /// False where it never said that version, as far as history goes: then these are what is newer by the order
        /// of versions, and what came with the newest.
        public var isKnown = true
    }

    /// What happened to an app since each of several pins last said a version. Nil where that can't be told.
    ///
    /// - Throws: `GitError.missingObject` where a shallow clone ends before.
    public func spans(
        since wanted: [(slot: Slot, version: Version)], in app: AppSnapshot
    ) throws -> [Span?] {
        let tip = try estate.tip(of: app.unit.place)
        let files = Set(app.files)
        var entries: [ReleaseContents.Entry] = []
        var found: [Span?] = wanted.map { _ in nil }
        var newer: [Span] = wanted.map { Span(versions: [$0.slot.version], isKnown: false) }
        var versions = wanted.map { [$0.slot.version] }
        var open = wanted.indices.filter { wanted[$0].slot.pins.first != nil }
        let pinned = Set(wanted.compactMap { $0.slot.pins.first?.file })
        var steps = try StepsBack(from: tip, files, reading: pinned, sharing: changed)
        for _ in 0..<limit where !open.isEmpty {
            guard let step = try steps.next() else { break }
            let changes = step.changes
            guard !changes.isEmpty else { continue }
            var mentions = Mentions(in: step.commit, estate.configuration.issues)
            mentions.add([try mergedMentions(by: step.commit, tip.repository)])
            entries.append(ReleaseContents.Entry(step.commit, mentioning: mentions))
            for index in open {
                guard let pin = wanted[index].slot.pins.first,
                    let change = changes.first(where: { $0.path == pin.file })
                else { continue }
                let before = try change.old.flatMap {
                    try tip.repository.soundBlob($0.id, pin.file, isPast: true).flatMap { bytes in
                        try version(of: pin, in: bytes)
                    }
                }
                let sought = wanted[index].version
                guard let before else {
                    open.removeAll { $0 == index }
                    continue
                }
                if before == sought || before.tag != nil && before.tag == sought.tag {
                    found[index] = Span(entries: entries, versions: versions[index])
                    open.removeAll { $0 == index }
                    continue
                }
                if let last = versions[index].last, last != before {
                    let isNewest = versions[index].count == 1
                    if isNewest || last.order(to: sought) == .later, newer[index].versions == versions[index]
                    {
                        newer[index].entries = entries
                        if before.order(to: sought) == .later { newer[index].versions.append(before) }
                    }
                    versions[index].append(before)
                }
            }
        }
        return found.indices.map { index in
            found[index] ?? (newer[index].entries.isEmpty ? nil : newer[index])
        }
    }

    /// What the commits name that a commit merges.
    private func mergedMentions(by commit: Commit, _ repository: Repository) throws -> Mentions {
        var mentions = Mentions()
        guard let first = commit.parents.first, commit.parents.count > 1 else { return mentions }
        for id in try repository.commits(in: Array(commit.parents.dropFirst()), notIn: [first], limit: 1000)
        where !repository.isShallow || repository.contains(id) {
            mentions.add([Mentions(in: try repository.commit(id), estate.configuration.issues)])
        }
        return mentions
    }

    /// What a pin says in another version of its file; nil where the file has no such place.
    private func version(of pin: Pin, in bytes: [UInt8]) throws -> Version? {
        guard let yaml = try? YAMLFile(parsing: bytes, as: Syntax(path: pin.file)),
            yaml.documents.indices.contains(pin.document),
            let node = pin.path.matches(in: yaml.documents[pin.document]).first
        else { return nil }
        var pin = pin
        pin.text = node.string ?? ""
        return pin.version
    }
}
