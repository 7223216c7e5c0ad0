public import Git
public import Manifests

/// What records and source repositories say of versions, besides the history of the manifests. Without either there is
/// nothing to read.
public final class Evidence {
    let configuration: Configuration
    private let repositories: Repositories
    private let store: RecordStore
    private var sources: [String: Source?] = [:]
    /// By app, all versions that it ever ran: asked for with each issue.
    var versions: [String: Set<PinnedRow>] = [:]
    /// Why something can't be told, each once, as far as questions have come upon it.
    public private(set) var gaps: [Gap] = []

    public init(_ configuration: Configuration, in repository: Repository) {
        self.configuration = configuration
        repositories = Repositories(repository)
        store = RecordStore(repository)
    }

    // MARK: Records

    /// What is known of builds. Read when first wanted.
    private(set) lazy var builds: BuildRecords = readBuilds()

    private func readBuilds() -> BuildRecords {
        do {
            return try store.builds { [weak self] in self?.tell(.unreadableRecords(reason: "\($0)")) }
        } catch {
            tell(.unreadableRecords(reason: "\(error)"))
            return BuildRecords(RecordTables()) { _ in nil }
        }
    }

    /// What is known of an issue; nil for nothing.
    public func issue(_ key: String) throws -> IssueRecord? { try store.issue(key) }

    /// What is known of the build of a version; nil for nothing.
    public func build(of pin: Pinned) -> ArtifactRecord? {
        pin.references.lazy.compactMap { self.builds.builds(called: $0).first }.first
    }

    /// Builds that something is in, as their records say it.
    public func builds(of subject: Subject) -> [ArtifactRecord] {
        switch subject {
        case .issue(let key): builds.naming(key, in: ["issues"]).filter { $0.issues.contains(key) }
        case .pullRequest(let number):
            builds.naming(number, in: ["pullRequests"]).filter { $0.pullRequests.contains(number) }
        case .commit(let id):
            builds.naming("\(id)", in: ["commit", "id"]).filter { build in
                build.commit == "\(id)" || build.commitList.contains { $0.id == "\(id)" }
            }
        case .pipeline(let name):
            builds.naming(name, in: ["id", "url", "pipeline"]).filter { $0.pipeline?.isCalled(name) ?? false }
        case .version(let version):
            builds.artifacts.filter { ArtifactRecord.split($0).version == version }
                .compactMap(builds.artifact)
        case .artifact(let name, let version):
            builds.artifacts.filter { ArtifactRecord.split($0).name == name }.compactMap(builds.artifact)
                .filter { build in version.map { [build.version, build.digest].contains($0) } ?? true }
        case .app, .bug: []
        }
    }

    // MARK: Sources

    /// The source repository of an app, where gx.yaml names one and it is there.
    func source(of app: String) -> Source? {
        if let known = sources[app] { return known }
        var source: Source?
        if let setting = configuration.apps[app], let name = setting.repository {
            do {
                source = Source(
                    SourceHistory(try repositories[name], configuration.issues), setting.version)
            } catch {
                tell(.missingSource(app: app, name: name, reason: "\(error)"))
            }
            if source?.history.repository.isShallow == true {
                tell(.shallowSource(app: app, name: name))
            }
        }
        sources[app] = .some(source)
        return source
    }

    /// The apps that gx.yaml names a source of.
    var appsWithSource: [String] {
        configuration.apps.filter { $0.value.repository != nil }.keys.sorted()
    }

    /// Whether nothing but the history of the manifests says what versions are made of.
    public var isEmpty: Bool { appsWithSource.isEmpty && builds.isEmpty }

    func tell(_ gap: Gap) {
        if !gaps.contains(gap) { gaps.append(gap) }
    }

    // MARK: Versions

    /// Which versions of an app contain something.
    ///
    /// - Parameters:
    ///   - versions: All that the app ever ran.
    ///   - seeds: Those that are known to contain it; so do those that descend from them.
    func judge(
        _ subject: Subject, in app: String, _ versions: Set<Pinned>, seeds: Set<Pinned> = []
    ) throws -> Judgement {
        var judgement = Judgement(containing: seeds)
        let builds = recorded(subject, seeds: seeds)
        judgement.containing.formUnion(versions.filter { $0.references.contains(where: builds.contains) })
        if let source = source(of: app) {
            let commits = try commits(of: versions, app, source)
            let origins = try source.origins(of: subject) + judgement.containing.compactMap { commits[$0] }
            let holding = try source.holding(Set(origins), among: Set(commits.values))
            for (version, commit) in commits {
                if holding.contains(commit) {
                    judgement.containing.insert(version)
                } else if !source.history.repository.isShallow {
                    judgement.lacking.insert(version)
                }
            }
        }
        judgement.lacking.subtract(judgement.containing)
        return judgement
    }

    /// The commits that an app's versions were built from, as records and gx.yaml say it.
    func commits(of versions: Set<Pinned>, _ app: String, _ source: Source) throws -> [Pinned:
        ObjectID]
    {
        var commits: [Pinned: ObjectID] = [:]
        for version in Self.own(versions, of: app) {
            let commit = try source.builtFrom[version] ?? builtFrom(version, source)
            source.builtFrom[version] = .some(commit)
            commits[version] = commit
        }
        return commits
    }

    private func builtFrom(_ version: Pinned, _ source: Source) throws -> ObjectID? {
        let recorded = build(of: version)?.commit.flatMap { ObjectID(hex: $0) }
        if let recorded, source.history.repository.contains(recorded) { return recorded }
        return try source.commit(of: Version(version.version))
    }

    /// Those of an app's versions that its source is the source of: beside the app's own image others may run, whose
    /// versions look the same.
    static func own(_ versions: Set<Pinned>, of app: String) -> Set<Pinned> {
        let name = app.split(separator: "/").last ?? ""
        let own = versions.filter { ($0.artifact.split(separator: "/").last ?? "").contains(name) }
        return own.isEmpty ? versions : own
    }

    /// The references of the builds that contain something: those that say so, those of versions that are known to, and
    /// whatever was built on them, whether it ever ran or not.
    private func recorded(_ subject: Subject, seeds: Set<Pinned>) -> Set<String> {
        guard !builds.isEmpty else { return [] }
        var found = Set(seeds.flatMap(\.references) + builds(of: subject).flatMap(\.references))
        let containing = found.flatMap(builds.builds(called:))
        var seen = Set(containing.map(\.artifact))
        var commits = containing.compactMap(\.commit)
        while let commit = commits.popLast() {
            for build in builds.built(on: commit) {
                if case .issue(let key) = subject, build.issuesRemoved.contains(key) { continue }
                guard seen.insert(build.artifact).inserted else { continue }
                found.formUnion(build.references)
                if let next = build.commit { commits.append(next) }
            }
        }
        return found
    }
}

/// Which versions contain something, as far as that is known.
struct Judgement {
    var containing: Set<Pinned> = []
    /// Those that certainly do not.
    var lacking: Set<Pinned> = []
}

extension Pinned {
    /// What records of it are attached to: its name with the tag, and with the digest.
    var references: [String] {
        let version = Version(version)
        return [version.tag.map { "\(artifact):\($0)" }, version.digest.map { "\(artifact)@\($0)" }]
            .compactMap(\.self)
    }
}
