public import Git
public import Manifests
internal import System

/// Reads from a source repository what there is to say of a build.
public struct Build {
    private let source: SourceHistory
    private let store: RecordStore

    public init(of source: Repository, _ rules: Configuration.Issues, recordedIn store: RecordStore) {
        self.source = SourceHistory(source, rules)
        self.store = store
    }

    /// Adds to a record what the source says: the commit and its author, and what came since the release before.
    ///
    /// - Parameters:
    ///   - commit: A revision; by default what is checked out.
    ///   - previous: The release before, as a revision; by default that of the newest recorded build of the same
    ///     artifact that this one contains, else the newest tag before.
    /// - Returns: Why what came since can't be told; nil where it was.
    /// - Throws: `GitError.badObject` for revisions that are not there.
    public func complete(_ record: inout ArtifactRecord, commit: String?, previous: String?) throws -> String?
    {
        let repository = source.repository
        let id = try resolve(commit ?? "HEAD")
        let built = try repository.commit(id)
        record.commit = id.description
        record.author = "\(built.author.name) <\(built.author.email)>"
        if record.repository == nil, let remote = try repository.remotes.first {
            record.repository = BuildVariables.withoutUser(try repository.url(ofRemote: remote))
        }
        let before = try previous.map(resolve) ?? self.previous(of: record, at: id)
        record.previous = before?.description
        guard let before else {
            add(Mentions(in: built.message, source.rules), to: &record)
            return "no release before it is known: say which with --previous"
        }
        let contents = try source.contents(from: before, to: id)
        record.commits = contents.added.count
        record.firstCommitTime = contents.added.map(\.time).min()?.utc
        record.lastCommitTime = contents.added.map(\.time).max()?.utc
        record.commitList = contents.added.prefix(ArtifactRecord.listedCommits).map {
            var commit = SourceCommit($0)
            commit.fate = .kept
            return commit
        }
        var mentions = Mentions()
        mentions.issues = contents.issuesAdded
        mentions.pullRequests = contents.pullRequestsAdded
        record.issuesRemoved = contents.issuesRemoved
        add(mentions, to: &record)
        return contents.unknown
    }

    private func add(_ mentions: Mentions, to record: inout ArtifactRecord) {
        record.issues += mentions.issues.filter { !record.issues.contains($0) }
        record.pullRequests += mentions.pullRequests.filter { !record.pullRequests.contains($0) }
    }

    private func resolve(_ revision: String) throws -> ObjectID {
        guard let id = try source.repository.resolve(revision) else {
            throw GitError.badObject(revision, reason: "no commit of the source repository")
        }
        return id
    }

    private func previous(of record: ArtifactRecord, at commit: ObjectID) throws -> ObjectID? {
        let repository = source.repository
        let known = try store.builds()
        let builds = known.artifacts
            .filter { ArtifactRecord.split($0).name == record.name && $0 != record.artifact }
            .compactMap(known.artifact).sorted { ($0.time ?? "") > ($1.time ?? "") }
        for build in builds {
            guard let id = build.commit.flatMap({ ObjectID(hex: $0) }), id != commit, repository.contains(id)
            else { continue }
            if try repository.isAncestor(id, of: commit) { return id }
        }
        return try repository.tag(before: commit).flatMap { try repository.resolve($0) }
    }
}

extension SourceCommit {
    init(_ entry: ReleaseContents.Entry) {
        self.init(
            id: entry.commit.description, time: entry.time.utc, author: entry.author, subject: entry.subject,
            issues: entry.fate == .kept ? entry.mentions.issues : [])
        fate = entry.fate
    }
}
