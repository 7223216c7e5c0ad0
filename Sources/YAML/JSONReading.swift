public import System

extension JSON {
    /// Reads exactly one value (RFC 8259), with ``YAMLFile``'s caps on size and depth. A key that is
    /// twice in an object is an error: readers disagree on what it means.
    public init(parsing bytes: [UInt8]) throws(YAMLError) {
        let file = try YAMLFile(parsing: bytes, as: .json)
        guard let document = file.documents.first, let root = document.root else {
            throw YAMLError(.invalid, "there is no value")
        }
        if let duplicate = document.duplicateKeys.first {
            throw YAMLError(
                .duplicateKey, "the key \(duplicate.keyText) is there twice", at: duplicate.position)
        }
        self.init(root)
    }

    /// What a node reads as; aliases are expanded. YAML's numbers that JSON has no form for are strings.
    public init(_ node: Node) {
        let node = node.resolved
        switch node.kind {
        case .mapping: self = .object(node.entries.map { Field($0.key.keyText, JSON($0.value)) })
        case .sequence: self = .array(node.items.map { JSON($0) })
        case .scalar, .alias: self.init(scalar: node)
        }
    }

    private init(scalar node: Node) {
        let text = node.string ?? ""
        switch node.scalar?.type {
        case .null: self = .null
        case .bool: self = .bool(text.first == "t" || text.first == "T")
        case .int: self = Int(text).map { .int($0) } ?? Double(text).map { .double($0) } ?? .string(text)
        case .float: self = Double(text).map { .double($0) } ?? .string(text)
        case .string, nil: self = .string(text)
        }
    }
}
