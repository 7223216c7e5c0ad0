public import Git
internal import System
internal import YAML

/// The repositories that `fleet:` of a gx.yaml of its own names.
public struct Fleet: Hashable, Sendable {
    /// A line of it.
    enum Entry: Hashable, Sendable {
        /// A path, relative to the folder of the gx.yaml, or a URL.
        case repository(String)
        /// A file beside the gx.yaml that has one a line.
        case list(String)
    }

    struct Item: Hashable, Sendable {
        var entry: Entry
        var line: Int
        var column: Int
    }

    var items: [Item]

    /// Where the gx.yaml of a fleet stands.
    public struct Home {
        /// As it is called in errors.
        public var file: String
        /// What paths are relative to.
        public var folder: String
        /// The repository that it is in; nil in a plain folder.
        public var repository: Repository?

        public init(file: String, folder: String, repository: Repository?) {
            (self.file, self.folder, self.repository) = (file, folder, repository)
        }
    }

    /// One repository of a fleet.
    public struct Member: Hashable, Sendable {
        /// As answers call it: the last part of its address, and as much before that as tells it from all others.
        public var name: String
        /// As it is written.
        public var address: String
        /// Whether there is a clone of it in the cache, instead of a folder that is the user's.
        public var isURL: Bool { RepositoryAddress(address).isURL }
    }

    /// All of them, each once, in order.
    ///
    /// - Throws: `ManifestsError.configuration` for one that is refused (docs/trust.md), or a list that can't be read.
    public func members(in home: Home) throws(ManifestsError) -> [Member] {
        let boundary = RepositoryBoundary(home.repository, folder: home.folder)
        var addresses: [String] = []
        for item in items {
            switch item.entry {
            case .repository(let address):
                try check(address, boundary: boundary, file: home.file, line: item.line, column: item.column)
                addresses.append(address)
            case .list(let file):
                for (index, line) in try lines(of: file, item, home).enumerated() {
                    let address = line.drop(while: \.isWhitespace).trimmingSuffix(while: \.isWhitespace)
                    guard !address.isEmpty, !address.hasPrefix("#") else { continue }
                    try check(String(address), boundary: boundary, file: file, line: index + 1, column: 1)
                    addresses.append(String(address))
                }
            }
        }
        guard !addresses.isEmpty else {
            throw .configuration(
                file: home.file, line: items.first?.line ?? 1, column: items.first?.column ?? 1,
                message: "the fleet names no repository", hint: "write fleet: [../shop, https://…]")
        }
        return Self.named(unique(addresses))
    }

    private func check(
        _ address: String, boundary: RepositoryBoundary, file: String, line: Int, column: Int
    ) throws(ManifestsError) {
        guard let problem = boundary.problem(with: address) else { return }
        throw .configuration(
            file: file, line: line, column: column, message: problem,
            hint: "name a repository beside this one, or its URL")
    }

    /// What a list holds may be told in errors, so it is read from beside the gx.yaml, and from nowhere else.
    private func lines(of file: String, _ item: Item, _ home: Home) throws(ManifestsError) -> [Substring] {
        let problem = { (message: String) in
            ManifestsError.configuration(
                file: home.file, line: item.line, column: item.column, message: message,
                hint: "a list of repositories is a file beside the gx.yaml")
        }
        let path = "\(home.folder)/\(file)"
        guard let folder = resolvedPath(home.folder), let found = resolvedPath(path) else {
            throw problem("there is no file \(file)")
        }
        guard !file.hasPrefix("/"), found.hasPrefix(folder == "/" ? "/" : folder + "/") else {
            throw problem("\(file) leads out of the folder of this file")
        }
        do {
            return String(decoding: try readFile(found) ?? [], as: UTF8.self).lines
        } catch { throw problem("\(error)") }
    }

    private static func named(_ addresses: [String]) -> [Member] {
        let parts = addresses.map { address in
            let path = address.hasSuffix(".git") ? address.dropLast(4) : address[...]
            return path.split { $0 == "/" || $0 == ":" }.filter { $0 != ".." && $0 != "." }
        }
        var depth = [Int](repeating: 1, count: parts.count)
        func name(_ index: Int) -> String { parts[index].suffix(depth[index]).joined(separator: "/") }
        for _ in 0..<8 {
            let counts = Dictionary(grouping: parts.indices, by: name).filter { $0.value.count > 1 }
            if counts.isEmpty { break }
            for index in counts.values.joined() { depth[index] += 1 }
        }
        var seen: Set<String> = []
        return addresses.indices.map { index in
            let short = name(index)
            let isFree = !short.isEmpty && seen.insert(short).inserted
            return Member(name: isFree ? short : addresses[index], address: addresses[index])
        }
    }
}

extension SettingReader {
    /// `[../shop, https://git.example.com/pay.git, { file: repos.txt }]`
    func fleet(_ node: Node) throws(ManifestsError) -> Fleet {
        var items: [Fleet.Item] = []
        for item in try list(node) {
            let entry: Fleet.Entry
            if item.kind == .mapping {
                guard let file = try mapping(item, keys: ["file"])["file"] else {
                    throw problem(item, "'file' is missing", hint: "write { file: repos.txt }")
                }
                entry = .list(try string(file))
            } else {
                entry = .repository(try string(item))
            }
            items.append(Fleet.Item(entry: entry, line: item.line, column: item.column))
        }
        return Fleet(items: items)
    }
}
