/// A three-way merge of encrypted files, value by value.
public enum SecretMerge {
    public enum Outcome: Sendable {
        /// The merged file, encrypted.
        case merged([UInt8])
        /// What both sides changed differently, by key. Nothing was written.
        case conflict([String])
    }

    /// What one version has that a merge looks at.
    private struct Version {
        struct Place: Hashable {
            let document: Int
            let path: [PathStep]
        }

        let file: OpenFile
        let values: [Place: OpenValue]
        let order: [Place]
        /// Everything on the way to a value, and null and empty collections.
        let present: Set<Place>
        /// Comments, lengths of lists, empty places, and how many documents: what changes by value cannot carry.
        let shape: [String]

        init(_ file: OpenFile) {
            self.file = file
            var values: [Place: OpenValue] = [:]
            var order: [Place] = []
            var shape: [String] = []
            for value in file.values {
                if value.isComment {
                    shape.append("#\(value.plain.text)")
                } else {
                    let place = Place(document: value.document, path: value.path)
                    values[place] = value
                    order.append(place)
                }
            }
            var present: Set<Place> = []
            var lengths: [Place: Int] = [:]
            let places = file.file.store.located(by: .standard).places.filter { $0.entry.kind != .comment }
            for place in places {
                for length in 1...max(1, place.path.count) {
                    let prefix = Place(document: place.document, path: Array(place.path.prefix(length)))
                    present.insert(prefix)
                    guard case .index(let index)? = prefix.path.last else { continue }
                    let list = Place(document: place.document, path: prefix.path.dropLast())
                    lengths[list] = max(lengths[list] ?? 0, index + 1)
                }
                if place.entry.kind == .empty {
                    shape.append("\(place.document) \(place.path.text) is empty")
                }
            }
            shape += lengths.map { "\($0.key.document) \($0.key.path.text) has \($0.value)" }.sorted()
            shape.append("\(places.last?.document ?? 0) documents")
            (self.values, self.order, self.present, self.shape) = (values, order, present, shape)
        }

        func isSame(_ other: Version, at place: Place) -> Bool {
            switch (values[place], other.values[place]) {
            case (nil, nil): true
            case (let mine?, let theirs?): mine.plain.isSame(as: theirs.plain)
            default: false
            }
        }
    }

    /// Merges what both sides changed since `base`. Ciphertexts of what did not change are kept, and nothing in the
    /// clear leaves the memory.
    public static func merge(base: OpenFile, ours: OpenFile, theirs: OpenFile) throws(SecretsError) -> Outcome
    {
        let formats = Set([base, ours, theirs].map(\.file.format))
        guard formats.count == 1, ours.file.selection == theirs.file.selection else {
            return .conflict(["the rule for what is encrypted"])
        }
        let (before, mine, yours) = (Version(base), Version(ours), Version(theirs))
        var conflicts: [String] = []
        for place in before.order + yours.order.filter({ before.values[$0] == nil }) {
            let isConflict =
                !before.isSame(mine, at: place) && !before.isSame(yours, at: place)
                && !mine.isSame(yours, at: place)
            if isConflict { conflicts.append(place.path.text) }
        }
        guard conflicts.isEmpty else { return .conflict(conflicts) }

        let readers = mergedReaders(base.file.recipients, ours.file.recipients, theirs.file.recipients)
        let isMineReshaped = before.shape != mine.shape
        guard before.shape == yours.shape || !isMineReshaped || mine.shape == yours.shape else {
            return .conflict(["comments, lists or empty values"])
        }
        // The side whose shape changed is the one that changes are carried to; else the one that took readers out, since
        // its key is new.
        let keepsTheirs =
            before.shape != yours.shape
            || (!isMineReshaped && !ours.file.recipients.allSatisfy(readers.contains))
        let (source, target) = keepsTheirs && !isMineReshaped ? (mine, yours) : (yours, mine)
        return .merged(try give(readers, to: carry(from: before, source, to: target)).file.bytes)
    }

    /// Makes the changes that `source` made since `base` to `target` too.
    private static func carry(from base: Version, _ source: Version, to target: Version) throws(SecretsError)
        -> OpenFile
    {
        let sameKey = source.file.dataKey.equals(target.file.dataKey)
        var changes: [SecretChange] = []
        var removed: Set<Version.Place> = []
        for place in base.order + source.order.filter({ base.values[$0] == nil })
        where !base.isSame(source, at: place) && !source.isSame(target, at: place) {
            if let value = source.values[place] {
                var change = SecretChange(document: place.document, path: place.path, value: value.plain)
                if sameKey { change.ciphertext = value.ciphertext }
                changes.append(change)
                continue
            }
            // With a whole collection gone, it goes as a whole.
            var gone = place
            for length in (1...place.path.count).reversed() {
                let prefix = Version.Place(document: place.document, path: Array(place.path.prefix(length)))
                if source.present.contains(prefix) { break }
                gone = prefix
            }
            if target.present.contains(gone), removed.insert(gone).inserted {
                changes.append(SecretChange(document: gone.document, path: gone.path, value: nil))
            }
        }
        return changes.isEmpty ? target.file : try target.file.reopened(target.file.applying(changes))
    }

    /// Whoever one side added or took out, in the order of ours.
    private static func mergedReaders(_ base: [String], _ ours: [String], _ theirs: [String]) -> [String] {
        let removed = Set(base).subtracting(Set(ours).intersection(theirs))
        return (ours + theirs.filter { !ours.contains($0) }).filter { !removed.contains($0) }
    }

    private static func give(_ readers: [String], to file: OpenFile) throws(SecretsError) -> OpenFile {
        guard Set(file.file.recipients) != Set(readers) else { return file }
        guard file.file.recipients.allSatisfy(readers.contains) else {
            // Whoever was taken out must not keep a key that opens what is merged.
            return try OpenFile(rotating: file, to: readers)
        }
        var file = file
        for reader in readers where !file.file.recipients.contains(reader) {
            file = try file.reopened(file.adding(reader: reader))
        }
        return file
    }
}
