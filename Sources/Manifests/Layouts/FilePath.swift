/// Text over paths of files in a repository.
enum FilePath {
    static func folder(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? ""
    }

    /// The folders on the way to a path, innermost first; the root is `""`.
    static func folders(of path: String) -> [String] {
        var folders = [folder(of: path)]
        while let last = folders.last, !last.isEmpty { folders.append(folder(of: last)) }
        return folders
    }

    static func name(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// Whether a path comes before another by its bytes, as git has them.
    static func precedes(_ a: String, _ b: String) -> Bool {
        // Strings' own order is quicker, and the same where each character is a byte.
        a.utf8Span.isKnownASCII && b.utf8Span.isKnownASCII ? a < b : a.utf8.lexicographicallyPrecedes(b.utf8)
    }

    /// Paths that are in order, and others: in order, each once.
    static func merged(_ sorted: [String], _ others: Set<String>) -> [String] {
        guard !others.isEmpty else { return sorted }
        let others = others.sorted(by: precedes)
        var merged: [String] = []
        merged.reserveCapacity(sorted.count + others.count)
        var next = others.startIndex
        for path in sorted {
            while next < others.endIndex, precedes(others[next], path) {
                merged.append(others[next])
                next += 1
            }
            if next < others.endIndex, others[next] == path { next += 1 }
            merged.append(path)
        }
        return merged + others[next...]
    }

    static func join(_ folder: String, _ name: String) -> String {
        folder.isEmpty ? name : "\(folder)/\(name)"
    }

    /// Whether a path is below a folder; `""` is the root.
    static func isWithin(_ folder: String, _ path: String) -> Bool {
        let path = path.utf8
        guard !folder.isEmpty else { return true }
        return path.count > folder.utf8.count && path.starts(with: folder.utf8)
            && path[path.index(path.startIndex, offsetBy: folder.utf8.count)] == UInt8(ascii: "/")
    }

    static func isYAML(_ path: String) -> Bool {
        path.hasSuffix(".yaml") || path.hasSuffix(".yml") || path.hasSuffix(".yaml.gotmpl")
            || path.hasSuffix(".yml.gotmpl")
    }

    /// The path that text leads to from a folder, with `.`, `..` and double slashes resolved; nil where it leaves
    /// the repository.
    static func resolved(_ text: String, from folder: String) -> String? {
        guard !text.hasPrefix("/") else { return nil }
        var path = folder
        for part in text.utf8.split(separator: UInt8(ascii: "/")) {
            switch Substring(part) {
            case ".": break
            case "..":
                guard !path.isEmpty else { return nil }
                path = Self.folder(of: path)
            case let name: path = join(path, String(name))
            }
        }
        return path
    }
}
