internal import Git

/// What is in a version of an artifact, since another version.
public struct Release: Hashable, Sendable {
    /// What says so.
    public enum Basis: String, Hashable, Sendable {
        case source = "the source repository"
        case records = "records of builds"
        case manifests = "the manifests' history"
    }

    public var pin: Pinned
    /// The version that it is compared with; nil where none is known.
    public var since: String?
    public var basis: Basis
    /// Newest first.
    public var commits: [SourceCommit] = []
    /// How many there are, where the list is cut.
    public var count: Int
    public var issues: [String] = []
    /// Those that it takes back.
    public var removed: [String] = []
    public var pullRequests: [String] = []
    /// Why not all of it can be told.
    public var unknown: String?
}

extension Ledger {
    /// What is in a version, since the one that the same artifact had before it.
    ///
    /// - Parameter number: The deployment that brought it.
    public func release(_ pin: Pinned, broughtBy number: Int) throws -> Release {
        let before = self[number].before?.first { $0.artifact == pin.artifact }
        if let release = try evidence?.release(pin, of: self[number].app, since: before) { return release }
        var release = Release(pin: pin, since: before?.version, basis: .manifests, count: 0)
        let mentions = mentions(of: number)
        (release.issues, release.pullRequests) = (mentions.issues, mentions.pullRequests)
        release.unknown = "neither a record nor a source repository says what \(pin.version) was built from"
        return release
    }

    /// Who wrote the commits of the source that come with a version, as far as records and sources tell.
    public func authors(of pin: Pinned, app: String, since before: Pinned) throws -> [String] {
        let release = try evidence?.release(pin, of: app, since: before)
        return (release?.commits ?? []).map(\.author).filter { !$0.isEmpty }
    }

    /// The versions that a deployment brought, each with what is in it.
    public func releases(in number: Int) throws -> [Release] {
        try self[number].brought.map { try release($0, broughtBy: number) }
    }

    /// The issues and pull requests that came with a deployment, as its commit's message and records of builds name
    /// them. Sources are not asked: that takes too long for a whole log.
    public func contents(of number: Int) -> Mentions {
        var mentions = mentions(of: number)
        guard let evidence, !evidence.builds.isEmpty else { return mentions }
        let one = self[number]
        for pin in one.brought {
            let before = one.before?.first { $0.artifact == pin.artifact }
            guard let release = evidence.fromRecords(pin, before) else { continue }
            mentions.issues += release.issues.filter { !mentions.issues.contains($0) }
            mentions.pullRequests += release.pullRequests.filter { !mentions.pullRequests.contains($0) }
        }
        return mentions
    }

    /// The issues that came with a deployment, by all that tells: its commit's message, what that merged, records of
    /// builds and sources.
    public func issues(broughtBy number: Int) throws -> [String] {
        var issues = contents(of: number).issues
        guard let evidence, !evidence.appsWithSource.isEmpty else { return issues }
        let one = self[number]
        for pin in one.brought {
            let before = one.before?.first { $0.artifact == pin.artifact }
            for issue in try evidence.issues(of: pin, of: one.app, since: before)
            where !issues.contains(issue) {
                issues.append(issue)
            }
        }
        return issues
    }

    /// The deployments that first brought each version that a subject names, by app.
    public func firstDeployments(of subject: Subject) -> [(pin: Pinned, number: Int)] {
        var found: [(pin: Pinned, number: Int)] = []
        var seen: Set<[String]> = []
        for number in deployments(bringing: pins(of: subject)) {
            for row in tables.pins(of: tables.deployments[number].state) where pins(of: subject).contains(row)
            {
                let pin = pin(row)
                guard seen.insert([self[number].app, pin.artifact, pin.version]).inserted else { continue }
                found.append((pin, number))
            }
        }
        return found
    }
}

extension Evidence {
    /// What a source repository or records say of a version; nil where neither says anything.
    func release(_ pin: Pinned, of app: String, since before: Pinned?) throws -> Release? {
        try fromSource(pin, app: app, before: before) ?? fromRecords(pin, before)
    }

    /// The issues that either names.
    public func issues(of pin: Pinned, of app: String, since before: Pinned?) throws -> [String] {
        let (source, records) = (try fromSource(pin, app: app, before: before), fromRecords(pin, before))
        return (source?.issues ?? []) + (records?.issues ?? [])
    }

    private func fromSource(_ pin: Pinned, app: String, before: Pinned?) throws -> Release? {
        guard let source = source(of: app) else { return nil }
        let known = try commits(of: Set([pin, before].compactMap(\.self)), app, source)
        guard let commit = known[pin] else { return nil }
        let build = build(of: pin)
        guard
            let old = try before.flatMap({ known[$0] })
                ?? build?.previous.flatMap({ try source.history.repository.resolve($0) })
        else { return nil }
        let contents = try source.history.contents(from: old, to: commit)
        return Release(
            pin: pin, since: before?.version ?? old.short, basis: .source,
            commits: contents.added.map(SourceCommit.init), count: contents.added.count,
            issues: contents.issuesAdded, removed: contents.issuesRemoved,
            pullRequests: contents.pullRequestsAdded, unknown: contents.unknown)
    }

    /// What was recorded of the version, and of the builds between it and the one before.
    fileprivate func fromRecords(_ pin: Pinned, _ before: Pinned?) -> Release? {
        guard var build = build(of: pin) else { return nil }
        let end = before.flatMap { self.build(of: $0)?.commit }
        var release = Release(
            pin: pin, since: before?.version ?? build.previous.map { String($0.prefix(9)) }, basis: .records,
            count: 0)
        var seen: Set<String> = []
        while true {
            release.commits += build.commitList
            release.count += build.commits ?? build.commitList.count
            release.issues += build.issues.filter {
                !release.issues.contains($0) && !release.removed.contains($0)
            }
            release.removed += build.issuesRemoved.filter {
                !release.removed.contains($0) && !release.issues.contains($0)
            }
            release.pullRequests += build.pullRequests.filter { !release.pullRequests.contains($0) }
            guard let previous = build.previous, let end, previous != end, seen.insert(previous).inserted,
                let next = builds.naming(previous, in: ["commit"]).first(where: {
                    $0.commit == previous && $0.name == build.name
                })
            else { break }
            build = next
        }
        return release
    }
}
