internal import YAML

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
        return found.sorted { a, b in
            let key = (order[a.environment] ?? 0, a.namespace ?? "", a.app ?? "")
            return key < (order[b.environment] ?? 0, b.namespace ?? "", b.app ?? "")
        }
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

    mutating func find(in checkout: Checkout, at place: FoundPlace, by layouts: [Layout]) throws {
        let roster = try UnitRoster(of: checkout, configuration, place, layouts)
        found += roster.units
        names.formUnion(roster.environments)
        groups.merge(roster.groups) { _, theirs in theirs }
    }
}

/// One layout, ready to be tried against many paths.
struct LayoutMatcher {
    let layout: Layout
    let place: FoundPlace
    private let configuration: Configuration
    /// The captures whose value is an environment's name, or a group's.
    private let environmentCapture: String?
    private let groupCapture: String?
    private let groups: Set<String>
    private let prefix: [UInt8]

    init(_ layout: Layout, _ place: FoundPlace, _ configuration: Configuration) {
        self.layout = layout
        self.place = place
        self.configuration = configuration
        environmentCapture =
            layout.environment.map {
                $0.names.count == 1 && $0.description == "{\($0.names[0])}" ? $0.names[0] : nil
            } ?? "env"
        groupCapture = layout.group.flatMap {
            $0.names.count == 1 && $0.description == "{\($0.names[0])}" ? $0.names[0] : nil
        }
        groups = Set(configuration.groups)
        prefix = Array((layout.path?.literalPrefix ?? "").utf8)
    }

    /// A quick look before the path is taken apart.
    func mayMatch(_ path: String) -> Bool { path.utf8.starts(with: prefix) }

    func captures(of parts: [Substring]) -> Captures? {
        guard let pattern = layout.path else { return place.captures }
        let match = pattern.match(parts) { name, value in
            if let known = place.captures[name] { return known == value }
            if name == environmentCapture || name == "env" {
                return configuration.environment(named: value) != nil
            }
            if name == groupCapture, !groups.isEmpty { return groups.contains(String(value)) }
            return true
        }
        return match.map { $0.captures.merging(place.captures) { ours, _ in ours } }
    }

    func environment(_ captures: Captures) -> String? {
        guard let template = layout.environment else { return captures["env"] }
        return template.filled { captures[$0] }.flatMap { configuration.environment(named: $0)?.name }
    }

    /// The folder that holds a unit: the pattern up to its first wildcard, filled in.
    func folder(_ captures: Captures, _ path: String) -> String {
        guard let pattern = layout.path else { return "" }
        return pattern.folder(captures) ?? FilePath.folder(of: path)
    }
}
