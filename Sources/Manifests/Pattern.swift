/// The captures of a pattern: `{env}` and the like, by name.
public typealias Captures = [String: String]

/// A pattern over paths: literal text, `*`, `**`, `{name}` within one component, and `{name...}`
/// over several.
public struct Pattern: Hashable, Sendable, CustomStringConvertible {
    enum Piece: Hashable, Sendable {
        case text(String)
        /// `*`: anything within one component.
        case any
        case capture(String)
    }
    enum Component: Hashable, Sendable {
        case pieces([Piece])
        /// `**`: any number of components, also none.
        case deep
        /// `{name...}`: one component or more.
        case deepCapture(String)
    }

    public let description: String
    let components: [Component]
    /// The names that the pattern captures, in order of appearance.
    public let names: [String]

    /// Throws a sentence that says what is wrong with the pattern.
    public init(_ text: String) throws(PatternError) {
        description = text
        var components: [Component] = []
        for part in text.split(separator: "/", omittingEmptySubsequences: true) {
            if part == "." { continue }
            guard part != ".." else {
                throw PatternError("a pattern stays within the repository: '..' is not allowed")
            }
            components.append(try Pattern.component(part))
        }
        guard !components.isEmpty else { throw PatternError("an empty pattern matches nothing") }
        self.components = components
        var names: [String] = []
        for component in components {
            switch component {
            case .deep: break
            case .deepCapture(let name): if !names.contains(name) { names.append(name) }
            case .pieces(let pieces):
                for case .capture(let name) in pieces where !names.contains(name) { names.append(name) }
            }
        }
        self.names = names
    }

    private static func component(_ text: Substring) throws(PatternError) -> Component {
        if text == "**" { return .deep }
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
                    return .deepCapture(String(name))
                }
                pieces.append(.capture(String(name)))
            } else {
                let end = rest.firstIndex { $0 == "*" || $0 == "{" } ?? rest.endIndex
                pieces.append(.text(String(rest[..<end])))
                rest = rest[end...]
            }
        }
        return .pieces(pieces)
    }

    /// How a pattern matched a path.
    public struct Match: Hashable, Sendable {
        public var captures: Captures
        /// What `*` and `**` stood for, in order.
        public var wildcards: [String]
    }

    /// The first way in which the pattern matches `path` and `accepts` each capture, shortest
    /// `{name...}` first. A repeated capture must agree with itself.
    public func match(
        _ path: String, accepts: (_ name: String, _ value: Substring) -> Bool = { _, _ in true }
    )
        -> Match?
    {
        match(path.split(separator: "/"), accepts: accepts)
    }

    func match(_ parts: [Substring], accepts: (_ name: String, _ value: Substring) -> Bool = { _, _ in true })
        -> Match?
    {
        var taken: [Taken] = []
        guard match(components[...], parts[...], &taken, accepts) else { return nil }
        var match = Match(captures: [:], wildcards: [])
        for piece in taken {
            if let name = piece.name {
                match.captures[name] = String(piece.value)
            } else {
                match.wildcards.append(String(piece.value))
            }
        }
        return match
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
                guard let value = match.captures[name] else { return nil }
                parts.append(value)
            case .pieces(let pieces):
                var part = ""
                for piece in pieces {
                    switch piece {
                    case .text(let text): part += text
                    case .any:
                        guard let value = wildcards.popFirst() else { return nil }
                        part += value
                    case .capture(let name):
                        guard let value = match.captures[name] else { return nil }
                        part += value
                    }
                }
                parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }

    /// A capture, or (without a name) what a wildcard stood for.
    private typealias Taken = (name: String?, value: Substring)

    private func match(
        _ components: ArraySlice<Component>, _ parts: ArraySlice<Substring>,
        _ captures: inout [Taken],
        _ accepts: (String, Substring) -> Bool
    ) -> Bool {
        guard let component = components.first else { return parts.isEmpty }
        let rest = components.dropFirst()
        switch component {
        case .deep where rest.isEmpty:
            // At the end it stands for what is in a folder, as in .gitignore: never for nothing.
            guard !parts.isEmpty else { return false }
            captures.append((nil, Pattern.joined(parts)))
            return true
        case .deep:
            for skipped in 0...parts.count {
                let count = captures.count
                captures.append((nil, Pattern.joined(parts.prefix(skipped))))
                if match(rest, parts.dropFirst(skipped), &captures, accepts) { return true }
                captures.removeSubrange(count...)
            }
            return false
        case .deepCapture(let name):
            guard !parts.isEmpty else { return false }
            for taken in 1...parts.count {
                let count = captures.count
                if take(name, Pattern.joined(parts.prefix(taken)), &captures, accepts),
                    match(rest, parts.dropFirst(taken), &captures, accepts)
                {
                    return true
                }
                captures.removeSubrange(count...)
            }
            return false
        case .pieces(let pieces):
            guard let part = parts.first else { return false }
            return matchPieces(pieces[...], part, &captures, accepts) { captures in
                match(rest, parts.dropFirst(), &captures, accepts)
            }
        }
    }

    /// The part of the path that these neighbouring components are.
    private static func joined(_ parts: ArraySlice<Substring>) -> Substring {
        guard let first = parts.first, let last = parts.last else { return "" }
        return first.base[first.startIndex..<last.endIndex]
    }

    private func matchPieces(
        _ pieces: ArraySlice<Piece>, _ text: Substring, _ captures: inout [Taken],
        _ accepts: (String, Substring) -> Bool,
        then: (inout [Taken]) -> Bool
    ) -> Bool {
        guard let piece = pieces.first else { return text.isEmpty && then(&captures) }
        let rest = pieces.dropFirst()
        if case .text(let literal) = piece {
            return text.hasPrefix(literal)
                && matchPieces(rest, text.dropFirst(literal.count), &captures, accepts, then: then)
        }
        if rest.isEmpty {
            let count = captures.count
            if consume(piece, text, &captures, accepts), then(&captures) { return true }
            captures.removeSubrange(count...)
            return false
        }
        var end = text.startIndex
        while true {
            let count = captures.count
            if consume(piece, text[..<end], &captures, accepts),
                matchPieces(rest, text[end...], &captures, accepts, then: then)
            {
                return true
            }
            captures.removeSubrange(count...)
            guard end < text.endIndex else { return false }
            end = text.index(after: end)
        }
    }

    private func consume(
        _ piece: Piece, _ text: Substring, _ captures: inout [Taken],
        _ accepts: (String, Substring) -> Bool
    ) -> Bool {
        guard case .capture(let name) = piece else {
            captures.append((nil, text))
            return true
        }
        return take(name, text, &captures, accepts)
    }

    private func take(
        _ name: String, _ value: Substring, _ captures: inout [Taken],
        _ accepts: (String, Substring) -> Bool
    ) -> Bool {
        guard !value.isEmpty else { return false }
        if let earlier = captures.first(where: { $0.name == name }) { return earlier.value == value }
        guard accepts(name, value) else { return false }
        captures.append((name, value))
        return true
    }
}

/// A sentence that says what is wrong with a pattern or a template.
public struct PatternError: Error, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Text with `{name}` in it, to be filled in: `registry.example.com/{app}`.
public struct Template: Hashable, Sendable, CustomStringConvertible {
    enum Piece: Hashable, Sendable {
        case text(String)
        case name(String)
    }

    public let description: String
    let pieces: [Piece]

    public init(_ text: String) throws(PatternError) {
        description = text
        var pieces: [Piece] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else {
                throw PatternError("'{' without '}' in '\(text)'")
            }
            if open > rest.startIndex { pieces.append(.text(String(rest[..<open]))) }
            pieces.append(.name(String(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        self.pieces = pieces
    }

    /// The names in the template, in order.
    public var names: [String] { pieces.compactMap { if case .name(let name) = $0 { name } else { nil } } }

    /// Nil where `value` knows one of the names no answer.
    public func filled(_ value: (String) -> String?) -> String? {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let literal): text += literal
            case .name(let name):
                guard let found = value(name) else { return nil }
                text += found
            }
        }
        return text
    }
}

extension Pattern {
    /// The text that every matching path starts with.
    var literalPrefix: String {
        var prefix = ""
        for component in components {
            guard case .pieces(let pieces) = component else { return prefix }
            for piece in pieces {
                guard case .text(let text) = piece else { return prefix }
                prefix += text
            }
            if component != components.last { prefix += "/" }
        }
        return prefix
    }

    /// The folder that the pattern describes up to its first wildcard; nil where a capture is missing.
    func folder(_ captures: Captures) -> String? {
        var parts: [String] = []
        for (index, component) in components.enumerated() {
            switch component {
            case .deep: return parts.joined(separator: "/")
            case .deepCapture(let name):
                guard let value = captures[name] else { return nil }
                parts.append(value)
            case .pieces(let pieces):
                // The last component names a file.
                if index == components.count - 1 || pieces.contains(.any) {
                    return parts.joined(separator: "/")
                }
                var part = ""
                for piece in pieces {
                    switch piece {
                    case .text(let text): part += text
                    case .any: break
                    case .capture(let name):
                        guard let value = captures[name] else { return nil }
                        part += value
                    }
                }
                parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }
}
