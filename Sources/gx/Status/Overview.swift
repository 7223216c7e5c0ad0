import Git
import Ledger
import Manifests

/// What runs where: apps by environments, and how each stands to the environment before it.
struct Overview {
    /// An app in an environment.
    struct Cell {
        var snapshot: AppSnapshot
        /// Nil where nothing comes before it, or both run the same.
        var standing: Standing?
        /// Open promotions to it.
        var promotions: [OpenPromotion]
        /// Since when it runs its versions; nil where that is not known.
        var since: Timestamp?
        /// What its cluster says; nil where it was not asked.
        var live: CheckResult?

        /// Whether the version that people mean comes from elsewhere: a base, shared values, the chart.
        var isInherited: Bool {
            guard let pins = snapshot.main?.pins, !pins.isEmpty else { return false }
            return pins.allSatisfy { snapshot.inherits($0.file) }
        }
    }

    /// How an app stands to the environment before it.
    struct Standing {
        enum Relation: String {
            case behind, ahead, differs
        }
        var relation: Relation
        /// The environment before, and what it runs.
        var environment: String
        var artifact: Artifact
        var version: Version
    }

    struct Row {
        var app: String
        /// One for each environment; nil where the app is not there.
        var cells: [Cell?]

        var hasVersions: Bool { cells.contains { !($0?.snapshot.versions.isEmpty ?? true) } }
    }

    let environments: [Environment]
    private(set) var rows: [Row]

    /// - Parameters:
    ///   - names: environments and groups; none stands for all.
    ///   - app: only this one.
    ///   - since: Since when an environment runs its versions of an app.
    ///   - promotions: the open promotions to some environments.
    init(
        _ estate: Estate, environments names: [String], app: String?,
        since: (_ environment: String, _ app: String) -> Timestamp? = { _, _ in nil },
        promotions: ([Environment]) throws -> [OpenPromotion]
    ) throws {
        var wanted: Set<String> = []
        for name in names { wanted.formUnion(try estate.environments(named: name).map(\.name)) }
        var environments = estate.environments.filter { names.isEmpty || wanted.contains($0.name) }
        var snapshots: [[String: AppSnapshot]] = []
        for environment in environments {
            let apps =
                if let app { try [estate.app(app, in: environment.name)].compactMap { $0 } } else {
                    try estate.apps(in: environment.name)
                }
            snapshots.append(Dictionary(apps.map { ($0.app, $0) }, uniquingKeysWith: { first, _ in first }))
        }
        if app != nil, names.isEmpty {
            environments = zip(environments, snapshots).compactMap { $1.isEmpty ? nil : $0 }
            snapshots.removeAll(where: \.isEmpty)
        }
        self.environments = environments
        let promotions = try promotions(environments)
        let apps = Set(snapshots.flatMap(\.keys)).sorted()
        rows = try apps.map { app in
            Row(
                app: app,
                cells: try zip(environments, snapshots).map { environment, snapshots in
                    guard let snapshot = snapshots[app] else { return nil }
                    return Cell(
                        snapshot: snapshot, standing: try Standing(of: snapshot, in: environment, estate),
                        promotions: promotions.filter { $0.isOpen(for: snapshot, environment) },
                        since: since(environment.name, app))
                })
        }
    }
}

extension Overview {
    /// Takes over what clusters say of the apps.
    mutating func setLive(_ ask: ([AppSnapshot]) throws -> [CheckResult?]) throws {
        let places = rows.indices.flatMap { row in
            rows[row].cells.indices.filter { rows[row].cells[$0] != nil }.map { (row, $0) }
        }
        let answers = try ask(places.compactMap { rows[$0.0].cells[$0.1]?.snapshot })
        for ((row, cell), answer) in zip(places, answers) { rows[row].cells[cell]?.live = answer }
    }
}

extension Overview.Standing {
    /// Nil where one of the environments before it runs the same, or none has the app.
    init?(of snapshot: AppSnapshot, in environment: Environment, _ estate: Estate) throws {
        var found: Overview.Standing?
        for name in estate.configuration.predecessors(of: environment, app: snapshot.app) {
            for before in try estate.environments(named: name) where before.name != environment.name {
                guard let other = try estate.app(snapshot.app, in: before.name) else { continue }
                let common = Self.artifacts(snapshot).filter { Self.artifacts(other).contains($0) }
                guard !common.isEmpty else { continue }
                let difference = common.first {
                    Self.versions(of: $0, snapshot) != Self.versions(of: $0, other)
                }
                guard let artifact = difference else { return nil }
                found = found ?? Self(artifact, snapshot, other)
            }
        }
        guard let found else { return nil }
        self = found
    }

    private init?(_ artifact: Artifact, _ snapshot: AppSnapshot, _ before: AppSnapshot) {
        guard let own = Self.slots(of: artifact, snapshot).first?.version,
            let other = Self.slots(of: artifact, before).first?.version
        else { return nil }
        let relation: Relation =
            switch own.order(to: other) {
            case .earlier: .behind
            case .later: .ahead
            case .same, nil: .differs
            }
        self.init(relation: relation, environment: before.environment, artifact: artifact, version: other)
    }

    /// What runs there, each once, the app's main artifact first.
    private static func artifacts(_ snapshot: AppSnapshot) -> [Artifact] {
        var artifacts: [Artifact] = []
        for slot in [snapshot.main].compactMap({ $0 }) + snapshot.slots
        where !slot.pins.isEmpty && !artifacts.contains(slot.artifact) {
            artifacts.append(slot.artifact)
        }
        return artifacts
    }

    private static func slots(of artifact: Artifact, _ snapshot: AppSnapshot) -> [Slot] {
        snapshot.slots.filter { $0.artifact == artifact && !$0.pins.isEmpty }
    }

    private static func versions(of artifact: Artifact, _ snapshot: AppSnapshot) -> Set<Version> {
        Set(slots(of: artifact, snapshot).map(\.version))
    }
}
