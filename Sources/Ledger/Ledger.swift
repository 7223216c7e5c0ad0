public import Git
public import Manifests
public import System

/// All deployments of all environments, derived from first-parent history.
///
/// What was derived is kept in the common git directory, so that only what is new has to be read: the index is never
/// needed for correctness.
public final class Ledger {
    let tables: Tables
    /// The newest deployment of each series, counted from 1.
    let heads: [UInt32]
    /// Whether only the tips were read, and history is not known yet.
    public let isTipAlone: Bool
    /// The commits that places are at.
    public let tips: [Tip]
    /// The positions of the series that have deployments, by the position of the app's name.
    private lazy var seriesByApp = Dictionary(
        grouping: heads.indices.filter { heads[$0] > 0 }, by: { tables.series[$0].app })
    /// Whether it goes on from what a `SharedLedger` tells: what came before is known in part.
    public let isTold: Bool
    /// By whose keys lines have to be signed that let something in; nil where anybody's count.
    let signatures: () throws -> Signatures?
    /// What else is known of versions, where it is to be asked.
    public var evidence: Evidence?

    /// Reads the ledger, bringing the index up to date.
    ///
    /// - Parameters:
    ///   - index: False leaves the index alone, and reads all of history.
    ///   - patience: So many commits are read where there is no index yet; where there are more, only the tips are
    ///     read, and what came before is not known.
    ///   - mayBeTold: Whether to go on from what a remote tells where there is no index. A shallow clone always does.
    ///   - progress: Told how many commits have been read, and of how many, while there are many.
    public convenience init(
        _ configuration: Configuration, resolver: any PlaceResolver, in repository: Repository,
        index: Bool = true, patience: Int = .max, mayBeTold: Bool = false,
        progress: @escaping (Int, Int) -> Void = { _, _ in }
    ) throws {
        let places = try ReplayPlace.all(configuration, resolver).map {
            (place: $0, tip: try resolver.tip(of: $0.place))
        }
        let reading = try LedgerReading(
            configuration, places, in: repository, index: index, patience: patience, mayBeTold: mayBeTold,
            progress: progress)
        self.init(
            reading.tables, at: places.map(\.tip), isTipAlone: reading.isTipAlone, isTold: reading.isTold
        ) {
            guard !configuration.signers.isEmpty else { return nil }
            return try configuration.signatures(at: resolver.tip(of: Place()))
        }
    }

    init(
        _ tables: Tables, at tips: [Tip], isTipAlone: Bool = false, isTold: Bool = false,
        signatures: @escaping () throws -> Signatures? = { nil }
    ) {
        self.signatures = signatures
        (self.tables, self.tips, self.isTipAlone, self.isTold) = (tables, tips, isTipAlone, isTold)
        heads = (0..<tables.series.count).map { tables.series[$0].last }
    }

    /// The files that can't be read at the tips, and for which history has what they were before.
    public var standIns: [(tip: Tip, path: String)] {
        guard tables.standIns.count > 0 else { return [] }
        return tips.flatMap { tip in
            let places = tables.places.indices.filter { tables.places[$0].tip == tip.commit }
            return Set(places.flatMap { tables.standIns(of: $0).keys }).sorted().map { (tip, $0) }
        }
    }

    // MARK: Deployments

    /// How many there are.
    public var count: Int { tables.deployments.count }

    /// The deployment of a number, from 0.
    public subscript(number: Int) -> Deployment {
        let row = tables.deployments[number]
        let series = tables.series[Int(row.series)]
        let commit = tables.commits[Int(row.commit)]
        let kind = Deployment.Kind(rawValue: row.kind) ?? .forward
        return Deployment(
            number: number, environment: tables.string(series.environment), app: tables.string(series.app),
            commit: commit.id, time: tables.time(of: row.commit), author: tables.string(commit.author),
            committer: tables.string(commit.committer), kind: kind,
            basis: Deployment.Basis(rawValue: row.basis) ?? .inferred,
            before: row.previous == 0 ? nil : pinned(tables.deployments[Int(row.previous) - 1].state),
            after: pinned(row.state), source: kind == .promotion ? tables.string(row.related) : nil,
            undone: (kind == .rollback || kind == .race) && row.related != 0 ? Int(row.related) - 1 : nil,
            main: tables.main(of: row).map(pin), isInherited: row.isInherited,
            changes: tables.changes(of: number).map(change).sorted { $0.artifact < $1.artifact })
    }

    private func change(_ row: ChangeRow) -> Deployment.Change {
        let kind = Deployment.Kind(rawValue: row.kind) ?? .forward
        return Deployment.Change(
            artifact: tables.string(row.artifact),
            before: row.before == 0 ? nil : tables.string(row.before - 1),
            after: row.after == 0 ? nil : tables.string(row.after - 1), kind: kind,
            basis: Deployment.Basis(rawValue: row.basis) ?? .inferred,
            direction: row.isDown ? .down : row.isUp ? .up : nil,
            source: kind == .promotion ? tables.string(row.related) : nil,
            undone: (kind == .rollback || kind == .race) && row.related != 0 ? Int(row.related) - 1 : nil)
    }

    /// The deployment before another one of the same app and environment; nil for the first.
    public func previous(_ number: Int) -> Int? {
        let previous = tables.deployments[number].previous
        return previous == 0 ? nil : Int(previous) - 1
    }

    private func pinned(_ state: UInt32) -> [Pinned]? {
        guard state != 0 else { return nil }
        return tables.pins(of: state).map {
            Pinned(artifact: tables.string($0.artifact), version: tables.string($0.version))
        }.sorted { ($0.artifact, $0.version) < ($1.artifact, $1.version) }
    }

    /// Whether history goes back to its beginning in all places: else answers about the past may lack some.
    public var isComplete: Bool { (0..<tables.places.count).allSatisfy { tables.places[$0].isComplete == 1 } }

    // MARK: Apps

    /// An app in an environment, with its newest deployment.
    public struct Series: Hashable, Sendable {
        public var environment: String
        public var app: String
        /// The number of the newest deployment.
        public var last: Int
    }

    /// All apps that were ever in an environment, in no particular order.
    public var series: [Series] { heads.indices.compactMap(series(at:)) }

    private func series(at index: Int) -> Series? {
        let (row, head) = (tables.series[index], heads[index])
        guard head > 0 else { return nil }
        return Series(
            environment: tables.string(row.environment), app: tables.string(row.app), last: Int(head) - 1)
    }

    /// The positions of an app's series, in all environments in which it ever was.
    func series(of app: UInt32) -> [Int] { seriesByApp[app] ?? [] }

    /// An app in an environment; nil where it was never there.
    public func series(of app: String, in environment: String) -> Series? {
        guard let name = tables.position(of: app), let place = tables.position(of: environment) else {
            return nil
        }
        return series(of: name).first { tables.series[$0].environment == place }.flatMap(series(at:))
    }

    /// The newest deployment of an app in an environment; nil where it was never there.
    public func newest(of app: String, in environment: String) -> Deployment? {
        series(of: app, in: environment).map { self[$0.last] }
    }

    /// The deployments of an app in an environment, newest first.
    public func deployments(endingWith number: Int) -> some Sequence<Int> {
        sequence(first: number) { self.previous($0) }
    }

    /// The numbers of deployments, newest first: of an app, in some environments; nil is any. It takes time for what it
    /// gives, and not for the rest of history.
    public func deployments(of app: String?, in environments: Set<String>?) -> [Int] {
        guard app != nil || environments != nil else { return (0..<count).reversed() }
        let series =
            app.map { app in
                app.contains("*")
                    ? self.series.filter { Glob.matches(app, $0.app) }
                    : tables.position(of: app).map(series(of:))?.compactMap(series(at:)) ?? []
            } ?? series
        return series.filter { environments?.contains($0.environment) ?? true }.flatMap {
            deployments(endingWith: $0.last)
        }.sorted(by: >)
    }

    /// The newest deployment, up to one, that changed a version; nil where all were of configuration.
    public func versionDeployment(endingWith number: Int) -> Int? {
        deployments(endingWith: number).first(where: isVersion)
    }

    func isVersion(_ number: Int) -> Bool {
        tables.deployments[number].kind != Deployment.Kind.configuration.rawValue
    }

    /// The deployment that was in force at a moment; nil where the app was not there yet.
    ///
    /// - Parameter chain: The deployments of an app in an environment, newest first.
    public func deployment(in chain: some Sequence<Int>, at time: Timestamp) -> Int? {
        chain.first { tables.time(of: tables.deployments[$0].commit) <= time }
    }
}
