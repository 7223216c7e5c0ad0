/// The captures of a pattern: `{env}` and the like, by name.
public typealias Captures = [String: String]

/// A pattern over paths: literal text, `*`, `**`, `{name}` within one component, and `{name...}`
/// over several.
public struct Pattern: Hashable, Sendable, CustomStringConvertible {
    enum Piece: Hashable, Sendable {
        case text([UInt8])
        /// `*`: anything within one component.
        case any
        /// By its place in `names`.
        case capture(Int)
    }
    enum Component: Hashable, Sendable {
        case pieces([Piece])
        /// `**`: any number of components, also none, but at least one at the end of a pattern.
        case deep
        /// `{name...}`: one component or more.
        case deepCapture(Int)
    }

    public let description: String
    let components: [Component]
    /// The names that the pattern captures, in order of appearance.
    public let names: [String]
    /// What every matching path starts with.
    let prefix: [UInt8]
    let program: PatternProgram

    /// Throws a sentence that says what is wrong with the pattern.
    public init(_ text: String) throws(PatternError) {
        description = text
        var components: [Component] = []
        var names: [String] = []
        for part in text.split(separator: "/", omittingEmptySubsequences: true) where part != "." {
            guard part != ".." else {
                throw PatternError("a pattern stays within the repository: '..' is not allowed")
            }
            components.append(try Pattern.component(part, &names))
        }
        guard !components.isEmpty else { throw PatternError("an empty pattern matches nothing") }
        self.components = components
        self.names = names
        prefix = Array(Pattern.head(of: components, names).utf8)
        program = PatternProgram(components)
    }

    private static func component(_ text: Substring, _ names: inout [String]) throws(PatternError)
        -> Component
    {
        if text == "**" { return .deep }
        func index(of name: Substring) -> Int {
            if let known = names.firstIndex(where: { $0 == name }) { return known }
            names.append(String(name))
            return names.count - 1
        }
        var pieces: [Piece] = []
        var rest = text
        while let first = rest.first {
            if first == "*" {
                pieces.append(.any)
                rest = rest.dropFirst()
            } else if first == "{" {
                guard let end = rest.firstIndex(of: "}") else {
                    throw PatternError("'{' without '}' in '\(text)'")
                }
                var name = rest[rest.index(after: rest.startIndex)..<end]
                rest = rest[rest.index(after: end)...]
                let isDeep = name.hasSuffix("...")
                if isDeep { name = name.dropLast(3) }
                guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" })
                else {
                    throw PatternError("'\(name)' is not a name for a capture")
                }
                if isDeep {
                    guard pieces.isEmpty, rest.isEmpty else {
                        throw PatternError("'{\(name)...}' takes whole components: put '/' around it")
                    }
                    return .deepCapture(index(of: name))
                }
                pieces.append(.capture(index(of: name)))
            } else {
                let end = rest.firstIndex { $0 == "*" || $0 == "{" } ?? rest.endIndex
                pieces.append(.text(Array(rest[..<end].utf8)))
                rest = rest[end...]
            }
        }
        return .pieces(pieces)
    }

    /// Whether every file below a folder that matches, matches too, with the same captures.
    var takesWholeFolders: Bool { components.last == .deep }

    /// What every matching path starts with, where some captures are known.
    func prefix(with captures: Captures) -> [UInt8] {
        captures.isEmpty ? prefix : Array(Pattern.head(of: components, names, captures).utf8)
    }

    /// `a/**/b` matches `a/b` too.
    private static func head(
        of components: [Component], _ names: [String], _ captures: Captures = [:]
    ) -> String {
        var head = ""
        for (index, component) in components.enumerated() {
            switch component {
            case .deep: return head
            case .deepCapture(let name):
                guard let value = captures[names[name]] else { return head }
                head += value
            case .pieces(let pieces):
                for piece in pieces {
                    switch piece {
                    case .any: return head
                    case .text(let text): head += String(decoding: text, as: UTF8.self)
                    case .capture(let name):
                        guard let value = captures[names[name]] else { return head }
                        head += value
                    }
                }
            }
            guard index + 1 < components.count, components[index + 1] != .deep else { return head }
            head += "/"
        }
        return head
    }

    /// How a pattern matched a path.
    public struct Match: Hashable, Sendable {
        public var captures: Captures
        /// What `*` and `**` stood for, in order.
        public var wildcards: [String]
    }

    /// The path that the pattern describes with these captures and wildcards: the inverse of `match`.
    /// Nil where one of them is missing.
    public func path(_ match: Match) -> String? {
        var wildcards = match.wildcards[...]
        var parts: [String] = []
        for component in components {
            switch component {
            case .deep:
                guard let value = wildcards.popFirst() else { return nil }
                if !value.isEmpty { parts.append(value) }
            case .deepCapture(let name):
                guard let value = match.captures[names[name]] else { return nil }
                parts.append(value)
            case .pieces(let pieces):
                var part = ""
                for piece in pieces {
                    switch piece {
                    case .text(let text): part += String(decoding: text, as: UTF8.self)
                    case .any:
                        guard let value = wildcards.popFirst() else { return nil }
                        part += value
                    case .capture(let name):
                        guard let value = match.captures[names[name]] else { return nil }
                        part += value
                    }
                }
                parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }

    /// The folder that the pattern describes up to its first wildcard; nil where a capture is missing.
    func folder(_ captures: Captures) -> String? {
        var parts: [String] = []
        for (index, component) in components.enumerated() {
            switch component {
            case .deep: return parts.joined(separator: "/")
            case .deepCapture(let name):
                guard let value = captures[names[name]] else { return nil }
                parts.append(value)
            case .pieces(let pieces):
                // The last component names a file.
                if index == components.count - 1 || pieces.contains(.any) {
                    return parts.joined(separator: "/")
                }
                var part = ""
                for piece in pieces {
                    switch piece {
                    case .text(let text): part += String(decoding: text, as: UTF8.self)
                    case .any: break
                    case .capture(let name):
                        guard let value = captures[names[name]] else { return nil }
                        part += value
                    }
                }
                parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }
}

/// A sentence that says what is wrong with a pattern or a template.
public struct PatternError: Error, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
