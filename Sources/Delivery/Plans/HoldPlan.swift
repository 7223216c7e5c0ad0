internal import Git
internal import Ledger
public import Manifests
internal import System

/// Plans commits that hold versions, or lift holds.
public enum HoldPlan {
    /// Holds a version of an app, or of those that a pattern stands for, wherever they are: by an empty commit with the
    /// line.
    ///
    /// - Parameter environment: An environment or group; nil is every one, also those that are still to come.
    public static func reject(
        _ app: String, version: Version, in environment: String?, reason: String?, estate: Estate
    ) throws -> Plan {
        let targets = try environment.map(estate.environments(named:)) ?? estate.environments
        let snapshots = try snapshots(of: app, in: targets, estate)
        var builder = PlanBuilder(estate, scope(snapshots), create: false)
        for snapshot in snapshots {
            let trailer = HoldTrailer(
                .hold, environment: environment == nil ? nil : snapshot.environment, app: snapshot.app,
                version: version, reason: reason)
            // What is for every environment changes none, and needs nobody's leave.
            try builder.say(
                trailer, at: snapshot.unit.place, for: environment == nil ? nil : snapshot.environment)
            if snapshot.versions.contains(where: { trailer.concerns($0, of: nil, snapshot.app) }) {
                builder.warn("\(snapshot.environment) runs \(snapshot.app) \(version.short) now, and goes on")
            }
        }
        return try builder.plan(protecting: [])
    }

    /// Lifts the holds on versions of an app, or of those that a pattern stands for, and lets bots go on.
    ///
    /// - Parameters:
    ///   - version: The only one that is meant; nil is all.
    ///   - environment: An environment or group; nil is every one.
    public static func unhold(
        _ app: String, version: Version? = nil, in environment: String?, estate: Estate
    ) throws -> Plan {
        let targets = try environment.map(estate.environments(named:)) ?? estate.environments
        let snapshots = try snapshots(of: app, in: targets, estate)
        var builder = PlanBuilder(estate, scope(snapshots), create: false)
        let switches = Switches(estate, scope(snapshots))
        let cache = HoldCache(in: estate)
        for snapshot in snapshots {
            let (app, name, place) = (snapshot.app, snapshot.environment, snapshot.unit.place)
            let holds = try cache[estate.tip(of: place)]
            let all = holds.all.filter { hold in
                hold.trailer.app == app && hold.isFor(name)
                    && version.map { hold.trailer.concerns($0, of: nil, app) } ?? true
            }
            // What was rejected everywhere was rejected for a reason of its own, and is lifted as that.
            let here = all.filter { $0.trailer.environment != nil }
            let own = environment == nil || here.isEmpty ? all : here
            for hold in all where !own.contains(hold) {
                builder.warn(
                    "\(hold.trailer.subject) stays out of every environment: 'gx rollback --unhold \(app)' lets it in"
                )
            }
            if own.isEmpty, !holds.isComplete {
                throw LedgerError.tooShallow(toKnow: "which versions of \(app) are held in \(name)")
            }
            for hold in own {
                let trailer = HoldTrailer(
                    .unhold, environment: environment == nil ? hold.trailer.environment : name, app: app,
                    version: hold.trailer.version, artifact: hold.trailer.artifact)
                try builder.say(trailer, at: place, for: name)
            }
            if !own.isEmpty { try switches.turnOn(for: snapshot, heldBy: own.map(\.commit), &builder) }
        }
        return try builder.plan(protecting: [])
    }

    private static func scope(_ snapshots: [AppSnapshot]) -> PlanScope {
        let apps = Set(snapshots.map(\.app))
        return PlanScope(includes: { apps.contains($0.app) }, verb: "hold")
    }

    /// - Parameter app: A name, or a pattern that stands for several.
    private static func snapshots(of app: String, in targets: [Environment], _ estate: Estate) throws
        -> [AppSnapshot]
    {
        let names = try estate.apps(named: [app], in: targets.map(\.name))
        let found = try names.flatMap { name in try targets.compactMap { try estate.app(name, in: $0.name) } }
        guard found.isEmpty else { return found }
        let known = unique(try targets.flatMap { try estate.apps(in: $0.name).map(\.app) }).sorted()
        throw ManifestsError.unknownApp(
            app, environment: nil, nearest: NearestName.of(app, among: known), known: known)
    }
}
