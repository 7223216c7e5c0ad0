/// Finds the units of checkouts by the layouts of gx.yaml.
struct UnitFinder {
    private let configuration: Configuration
    private var found: [Unit] = []
    private var names: Set<String> = []
    private var groups: [String: String] = [:]

    init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    var units: [Unit] {
        let order = Dictionary(
            environments.enumerated().map { ($0.element.name, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        // By keys, since units are heavy to move.
        return found.indices.map { index in
            let key = found[index].key
            return (order[key.environment] ?? 0, key.namespace ?? "", key.app ?? "", index)
        }.sorted(by: <).map { found[$0.3] }
    }

    /// Declared environments, and the temporary ones that have files.
    var environments: [Environment] {
        var environments: [Environment] = []
        for declaration in configuration.environments {
            guard let match = declaration.match else {
                environments.append(declaration.environment)
                continue
            }
            let instances = names.filter { name in
                Glob.matches(match, name)
                    && !configuration.environments.contains { $0.environment.name == name }
            }
            environments += instances.sorted().compactMap { configuration.environment(named: $0) }
        }
        return environments.map { environment in
            var environment = environment
            environment.group = environment.group ?? groups[environment.name]
            return environment
        }
    }

    /// - Parameter apps: Only the units for which layouts capture one of these as the app.
    mutating func find(
        in checkout: Checkout, at place: FoundPlace, by layouts: [Layout], apps: Set<String>? = nil
    ) throws {
        let roster = try UnitRoster(of: checkout, configuration, place: place, layouts: layouts, apps: apps)
        found += roster.units.filter { unit in apps.map { unit.app.map($0.contains) ?? false } ?? true }
        names.formUnion(roster.environments)
        groups.merge(roster.groups) { _, theirs in theirs }
    }
}
