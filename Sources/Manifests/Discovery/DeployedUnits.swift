internal import Git

/// The units that deployers find in a place, kept while files come and go.
struct DeployedUnits {
    private let layouts: [Layout]
    private let place: Place
    private let names: EnvironmentNames
    private(set) var units: [Unit.Key: Unit] = [:]
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

    /// What became of the units.
    struct Update {
        var came: Set<Unit.Key>
        var gone: Set<Unit.Key>
        /// Those that are made of something else.
        var changed: Set<Unit.Key>
        /// Files that are the own of one of them now, and those that are not any more.
        var taken: Set<String>
        var released: Set<String>
    }

    /// Finds them anew where something that tells them has changed.
    mutating func update(in checkout: Checkout) throws -> Update? {
        guard try isStale(in: checkout) else { return nil }
        let (before, ownedBefore) = (units, owned)
        try find(in: checkout)
        let (old, new) = (Set(before.keys), Set(units.keys))
        let changed = new.intersection(old).filter { key in
            before[key]?.recipe != units[key]?.recipe || before[key]?.files != units[key]?.files
        }
        return Update(
            came: new.subtracting(old), gone: old.subtracting(new), changed: changed,
            taken: owned.subtracting(ownedBefore), released: ownedBefore.subtracting(owned))
    }

    /// Whether something has changed that tells what is deployed.
    private mutating func isStale(in checkout: Checkout) throws -> Bool {
        defer { changed = [] }
        return try changed.contains { path in
            if try mayFind(path, checkout.id(of: path), in: checkout) { return true }
            // A file that comes or goes: the folder may be one that a generator lists, or a unit's.
            return checkout.contains(path) != owned.contains(path)
        }
    }

    /// Whether something else than before may be found in a file, when a blob, or none, is in it.
    func mayFind(_ path: String, _ blob: ObjectID?, in checkout: Checkout) throws -> Bool {
        guard !isEmpty else { return false }
        if lookups.files.contains(path) { return true }
        return try blob.map { try checkout.mayDeploy($0, at: path) } ?? false
    }

    /// Finds all of them, as the files are now.
    mutating func find(in checkout: Checkout) throws {
        guard !isEmpty else { return }
        units = [:]
        let (_, lookups) = try checkout.noting {
            for layout in layouts {
                guard let deployer = layout.deployer else { continue }
                let discovered = try deployer.discover(in: checkout, DeployerScope(of: layout))
                for unit in discovered.units(of: layout, at: place, in: checkout)
                where names.configuration.environment(named: unit.environment) != nil {
                    guard var known = units[unit.key], let recipe = unit.recipe else {
                        units[unit.key] = unit
                        continue
                    }
                    known.recipe = known.recipe?.adding(recipe) ?? recipe
                    known.files = FilePath.merged(known.files, Set(unit.files))
                    units[unit.key] = known
                }
            }
        }
        self.lookups = lookups
        owned = Set(units.values.flatMap(\.files))
    }
}
