internal import YAML

/// One operation of a JSON patch (RFC 6902), as far as it changes values.
struct JSONPatchOperation {
    enum Change {
        case add(Composed)
        case replace(Composed)
        case remove
    }

    /// The reference tokens of the pointer (RFC 6901), unescaped.
    let path: [String]
    let change: Change

    /// Why an entry of a patch is no operation that can be followed.
    struct Problem: Error { var text: String }

    /// Nil for `test`, which changes nothing.
    init?(_ operation: Composed) throws(Problem) {
        guard let name = operation["op"]?.string, let pointer = operation["path"]?.string else {
            throw Problem(text: "an operation without 'op' or 'path'")
        }
        let tokens = pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard tokens.count <= YAMLFile.maximumDepth else {
            throw Problem(text: "a path of more than \(YAMLFile.maximumDepth) levels")
        }
        path = tokens.map { token in
            guard token.utf8.contains(UInt8(ascii: "~")) else { return String(token) }
            return String(token).replacing("~1", with: "/").replacing("~0", with: "~")
        }
        switch name {
        case "add", "replace":
            guard let value = operation["value"] else { throw Problem(text: "'\(name)' without a value") }
            change = name == "add" ? .add(value) : .replace(value)
        case "remove": change = .remove
        case "test": return nil
        default: throw Problem(text: "'\(name)' is not followed")
        }
    }
}

extension Composed {
    /// This value after the operation; nil where its path leads to nothing, and where nothing is left.
    func applying(_ operation: JSONPatchOperation) -> Composed? {
        applying(operation.change, at: operation.path[...])
    }

    private func applying(_ change: JSONPatchOperation.Change, at path: ArraySlice<String>) -> Composed? {
        guard let token = path.first else {
            switch change {
            case .add(let value), .replace(let value): return value.hiding(self)
            case .remove: return nil
            }
        }
        let isLast = path.count == 1
        switch kind {
        case .mapping:
            var entries = entries
            let index = entries.firstIndex { $0.key == token }
            if isLast, index == nil {
                guard case .add(let value) = change else { return nil }
                entries.append((token, value))
            } else if isLast, let index, case .remove = change {
                entries.remove(at: index)
            } else {
                guard let index, let child = entries[index].value.applying(change, at: path.dropFirst())
                else { return nil }
                entries[index].value = child
            }
            return .mapping(entries)
        case .sequence:
            var items = items
            if isLast, case .add(let value) = change {
                guard let index = token == "-" ? items.count : Int(token), 0...items.count ~= index
                else { return nil }
                items.insert(value, at: index)
                return .sequence(items)
            }
            guard let index = Int(token), items.indices.contains(index) else { return nil }
            if isLast, case .remove = change {
                items.remove(at: index)
            } else {
                guard let child = items[index].applying(change, at: path.dropFirst()) else { return nil }
                items[index] = child
            }
            return .sequence(items)
        case .scalar: return nil
        }
    }

    /// What the path of an operation leads to, made of nothing else: numbers are items of a list.
    static func bare(_ path: some BidirectionalCollection<String>, _ value: Composed) -> Composed {
        path.reversed().reduce(value) { value, token in
            Int(token) != nil || token == "-" ? .sequence([value]) : .mapping([(token, value)])
        }
    }
}
