internal import System

/// A step by what it leads to, which says the same in all versions of a file: items of lists are known by their names.
enum IdentifiedStep: Hashable {
    /// By kind and name where that says which one is meant, else by its number.
    case document(String)
    case key(String)
    case item(String)
}

/// The places of a version by what identifies them.
struct Identified {
    let file: OpenFile
    let values: [[IdentifiedStep]: OpenValue]
    /// In the file's order.
    let order: [[IdentifiedStep]]
    /// Where everything on the way to a value is, and null and empty collections.
    let places: [[IdentifiedStep]: SecretPlace]
    /// The items of each list, in order.
    let lists: [[IdentifiedStep]: [String]]
    /// Lists in which two items are called alike.
    let unclear: Set<[IdentifiedStep]>
    /// What changes by value cannot carry: comments, empty places, and the documents.
    let shape: [String]

    init(_ file: OpenFile) throws(SecretsError) {
        self.file = file
        let opened = file.values.filter { !$0.isComment }.reduce(into: [SecretPlace: OpenValue]()) {
            $0[SecretPlace(document: $1.document, path: $1.path)] = $1
        }
        let located = file.file.store.located(by: .standard).places.filter { $0.entry.kind != .comment }
        let names = try ItemNames(located, opened)
        let keys = file.keys
        var values: [[IdentifiedStep]: OpenValue] = [:]
        var order: [[IdentifiedStep]] = []
        var places: [[IdentifiedStep]: SecretPlace] = [:]
        var lists: [[IdentifiedStep]: [String]] = [:]
        var unclear: Set<[IdentifiedStep]> = []
        var shape = file.values.filter(\.isComment).map { "#\($0.plain.text)" }
        for place in located {
            var steps: [IdentifiedStep] = [.document(keys.name(ofDocument: place.document))]
            for (depth, step) in place.path.enumerated() {
                let own = SecretPlace(document: place.document, path: Array(place.path.prefix(depth + 1)))
                switch step {
                case .key(let key): steps.append(.key(key))
                case .index:
                    let name = names[own]
                    if places[steps + [.item(name)]] == nil { lists[steps, default: []].append(name) }
                    if names.isRepeated(own) { unclear.insert(steps) }
                    steps.append(.item(name))
                }
                places[steps] = own
            }
            if let value = opened[SecretPlace(document: place.document, path: place.path)] {
                values[steps] = value
                order.append(steps)
            } else {
                shape.append("\(steps) is empty")
            }
        }
        shape += (0...(located.last?.document ?? 0)).map { keys.name(ofDocument: $0) }
        (self.values, self.order, self.places, self.lists) = (values, order, places, lists)
        (self.unclear, self.shape) = (unclear, shape)
    }

    func isSame(_ other: Identified, at place: [IdentifiedStep]) -> Bool {
        switch (values[place], other.values[place]) {
        case (nil, nil): true
        case (let mine?, let theirs?): mine.plain.isSame(as: theirs.plain)
        default: false
        }
    }

    /// Whether an item is known by what is in it alone.
    static func isNameless(_ item: String) -> Bool { item.hasPrefix("@") }

    /// Whether items that both have stand in another order here.
    func isReordered(_ list: [IdentifiedStep], from other: Identified) -> Bool {
        let (mine, theirs) = (lists[list] ?? [], other.lists[list] ?? [])
        let common = Set(mine).intersection(theirs)
        return mine.filter(common.contains) != theirs.filter(common.contains)
    }

    /// What people call a place: by its path in this version.
    func label(_ place: [IdentifiedStep]) -> String? {
        guard let own = places[place] else { return nil }
        let keys = file.keys
        if let key = keys.all.first(where: { $0.place == own }) { return keys.label(of: key) }
        return own.path.text
    }
}

/// What items of lists are called: by their `name`, `key` or `id`, else by what is in them, of which a hash stands here.
private struct ItemNames {
    private var names: [SecretPlace: String] = [:]
    private var repeated: Set<SecretPlace> = []

    init(_ located: [Located], _ values: [SecretPlace: OpenValue]) throws(SecretsError) {
        var contents: [SecretPlace: [UInt8]] = [:]
        var order: [SecretPlace] = []
        for place in located {
            for (depth, step) in place.path.enumerated() {
                guard case .index = step else { continue }
                let item = SecretPlace(document: place.document, path: Array(place.path.prefix(depth + 1)))
                if contents[item] == nil { order.append(item) }
                var text = Array("\(Array(place.path.dropFirst(depth + 1)).text)=".utf8)
                values[SecretPlace(document: place.document, path: place.path)]?.plain.bytes.withSpan {
                    text += [UInt8]($0)
                }
                contents[item, default: []] += text + [0]
                text.wipe()
            }
        }
        var seen: [SecretPlace: Set<String>] = [:]
        for item in order {
            let fields = ["name", "key", "id"]
            let field = fields.first {
                values[SecretPlace(document: item.document, path: item.path + [.key($0)])] != nil
            }
            var name: String
            if let field,
                let value = values[SecretPlace(document: item.document, path: item.path + [.key(field)])]
            {
                name = "\(field)=\(Self.hash(value.plain.bytes.withSpan { [UInt8]($0) }))"
            } else {
                name = "@\(Self.hash(contents[item] ?? []))"
            }
            let list = SecretPlace(document: item.document, path: item.path.dropLast())
            if !seen[list, default: []].insert(name).inserted {
                repeated.insert(item)
                if case .index(let index)? = item.path.last { name += "#\(index)" }
            }
            names[item] = name
            contents[item]?.wipe()
        }
    }

    private static func hash(_ bytes: [UInt8]) -> String { Base64.encode(Crypto.sha256(bytes.span)) }

    subscript(item: SecretPlace) -> String { names[item] ?? "" }

    func isRepeated(_ item: SecretPlace) -> Bool { repeated.contains(item) }
}
