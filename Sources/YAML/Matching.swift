extension Path {
    /// All nodes that the path leads to, each once, in the file's order. A trailing `?ref` is ignored: the
    /// result is the scalar with the URL.
    public func matches(in document: Document) -> [Node] {
        guard let root = document.root else { return [] }
        return matches(from: root)
    }

    /// As ``matches(in:)``, for a path that starts at any node.
    public func matches(from node: Node) -> [Node] { matches(from: node, followingAliases: true) }

    func matches(from node: Node, followingAliases: Bool) -> [Node] {
        var nodes = [node]
        for step in steps {
            if case .query = step { break }
            if !followingAliases { nodes.removeAll { $0.kind == .alias } }
            nodes = step.apply(to: nodes, merging: followingAliases)
        }
        return nodes
    }

    /// Whether the path leads to what the other one does, or to a node around it. Both concrete.
    public func isPrefix(of other: Path) -> Bool { other.steps.starts(with: steps) }
}

extension Path.Step {
    /// What the step leads to from any of the nodes, each once.
    fileprivate func apply(to nodes: [Node], merging: Bool) -> [Node] {
        if nodes.count == 1 { return apply(to: nodes[0], merging: merging) }
        var seen: Set<Int> = []
        var found: [Node] = []
        for node in nodes {
            for next in apply(to: node, merging: merging) where seen.insert(next.index).inserted {
                found.append(next)
            }
        }
        return found.sorted { $0.index < $1.index }
    }

    private func apply(to node: Node, merging: Bool) -> [Node] {
        switch self {
        case .key(let key):
            let own = node.values(of: key)
            return own.isEmpty && merging ? node[key].map { [$0] } ?? [] : own
        case .index(let index):
            return node[index].map { [$0] } ?? []
        case .match(let key, let value):
            return node.items.filter { $0[key]?.reads(value) ?? false }
        case .any:
            return node.resolved.kind == .mapping ? node.entries.map(\.value) : node.items
        case .anyItem:
            return node.items
        case .deep:
            return Self.valuesBelow(node)
        case .query:
            return [node]
        }
    }

    /// The node and every value and item below it, but no keys.
    private static func valuesBelow(_ node: Node) -> [Node] {
        var found: [Node] = []
        func visit(_ node: Node) {
            found.append(node)
            var children = node.children
            while let child = children.next() {
                if node.kind == .sequence {
                    visit(child)
                } else if let value = children.next() {
                    visit(value)
                }
            }
        }
        visit(node)
        return found
    }
}
