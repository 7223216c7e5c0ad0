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
