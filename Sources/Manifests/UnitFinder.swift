internal import YAML

/// Finds the units of a checkout by the layouts of gx.yaml: the first layout that matches a path wins.
struct UnitFinder {
    private struct Key: Hashable {
        var environment: String
        var app: String?
        var namespace: String?
        var place: Place
    }

    private let configuration: Configuration
    private var found: [Key: Unit] = [:]
    private var groups: [String: String] = [:]

    init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    var units: [Unit] {
        let order = Dictionary(
            environments.enumerated().map { ($0.element.name, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        return found.values.filter { !isShared($0) }.map { unit in
            var unit = unit
            unit.files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            return unit
        }.sorted { a, b in
            let key = (order[a.environment] ?? 0, a.namespace ?? "", a.app ?? "")
            return key < (order[b.environment] ?? 0, b.namespace ?? "", b.app ?? "")
        }
    }

    /// Whether a capture of several folders goes through a base: `release/base/monitor` is no app.
    private func isPartOfBase(_ captures: Captures) -> Bool {
        captures.values.contains { value in
            value.contains("/") && value.split(separator: "/").contains { $0 == "base" || $0 == "bases" }
        }
    }

    /// Whether the unit is only what a deeper layout left over: where environments lie in a folder that has no
    /// kustomization of its own, the rest of it is what they share.
    private func isShared(_ unit: Unit) -> Bool {
        let prefix = unit.folder + "/"
        guard !unit.folder.isEmpty, !unit.files.contains(where: { isKustomization($0, in: unit.folder) })
        else {
            return false
        }
        return found.values.contains { other in
            other.environment != unit.environment && other.place == unit.place
                && other.folder.utf8.starts(with: prefix.utf8)
                && other.files.contains { isKustomization($0, in: other.folder) }
        }
    }

    private func isKustomization(_ file: String, in folder: String) -> Bool {
        Kustomization.fileNames.contains { file == FilePath.join(folder, $0) }
    }

    /// Declared environments, and the temporary ones that have files.
    var environments: [Environment] {
        var environments: [Environment] = []
        let names = Set(found.keys.map(\.environment))
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
        let matchers = layouts.map { LayoutMatcher($0, place, configuration) }
        var layered: [Int: [(folder: String, captures: Captures)]] = [:]
        for path in checkout.paths {
            var parts: [Substring]?
            for (index, matcher) in matchers.enumerated() {
                guard matcher.mayMatch(path) else { continue }
                let split = parts ?? path.split(separator: "/")
                parts = split
                guard let captures = matcher.captures(of: split) else { continue }
                if isPartOfBase(captures) { break }
                if matcher.layout.layers.isEmpty {
                    add(path, captures, matcher)
                } else if layered[index]?.last?.captures != captures {
                    layered[index, default: []].append((matcher.folder(captures, path), captures))
                }
                break
            }
        }
        for (index, folders) in layered {
            var seen: Set<String> = []
            for folder in folders where seen.insert(folder.folder).inserted {
                try addLayered(folder.folder, folder.captures, matchers[index], checkout)
            }
        }
    }

    private mutating func add(_ path: String, _ captures: Captures, _ matcher: LayoutMatcher) {
        guard let environment = matcher.environment(captures) else { return }
        let key = Key(
            environment: environment, app: captures["app"], namespace: captures["ns"],
            place: matcher.place.place)
        if let group = matcher.layout.group?.filled({ captures[$0] }) { groups[environment] = group }
        if found[key] == nil {
            found[key] = Unit(
                environment: environment, app: captures["app"], namespace: captures["ns"],
                place: matcher.place.place, layout: matcher.layout, captures: captures, files: [], layers: [],
                folder: matcher.folder(captures, path))
        }
        found[key]?.files.append(path)
    }

    /// A chart with values for each environment: an environment has the app where its switch says so, or,
    /// without a switch, where it has a layer of its own.
    private mutating func addLayered(
        _ folder: String, _ captures: Captures, _ matcher: LayoutMatcher, _ checkout: Checkout
    ) throws {
        let layout = matcher.layout
        for declaration in configuration.environments where declaration.match == nil {
            let environment = declaration.environment.name
            if let captured = captures["env"], captured != environment { continue }
            let captures = captures.merging(["env": environment]) { first, _ in first }
            var layers: [String] = []
            var own: [String] = []
            for template in layout.layers {
                guard let name = template.filled({ captures[$0] }) else { continue }
                let path = FilePath.join(folder, name)
                if template.names.contains("env") { own.append(path) }
                if checkout.contains(path) || template.names.contains("env") { layers.append(path) }
            }
            let exists = own.contains(where: checkout.contains)
            if let enabled = layout.enabled {
                guard try isEnabled(enabled, captures, checkout) else { continue }
            } else if !exists, !own.isEmpty {
                continue
            }
            let key = Key(
                environment: environment, app: captures["app"], namespace: captures["ns"],
                place: matcher.place.place)
            found[key] = Unit(
                environment: environment, app: captures["app"], namespace: captures["ns"],
                place: matcher.place.place, layout: layout, captures: captures, files: own, layers: layers,
                folder: folder)
        }
    }

    private func isEnabled(_ enabled: Layout.Enabled, _ captures: Captures, _ checkout: Checkout) throws
        -> Bool
    {
        guard let path = enabled.path.filled({ captures[$0].map { "\(Path(steps: [.key($0)]))" } }) else {
            return false
        }
        let steps = try Path(path)
        var isEnabled = false
        for template in enabled.files {
            guard let file = template.filled({ captures[$0] }),
                let document = try checkout.file(at: file)?.yaml?.documents.first,
                let node = steps.matches(in: document).first
            else { continue }
            isEnabled = node.string == "true"
        }
        return isEnabled
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
