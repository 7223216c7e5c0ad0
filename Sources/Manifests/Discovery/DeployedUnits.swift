/// The units that deployers find in a place, kept while files come and go.
struct DeployedUnits {
    private let layouts: [Layout]
    private let place: Place
    private let names: EnvironmentNames
    /// What was looked at to find them.
    private var lookups = Lookups()
    private var changed: Set<String> = []
    private var owned: Set<String> = []

    init(_ layouts: [Layout], place: Place, names: EnvironmentNames) {
        self.layouts = layouts
        self.place = place
        self.names = names
    }

    var isEmpty: Bool { layouts.isEmpty }

    /// Whether a file is the own of one of them.
    func owns(_ path: String) -> Bool { owned.contains(path) }

    mutating func noteChange(of path: String) {
        if !isEmpty { changed.insert(path) }
    }

    /// Whether something has changed that tells what is deployed.
    mutating func isStale(in checkout: Checkout) throws -> Bool {
        defer { changed = [] }
        return try changed.contains { path in
            if lookups.files.contains(path) { return true }
            if try checkout.mayDeploy(path) { return true }
            // A file that comes or goes: the folder may be one that a generator lists, or a unit's.
            return checkout.contains(path) != owned.contains(path)
        }
    }

    /// All of them, as the files are now.
    mutating func find(in checkout: Checkout) throws -> [Unit] {
        guard !isEmpty else { return [] }
        var order: [Unit.Key] = []
        var units: [Unit.Key: Unit] = [:]
        let (_, lookups) = try checkout.noting {
            for layout in layouts {
                guard let deployer = layout.deployer else { continue }
                let discovered = try deployer.discover(in: checkout, DeployerScope(of: layout))
                for unit in discovered.units(of: layout, at: place, in: checkout)
                where names.configuration.environment(named: unit.environment) != nil {
                    guard var known = units[unit.key], let recipe = unit.recipe else {
                        order.append(unit.key)
                        units[unit.key] = unit
                        continue
                    }
                    known.recipe = known.recipe?.adding(recipe) ?? recipe
                    known.files = Set(known.files).union(unit.files).sorted(by: FilePath.precedes)
                    units[unit.key] = known
                }
            }
        }
        self.lookups = lookups
        let found = order.compactMap { units[$0] }
        owned = Set(found.flatMap(\.files))
        return found
    }
}
