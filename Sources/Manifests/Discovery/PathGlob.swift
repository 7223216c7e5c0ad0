/// Patterns of paths as Argo CD's generators have them: `*` is part of a name, `**` any folders.
struct PathGlob {
    private let parts: [Substring]

    init(_ text: String) { parts = text.split(separator: "/").map { $0 } }

    func matches(_ path: String) -> Bool { matches(parts[...], path.split(separator: "/")[...]) }

    private func matches(_ parts: ArraySlice<Substring>, _ path: ArraySlice<Substring>) -> Bool {
        guard let first = parts.first else { return path.isEmpty }
        if first == "**" {
            return path.indices.contains { matches(parts.dropFirst(), path[$0...]) }
                || matches(parts.dropFirst(), path[path.endIndex...])
        }
        guard let name = path.first, Self.matches(name, first) else { return false }
        return matches(parts.dropFirst(), path.dropFirst())
    }

    private static func matches(_ name: Substring, _ pattern: Substring) -> Bool {
        guard let open = pattern.firstIndex(of: "{"), let close = pattern[open...].firstIndex(of: "}") else {
            return Glob.matches(pattern, name)
        }
        return pattern[pattern.index(after: open)..<close].split(separator: ",").contains { choice in
            matches(name, Substring(pattern[..<open] + choice + pattern[pattern.index(after: close)...]))
        }
    }
}
