/// The units of an estate, found as far as they are asked for: a question about one app of thousands needs few.
final class UnitSearch {
    /// Where units may be.
    struct Site {
        var checkout: Checkout
        var place: FoundPlace
        var layouts: [Layout]
    }

    private struct Name: Hashable {
        var environment: String
        var app: String?
    }

    private let configuration: Configuration
    private let sites: [Site]
    private let capturesApps: Bool
    private var everything: (units: [Unit], environments: [Environment])?
    private lazy var allByEnvironment = Result { Dictionary(grouping: try all, by: \.environment) }
    private lazy var allByName = Result {
        let all = try all
        return Dictionary(grouping: all.indices) { Name(environment: all[$0].environment, app: all[$0].name) }
    }
    private lazy var makers = Result { UnitMakers(try all) }
    private var some: [Set<String>: [Unit]] = [:]

    init(_ configuration: Configuration, in sites: [Site]) {
        self.configuration = configuration
        self.sites = sites
        capturesApps = configuration.layouts.allSatisfy { layout in
            layout.deployer == nil && layout.path?.names.contains("app") ?? false
        }
    }

    /// Declared environments, and the temporary ones that have files.
    var environments: [Environment] {
        get throws {
            configuration.declaresEnvironments
                ? configuration.environments.map(\.environment) : try findAll().environments
        }
    }

    /// Sorted by environment, then app.
    var all: [Unit] { get throws { try findAll().units } }

    func all(in environment: String) throws -> [Unit] { try allByEnvironment.get()[environment] ?? [] }

    /// The units of an environment that may have an app: those of its name, and those whose workloads are the apps.
    func units(of name: String, in environment: String) throws -> [Unit] {
        // In front of it may be the namespace; each may have several components.
        var apps: Set<String> = [name]
        var rest = name[...]
        while let slash = rest.firstIndex(of: "/") {
            rest = rest[rest.index(after: slash)...]
            apps.insert(String(rest))
        }
        if let units = try units(capturing: apps) {
            return units.filter { $0.environment == environment && ($0.name == nil || $0.name == name) }
        }
        let (all, byName) = (try all, try allByName.get())
        let names = [name, nil].map { Name(environment: environment, app: $0) }
        return names.flatMap { byName[$0] ?? [] }.sorted().map { all[$0] }
    }

    /// The units of a place that may own one of some files, or be charts with it.
    func units(around files: [String], at place: Place) throws -> [Unit] {
        let sites = sites.filter { $0.place.place == place }
        // The layers of a chart may be anywhere.
        let isNarrow = sites.allSatisfy { $0.layouts.allSatisfy(\.layers.isEmpty) }
        var apps: Set<String> = []
        for site in sites where isNarrow {
            let names = EnvironmentNames(configuration)
            for matcher in site.layouts.map({ LayoutMatcher($0, place: site.place, names: names) }) {
                apps.formUnion(files.compactMap { matcher.captures(of: $0)?["app"].map(FolderWord.app) })
            }
        }
        let units = try isNarrow ? units(capturing: apps) : nil
        return try (units ?? makers.get().units(madeOf: files)).filter { $0.place == place }
    }

    /// The environments that layouts see at a path, whether there is a file or not.
    func environments(at path: String, of place: Place) -> [String] {
        let names = EnvironmentNames(configuration)
        return sites.filter { $0.place.place == place }.flatMap { site in
            site.layouts.compactMap { layout in
                let captures = LayoutMatcher(layout, place: site.place, names: names).captures(of: path)
                return layout.environment.map { $0.filled { captures?[$0] } } ?? captures?["env"]
            }
        }
    }

    /// The units for which a layout captures one of these as the app; nil where it takes a look at all of them.
    private func units(capturing apps: Set<String>) throws -> [Unit]? {
        if let known = some[apps] { return known }
        // Who asks for a few may be going to ask for many.
        guard capturesApps, !hasFoundAll, some.count < 8 else { return nil }
        let units = try find(apps).units
        some[apps] = units
        return units
    }

    var hasFoundAll: Bool { everything != nil }

    private func findAll() throws -> (units: [Unit], environments: [Environment]) {
        if let everything { return everything }
        let finder = try find()
        let found = (finder.units, finder.environments)
        everything = found
        return found
    }

    private func find(_ apps: Set<String>? = nil) throws -> UnitFinder {
        var finder = UnitFinder(configuration)
        for site in sites {
            try finder.find(in: site.checkout, at: site.place, by: site.layouts, apps: apps)
        }
        return finder
    }
}
