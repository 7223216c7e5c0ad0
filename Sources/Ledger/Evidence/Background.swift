internal import Git
internal import Manifests
internal import System
internal import YAML

/// What records and sources tell of a subject, besides where it is.
public struct Background: Sendable {
    /// The issues that it stands for, with what the tracker says of them.
    public var issues: [IssueRecord] = []
    /// The builds that it is in, or that it is.
    public var builds: [ArtifactRecord] = []
    /// The pipelines that deployed it, by the number of the deployment.
    public var pipelines: [(number: Int, pipeline: Pipeline)] = []
}

extension Ledger {
    /// - Parameter numbers: The deployments by which a subject came to environments.
    public func background(of subject: Subject, _ numbers: some Sequence<Int>) throws -> Background {
        var background = Background()
        guard let evidence else { return background }
        background.builds = evidence.builds(of: subject)
        for number in Set(numbers).sorted() {
            if let pipeline = try pipeline(of: number) { background.pipelines.append((number, pipeline)) }
        }
        for key in try issues(of: subject, background.builds, Set(numbers)) {
            background.issues.append(try evidence.issue(key) ?? IssueRecord(key: key))
        }
        return background
    }

    /// The keys of the issues that a subject stands for.
    private func issues(
        of subject: Subject, _ builds: [ArtifactRecord], _ numbers: Set<Int>
    ) throws -> [String] {
        var keys: [String] = []
        func add(_ more: [String]) { keys += more.filter { !keys.contains($0) } }
        switch subject {
        case .issue(let key), .bug(let key): add([key])
        case .pullRequest(let number):
            for one in numbers.sorted() {
                let mentions = mentions(of: one)
                if mentions.pullRequests.contains(number) { add(mentions.issues) }
            }
            for commit in builds.flatMap(\.commitList) where commit.names(pullRequest: number) {
                add(commit.issues)
            }
            add(try evidence?.issues(inSourcesNaming: subject) ?? [])
        case .commit(let id):
            for one in numbers where self[one].commit == id { add(mentions(of: one).issues) }
            add(builds.flatMap(\.commitList).filter { $0.id == id.description }.flatMap(\.issues))
            add(try evidence?.issues(inSourcesNaming: subject) ?? [])
        case .version, .artifact, .pipeline: add(builds.flatMap(\.issues))
        case .app: break
        }
        return keys
    }

    /// The pipeline that a deployment's record names; nil where none does.
    public func pipeline(of number: Int) throws -> Pipeline? {
        try records(of: number).lazy.compactMap { $0["pipeline"].flatMap(Pipeline.init) }.last
    }

    /// The records of a deployment: those of its commit for its environment and app.
    public func records(of number: Int) throws -> [Record] {
        let one = self[number]
        let commit = tables.commits[Int(tables.deployments[number].commit)]
        guard let repository = repository(ofPlace: Int(commit.place)) else { return [] }
        return try RecordStore(repository).records(on: one.commit, .deployments).filter { record in
            record["environment"]?.string ?? one.environment == one.environment
                && record["app"]?.string ?? one.app == one.app
        }
    }

    private func repository(ofPlace place: Int) -> Repository? {
        let commit = tables.places[place].tip
        return tips.first { $0.commit == commit }?.repository
            ?? tips.first { $0.repository.contains(commit) }?.repository
    }
}

extension Evidence {
    /// The issues that commits of sources name which name a subject, too, or are it.
    func issues(inSourcesNaming subject: Subject) throws -> [String] {
        var keys: [String] = []
        for app in appsWithSource {
            guard let source = source(of: app) else { continue }
            for id in try source.origins(of: subject) {
                let mentions = try source.mentions(of: id)
                keys += mentions.issues.filter { !keys.contains($0) }
            }
        }
        return keys
    }
}

extension SourceCommit {
    /// Whether its subject names a pull request: `(#7)`, `Merge pull request #7`.
    func names(pullRequest number: String) -> Bool {
        subject.matches(of: /[#!]([0-9]+)/).contains { $0.output.1 == number }
    }
}
