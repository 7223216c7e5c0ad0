/// Finds the nodes that an edit is for, and refuses what would change more than it says.
struct EditResolver {
    private let file: YAMLFile
    private let writer: ValueWriter
    private var children = ChildIndex()

    init(file: YAMLFile) {
        self.file = file
        writer = ValueWriter(for: file)
    }

    mutating func resolve(_ edit: Edit) throws(YAMLError) -> Change {
        switch edit {
        case .replace(let document, let path, let value):
            let node = try node(at: path, in: document)
            return try replacement(of: node, with: try wholeValue(value, at: path, in: node))
        case .replaceAnchored(let document, let path, let value, let uses):
            return try anchored(path, in: document, with: value, usedAt: uses)
        case .insert(let document, let path, let value):
            return try insertion(of: value, at: path, in: document)
        case .remove(let document, let path):
            // Taking an alias out leaves its anchor as it is.
            let node = try node(at: path, in: document, takingAlias: true)
            try refuseShared(below: node)
            return try Removal(of: node, writer: writer).change()
        case .comment(let document, let path, let from, let to):
            return try comment(at: try node(at: path, in: document), from: from, to: to)
        }
    }

    // MARK: Where

    private func document(_ index: Int) throws(YAMLError) -> Document {
        guard file.storage.documents.indices.contains(index) else {
            throw YAMLError(.notFound, "there is no document \(index), the file has \(file.documents.count)")
        }
        return Document(storage: file.storage, index: index)
    }

    private mutating func node(
        at path: Path, in index: Int, takingAlias: Bool = false
    ) throws(YAMLError) -> Node {
        let document = try document(index)
        guard let node = try existing(path, in: document, takingAlias: takingAlias) else {
            throw YAMLError(.notFound, "there is nothing at \(path)")
        }
        return node
    }

    /// The one node at a path, or nil; refuses several, aliases on the way, and duplicate keys.
    private mutating func existing(
        _ path: Path, in document: Document, takingAlias: Bool = false
    ) throws(YAMLError) -> Node? {
        guard let root = document.root else { return nil }
        if path.isConcrete { return try walk(path, from: root, takingAlias: takingAlias) }
        let nodes = path.matches(from: root, followingAliases: false)
        guard let first = nodes.first else {
            try refuseAlias(path, from: root)
            return nil
        }
        // The same steps, checked; nodes that only differ in a duplicate key fail here.
        let node = try walk(first.path, from: root, takingAlias: takingAlias)
        guard nodes.count == 1 else {
            throw YAMLError(
                .ambiguous, "\(path) leads to \(nodes.count) places", at: first.position,
                hint: "name one of them, such as \(first.path)")
        }
        return node
    }

    private mutating func walk(_ path: Path, from root: Node, takingAlias: Bool) throws(YAMLError) -> Node? {
        var node = root
        for step in path.steps {
            if node.isAliased { throw Self.sharedError(node) }
            let found =
                switch step {
                case .key(let key): children.values(of: key, in: node)
                case .index(let index): children.item(index, of: node)
                default: [Node]()
                }
            guard let next = found.first else {
                try refuseAlias(path, from: root)
                return nil
            }
            guard found.count == 1 else {
                throw YAMLError(
                    .duplicateKey, "the key \(next.parentKey?.keyText ?? "") is twice in its mapping",
                    at: found[1].position, hint: "remove one of the two")
            }
            node = next
        }
        if node.isAliased { throw Self.sharedError(node) }
        guard node.kind != .alias || takingAlias else {
            throw YAMLError(
                .alias, "an alias of \(node.resolved.path) stands at \(node.path)", at: node.position,
                hint: "edit that, or replace the alias by hand")
        }
        return node
    }

    /// What is there only through an alias or a merge.
    private func refuseAlias(_ path: Path, from root: Node) throws(YAMLError) {
        guard let node = path.matches(from: root).first else { return }
        throw YAMLError(
            .alias, "\(path) leads through an alias to \(node.path)", at: node.position,
            hint: "edit that, or give \(path) a value of its own")
    }

    private func refuseShared(below node: Node) throws(YAMLError) {
        for index in node.index..<Int(node.record.subtreeEnd) where file.storage.records[index].isAliased {
            throw Self.sharedError(Node(storage: file.storage, index: index))
        }
    }

    private static func sharedError(_ node: Node) -> YAMLError {
        YAMLError(
            .shared, "aliases of \(node.path) would change with it (anchor '\(node.anchor ?? "")')",
            at: node.position, hint: "edit it by hand if that is what you want")
    }

    // MARK: What

    /// With `?ref` the whole URL.
    private func wholeValue(_ value: Value, at path: Path, in node: Node) throws(YAMLError) -> Value {
        guard let name = path.query else { return value }
        guard case .scalar(let text) = value, let url = node.string,
            let changed = URLQuery.replacing(name, with: text, in: url)
        else {
            throw YAMLError(
                .notFound, "there is no URL with a parameter \(name) at \(path)", at: node.position)
        }
        return .scalar(changed)
    }

    private func replacement(of node: Node, with value: Value) throws(YAMLError) -> Change {
        try refuseShared(below: node)
        return try Replacement(of: node, with: value, writer: writer).change()
    }

    private func anchored(
        _ path: Path, in index: Int, with value: Value, usedAt uses: [Path]
    ) throws(YAMLError) -> Change {
        let document = try document(index)
        guard let root = document.root,
            let node = path.matches(from: root, followingAliases: false).first, node.kind == .scalar
        else { throw YAMLError(.notFound, "there is nothing at \(path)") }
        let aliases = (root.index..<Int(root.record.subtreeEnd)).filter {
            file.storage.records[$0].kind == .alias && file.storage.records[$0].target == node.index
        }.map { Node(storage: file.storage, index: $0) }
        guard aliases.allSatisfy({ uses.contains($0.path) }) else { throw Self.sharedError(node) }
        return try Replacement(of: node, with: value, writer: writer).change()
    }

    private mutating func insertion(of value: Value, at path: Path, in index: Int) throws(YAMLError) -> Change
    {
        if index == 0, file.storage.documents.isEmpty {
            let whole = try Self.nested(value, in: path.steps[...])
            return Change(
                node: nil, effect: .create(whole),
                splices: Replacement.creation(of: whole, in: file, writer: writer))
        }
        let document = try document(index)
        // An index that is there moves up; anything else would be there twice.
        if case .index? = path.steps.last {
        } else if let node = try existing(path, in: document) {
            guard path.steps.isEmpty, node.scalar?.type == .null else {
                throw YAMLError(
                    .exists, "there is something at \(path) already", at: node.position, hint: "replace it")
            }
            return try replacement(of: node, with: value)
        }
        var count = path.steps.count
        while count > 0 {
            count -= 1
            let prefix = Path(steps: Array(path.steps[..<count]))
            let rest = path.steps[count...]
            guard let parent = try existing(prefix, in: document), let step = rest.first else { continue }
            if parent.isEmptyPlace(for: step) {
                return try replacement(of: parent, with: try Self.nested(value, in: rest))
            }
            let child = try Self.nested(value, in: rest.dropFirst())
            return try Insertion(into: parent, at: step, of: child, writer: writer).change()
        }
        throw YAMLError(.notFound, "document \(index) has no root")
    }

    /// The value with the parents that the steps name around it.
    private static func nested(_ value: Value, in steps: ArraySlice<Path.Step>) throws(YAMLError) -> Value {
        var value = value
        for step in steps.reversed() {
            switch step {
            case .key(let key): value = .mapping([Value.Entry(key, value)])
            case .index(0): value = .sequence([value])
            case .match(let key, let name):
                value = .sequence([try Insertion.item(value, with: key, reading: name)])
            default:
                throw YAMLError(
                    .notFound, "there is no \(Path(steps: [step])), and it cannot be made",
                    hint: "name keys, [0] or [name=…] where something is to be created")
            }
        }
        return value
    }

    private func comment(at node: Node, from: String, to: String) throws(YAMLError) -> Change {
        let current = node.commentSpan
        guard node.comment ?? "" == from else {
            throw YAMLError(
                .notFound, "the comment at \(node.path) is not '\(from)'", at: node.position)
        }
        let isComment = to.isEmpty || to.hasPrefix("#")
        guard isComment, file.syntax == .yaml, ScalarWriter.isPrintable(to), !to.utf8.contains(.lineFeed)
        else {
            throw YAMLError(.unwritable, "'\(to)' is not a comment", at: node.position)
        }
        if let current {
            var start = current.lowerBound
            if to.isEmpty { while start > 0, file.storage.bytes[start - 1].isBlank { start -= 1 } }
            return Change(
                node: node, effect: .none, splices: [Splice(start..<current.upperBound, Array(to.utf8))])
        }
        let end = file.storage.bytes.lineEnd(of: node.commentPlace)
        return Change(
            node: node, effect: .none, splices: [.insert(Array((to.isEmpty ? "" : " " + to).utf8), at: end)])
    }
}

/// The children of the collections that edits went through, so that thousands of edits of one collection
/// do not look through it each time.
private struct ChildIndex {
    private var keys: [Int: [ArraySlice<UInt8>: [Node]]] = [:]
    private var items: [Int: [Node]] = [:]

    mutating func values(of key: String, in node: Node) -> [Node] {
        guard node.kind == .mapping else { return [] }
        var index = keys[node.index]
        if index == nil {
            index = Dictionary(grouping: node.entries.filter { $0.key.text != nil }) { $0.key.text ?? [] }
                .mapValues { $0.map(\.value) }
            keys[node.index] = index
        }
        return index?[ArraySlice(key.utf8)] ?? []
    }

    mutating func item(_ position: Int, of node: Node) -> [Node] {
        guard node.kind == .sequence else { return [] }
        let all = items[node.index] ?? node.items
        items[node.index] = all
        return all.indices.contains(position) ? [all[position]] : []
    }
}

extension Node {
    /// Null, or an empty collection of the kind that the step needs.
    fileprivate func isEmptyPlace(for step: Path.Step) -> Bool {
        if kind == .scalar { return scalar?.type == .null }
        guard children.upcoming == children.end else { return false }
        if case .key = step { return kind == .mapping }
        return kind == .sequence
    }
}
