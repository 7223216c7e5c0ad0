internal import Git
internal import System
internal import YAML

/// The units of a place, kept while files come and go: the first layout that matches a path wins.
struct UnitRoster {
    typealias Key = Unit.Key

    /// Those that paths tell; also those that are only what deeper layouts left over.
    private var all: [Key: Unit] = [:]
    private var byFolder: [String: Set<Key>] = [:]
    /// Below each folder, how many units have a kustomization of their own, by environment.
    private var kustomized: [String: [String: Int]] = [:]
    private var namespaces = AppNamespaces()
    /// Units that became, or ceased to be, what deeper layouts left over, or that got another name.
    private var reconsidered: Set<Key> = []
    /// The groups that layouts give environments.
    private(set) var groups: [String: String] = [:]
    private let configuration: Configuration
    private let chartNames: ChartNames
    private var matches: PathMatches
    private var charts: [String: LayeredChart] = [:]
    /// Those that charts are in environments.
    private var layered: [Key: Unit] = [:]
    private var unsettled: Set<String> = []
    private var switches = Switches()
    private var deployed: DeployedUnits

    /// - Parameter apps: Only what tells all about the units for which layouts capture one of these as the app;
    ///   other units may lack files.
    init(
        of checkout: Checkout, _ configuration: Configuration, place: FoundPlace, layouts: [Layout],
        apps: Set<String>? = nil
    ) throws {
        self.configuration = configuration
        chartNames = ChartNames(layouts)
        let names = EnvironmentNames(configuration)
        matches = PathMatches(layouts.filter { $0.deployer == nil }, place: place, names: names)
        deployed = DeployedUnits(layouts.filter { $0.deployer != nil }, place: place.place, names: names)
        try deployed.find(in: checkout)
        for key in deployed.units.keys { count(key, by: 1) }
        let behindLinks = Set(try checkout.pathsBehindLinks())
        if let apps {
            let matchers = layouts.filter { $0.deployer == nil && !apps.isEmpty }.flatMap { layout in
                (layout.namesAppsByFolders ? apps.map { Set([$0]) } : [apps]).map {
                    LayoutMatcher(layout, place: place, names: names, apps: $0)
                }
            }
            let paths = FilePath.merged(checkout.paths(around: matchers), behindLinks)
            addAll(paths, PathIndex(paths))
        } else if behindLinks.isEmpty {
            addAll(checkout.paths, checkout.index)
        } else {
            let paths = FilePath.merged(checkout.paths, behindLinks)
            addAll(paths, PathIndex(paths))
        }
        _ = try settle(in: checkout)
    }

    /// Without units, for those that are taken in one by one.
    init(_ configuration: Configuration, place: FoundPlace, layouts: [Layout]) {
        self.configuration = configuration
        chartNames = ChartNames(layouts)
        let names = EnvironmentNames(configuration)
        matches = PathMatches(layouts.filter { $0.deployer == nil }, place: place, names: names)
        deployed = DeployedUnits([], place: place.place, names: names)
    }

    /// Takes a unit in as it is known; nothing is looked at for it.
    mutating func take(_ unit: Unit) {
        guard all[unit.key] == nil else { return }
        put(unit, unit.key)
        byFolder[unit.folder, default: []].insert(unit.key)
        reconsidered = []
    }

    /// Whose own a file is or would be, by its path.
    enum Owner {
        case nobody
        case unit(Key, folder: String)
        /// Of more than one unit, or of what they share.
        case several
    }

    mutating func owner(of path: String) -> Owner {
        guard let match = match(path) else { return .nobody }
        if match.chart != nil || matches.matchers[match.matcher].layout.group != nil { return .several }
        return match.key.map { .unit($0, folder: match.folder) } ?? .nobody
    }

    /// Takes in all files of a commit at once.
    private mutating func addAll(_ paths: [String], _ index: PathIndex) {
        let folders = index.folders
        var isTaken =
            deployed.isEmpty
            ? [Bool](repeating: false, count: paths.count) : paths.map(deployed.owns)
        var own: [Key: [Int]] = [:]
        for number in matches.matchers.indices {
            // Neighbours mostly belong to one unit.
            var last: (captures: [Range<Int>], match: PathMatch)?
            matches.matchers[number].findMatches(in: index, folders) { found, captures in
                let takesAll = matches.matchers[number].layout.takesAll
                let files = found.filter {
                    !isTaken[$0] && !(takesAll && PathMatches.isOther(paths[$0]))
                }
                guard let first = files.first else { return }
                if last.map({ !index.bytes.agree($0.captures, captures) }) ?? true {
                    let named = matches.matchers[number].named(captures, in: index.bytes)
                    guard let match = matches.match(paths[first], number: number, captures: named) else {
                        return
                    }
                    last = (captures, match)
                }
                guard let match = last?.match else { return }
                for file in files { isTaken[file] = true }
                if match.chart != nil {
                    add(to: match, files.count)
                } else if let key = match.key {
                    own[key, default: []] += files
                    admit(match, key)
                }
            }
        }
        for (key, files) in own {
            all[key]?.files = files.sorted().map { paths[$0] }
            if isKustomized(key) { countKustomized(key, 1) }
        }
    }

    /// All units, in no particular order.
    var units: [Unit] { keys.compactMap { self[$0] } }

    var keys: [Key] { Array(Set(all.keys).union(layered.keys).union(deployed.units.keys)) }

    /// The environments that have files.
    var environments: Set<String> { Set(keys.map(\.environment)) }

    /// What is told in several ways, by an object, as a chart and by paths, is one unit.
    subscript(key: Key) -> Unit? {
        let told = all[key].flatMap { isLeftOver($0) ? nil : $0 }
        let parts = [deployed.units[key], layered[key], told].compactMap(\.self)
        guard var unit = parts.first else { return nil }
        for part in parts.dropFirst() { unit.files = FilePath.merged(unit.files, Set(part.files)) }
        return namespaces.named(unit)
    }

    private mutating func put(_ unit: Unit, _ key: Key) {
        if all[key] == nil { count(key, by: 1) }
        all[key] = unit
    }

    private mutating func drop(_ key: Key) {
        if all[key] != nil { count(key, by: -1) }
        all[key] = nil
    }

    /// Counts a unit more, or one less.
    private mutating func count(_ key: Key, by step: Int) {
        if namespaces.count(key, step) { reconsidered.formUnion(keys.filter { $0.app == key.app }) }
    }

    /// Whether a unit is only what a deeper layout left over: where environments lie in a folder that has no
    /// kustomization of its own, the rest of it is what they share.
    private func isLeftOver(_ unit: Unit) -> Bool {
        guard !unit.folder.isEmpty, let below = kustomized[unit.folder], !unit.isKustomized else {
            return false
        }
        return below.contains { $0.key != unit.environment && $0.value > 0 }
    }

    private func isKustomized(_ key: Key) -> Bool { all[key]?.isKustomized == true }

    /// A unit got a kustomization of its own, or lost it.
    private mutating func countKustomized(_ key: Key, _ step: Int) {
        guard var folder = all[key]?.folder else { return }
        while !folder.isEmpty {
            folder = FilePath.folder(of: folder)
            kustomized[folder, default: [:]][key.environment, default: 0] += step
            reconsidered.formUnion(byFolder[folder] ?? [])
        }
    }

    /// Takes a new file in, and says whose own it is. Call `settle` when all have been added and removed.
    mutating func add(_ path: String) -> Key? {
        guard let match = match(path) else { return nil }
        if match.chart != nil { add(to: match, 1) }
        guard let key = match.key else { return nil }
        admit(match, key)
        let wasKustomized = isKustomized(key)
        all[key]?.insert(path)
        if !wasKustomized, isKustomized(key) { countKustomized(key, 1) }
        return key
    }

    private mutating func add(to match: PathMatch, _ count: Int) {
        guard let name = match.chart else { return }
        let new = LayeredChart(folder: match.folder, captures: match.captures, matcher: match.matcher)
        charts[name, default: new].paths += count
        unsettled.insert(name)
    }

    /// Makes the unit that a path belongs to, if it is the first one.
    private mutating func admit(_ match: PathMatch, _ key: Key) {
        let layout = matches.matchers[match.matcher].layout
        if let group = layout.group?.filled({ match.captures[$0] }) { groups[key.environment] = group }
        guard all[key] == nil else { return }
        put(
            Unit(
                environment: key.environment, app: key.app, namespace: key.namespace, place: key.place,
                layout: layout, captures: match.captures, files: [], layers: [], folder: match.folder), key)
        byFolder[match.folder, default: []].insert(key)
    }

    /// Lets a file go, and says whose own it was.
    mutating func remove(_ path: String) -> Key? { match(path).flatMap { remove(path, from: $0) } }

    private mutating func remove(_ path: String, from match: PathMatch) -> Key? {
        if let chart = match.chart {
            charts[chart]?.paths -= 1
            unsettled.insert(chart)
            return nil
        }
        guard let key = match.key, let folder = all[key]?.folder else { return nil }
        let wasKustomized = isKustomized(key)
        all[key]?.remove(path)
        if wasKustomized, !isKustomized(key) { countKustomized(key, -1) }
        if all[key]?.files.isEmpty == true {
            drop(key)
            byFolder[folder]?.remove(key)
        }
        return key
    }

    /// The files whose contents say which units layouts find.
    var files: Set<String> { switches.files }

    /// Whether deployers may find something else in a file than before, when a blob is in it.
    func mayFind(_ path: String, _ blob: ObjectID, in checkout: Checkout) throws -> Bool {
        try deployed.mayFind(path, blob, in: checkout)
    }

    /// Whether a file may say which apps an environment has.
    func isSwitch(_ path: String) -> Bool { switches.contains(path) }

    /// A file was added, removed or changed.
    mutating func noteChange(of path: String) {
        switches.noteChange(of: path)
        deployed.noteChange(of: path)
    }

    /// Brings up to date what depends on several files, and says which units may have changed for it.
    mutating func settle(in checkout: Checkout) throws -> Set<Key> {
        let redeployed = try settleDeployed(in: checkout)
        return try settleCharts(in: checkout).union(redeployed)
    }

    /// Finds anew what deployers deploy, where something that tells them has changed.
    private mutating func settleDeployed(in checkout: Checkout) throws -> Set<Key> {
        guard let update = try deployed.update(in: checkout) else { return [] }
        for key in update.came { count(key, by: 1) }
        for key in update.gone { count(key, by: -1) }
        var affected = update.came.union(update.gone).union(update.changed)
        // What is deployed belongs to no unit that its path would tell, and what is not any more does again.
        for path in update.taken {
            if let match = matches.match(path), let key = remove(path, from: match) { affected.insert(key) }
        }
        for path in update.released where checkout.contains(path) {
            if let key = add(path) { affected.insert(key) }
        }
        return affected
    }

    private mutating func settleCharts(in checkout: Checkout) throws -> Set<Key> {
        for change in try switches.update(in: checkout) {
            for (name, chart) in charts {
                guard case .switched(let turned)? = matches.matchers[chart.matcher].layout.enabled else {
                    continue
                }
                if try change.concerns(turned, chart.captures) { unsettled.insert(name) }
            }
        }
        var affected: Set<Key> = []
        for name in unsettled {
            guard var chart = charts[name] else { continue }
            let before = layers(of: chart)
            for key in chart.keys where layered.removeValue(forKey: key) != nil {
                count(key, by: -1)
            }
            chart.keys = []
            for unit in chart.paths > 0 ? try units(of: chart, in: checkout) : [] {
                chart.keys.insert(unit.key)
                let known = layered.updateValue(unit, forKey: unit.key)
                if known == nil { count(unit.key, by: 1) }
            }
            let after = layers(of: chart)
            affected.formUnion(Set(before.keys).union(after.keys).filter { before[$0] != after[$0] })
            charts[name] = chart.paths > 0 ? chart : nil
        }
        unsettled = []
        affected.formUnion(reconsidered)
        reconsidered = []
        return affected
    }

    private mutating func units(of chart: LayeredChart, in checkout: Checkout) throws -> [Unit] {
        try chart.units(
            matches.matchers[chart.matcher], app: chart.captures["app"] ?? chartNames[chart.folder],
            configuration.environments, switches: &switches, in: checkout)
    }

    private func layers(of chart: LayeredChart) -> [Key: [String]] {
        chart.keys.reduce(into: [:]) { $0[$1] = layered[$1]?.layers }
    }

    private mutating func match(_ path: String) -> PathMatch? {
        deployed.owns(path) ? nil : matches.match(path)
    }
}

extension [UInt8] {
    /// Whether pairs of ranges hold the same text.
    fileprivate func agree(_ ours: [Range<Int>], _ theirs: [Range<Int>]) -> Bool {
        zip(ours, theirs).allSatisfy { agree($0, $1) }
    }
}
