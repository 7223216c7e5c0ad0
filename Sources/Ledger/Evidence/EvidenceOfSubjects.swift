internal import Git
internal import Manifests
internal import System
internal import YAML

/// What is known of subjects by records and source repositories.
extension Ledger {
    /// Whether a record, or a commit of a source, names a subject.
    func isKnown(_ subject: Subject) throws -> Bool {
        guard let evidence else { return false }
        if case .issue(let key) = subject, try evidence.issue(key) != nil { return true }
        if !evidence.builds(of: subject).isEmpty { return true }
        if case .pipeline(let name) = subject { return try !deployments(byPipeline: name).isEmpty }
        return try evidence.appsWithSource.contains { app in
            try evidence.source(of: app)?.origins(of: subject).isEmpty == false
        }
    }

    /// A commit of a source repository, or one that the record of a build names.
    func sourceCommit(_ digits: String) throws -> ObjectID? {
        guard let evidence else { return nil }
        for app in evidence.appsWithSource {
            if let id = try evidence.source(of: app)?.history.repository.resolve(digits) { return id }
        }
        return evidence.builds.values(of: ["commit", "id"]).sorted().lazy
            .filter { $0.hasPrefix(digits) }.compactMap { ObjectID(hex: $0) }.first
    }

    /// The artifact of a digest, as pins or records know it.
    func digest(_ text: String) -> Subject? {
        guard text.hasPrefix("sha256:") else { return nil }
        for index in 0..<tables.pinned.count {
            let version = tables.string(tables.pinned[index].version)
            if version == text || version.hasSuffix("@" + text) {
                return .artifact(tables.string(tables.pinned[index].artifact), version: version)
            }
        }
        return evidence?.builds.naming(text, in: ["digest"]).first { $0.digest == text }
            .map { .artifact($0.name, version: $0.version) }
    }

    /// The one artifact whose name ends so: `web` for `ghcr.io/acme/web`. Nil for none, and for several.
    func artifact(calledInShort name: String) -> String? {
        let ends = Set((0..<tables.pinned.count).map { tables.pinned[$0].artifact })
            .filter { tables.string($0).hasSuffix("/" + name) }
        guard let first = ends.min(by: { tables.string($0) < tables.string($1) }),
            ends.count == 1 || mirrors(of: first).isSuperset(of: ends)
        else { return nil }
        return tables.string(first)
    }

    /// An artifact, and those that are one with it: called alike, in the same apps, and never beside each other. An
    /// environment may have a registry of its own.
    func mirrors(of artifact: UInt32) -> Set<UInt32> {
        func family(_ artifact: UInt32) -> String {
            Pinned(artifact: tables.string(artifact), version: "").named.family
        }
        let own = family(artifact)
        let all = Set((0..<tables.pinned.count).map { tables.pinned[$0].artifact }).filter {
            family($0) == own
        }
        guard all.count > 1 else { return [artifact] }
        var apps: [UInt32: Set<UInt32>] = [:]
        var beside: Set<UInt32> = []
        for number in 0..<count {
            let row = tables.deployments[number]
            let app = tables.series[Int(row.series)].app
            let found = Set(tables.pins(of: row.state).map(\.artifact)).intersection(all)
            for one in found { apps[one, default: []].insert(app) }
            if found.count > 1 { beside.insert(app) }
        }
        guard let homes = apps[artifact], homes.isDisjoint(with: beside) else { return [artifact] }
        return all.filter { !homes.isDisjoint(with: apps[$0] ?? []) }
    }

    /// The deployments whose records name a pipeline.
    func deployments(byPipeline name: String) throws -> [Int] {
        var repositories: [String: RecordStore] = [:]
        for tip in tips { repositories[tip.repository.commonDirectory] = RecordStore(tip.repository) }
        var commits: [ObjectID: [Record]] = [:]
        for store in repositories.values {
            for (commit, record) in try store.all(.deployments, with: "pipeline") {
                guard record["pipeline"].flatMap(Pipeline.init)?.isCalled(name) ?? false else { continue }
                commits[commit, default: []].append(record)
            }
        }
        guard !commits.isEmpty else { return [] }
        return (0..<count).filter { number in
            let one = self[number]
            return commits[one.commit]?.contains { record in
                record["environment"]?.string ?? one.environment == one.environment
                    && record["app"]?.string ?? one.app == one.app
            } ?? false
        }
    }

    /// Deployments that commits brought, and those that brought a version which contains the subject.
    func merged(_ named: [Int], with subject: Subject) throws -> [Int] {
        guard let evidence, !evidence.isEmpty else { return named }
        let builds = Set(evidence.builds(of: subject).map(\.name))
        var wanted: Set<PinnedRow> = []
        for app in Set(series.map(\.app)) {
            let rows = pinned(inApp: app)
            let hasBuild = rows.contains { builds.contains(tables.string($0.artifact)) }
            guard hasBuild || evidence.appsWithSource.contains(app) else { continue }
            let judgement = try evidence.judge(subject, in: app, Set(rows.map(pin)))
            wanted.formUnion(rows.filter { judgement.containing.contains(pin($0)) })
        }
        return Set(named).union(deployments(bringing: wanted)).sorted()
    }

    /// All versions that an app ever ran, anywhere.
    func pinned(inApp name: String) -> Set<PinnedRow> {
        if let known = evidence?.versions[name] { return known }
        let rows = tables.position(of: name).map { Set(AppHistory(of: $0, self).pins) } ?? []
        evidence?.versions[name] = rows
        return rows
    }

    func pin(_ row: PinnedRow) -> Pinned {
        Pinned(artifact: tables.string(row.artifact), version: tables.string(row.version))
    }
}

extension Ledger {
    /// Adds to the versions that contain a subject those that evidence says contain it, and tells those that do not.
    func judged(
        _ subject: Subject, in history: AppHistory, _ app: UInt32, seeds: AppHistory.Selection
    ) throws -> (containing: AppHistory.Selection, lacking: AppHistory.Selection) {
        let app = tables.string(app)
        guard let evidence, !evidence.builds.isEmpty || evidence.appsWithSource.contains(app) else {
            return (seeds, history.nothing)
        }
        let pins = history.pins.map(pin)
        let judgement = try evidence.judge(
            subject, in: app, Set(pins), seeds: Set(pins.indices.filter { seeds[$0] }.map { pins[$0] }))
        return (
            pins.indices.map { seeds[$0] || judgement.containing.contains(pins[$0]) },
            pins.map(judgement.lacking.contains)
        )
    }
}
