extension Document {
    /// The paths of all values that differ between two documents, in order: changed, added and removed scalars,
    /// aliases expanded and merge keys applied. Of something that appears or goes every scalar is listed
    /// (an empty collection as itself). How a value is quoted makes no difference, its type does.
    public static func changes(from old: Document, to new: Document) -> [Path] {
        var changes = Changes()
        changes.compare(old.root, new.root)
        return changes.paths
    }
}

private struct Changes {
    private(set) var paths: [Path] = []
    private var steps: [Path.Step] = []

    mutating func compare(_ old: Node?, _ new: Node?) {
        guard let old = old?.resolved, let new = new?.resolved else {
            if let only = (old ?? new)?.resolved { list(only) }
            return
        }
        if old == new { return }
        switch (old.kind, new.kind) {
        case (.scalar, .scalar):
            if old.text != new.text || old.scalar?.type != new.scalar?.type { list(new) }
        case (.mapping, .mapping):
            let before = old.effectiveEntries
            let after = new.effectiveEntries
            if before.isEmpty, after.isEmpty { return }
            let values = Dictionary(after.map { ($0.key, $0.value) }) { $1 }
            for (key, value) in before { descend(.key(key)) { $0.compare(value, values[key]) } }
            let known = Set(before.map(\.key))
            for (key, value) in after where !known.contains(key) { descend(.key(key)) { $0.list(value) } }
        case (.sequence, .sequence):
            let before = old.items
            let after = new.items
            for index in 0..<max(before.count, after.count) {
                descend(.index(index)) {
                    $0.compare(
                        index < before.count ? before[index] : nil, index < after.count ? after[index] : nil)
                }
            }
        default:
            list(old)
            list(new)
        }
    }

    /// Every scalar of a node.
    private mutating func list(_ node: Node) {
        let node = node.resolved
        if node.kind == .mapping, node.children.upcoming < node.children.end {
            for (key, value) in node.effectiveEntries { descend(.key(key)) { $0.list(value) } }
        } else if node.kind == .sequence, node.children.upcoming < node.children.end {
            for (index, item) in node.items.enumerated() { descend(.index(index)) { $0.list(item) } }
        } else {
            paths.append(Path(steps: steps))
        }
    }

    private mutating func descend(_ step: Path.Step, _ body: (inout Changes) -> Void) {
        steps.append(step)
        body(&self)
        steps.removeLast()
    }
}

extension Node {
    /// A mapping's keys as readers see them, merges applied; of a key that is there twice the last.
    fileprivate var effectiveEntries: [(key: String, value: Node)] {
        var entries: [(key: String, value: Node)] = []
        var places: [String: Int] = [:]
        var merges: [Node] = []
        for (key, value) in self.entries {
            if key.isMergeKey {
                merges += value.resolved.kind == .sequence ? value.items : [value]
            } else if let place = places[key.keyText] {
                entries[place].value = value
            } else {
                places[key.keyText] = entries.count
                entries.append((key.keyText, value))
            }
        }
        for merge in merges {
            for entry in merge.resolved.effectiveEntries where places[entry.key] == nil {
                places[entry.key] = entries.count
                entries.append(entry)
            }
        }
        return entries
    }
}
