public import Git

/// A commit that environments are read from.
public struct Tip {
    public var repository: Repository
    /// The full name of the ref, or the commit's digits where there is none.
    public var ref: String
    public var commit: ObjectID

    public init(repository: Repository, ref: String, commit: ObjectID) {
        self.repository = repository
        self.ref = ref
        self.commit = commit
    }

    /// As people call it: `origin/main`, `main`.
    public var shortName: String {
        for prefix in ["refs/heads/", "refs/remotes/"] where ref.hasPrefix(prefix) {
            return String(ref.dropFirst(prefix.count))
        }
        return ref
    }
}

/// Finds the commit that a place stands at: reading takes the newest one known here, writing the
/// remote's.
public protocol PlaceResolver: AnyObject {
    /// Throws where the repository or the branch does not exist.
    func tip(of place: Place) throws -> Tip
    /// Whether a place that there is now was there at the time that this one tells of.
    func isThere(_ place: Place) throws -> Bool
    /// The short names of a repository's branches, local and remote.
    func branches(of repository: String?) throws -> [String]
    /// Says which tips are going to be asked for, so that they can be had together.
    func prepare(_ places: [Place]) throws
}

extension PlaceResolver {
    public func prepare(_ places: [Place]) throws {}
    public func isThere(_ place: Place) throws -> Bool { true }
}

/// The environments and apps of a manifest repository at one moment.
public final class Estate {
    public let configuration: Configuration
    /// In the order of gx.yaml, temporary ones where their declaration stands.
    public let environments: [Environment]
    let search: UnitSearch
    /// What says where places stand.
    public let resolver: any PlaceResolver
    private let cache: FileCache
    private var wholes: [Place: Checkout] = [:]
    private var checkouts: [Place: Checkout]
    private var snapshots: [Unit.Key: [AppSnapshot]] = [:]
    var knownUsers: [Place: [String: [AppSnapshot]]] = [:]

    public init(
        _ configuration: Configuration, resolver: any PlaceResolver, cache: FileCache = FileCache()
    ) throws {
        self.configuration = configuration
        self.resolver = resolver
        self.cache = cache
        var checkouts: [Place: Checkout] = [:]
        var sites: [UnitSearch.Site] = []
        let places = try Estate.places(configuration, resolver)
        try resolver.prepare(places.map(\.place.place))
        for (place, layouts) in places where try resolver.isThere(place.place) {
            let tip = try resolver.tip(of: place.place)
            let tree = try tip.repository.commit(tip.commit).tree
            let checkout = try checkouts[place.place] ?? Checkout(tip.repository, tree: tree, cache: cache)
            checkouts[place.place] = checkout
            sites.append(UnitSearch.Site(checkout: checkout, place: place, layouts: layouts))
        }
        self.checkouts = checkouts
        search = UnitSearch(configuration, in: sites)
        environments = try search.environments
    }

    /// Sorted by environment, then app.
    public var units: [Unit] { get throws { try search.all } }

    /// The files of the commit that a place stands at.
    public func checkout(_ place: Place) throws -> Checkout {
        if let known = checkouts[place] { return known }
        let tip = try resolver.tip(of: place)
        let checkout = try Checkout(
            tip.repository, tree: try tip.repository.commit(tip.commit).tree, cache: cache)
        checkouts[place] = checkout
        return checkout
    }

    /// The same files, for reading all objects in them.
    func wholeCheckout(_ place: Place) throws -> Checkout {
        if let known = wholes[place] { return known }
        let tip = try resolver.tip(of: place)
        let checkout = try Checkout(
            tip.repository, tree: tip.repository.commit(tip.commit).tree, cache: cache)
        checkout.readsEverything = true
        wholes[place] = checkout
        return checkout
    }

    /// The commit that a place stands at.
    public func tip(of place: Place) throws -> Tip { try resolver.tip(of: place) }

    /// The short names of a repository's branches, local and remote.
    public func branches(of repository: String?) throws -> [String] { try resolver.branches(of: repository) }

    public func environment(named name: String) -> Environment? {
        environments.first { $0.name == name }
    }

    public func environments(named name: String) throws -> [Environment] { try environments.named(name) }

    /// The apps of an environment.
    public func apps(in environment: String) throws -> [AppSnapshot] {
        try search.all(in: environment).flatMap { try apps(of: $0) }
    }

    /// The apps that an environment would have, or had, at a place with another tree.
    ///
    /// - Parameter name: Only the app of this name, which spares reading the others.
    public func apps(
        in environment: String, at place: Place, tree: ObjectID, named name: String? = nil
    ) throws -> [AppSnapshot] {
        let checkout = try checkout(place, tree: tree)
        var finder = UnitFinder(configuration)
        for (found, layouts) in try Estate.places(configuration, resolver) where found.place == place {
            try finder.find(in: checkout, at: found, by: layouts)
        }
        let units = finder.units
        let builder = SnapshotBuilder(checkout, configuration, units: units)
        let wanted = units.filter {
            $0.environment == environment && (name == nil || $0.name == nil || $0.name == name)
        }
        return try wanted.flatMap { try builder.apps(of: $0) }.filter { name == nil || $0.app == name }
    }

    /// The files of another tree of a place.
    public func checkout(_ place: Place, tree: ObjectID) throws -> Checkout {
        try Checkout(try tip(of: place).repository, tree: tree, cache: cache)
    }

    public func apps(of unit: Unit) throws -> [AppSnapshot] {
        if let known = snapshots[unit.key] { return known }
        let builder = SnapshotBuilder(try checkout(unit.place), configuration, units: try self.units)
        let apps = try builder.apps(of: unit)
        snapshots[unit.key] = apps
        return apps
    }

    /// The app of this name in an environment; nil where the environment does not have it.
    public func app(_ name: String, in environment: String) throws -> AppSnapshot? {
        // A layout that names apps settles most of it without reading a manifest.
        for unit in try search.units(of: name, in: environment) {
            if let app = try apps(of: unit).first(where: { $0.app == name }) { return app }
        }
        return nil
    }

    /// Each place that the layouts name, with the layouts that read it.
    fileprivate static func places(
        _ configuration: Configuration, _ resolver: any PlaceResolver
    ) throws -> [(place: FoundPlace, layouts: [Layout])] {
        var found: [(place: FoundPlace, layouts: [Layout])] = []
        func add(_ place: FoundPlace, _ layout: Layout) {
            if let index = found.firstIndex(where: { $0.place == place }) {
                found[index].layouts.append(layout)
            } else {
                found.append((place, [layout]))
            }
        }
        for layout in configuration.layouts {
            for repository in repositories(of: layout, configuration) {
                guard let branch = layout.place.branch else {
                    add(
                        FoundPlace(place: Place(repository: repository.path), captures: repository.captures),
                        layout)
                    continue
                }
                for name in try resolver.branches(of: repository.path) {
                    let match = branch.match(name) { capture, value in
                        capture != "env" || configuration.environment(named: value) != nil
                    }
                    guard let match else { continue }
                    let captures = repository.captures.merging(match.captures) { _, theirs in theirs }
                    let place = Place(
                        repository: repository.path, branch: name,
                        proposed: layout.place.proposed?.filled { captures[$0] })
                    add(FoundPlace(place: place, captures: captures), layout)
                }
            }
        }
        return found
    }

    /// The repositories of a layout: one, or one for each declared environment where its name holds `{env}`.
    private static func repositories(
        of layout: Layout, _ configuration: Configuration
    ) -> [(path: String?, captures: Captures)] {
        guard let template = layout.place.repository else { return [(nil, [:])] }
        guard template.names.contains("env") else { return [(template.filled { _ in nil }, [:])] }
        return configuration.environments.compactMap { declaration in
            let name = declaration.environment.name
            return template.filled { $0 == "env" ? name : nil }.map { ($0, ["env": name]) }
        }
    }
}

/// A place, with what its name captured.
struct FoundPlace: Hashable {
    var place: Place
    var captures: Captures
}

/// A place whose history is read, with the layouts that read it.
public struct ReplayPlace {
    public var place: Place { found.place }
    let found: FoundPlace
    let layouts: [Layout]

    /// All that the layouts of a configuration name.
    public static func all(
        _ configuration: Configuration, _ resolver: any PlaceResolver
    ) throws -> [ReplayPlace] {
        try Estate.places(configuration, resolver).map { ReplayPlace(found: $0.place, layouts: $0.layouts) }
    }
}
