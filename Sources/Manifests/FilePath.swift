/// Text over paths of files in a repository.
enum FilePath {
    static func folder(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? ""
    }

    static func name(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.index(after: $0)...]) } ?? path
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

    static func isYAML(_ path: String) -> Bool { path.hasSuffix(".yaml") || path.hasSuffix(".yml") }

    /// The path that text leads to from a folder, with `.`, `..` and double slashes resolved; nil where it leaves
    /// the repository.
    static func resolved(_ text: some StringProtocol, from folder: String) -> String? {
        guard !text.hasPrefix("/") else { return nil }
        var components = folder.split(separator: "/")
        for part in text.split(separator: "/") {
            switch part {
            case ".": break
            case "..": guard components.popLast() != nil else { return nil }
            default: components.append(Substring(part))
            }
        }
        return components.joined(separator: "/")
    }
}
