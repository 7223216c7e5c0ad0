public import Git
public import Manifests
internal import YAML

/// The issues and commits that come with a change of versions, or go with it.
public struct ReleaseContents: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public var commit: ObjectID
        public var time: Timestamp
        public var author: String
        public var subject: String
        public var mentions: Mentions
    }

    /// Newest first.
    public var added: [Entry] = []
    public var removed: [Entry] = []
    /// Why it can't be told, or not all of it.
    public var unknown: String?

    public init() {}

    public var issuesAdded: [String] { Self.issues(added) }
    public var issuesRemoved: [String] { Self.issues(removed) }

    private static func issues(_ entries: [Entry]) -> [String] {
        var issues: [String] = []
        for issue in entries.flatMap(\.mentions.issues) where !issues.contains(issue) { issues.append(issue) }
        return issues
    }

    public mutating func add(_ other: ReleaseContents) {
        added += other.added.filter { !added.contains($0) }
        removed += other.removed.filter { !removed.contains($0) }
        unknown = unknown ?? other.unknown
    }
}

/// Finds what lies between two versions of a pin in the history of the manifests.
public struct ContentsSearch {
    private let estate: Estate
    /// First-parent commits that are looked at, at most: a bound for repositories with very long histories.
    private let limit: Int

    public init(_ estate: Estate, limit: Int = 5000) {
        self.estate = estate
        self.limit = limit
    }

    /// The commits that brought an app of `source` from `old` to the version it has now, newest first:
    /// those that changed one of its files since its pin last said `old`. Nil where `old` is not found.
    public func entries(since old: Version, of slot: Slot, in source: AppSnapshot) throws -> [ReleaseContents
        .Entry]?
    {
        guard let pin = slot.pins.first else { return nil }
        let tip = try estate.tip(of: source.unit.place)
        let files = Set(source.files)
        let folders = Self.folders(of: files)
        var entries: [ReleaseContents.Entry] = []
        var walk = try tip.repository.firstParents(from: tip.commit)
        for _ in 0..<limit {
            guard let step = try walk.step() else { return nil }
            let changes = try tip.repository.changes(
                from: step.parent?.tree, to: step.commit.tree, entering: folders.contains)
            guard changes.contains(where: { files.contains($0.path) }) else { continue }
            let mentions = Mentions(in: step.commit.message, estate.configuration.issues)
            entries.append(
                ReleaseContents.Entry(
                    commit: step.commit.id, time: step.commit.committer.time, author: step.commit.author.name,
                    subject: step.commit.subject, mentions: mentions))
            guard let change = changes.first(where: { $0.path == pin.file }) else { continue }
            guard let before = change.old else { return nil }
            let version = try version(of: pin, in: try tip.repository.blob(before.id))
            if let version, version == old || version.tag != nil && version.tag == old.tag { return entries }
        }
        return nil
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

    private static func folders(of files: Set<String>) -> Set<String> {
        var folders: Set<String> = []
        for file in files {
            var rest = file[...]
            while let slash = rest.lastIndex(of: "/") {
                rest = rest[..<slash]
                guard folders.insert(String(rest)).inserted else { break }
            }
        }
        return folders
    }
}
