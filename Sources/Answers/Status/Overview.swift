public import Delivery
public import Ledger
public import Manifests
public import System

/// What runs where: apps by environments, and how each stands to the environment before it.
public struct Overview {
    /// An app in an environment.
    public struct Cell {
        /// The one in force.
        public var deployment: Deployment
        /// What it runs, each version once, the one that people mean first.
        public var versions: [Version]
        /// Nil where nothing comes before it, or both run the same.
        public var standing: Standing?
        /// Open promotions to it.
        public var promotions: [OpenPromotion]
        /// Since when it runs its versions; nil where that is not known.
        public var since: Timestamp?
        /// What its cluster says; nil where it was not asked.
        public var live: CheckResult?
        /// The versions of the app that are kept out of the environment.
        public var holds: [Hold] = []
        /// Those of them that run somewhere: here, or where they would come from.
        public var heldNow: [Hold] = []
        /// Where no version is known: what could not be read, which may be why.
        public var unread: [AppSnapshot.Note] = []
    }

    /// How an app stands to the environment before it.
    public struct Standing {
        public enum Relation: String {
            case behind, ahead, differs
        }
        public var relation: Relation
        /// The environment before, and what it runs.
        public var environment: String
        public var artifact: Artifact
        public var version: Version
    }

    public struct Row {
        public var app: String
        /// One for each environment; nil where the app is not there.
        public var cells: [Cell?]

        public var hasVersions: Bool { cells.contains { !($0?.versions.isEmpty ?? true) } }

        /// Whether a file that may say its version can't be read at all.
        public var isUnread: Bool { cells.contains { $0?.unread.contains(where: \.isUnreadable) ?? false } }
    }

    public let environments: [Environment]
    public var rows: [Row]

    /// - Parameters:
    ///   - running: What runs, by environment and app.
    ///   - all: The environments that there are, in order.
    ///   - names: environments and groups; none stands for all.
    ///   - app: only this one, or those that a pattern matches.
    ///   - promotions: those that are open, to whichever environment.
    public init(
        _ running: Running, configuration: Configuration, all: [Environment], named names: [String],
        app: String?, holds: [Hold] = [], promotions: [OpenPromotion] = []
    ) throws {
        environments = try Self.environments(running, all, named: names, app: app)
        let apps = Set(environments.flatMap { running.apps(in: $0.name) }).filter {
            Glob.includes(app, $0)
        }
        rows = apps.sorted().map { [environments] app in
            Row(
                app: app,
                cells: environments.map { environment in
                    guard let number = running[environment.name, app] else { return nil }
                    let deployment = running.ledger[number]
                    let versions = deployment.versions
                    return Cell(
                        deployment: deployment, versions: versions,
                        standing: Standing(
                            of: number, app, running, before: all.before(environment, app: app, configuration)
                        ),
                        promotions: promotions.filter { $0.isOpen(for: app, running: versions, environment) },
                        since: running.ledger.since(number))
                })
        }
        if !holds.isEmpty { setHolds(holds) }
    }

    /// The environments that are asked about: those named, else those that have the app.
    ///
    /// - Throws: `ManifestError` where no environment or group has one of the names.
    public static func environments(
        _ running: Running, _ all: [Environment], named names: [String], app: String?
    ) throws -> [Environment] {
        var wanted: Set<String> = []
        for name in names { wanted.formUnion(try all.named(name).map(\.name)) }
        return all.filter { environment in
            guard names.isEmpty else { return wanted.contains(environment.name) }
            guard let app else { return true }
            return running.apps(in: environment.name).contains { Glob.matches(app, $0) }
        }
    }

    private mutating func setHolds(_ holds: [Hold]) {
        for row in rows.indices {
            let app = rows[row].app
            let pins = unique(rows[row].cells.flatMap { $0?.deployment.after ?? [] })
            for (cell, environment) in environments.enumerated() where rows[row].cells[cell] != nil {
                let own = holds.filter { $0.trailer.app == app && $0.isFor(environment.name) }
                rows[row].cells[cell]?.holds = own
                rows[row].cells[cell]?.heldNow = own.filter { hold in
                    pins.contains {
                        hold.trailer.concerns(Version($0.version), of: $0.named.name, app)
                    }
                }
            }
        }
    }
}

extension Overview {
    /// What is held and matters now, each once.
    public var holds: [Hold] { unique(rows.flatMap { $0.cells.flatMap { $0?.heldNow ?? [] } }) }

    /// Whether there is an app somewhere of which no version is known.
    public var lacksVersions: Bool {
        rows.contains { $0.cells.contains { $0?.versions.isEmpty ?? false } }
    }

    /// Finds out why versions are not known: nothing says one, or what says it can't be read.
    public mutating func setUnread(in estate: Estate) throws {
        for (row, one) in rows.enumerated() {
            for (cell, environment) in environments.enumerated() {
                guard one.cells[cell]?.versions.isEmpty == true else { continue }
                let snapshot = try estate.app(one.app, in: environment.name)
                rows[row].cells[cell]?.unread = snapshot?.notes ?? []
            }
        }
    }

    /// What could not be read where no version is known, each file once.
    public var unread: [AppSnapshot.Note] {
        var files: Set<String> = []
        return rows.flatMap { $0.cells.flatMap { $0?.unread ?? [] } }.filter {
            files.insert($0.file).inserted
        }
    }

    /// Takes over what clusters say of the apps.
    public mutating func setLive(asking survey: ClusterSurvey, about estate: Estate) throws {
        var places: [(row: Int, cell: Int, snapshot: AppSnapshot)] = []
        for (row, one) in rows.enumerated() {
            for (cell, environment) in environments.enumerated() where one.cells[cell] != nil {
                guard let snapshot = try estate.app(one.app, in: environment.name) else { continue }
                places.append((row, cell, snapshot))
            }
        }
        for (place, answer) in zip(places, try survey.ask(about: places.map(\.snapshot))) {
            rows[place.row].cells[place.cell]?.live = answer
        }
    }
}

extension Overview.Standing {
    /// Nil where one of the environments before it runs the same, or none has the app.
    ///
    /// - Parameters:
    ///   - number: The deployment in force.
    ///   - before: The environments before its own.
    public init?(of number: Int, _ app: String, _ running: Running, before: [Environment]) {
        var found: Overview.Standing?
        for other in before {
            guard let theirs = running[other.name, app] else { continue }
            switch running.ledger.likeness(of: number, to: theirs) {
            case .unrelated: continue
            case .same: return nil
            case .different(let pin, let from): found = found ?? Self(pin, from, in: other)
            }
        }
        guard let found else { return nil }
        self = found
    }

    private init(_ pin: Pinned, _ before: Pinned, in environment: Environment) {
        let version = Version(before.version)
        let relation: Relation =
            switch Version(pin.version).order(to: version) {
            case .earlier: .behind
            case .later: .ahead
            case .same, nil: .differs
            }
        self.init(
            relation: relation, environment: environment.name, artifact: before.named, version: version)
    }
}

extension Deployment {
    /// What runs after it, each version once: first what people mean by the app's version, then images, then the rest.
    fileprivate var versions: [Version] {
        let others = (after ?? []).filter { $0 != main }
        let images = others.count < 2 ? others : others.filter { $0.named.kind == .image }
        let pins = [main].compactMap(\.self) + images + others.filter { !images.contains($0) }
        return unique(pins.map(\.version)).map(Version.init)
    }
}

extension [Environment] {
    /// The environments before one, for an app.
    fileprivate func before(
        _ environment: Environment, app: String, _ configuration: Configuration
    ) -> [Environment] {
        // What gx.yaml names and nothing has is before nobody.
        configuration.predecessors(of: environment, app: app).flatMap { (try? named($0)) ?? [] }
            .filter { $0.name != environment.name }
    }
}
