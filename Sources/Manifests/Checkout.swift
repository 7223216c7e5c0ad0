public import Git
public import YAML

/// A file as gx reads it: its bytes, and its documents where it is YAML or JSON.
public struct ManifestFile: Sendable {
    public enum Content: Sendable {
        case documents(YAMLFile)
        /// Not read as YAML: what it is instead, as people say it.
        case unreadable(String)
    }

    public let content: Content

    public var yaml: YAMLFile? { if case .documents(let yaml) = content { yaml } else { nil } }
    public var problem: String? { if case .unreadable(let reason) = content { reason } else { nil } }

    init(parsing bytes: [UInt8], path: String) {
        do {
            let yaml = try YAMLFile(parsing: bytes, as: Syntax(path: path))
            content = yaml.looksLikeTemplate ? .unreadable("it is a template") : .documents(yaml)
        } catch {
            content = .unreadable("\(error)")
        }
    }
}

/// Parsed files by the hash of their content: over history most commits share nearly all of them.
public final class FileCache {
    var files: [ObjectID: ManifestFile] = [:]

    public init() {}
}

/// The files of one commit.
public final class Checkout {
    public let repository: Repository
    /// Nil before the first commit.
    public private(set) var tree: ObjectID?
    /// Sorted by bytes.
    public private(set) var paths: [String]
    private var entries: [String: (mode: FileMode, id: ObjectID)]
    private let cache: FileCache
    /// What was looked for and is not there: were it added, what was read would read differently.
    var misses: Set<String> = []
    /// Kustomizations that have been read, and what they make, by folder.
    var kustomizations: [String: Kustomization?] = [:]
    var builds: [String: Reading] = [:]

    public convenience init(
        _ repository: Repository, tree: ObjectID, cache: FileCache = FileCache()
    ) throws {
        self.init(repository, tree: tree, try repository.files(inTree: tree), cache: cache)
    }

    init(
        _ repository: Repository, tree: ObjectID?, _ files: [(path: String, mode: FileMode, id: ObjectID)],
        cache: FileCache
    ) {
        self.repository = repository
        self.tree = tree
        self.cache = cache
        var paths: [String] = []
        var entries: [String: (mode: FileMode, id: ObjectID)] = [:]
        for file in files where file.mode != .submodule {
            paths.append(file.path)
            entries[file.path] = (file.mode, file.id)
        }
        self.paths = paths
        self.entries = entries
    }

    /// Goes on to another commit, given what differs from this one.
    func move(to tree: ObjectID, _ changes: [Change]) {
        self.tree = tree
        for change in changes where (change.new ?? change.old)?.mode != .submodule {
            let path = change.path
            // Contents that are gone seldom come back.
            if let old = change.old { cache.files[old.id] = nil }
            kustomizations[FilePath.folder(of: path)] = nil
            entries[path] = change.new.map { ($0.mode, $0.id) }
            guard (change.old == nil) != (change.new == nil) else { continue }
            let index = paths.partitioningIndex { !$0.utf8.lexicographicallyPrecedes(path.utf8) }
            let isThere = index < paths.count && paths[index] == path
            if change.new == nil, isThere { paths.remove(at: index) }
            if change.new != nil, !isThere { paths.insert(path, at: index) }
        }
    }

    var hasSymbolicLinks: Bool { entries.values.contains { $0.mode == .symbolicLink } }

    public func contains(_ path: String) -> Bool { entries[path] != nil }

    public func id(of path: String) -> ObjectID? { entries[path]?.id }

    public func mode(of path: String) -> FileMode? { entries[path]?.mode }

    public func bytes(of path: String) throws -> [UInt8]? {
        guard let entry = entries[path] else { return nil }
        return try repository.blob(entry.id)
    }

    /// Nil where there is no such file.
    public func file(at path: String) throws -> ManifestFile? {
        guard let entry = entries[path] else {
            misses.insert(path)
            return nil
        }
        if let file = cache.files[entry.id] { return file }
        let file = ManifestFile(parsing: try repository.blob(entry.id), path: path)
        cache.files[entry.id] = file
        return file
    }

    /// The files below a folder, in order; `""` is the root.
    public func paths(under folder: String) -> ArraySlice<String> {
        if folder.isEmpty { return paths[...] }
        let prefix = folder + "/"
        let start = paths.partitioningIndex { !$0.utf8.lexicographicallyPrecedes(prefix.utf8) }
        let end = paths[start...].partitioningIndex { !$0.hasPrefix(prefix) }
        return paths[start..<end]
    }

    public func isFolder(_ path: String) -> Bool { !paths(under: path).isEmpty }

    /// The path of the file or folder that `path`, read from `folder`, leads to: `..` is resolved and
    /// symbolic links are followed. Nil where it leaves the repository or leads nowhere.
    public func resolve(_ path: String, from folder: String) throws -> String? {
        var components = folder.split(separator: "/").map(String.init)
        var pending = Array(path.split(separator: "/").map(String.init).reversed())
        if path.hasPrefix("/") { return nil }
        var links = 0
        while let next = pending.popLast() {
            switch next {
            case ".": continue
            case "..":
                guard components.popLast() != nil else { return nil }
            default:
                components.append(next)
                guard let entry = entries[components.joined(separator: "/")], entry.mode == .symbolicLink
                else {
                    continue
                }
                links += 1
                let target = String(decoding: try repository.blob(entry.id), as: UTF8.self)
                guard links <= 8, !target.hasPrefix("/") else { return nil }
                components.removeLast()
                pending += target.split(separator: "/").map(String.init).reversed()
            }
        }
        let resolved = components.joined(separator: "/")
        if contains(resolved) || isFolder(resolved) { return resolved }
        misses.insert(resolved)
        return nil
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first index whose element satisfies `isAfter`, in a collection that is partitioned by it.
    func partitioningIndex(_ isAfter: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// Text over paths of files in a repository.
enum FilePath {
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    static func join(_ folder: String, _ name: String) -> String {
        folder.isEmpty ? name : "\(folder)/\(name)"
    }

    static func isYAML(_ path: String) -> Bool { path.hasSuffix(".yaml") || path.hasSuffix(".yml") }
}
