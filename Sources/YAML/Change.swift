/// An edit for the nodes of one file: the bytes to change, and what the tree must be afterwards.
struct Change {
    enum Effect {
        /// Only bytes outside of the tree.
        case none
        case replace(Value)
        /// A child of `node`; in a mapping with its key, always last.
        case insert(position: Int, key: String?, Value)
        /// The child of `node` at this position.
        case remove(position: Int)
        /// A document in a file that has none.
        case create(Value)
    }

    /// The node that changes: for an insertion or a removal the parent.
    var node: Node?
    var effect: Effect
    var splices: [Splice]
}

/// What several changes do to the tree, by node of the file before.
struct ChangePlan {
    private(set) var effects: [Int: Change.Effect] = [:]
    private(set) var created: Value?

    mutating func add(_ change: Change) {
        if case .create(let value) = change.effect { created = value }
        if case .none = change.effect { return }
        if let node = change.node { effects[node.index] = change.effect }
    }
}

/// Proves that a file became another one by a plan and by nothing else.
struct Proof {
    let plan: ChangePlan

    func check(_ old: YAMLFile, _ new: YAMLFile) throws(YAMLError) {
        let before = old.documents
        let after = new.documents
        if let value = plan.created, before.isEmpty {
            guard after.count == 1, let root = after[0].root else { throw failure("the document", nil) }
            return try check(root, reads: value)
        }
        guard before.count == after.count else {
            throw failure("the number of documents", nil)
        }
        for (before, after) in zip(before, after) {
            switch (before.root, after.root) {
            case (let before?, let after?): try check(before, after)
            case (nil, nil): break
            default: throw failure("document \(before.index)", nil)
            }
        }
    }

    private func check(_ old: Node, _ new: Node) throws(YAMLError) {
        guard old.anchor == new.anchor, old.tag == new.tag else { throw failure(at: new) }
        let effect = plan.effects[old.index]
        if case .replace(let value)? = effect { return try check(new, reads: value) }
        guard old.kind == new.kind, old.record.style == new.record.style, old.isFlow == new.isFlow else {
            throw failure(at: new)
        }
        switch old.kind {
        case .alias:
            guard old.resolved.anchor == new.resolved.anchor else { throw failure(at: new) }
        case .scalar:
            guard old.text == new.text else { throw failure(at: new) }
        case .mapping, .sequence:
            try checkChildren(old, new: new, effect: effect)
        }
    }

    private func checkChildren(_ old: Node, new: Node, effect: Change.Effect?) throws(YAMLError) {
        var before = old.children
        var after = new.children
        var position = 0
        while true {
            if case .insert(position, let key, let value)? = effect {
                if let key { try check(after.next(), reads: .scalar(key), in: new) }
                try check(after.next(), reads: value, in: new)
            }
            guard let old = before.next() else { break }
            let oldValue = new.kind == .mapping ? before.next() : nil
            if case .remove(position)? = effect {
                position += 1
                continue
            }
            position += 1
            guard let new = after.next() else { throw failure(at: new) }
            try check(old, new)
            if let oldValue {
                guard let newValue = after.next() else { throw failure(at: new) }
                try check(oldValue, newValue)
            }
        }
        if let extra = after.next() { throw failure(at: extra) }
    }

    private func check(_ node: Node?, reads value: Value, in parent: Node) throws(YAMLError) {
        guard let node, !node.record.hasProperties else { throw failure(at: parent) }
        try check(node, reads: value)
    }

    private func check(_ node: Node, reads value: Value) throws(YAMLError) {
        switch value {
        case .scalar, .literal:
            guard node.isWritten(as: value) else { throw failure(at: node) }
        case .sequence(let values):
            let items = node.items
            guard node.kind == .sequence, items.count == values.count else { throw failure(at: node) }
            for (item, value) in zip(items, values) { try check(item, reads: value, in: node) }
        case .mapping(let fields):
            let entries = node.entries
            guard node.kind == .mapping, entries.count == fields.count else { throw failure(at: node) }
            for (entry, field) in zip(entries, fields) {
                try check(entry.key, reads: .scalar(field.key), in: node)
                try check(entry.value, reads: field.value, in: node)
            }
        }
    }

    private func failure(at node: Node) -> YAMLError { failure("\(node.path)", node.position) }

    private func failure(_ what: String, _ position: Position?) -> YAMLError {
        YAMLError(
            .unproven, "the edited file would not read as planned: \(what) would differ", at: position,
            hint: "edit it by hand")
    }
}

extension Node {
    /// Whether a scalar stands here that every reader takes for the value: a string that is plain must not
    /// look like something else to readers of YAML 1.1.
    func isWritten(as value: Value) -> Bool {
        guard kind == .scalar else { return false }
        switch value {
        case .scalar(let text):
            return reads(text) && scalar?.type == .string
                && !(record.style == .plain && LegacyType.matches(text.utf8) && storage.syntax == .yaml)
        case .literal(let text):
            return reads(text) && record.style == .plain
        case .mapping, .sequence:
            return false
        }
    }
}
