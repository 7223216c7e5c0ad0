internal import YAML

/// Makes the changes that one version made since another in a third one.
struct Carrier {
    private let base: Identified
    private let source: Identified
    private var target: Identified
    private let sameKey: Bool

    init(from base: Identified, _ source: Identified, to target: Identified) {
        self.base = base
        self.source = source
        self.target = target
        sameKey = source.file.dataKey.equals(target.file.dataKey)
    }

    /// All changes but those at some places and in some lists.
    consuming func carry(
        besides skipped: Set<[IdentifiedStep]> = [], below lists: [[IdentifiedStep]] = []
    ) throws(SecretsError) -> OpenFile {
        let changed = (base.order + source.order.filter { base.values[$0] == nil }).filter { place in
            !base.isSame(source, at: place) && !skipped.contains(place)
                && !lists.contains(where: place.starts(with:))
        }
        return try carry(only: changed)
    }

    consuming func carry(only places: some Sequence<[IdentifiedStep]>) throws(SecretsError) -> OpenFile {
        let places = Array(places)
        // Items come and go first, one at a time: each moves those behind it.
        for place in places where source.values[place] == nil { try remove(place) }
        for place in inOrder(places) {
            try insertItem(of: place)
        }
        var changes: [SecretChange] = []
        for place in inOrder(places) where !source.isSame(target, at: place) {
            guard let value = source.values[place] else { continue }
            changes.append(
                SecretChange(
                    at: self.place(of: place), value: value.plain,
                    ciphertext: sameKey ? value.ciphertext : nil))
        }
        return changes.isEmpty ? target.file : try target.file.reopened(target.file.applying(changes))
    }

    /// In the order of the source, since new items are put behind those before them.
    private func inOrder(_ places: [[IdentifiedStep]]) -> [[IdentifiedStep]] {
        let wanted = Set(places)
        return source.order.filter(wanted.contains)
    }

    /// Takes a value out, with what the source does not have either around it.
    private mutating func remove(_ place: [IdentifiedStep]) throws(SecretsError) {
        var gone = place
        for length in (2...max(2, place.count)).reversed() {
            let prefix = Array(place.prefix(length))
            if source.places[prefix] != nil { break }
            gone = prefix
        }
        guard let own = target.places[gone] else { return }
        try apply(target.file.applying([SecretChange(at: own, value: nil)]))
    }

    /// Makes the item of a list that a new value is in: behind the one that it stands behind in the source.
    private mutating func insertItem(of place: [IdentifiedStep]) throws(SecretsError) {
        for length in 2..<max(3, place.count + 1) where length <= place.count {
            let item = Array(place.prefix(length))
            guard case .item(let name)? = item.last, target.places[item] == nil else { continue }
            let list = Array(item.dropLast())
            guard let own = target.places[list], let present = target.lists[list],
                let order = source.lists[list], let position = order.firstIndex(of: name)
            else { return }
            let before = order[..<position].last(where: present.contains).flatMap(present.firstIndex(of:))
            let after = order[position...].first(where: present.contains).flatMap(present.firstIndex(of:))
            let index = before.map { $0 + 1 } ?? after ?? present.count
            let values = source.order.filter { $0.starts(with: item) }
            guard let start = source.places[item] else { return }
            let relative = values.map { value in
                (path: Array((source.places[value]?.path ?? []).dropFirst(start.path.count)), value: value)
            }
            let path = own.path + [.index(index)]
            try apply(
                target.file.inserting(
                    relative.compactMap { entry in
                        source.values[entry.value].map {
                            SecretChange(
                                at: SecretPlace(document: own.document, path: path + entry.path),
                                value: $0.plain,
                                ciphertext: sameKey ? $0.ciphertext : nil)
                        }
                    }, asItem: SecretPlace(document: own.document, path: path)))
            return
        }
    }

    private mutating func apply(_ bytes: [UInt8]) throws(SecretsError) {
        target = try Identified(target.file.reopened(bytes))
    }

    /// Where a value is, or is to be, in the target.
    private func place(of place: [IdentifiedStep]) -> SecretPlace {
        if let known = target.places[place] { return known }
        for length in (1..<max(2, place.count)).reversed() {
            let prefix = Array(place.prefix(length))
            guard let own = source.places[place], let start = source.places[prefix] ?? root(of: own),
                let known = target.places[prefix] ?? (length == 1 ? root(of: prefix) : nil)
            else { continue }
            return SecretPlace(
                document: known.document, path: known.path + own.path.dropFirst(start.path.count))
        }
        return source.places[place] ?? SecretPlace(path: [])
    }

    private func root(of place: SecretPlace) -> SecretPlace? {
        SecretPlace(document: place.document, path: [])
    }

    /// The document of the target with that name.
    private func root(of prefix: [IdentifiedStep]) -> SecretPlace? {
        guard let step = prefix.first,
            let own = target.places.first(where: { $0.key.first == step })?.value
        else { return nil }
        return SecretPlace(document: own.document, path: [])
    }
}
