public import Git
internal import Manifests
public import System
internal import YAML

/// What is known of a build: the record that is attached to the name of an artifact.
public struct ArtifactRecord: Hashable, Sendable {
    public static let type = "dev.cdevents.artifact.published"
    /// So many commits are listed at most; all of them are counted.
    public static let listedCommits = 200

    /// The artifact with its version: `ghcr.io/acme/api:1.4.2`.
    public var artifact: String
    public var digest: String?
    /// The source repository, by the address that people open.
    public var repository: String?
    /// The commit that was built.
    public var commit: String?
    /// The commit of the release before.
    public var previous: String?
    /// ISO 8601.
    public var firstCommitTime: String?
    public var lastCommitTime: String?
    /// How many commits there are since the release before.
    public var commits: Int?
    /// Newest first.
    public var commitList: [SourceCommit] = []
    public var issues: [String] = []
    /// Numbers.
    public var pullRequests: [String] = []
    public var pipeline: Pipeline?
    /// Who made the commit that was built: `Name <address>`.
    public var author: String?
    public var checks: [CheckResult] = []
    /// Those that the release before contained, and a revert took back.
    public var issuesRemoved: [String] = []
    /// When it was recorded.
    public var time: String?

    public init(artifact: String) { self.artifact = artifact }

    /// The name without the version, as the ledger has it: `ghcr.io/acme/api`.
    public var name: String { Self.split(artifact).name }
    /// The version: a tag, else a digest.
    public var version: String { Self.split(artifact).version }

    static func split(_ reference: String) -> (name: String, version: String) {
        if let at = reference.firstIndex(of: "@") {
            return (String(reference[..<at]), String(reference[reference.index(after: at)...]))
        }
        guard let colon = reference.lastIndex(of: ":"), !reference[colon...].contains("/") else {
            return (reference, "")
        }
        return (String(reference[..<colon]), String(reference[reference.index(after: colon)...]))
    }

    /// The names that its record is attached to: with the tag, and with the digest.
    public var references: [String] {
        [artifact] + (digest.map { ["\(name)@\($0)"] } ?? []).filter { $0 != artifact }
    }

    /// What a reference's records are attached to: the hash of the reference as a line of text, which is never written.
    public static func object(of reference: String) throws -> ObjectID {
        try ObjectID.hash(ofBlob: Array((reference + "\n").utf8))
    }
}

extension ArtifactRecord {
    /// The line to write, the same for all of its references.
    public func record(time: String = Timestamp.utcMilliseconds) throws -> Record {
        try Record(
            time: time, type: Self.type, on: Self.object(of: artifact),
            [
                JSON.Field("artifact", .string(artifact)), JSON.Field("digest", .optional(digest)),
                JSON.Field("repository", .optional(repository)), JSON.Field("commit", .optional(commit)),
                JSON.Field("previous", .optional(previous)),
                JSON.Field("firstCommitTime", .optional(firstCommitTime)),
                JSON.Field("lastCommitTime", .optional(lastCommitTime)),
                JSON.Field("commits", commits.map(JSON.int) ?? .null),
                JSON.Field("commitList", .list(commitList.prefix(Self.listedCommits).map(\.json))),
                JSON.Field("issues", .list(issues.map(JSON.string))),
                JSON.Field("pullRequests", .list(pullRequests.map(JSON.string))),
                JSON.Field("pipeline", pipeline?.json ?? .null), JSON.Field("author", .optional(author)),
                JSON.Field("checks", .list(checks.map(\.json))),
                JSON.Field("issuesRemoved", .list(issuesRemoved.map(JSON.string))),
            ])
    }

    /// Nil for records of other types, and for those that do not say of what.
    public init?(_ record: Record) {
        guard record.type == Self.type, let artifact = record["artifact"]?.string else { return nil }
        let list = { (key: String) in (record[key]?.array ?? []).compactMap(\.string) }
        self.init(artifact: artifact)
        digest = record["digest"]?.string
        repository = record["repository"]?.string
        commit = record["commit"]?.string
        previous = record["previous"]?.string
        firstCommitTime = record["firstCommitTime"]?.string
        lastCommitTime = record["lastCommitTime"]?.string
        commits = record["commits"]?.int
        commitList = (record["commitList"]?.array ?? []).compactMap(SourceCommit.init)
        issues = list("issues")
        pullRequests = list("pullRequests")
        pipeline = record["pipeline"].flatMap(Pipeline.init)
        author = record["author"]?.string
        checks = (record["checks"]?.array ?? []).compactMap(CheckResult.init)
        issuesRemoved = list("issuesRemoved")
        time = record.time
    }

    /// What several records of one artifact say together: the newest of what can be said once, all of what can be
    /// said many times, and of a check its newest result. Nil for none.
    ///
    /// - Parameter records: Oldest first.
    public static func merged(_ records: [ArtifactRecord]) -> ArtifactRecord? {
        guard var all = records.first else { return nil }
        for next in records.dropFirst() {
            all.digest = next.digest ?? all.digest
            all.repository = next.repository ?? all.repository
            all.commit = next.commit ?? all.commit
            all.previous = next.previous ?? all.previous
            all.firstCommitTime = next.firstCommitTime ?? all.firstCommitTime
            all.lastCommitTime = next.lastCommitTime ?? all.lastCommitTime
            all.commits = next.commits ?? all.commits
            all.commitList = next.commitList.isEmpty ? all.commitList : next.commitList
            all.issues += next.issues.filter { !all.issues.contains($0) }
            all.pullRequests += next.pullRequests.filter { !all.pullRequests.contains($0) }
            all.pipeline = next.pipeline ?? all.pipeline
            all.author = next.author ?? all.author
            all.issuesRemoved += next.issuesRemoved.filter { !all.issuesRemoved.contains($0) }
            let names = Set(next.checks.map(\.name))
            all.checks = all.checks.filter { !names.contains($0.name) } + next.checks
        }
        return all
    }
}
