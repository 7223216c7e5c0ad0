internal import YAML

/// Lists whose items are merged by a key, as Kubernetes' own kinds have them; all other lists are replaced.
struct MergeKeys {
    /// The key that identifies an item, by the name of the list.
    let keys: [String: String]

    /// Helm values, and kinds that come from a custom resource definition: any list is replaced whole.
    static let none = MergeKeys(keys: [:])
    /// As far as containers go (Kubernetes' API, `patchMergeKey`).
    static let builtIn = MergeKeys(
        keys: Dictionary(uniqueKeysWithValues: Kubernetes.containerLists.map { ($0, "name") }))
}

extension Composed {
    /// This value with `patch` over it, as strategic merge patches and Helm have it: mappings are merged, null
    /// takes a key away, everything else is replaced; `$patch` says otherwise. Nil where nothing is left.
    func merged(with patch: Composed, _ lists: MergeKeys) -> Composed? {
        guard patch.kind == .mapping else { return patch.hiding(self) }
        switch patch["$patch"]?.string {
        case "delete": return nil
        case "replace": return patch.withoutDirective
        default: break
        }
        guard kind == .mapping else { return patch }
        var entries = entries
        if entries.isEmpty, !patch.mayTakeAway { return patch }
        for (key, value) in patch.entries where key != "$patch" {
            let index = entries.firstIndex { $0.key == key }
            let merged: Composed? =
                if value.isNull {
                    nil
                } else if let index {
                    entries[index].value.merged(with: value, inList: key, lists)
                } else {
                    value.kind == .mapping ? Composed.mapping([]).merged(with: value, lists) : value
                }
            switch (index, merged) {
            case (let index?, let merged?): entries[index].value = merged
            case (let index?, nil): entries.remove(at: index)
            case (nil, let merged?): entries.append((key, merged))
            case (nil, nil): break
            }
        }
        return .mapping(entries)
    }

    /// Whether something in a patch may not stay as it is written: nulls, and what `$patch` says.
    private var mayTakeAway: Bool {
        guard case .written(let node, _) = self else { return true }
        return node.mayHoldNull || node.mayHold(keyEndingIn: ["$patch"])
    }

    private func merged(with patch: Composed, inList name: String, _ lists: MergeKeys) -> Composed? {
        guard patch.kind == .sequence, kind == .sequence, let key = lists.keys[name] else {
            return merged(with: patch, lists)
        }
        let changes = patch.items
        if changes.contains(where: { $0["$patch"]?.string == "replace" }) {
            return .sequence(changes.filter { $0["$patch"] == nil })
        }
        // Items of the patch come first, in its order, then the others (kustomize's ListPrepend).
        var rest = items
        var merged: [Composed] = []
        for change in changes {
            let index = rest.firstIndex {
                $0[key]?.string != nil && $0[key]?.string == change[key]?.string
            }
            if let old = index.map({ rest.remove(at: $0) }) {
                if let item = old.merged(with: change, lists) { merged.append(item) }
            } else if change["$patch"]?.string != "delete" {
                merged.append(change)
            }
        }
        return .sequence(merged + rest)
    }

    private var withoutDirective: Composed { .mapping(entries.filter { $0.key != "$patch" }) }

    /// This value with another in the place that the keys lead to; mappings on the way are made.
    func setting(_ keys: some Collection<String>, to value: Composed) -> Composed {
        guard let key = keys.first else { return value.hiding(self) }
        var entries = kind == .mapping ? entries : []
        let index = entries.firstIndex { $0.key == key }
        let child = index.map { entries[$0].value } ?? .mapping([])
        let changed = child.setting(keys.dropFirst(), to: value)
        if let index { entries[index].value = changed } else { entries.append((key, changed)) }
        return .mapping(entries)
    }
}
