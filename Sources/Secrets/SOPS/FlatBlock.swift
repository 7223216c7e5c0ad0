internal import System
internal import YAML

/// The `sops` block in formats that have only names and texts: `age__list_0__map_enc`.
enum FlatBlock {
    private static let map = "__map_"
    private static let list = "__list_"

    /// Names and texts in the order of the names.
    static func flatten(_ block: JSON) -> [(name: String, text: String)] {
        var result: [(name: String, text: String)] = []
        func add(_ value: JSON, _ name: String) {
            switch value {
            case .object(let fields):
                for field in fields { add(field.value, name.isEmpty ? field.key : name + map + field.key) }
            case .array(let items):
                for (index, item) in items.enumerated() { add(item, "\(name)\(list)\(index)") }
            case .string(let text): result.append((name, text))
            case .null: break
            default: result.append((name, value.description))
            }
        }
        add(block, "")
        return result.sorted { $0.name < $1.name }
    }

    static func unflatten(_ fields: [(name: String, text: String)]) throws(SecretsError) -> JSON {
        let root = Builder()
        for (name, text) in fields {
            var builder = root
            for step in try steps(of: name) { builder = try builder.child(step) }
            guard builder.isEmpty else { throw Metadata.malformed("a field is there twice") }
            builder.text = text
        }
        return try root.json
    }

    /// `a__list_0__map_b` as a, 0, b.
    private static func steps(of name: String) throws(SecretsError) -> [Step] {
        var steps: [Step] = []
        var rest = name[...]
        var isIndex = false
        while true {
            let next = [map, list].compactMap { rest.firstRange(of: $0) }.min {
                $0.lowerBound < $1.lowerBound
            }
            let word = rest[..<(next?.lowerBound ?? rest.endIndex)]
            if isIndex {
                guard let index = Int(word), (0..<10_000).contains(index) else {
                    throw Metadata.malformed("an index is not a number")
                }
                steps.append(.index(index))
            } else {
                steps.append(.key(String(word)))
            }
            guard let next else { return steps }
            guard steps.count < 20 else { throw Metadata.malformed("a name nests too deeply") }
            isIndex = rest[next] == list
            rest = rest[next.upperBound...]
        }
    }

    private enum Step: Hashable {
        case key(String)
        case index(Int)
    }

    private final class Builder {
        var text: String?
        private var children: [(step: Step, builder: Builder)] = []

        var isEmpty: Bool { text == nil && children.isEmpty }

        func child(_ step: Step) throws(SecretsError) -> Builder {
            guard text == nil else { throw Metadata.malformed("a field is a text and a list at once") }
            if let known = children.first(where: { $0.step == step }) { return known.builder }
            let new = Builder()
            children.append((step, new))
            return new
        }

        var json: JSON {
            get throws(SecretsError) {
                if let text { return .string(text) }
                var items: [(index: Int, value: JSON)] = []
                var fields: [JSON.Field] = []
                for (step, builder) in children {
                    switch step {
                    case .key(let key): fields.append(JSON.Field(key, try builder.json))
                    case .index(let index): items.append((index, try builder.json))
                    }
                }
                guard items.isEmpty || fields.isEmpty else {
                    throw Metadata.malformed("a field is a list and a map at once")
                }
                if items.isEmpty { return .object(fields) }
                items.sort { $0.index < $1.index }
                guard items.map(\.index) == Array(items.indices) else {
                    throw Metadata.malformed("a list has gaps")
                }
                return .array(items.map(\.value))
            }
        }
    }
}
