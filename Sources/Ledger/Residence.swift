public import Git
public import Manifests
public import System

/// How long an environment ran the same versions of an app, from one deployment to the next.
public struct Residence: Hashable, Sendable {
    public var commit: ObjectID
    /// The committer's clock.
    public var start: Timestamp
    /// Nil where it still does.
    public var end: Timestamp?
    /// Whether this clone's history begins in the midst of it: it began before `start`, and something else brought it.
    public var isCut = false
    /// What ran.
    public var versions: [Pinned]
    public var kind: Deployment.Kind
    public var outcome: Outcome
    public var reason: String?
    /// The addresses of who wrote and committed what brought it, in lower case.
    public var authors: Set<String>
    public var committers: Set<String>

    public init(
        commit: ObjectID, start: Timestamp, end: Timestamp?, isCut: Bool = false, versions: [Pinned],
        kind: Deployment.Kind = .forward, outcome: Outcome = .unknown, reason: String? = nil,
        authors: Set<String> = [], committers: Set<String> = []
    ) {
        (self.commit, self.start, self.end, self.isCut) = (commit, start, end, isCut)
        self.versions = versions
        (self.kind, self.outcome, self.reason) = (kind, outcome, reason)
        (self.authors, self.committers) = (authors, committers)
    }

    /// Whether it ran all of some versions. An environment may have an artifact from another registry.
    public func runs(_ wanted: [Pinned]) -> Bool {
        wanted.allSatisfy { one in versions.contains { $0.isSame(as: one) } }
    }

    /// Whether it ended badly: failed, or taken back.
    public var wasBad: Bool { outcome == .failed || outcome == .rolledBack }
}

extension Pinned {
    /// Whether it is the same artifact, also where that comes from another registry.
    public func isOf(_ artifact: Artifact) -> Bool {
        named.kind == artifact.kind && (named == artifact || named.shortName == artifact.shortName)
    }

    /// The same version of the same artifact.
    public func isSame(as other: Pinned) -> Bool {
        isOf(other.named) && Version(version).isSame(as: Version(other.version))
    }
}

extension Ledger {
    /// What an environment ran of an app, oldest first; empty where it never had it. Takes time for what it gives.
    public func residences(of app: String, in environment: String, _ outcomes: Outcomes) -> [Residence] {
        guard let series = series(of: app, in: environment) else { return [] }
        var found: [Residence] = []
        var end: Timestamp?
        for number in deployments(endingWith: series.last) {
            let one = self[number]
            defer { end = one.time }
            guard let versions = one.after else { continue }
            found.append(
                Residence(
                    commit: one.commit, start: one.time, end: end,
                    // Whoever tells of a deployment tells when it came and by whom.
                    isCut: one.basis == .horizon && !isTold, versions: versions, kind: one.kind,
                    outcome: outcomes[one], reason: outcomes.record(of: one)?.reason,
                    authors: [Self.address(one.author)], committers: [Self.address(one.committer)]))
        }
        return found.reversed()
    }

    /// `ada@acme.example` of `Ada <ada@acme.example>`.
    static func address(_ identity: String) -> String {
        guard let open = identity.lastIndex(of: "<") else { return identity.lowercased() }
        return identity[identity.index(after: open)...].prefix { $0 != ">" }.lowercased()
    }
}
