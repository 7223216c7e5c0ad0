internal import Git
internal import YAML

/// Expands an ApplicationSet offline: what its generators give is in the repository, or cannot be known here.
struct ApplicationSetExpansion {
    let checkout: Checkout
    let home: HomeRepository
    /// Generators that ask something outside, by name.
    private(set) var unknown: Set<String> = []

    init(_ checkout: Checkout, home: HomeRepository) {
        self.checkout = checkout
        self.home = home
    }

    /// More than so many applications of one set are none that a repository holds.
    private static let limit = 5000

    /// The applications that a set makes, each with the parameters that made it.
    mutating func applications(of set: Resource) throws -> [(content: Composed, parameters: Parameters)] {
        guard let spec = set.content["spec"], let template = spec["template"] else { return [] }
        var found: [(content: Composed, parameters: Parameters)] = []
        for generator in spec["generators"]?.items ?? [] {
            for parameters in try elements(of: generator, Parameters(), template) {
                let own = generator["list"]?["template"] ?? generator["git"]?["template"]
                let merged = own.flatMap { template.merged(with: $0, .none) } ?? template
                found.append((parameters.filling(merged), parameters))
                if found.count >= Self.limit { return found }
            }
        }
        return found
    }

    /// The parameters that a generator gives, on top of those of a generator around it.
    private mutating func elements(
        of generator: Composed, _ outer: Parameters, _ template: Composed, depth: Int = 0
    ) throws -> [Parameters] {
        guard depth < 4, let (kind, written) = generator.entries.first(where: { $0.key != "selector" }) else {
            return []
        }
        let content = outer.filling(written)
        var found: [Parameters] = []
        switch kind {
        case "list":
            found = (content["elements"]?.items ?? []).map { Parameters($0) }
            if let text = content["elementsYaml"], let root = try? InlineYAML.documents(in: text).first {
                found += root.items.map { Parameters($0) }
            }
        case "git": found = try git(content)
        case "matrix":
            guard let parts = content["generators"]?.items, parts.count == 2 else { return [] }
            for first in try elements(of: parts[0], outer, template, depth: depth + 1) {
                let known = outer.merging(first)
                found += try elements(of: parts[1], known, template, depth: depth + 1).map(first.merging)
            }
        case "merge": found = try merge(content, outer: outer, template: template, depth: depth)
        default:
            // Clusters, pull requests, plugins: only what the repository shows of them.
            unknown.insert(kind)
            found = try shown(by: template, values: content["values"])
        }
        guard let values = content["values"], values.kind == .mapping else {
            return found.map(outer.merging)
        }
        return found.map { parameters in
            var parameters = outer.merging(parameters)
            for (key, value) in values.entries { parameters["values." + key] = parameters.filling(value) }
            return parameters
        }.filter { generator["selector"].map($0.agrees) ?? true }
    }

    private func git(_ content: Composed) throws -> [Parameters] {
        guard try home.isHome(content["repoURL"]?.string ?? "") else { return [] }
        let prefix = content["pathParamPrefix"]?.string ?? ""
        var found: [Parameters] = []
        if let directories = content["directories"]?.items {
            let excluded = Self.globs(directories, excluding: true)
            let wanted = Self.globs(directories, excluding: false)
            for folder in checkout.folders
            where wanted.contains(where: { $0.matches(folder) })
                && !excluded.contains(where: { $0.matches(folder) })
                && !folder.split(separator: "/").contains(where: { $0.hasPrefix(".") })
            {
                var parameters = Parameters()
                parameters.setPath(folder, prefix: prefix)
                found.append(parameters)
            }
        }
        if let files = content["files"]?.items {
            let excluded = Self.globs(files, excluding: true)
            let wanted = Self.globs(files, excluding: false)
            for file in checkout.paths
            where wanted.contains(where: { $0.matches(file) })
                && !excluded.contains(where: { $0.matches(file) })
            {
                guard let yaml = try checkout.file(at: file)?.yaml else { continue }
                for document in yaml.documents {
                    guard let root = document.root else { continue }
                    let content = Composed.written(root, Origin(file: file, document: document.index))
                    for mapping in content.kind == .sequence ? content.items : [content] {
                        var parameters = Parameters(mapping)
                        parameters.setPath(FilePath.folder(of: file), prefix: prefix)
                        parameters["path.filename"] = .text(FilePath.name(of: file))
                        parameters.files = [file]
                        found.append(parameters)
                    }
                }
            }
        }
        return found
    }

    private static func globs(_ items: [Composed], excluding: Bool) -> [PathGlob] {
        items.filter { ($0["exclude"]?.string == "true") == excluding }.compactMap {
            $0["path"]?.string.map { PathGlob($0) }
        }
    }

    /// The first generator's elements, with what the others say of those that have the same keys.
    private mutating func merge(
        _ content: Composed, outer: Parameters, template: Composed, depth: Int
    ) throws -> [Parameters] {
        let keys = (content["mergeKeys"]?.items ?? []).compactMap(\.string)
        guard let parts = content["generators"]?.items, let base = parts.first else { return [] }
        var found = try elements(of: base, outer, template, depth: depth + 1)
        for part in parts.dropFirst() {
            for override in try elements(of: part, outer, template, depth: depth + 1) {
                for index in found.indices
                where keys.allSatisfy({ found[index][$0]?.string == override[$0]?.string }) {
                    found[index] = found[index].merging(override)
                }
            }
        }
        return found
    }

    /// Where a generator asks what is outside: the folders that the template's path can lead to.
    private func shown(by template: Composed, values: Composed?) throws -> [Parameters] {
        var known = Parameters()
        for (key, value) in values?.entries ?? [] {
            if let text = value.string, !text.contains("{{") { known["values." + key] = value }
        }
        let spec = template["spec"]
        let sources = [spec?["source"]].compactMap { $0 } + (spec?["sources"]?.items ?? [])
        for source in sources {
            guard let written = source["path"]?.string, try home.isHome(source["repoURL"]?.string ?? "")
            else {
                continue
            }
            let path = known.filling(.text(written)).string ?? written
            // Which clusters they are is not known, but what each of them gets.
            guard path.contains("{{") else {
                if path != written, checkout.isFolder(path) { return [known] }
                continue
            }
            let parts = path.split(separator: "/")
            let open = parts.indices.filter { parts[$0].hasPrefix("{{") && parts[$0].hasSuffix("}}") }
            guard open.count == 1, let place = open.first, parts.count(where: { $0.contains("{{") }) == 1
            else { continue }
            let name = parts[place].filter { !"{}. ".contains($0) }
            let glob = PathGlob(
                parts.indices.map { $0 == place ? "*" : String(parts[$0]) }.joined(separator: "/"))
            return checkout.folders.filter(glob.matches).map { folder in
                var parameters = known
                let value = String(folder.split(separator: "/")[place])
                parameters[String(name)] = .text(value)
                if parts[place].contains(".") { parameters[Self.dotted(parts[place])] = .text(value) }
                return parameters
            }
        }
        return []
    }

    private static func dotted(_ action: Substring) -> String {
        let name = action.filter { !"{} ".contains($0) }
        return name.hasPrefix(".") ? String(name.dropFirst()) : String(name)
    }
}

extension Parameters {
    /// Whether a selector of labels takes them: only what is equal is compared.
    fileprivate func agrees(_ selector: Composed) -> Bool {
        (selector["matchLabels"]?.entries ?? []).allSatisfy { self[$0.key]?.string == $0.value.string }
    }
}

/// Which repository URLs are this very repository.
final class HomeRepository {
    private let name: String?
    private let names: Set<String>

    /// - Parameter sources: Repository URLs, each with a path that is said to be in it.
    init(_ checkout: Checkout, sources: [(url: String, path: String)]) throws {
        let origin = try checkout.repository.setting("remote.origin.url").map(Self.name)
        name = origin
        // A clone from elsewhere is known by the paths: most of those that are said to be there are.
        var counts: [String: (found: Int, all: Int)] = [:]
        for (url, path) in sources where !path.contains("{{") {
            let glob = path.contains("*") ? PathGlob(path) : nil
            let isThere =
                glob.map { glob in
                    checkout.folders.contains(where: glob.matches)
                        || checkout.paths.contains(where: glob.matches)
                } ?? (checkout.isFolder(path) && !path.isEmpty || checkout.contains(path))
            counts[Self.name(url), default: (0, 0)].all += 1
            if isThere { counts[Self.name(url), default: (0, 0)].found += 1 }
        }
        if let origin, counts[origin] != nil {
            names = [origin]
        } else {
            names = Set(counts.filter { $0.value.found * 2 >= $0.value.all && $0.value.found > 0 }.keys)
        }
    }

    func isHome(_ url: String) throws -> Bool {
        let name = Self.name(url)
        return name == self.name || names.contains(name) || names.isEmpty && url.contains("{{")
    }

    private static func name(_ url: String) -> String {
        var url = url[...]
        while url.hasSuffix("/") { url = url.dropLast() }
        var name = url.split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? ""
        for ending in [".git", ".bundle"] where name.hasSuffix(ending) {
            name = String(name.dropLast(ending.count))
        }
        return name.lowercased()
    }
}
