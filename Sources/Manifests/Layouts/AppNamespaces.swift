/// In which namespaces there are apps of a name: where in several, each is called by its own, too.
struct AppNamespaces {
    /// For each app, how many units there are by namespace.
    private var counts: [String: [String?: Int]] = [:]

    private func areSeveral(_ app: String) -> Bool { (counts[app]?.count ?? 0) > 1 }

    /// Counts a unit more, or one less; says whether all apps of its name are called otherwise for it.
    mutating func count(_ key: Unit.Key, _ step: Int) -> Bool {
        guard let app = key.app else { return false }
        let wereSeveral = areSeveral(app)
        let count = (counts[app]?[key.namespace] ?? 0) + step
        counts[app, default: [:]][key.namespace] = count > 0 ? count : nil
        return wereSeveral != areSeveral(app)
    }

    /// A unit with the name that its app goes by.
    func named(_ unit: Unit) -> Unit {
        guard let app = unit.app else { return unit }
        var unit = unit
        unit.name = areSeveral(app) ? unit.namespace.map { "\($0)/\(app)" } ?? app : app
        return unit
    }
}
