internal import System

/// One layout, ready to be tried on many paths.
final class LayoutMatcher {
    let layout: Layout
    let place: FoundPlace
    private let names: EnvironmentNames
    /// What each capture of the pattern may be.
    private let rules: [Rule]

    /// What matching paths start with.
    private let prefix: [UInt8]

    private enum Rule {
        case anything
        case one(of: NameSet)
        case known([UInt8])
        /// Folders of which an app is called so.
        case folders(of: Set<String>)
    }

    /// - Parameter apps: What `{app}` may be, where only some are looked for.
    init(_ layout: Layout, place: FoundPlace, names: EnvironmentNames, apps: Set<String>? = nil) {
        // The name of the branch or repository settles some.
        let only = apps.flatMap { $0.count == 1 ? $0.first : nil }
        let known = place.captures.merging(only.map { ["app": $0] } ?? [:]) { settled, _ in settled }
        let hasFolders = layout.namesAppsByFolders
        prefix = layout.path?.prefix(with: hasFolders ? place.captures : known) ?? []
        self.layout = layout
        self.place = place
        self.names = names
        let environment = layout.environment.map(\.onlyName) ?? "env"
        let group = layout.group.flatMap(\.onlyName)
        rules = (layout.path?.names ?? []).map { name in
            if name == "app", hasFolders, place.captures[name] == nil, let apps { return .folders(of: apps) }
            if let value = known[name] { return .known(Array(value.utf8)) }
            if name == "app", let apps { return .one(of: NameSet(apps)) }
            if name == environment || name == "env" { return .one(of: names.environments) }
            return name == group && !names.groups.isEmpty ? .one(of: names.groups) : .anything
        }
    }

    /// What a path captures, with what its place has captured; nil where it does not match.
    func captures(of path: String) -> Captures? {
        guard let pattern = layout.path else { return place.captures }
        let bytes = Array(path.utf8)
        var matcher = PatternMatcher(pattern, bytes)
        guard matcher.match(bytes.indices, accepts: { accepts($0, $1, in: bytes) }) else { return nil }
        return named(matcher.captures, in: bytes)
    }

    /// All paths that match, with what they capture: those of a folder together where the pattern takes whole
    /// folders, and these are given. A layout without a path takes all of them.
    func findMatches(
        in index: PathIndex, _ folders: [(path: Range<Int>, files: [Int])]? = nil,
        _ body: (_ files: [Int], _ captures: [Range<Int>]) -> Void
    ) {
        guard let pattern = layout.path else {
            if !index.indices.isEmpty { body(Array(index.indices), []) }
            return
        }
        let bytes = index.bytes
        var matcher = PatternMatcher(pattern, bytes)
        guard pattern.takesWholeFolders, let folders else {
            for path in index.indices(startingWith: prefix)
            where matcher.match(index[path], accepts: { accepts($0, $1, in: bytes) }) {
                body([path], matcher.captures)
            }
            return
        }
        for folder in folders
        where bytes.has(prefix, at: folder.path.lowerBound, before: folder.path.upperBound)
            && matcher.match(folder.path, isFolder: true, accepts: { accepts($0, $1, in: bytes) })
        {
            body(folder.files, matcher.captures)
        }
    }

    /// Whether a capture, by its place among the pattern's names, may be a part of a path.
    private func accepts(_ name: Int, _ value: Range<Int>, in bytes: [UInt8]) -> Bool {
        switch rules[name] {
        case .anything: true
        case .one(let names): names.contains(bytes, value)
        case .known(let known): bytes[value].elementsEqual(known)
        case .folders(let apps):
            apps.contains { bytes[value].starts(with: $0.utf8) }
                && apps.contains(FolderWord.app(String(decoding: bytes[value], as: UTF8.self)))
        }
    }

    /// Captures by name, with those of the place.
    func named(_ ranges: [Range<Int>], in bytes: [UInt8]) -> Captures {
        var captures = place.captures
        for (name, range) in zip(layout.path?.names ?? [], ranges) {
            captures[name] = String(decoding: bytes[range], as: UTF8.self)
        }
        return captures
    }

    /// The environment that the captures name; nil where it is not declared.
    func environment(_ captures: Captures) -> String? {
        let name = layout.environment.map { $0.filled { captures[$0] } } ?? captures["env"]
        return name.flatMap { names.configuration.environment(named: $0)?.name }
    }

    /// The folder that holds a unit: the pattern up to its first wildcard, filled in.
    func folder(_ captures: Captures, _ path: String) -> String {
        guard let pattern = layout.path else { return "" }
        return pattern.folder(captures) ?? FilePath.folder(of: path)
    }
}

extension Layout {
    /// Whether an app is called by folders one below the other, so that a path may be of several.
    var namesAppsByFolders: Bool { path?.description.contains("{app...}") ?? false }
}

extension Checkout {
    /// The files that layouts take, and all that is below the folders of the units that these are of: only there it
    /// shows what deeper layouts leave over, and what a chart captures.
    func paths(around matchers: [LayoutMatcher]) -> [String] {
        var isWanted = [Bool](repeating: false, count: paths.count)
        for matcher in matchers {
            var known: String?
            matcher.findMatches(in: index) { files, captures in
                guard let first = files.first else { return }
                for file in files { isWanted[file] = true }
                let folder = matcher.folder(matcher.named(captures, in: index.bytes), paths[first])
                guard folder != known else { return }
                known = folder
                for file in paths(under: folder).indices { isWanted[file] = true }
            }
        }
        return zip(paths, isWanted).filter(\.1).map(\.0)
    }
}

/// The names of environments and groups, for looking up parts of paths.
struct EnvironmentNames {
    let configuration: Configuration
    let environments: NameSet
    let groups: NameSet

    init(_ configuration: Configuration) {
        self.configuration = configuration
        environments = NameSet(
            configuration.environments.filter { $0.match == nil }.map(\.environment.name),
            patterns: configuration.environments.compactMap(\.match))
        groups = NameSet(configuration.groups)
    }
}

/// Names by their length: most parts of paths have none of that length that starts like them.
struct NameSet {
    private var byLength: [[[UInt8]]] = []
    private let patterns: [String]

    init(_ names: some Sequence<String>, patterns: [String] = []) {
        self.patterns = patterns
        for name in names.map({ Array($0.utf8) }) {
            while byLength.count <= name.count { byLength.append([]) }
            byLength[name.count].append(name)
        }
    }

    var isEmpty: Bool { byLength.isEmpty && patterns.isEmpty }

    func contains(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        if range.count < byLength.count,
            byLength[range.count].contains(where: {
                bytes.has($0, at: range.lowerBound, before: range.upperBound)
            })
        {
            return true
        }
        guard !patterns.isEmpty else { return false }
        let name = String(decoding: bytes[range], as: UTF8.self)
        return patterns.contains { Glob.matches($0, name) }
    }
}

extension Template {
    /// The name, where the template is nothing else: `{cluster}`.
    fileprivate var onlyName: String? { names.count == 1 && description == "{\(names[0])}" ? names[0] : nil }
}
