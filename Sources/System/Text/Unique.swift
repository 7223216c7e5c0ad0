/// Each element once, in order.
public func unique<Element: Hashable>(_ elements: [Element]) -> [Element] {
    var seen: Set<Element> = []
    return elements.filter { seen.insert($0).inserted }
}

extension Sequence {
    /// One element for each key, where the first that has it stands; the others are merged into that, in order.
    public func merged<Key: Hashable>(
        by key: (Element) throws -> Key, _ merge: (inout Element, Element) throws -> Void
    ) rethrows -> [Element] {
        var merged: [Element] = []
        var places: [Key: Int] = [:]
        for element in self {
            let key = try key(element)
            if let place = places[key] {
                try merge(&merged[place], element)
            } else {
                places[key] = merged.count
                merged.append(element)
            }
        }
        return merged
    }
}
