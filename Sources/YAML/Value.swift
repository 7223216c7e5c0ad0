/// What an edit writes, or what a node reads as.
public enum Value: Hashable, Sendable {
    /// A string, whatever it looks like: `1.10` is written so that every reader sees a string.
    case scalar(String)
    /// Plain text that has its own type: `true`, `3`, `null`.
    case literal(String)
    case mapping([Entry])
    case sequence([Value])

    public struct Entry: Hashable, Sendable {
        public var key: String
        public var value: Value

        public init(_ key: String, _ value: Value) {
            self.key = key
            self.value = value
        }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    public init(stringLiteral value: String) { self = .scalar(value) }
    public init(arrayLiteral elements: Value...) { self = .sequence(elements) }
    public init(dictionaryLiteral elements: (String, Value)...) {
        self = .mapping(elements.map { Entry($0, $1) })
    }
}

extension Node {
    /// What the node reads as, with aliases expanded. Merge keys stay keys.
    public var value: Value {
        let node = resolved
        switch node.kind {
        case .mapping: return .mapping(node.entries.map { Value.Entry($0.key.keyText, $0.value.value) })
        case .sequence: return .sequence(node.items.map(\.value))
        case .scalar, .alias:
            let text = node.string ?? ""
            return node.scalar?.type == .string ? .scalar(text) : .literal(text.isEmpty ? "null" : text)
        }
    }
}
