internal import YAML

/// A three-way merge of encrypted files, value by value.
public struct SecretMerge: Sendable {
    /// What both sides changed differently.
    public struct Conflict: Hashable, Sendable {
        enum Kind: Hashable {
            case value([IdentifiedStep])
            /// A list that one side put in another order, or that both changed where its items have no names.
            case list([IdentifiedStep])
            case shape
        }

        /// As people are told of it, and name it.
        public let label: String
        let kind: Kind
    }

    public enum Side: Sendable { case ours, theirs }

    /// The merged file, encrypted. What is in conflict is there as ours has it.
    public let bytes: [UInt8]
    public let conflicts: [Conflict]

    /// Merges what both sides changed since `base`. Ciphertexts of what did not change are kept, and nothing in the
    /// clear leaves the memory.
    public static func merge(base: OpenFile, ours: OpenFile, theirs: OpenFile) throws(SecretsError)
        -> SecretMerge
    {
        let formats = Set([base, ours, theirs].map(\.file.format))
        guard formats.count == 1, ours.file.selection == theirs.file.selection else {
            throw SecretsError(
                .conflict, "the two sides do not agree on what of the file is encrypted",
                hint: "take one side's file, and set in it what the other side changed")
        }
        if ours.file.format == .binary { return try mergeWhole(base, ours: ours, theirs: theirs) }
        let (before, mine, yours) = (try Identified(base), try Identified(ours), try Identified(theirs))
        var conflicts = listConflicts(before, ours: mine, theirs: yours)
        let blocked = conflicts.compactMap { if case .list(let list) = $0.kind { list } else { nil } }
        var collisions: [[IdentifiedStep]] = []
        for place in before.order + yours.order.filter({ before.values[$0] == nil })
        where !before.isSame(mine, at: place) && !before.isSame(yours, at: place)
            && !mine.isSame(yours, at: place)
            && !blocked.contains(where: place.starts(with:))
        {
            collisions.append(place)
            let label = mine.label(place) ?? yours.label(place) ?? before.label(place) ?? ""
            conflicts.append(Conflict(label: label, kind: .value(place)))
        }

        // The side that was put into another form is the one that changes are carried to; else the one that took readers
        // out, since its key is new.
        let isMineReshaped = isReshaped(mine, before)
        let isYoursReshaped = isReshaped(yours, before)
        let areSame =
            mine.shape == yours.shape && !mine.lists.keys.contains { yours.isReordered($0, from: mine) }
        if isYoursReshaped, !areSame, isMineReshaped || !blocked.isEmpty {
            conflicts.append(Conflict(label: "comments, order or empty values", kind: .shape))
        }
        let readers = mergedReaders(
            base.file.recipients, ours: ours.file.recipients, theirs: theirs.file.recipients)
        let keepsTheirs =
            blocked.isEmpty && !isMineReshaped
            && (isYoursReshaped || !ours.file.recipients.allSatisfy(readers.contains))
        let skipped = Set(collisions)
        var merged = try
            (keepsTheirs ? Carrier(from: before, mine, to: yours) : Carrier(from: before, yours, to: mine))
            .carry(besides: skipped, below: blocked)
        if keepsTheirs, !collisions.isEmpty {
            merged = try Carrier(from: Identified(merged), mine, to: Identified(merged)).carry(only: skipped)
        }
        return SecretMerge(bytes: try give(readers, to: merged).file.bytes, conflicts: conflicts)
    }

    /// A file that is one value.
    private static func mergeWhole(_ base: OpenFile, ours: OpenFile, theirs: OpenFile)
        throws(SecretsError)
        -> SecretMerge
    {
        let (before, mine, yours) = (try base.plaintext(), try ours.plaintext(), try theirs.plaintext())
        let readers = mergedReaders(
            base.file.recipients, ours: ours.file.recipients, theirs: theirs.file.recipients)
        if mine.equals(yours) || before.equals(yours) {
            return SecretMerge(bytes: try give(readers, to: ours).file.bytes, conflicts: [])
        }
        if before.equals(mine) {
            return SecretMerge(bytes: try give(readers, to: theirs).file.bytes, conflicts: [])
        }
        return SecretMerge(
            bytes: try give(readers, to: ours).file.bytes,
            conflicts: [Conflict(label: BinaryFile.key, kind: .value([.key(BinaryFile.key)]))])
    }

    private static func isReshaped(_ side: Identified, _ base: Identified) -> Bool {
        side.shape != base.shape || side.lists.keys.contains { side.isReordered($0, from: base) }
    }

    /// Lists that both sides changed, and that cannot be put together by what is in them.
    private static func listConflicts(_ base: Identified, ours: Identified, theirs: Identified)
        -> [Conflict]
    {
        var conflicts: [Conflict] = []
        for (list, mine) in ours.lists {
            let before = base.lists[list] ?? []
            let yours = theirs.lists[list] ?? []
            guard mine != before, yours != before, mine != yours else { continue }
            let hasMoved = ours.isReordered(list, from: base) || theirs.isReordered(list, from: base)
            let isUnclear = [base, ours, theirs].contains { $0.unclear.contains(list) }
            // An item without a name that changes is another one: who replaced the same one may have changed it twice.
            let gone = Set(before).subtracting(mine).intersection(Set(before).subtracting(yours))
            let isReplaced =
                gone.contains(where: Identified.isNameless) && !Set(mine).isSubset(of: before)
                && !Set(yours).isSubset(of: before)
            guard hasMoved || isUnclear || isReplaced else { continue }
            conflicts.append(Conflict(label: ours.label(list) ?? "", kind: .list(list)))
        }
        // Of lists in lists, the outer one.
        return conflicts.filter { conflict in
            !conflicts.contains { other in
                guard case .list(let outer) = other.kind, case .list(let inner) = conflict.kind else {
                    return false
                }
                return outer.count < inner.count && inner.starts(with: outer)
            }
        }.sorted { $0.label < $1.label }
    }

    /// The current file with one conflict settled as a side has it.
    public static func settle(
        _ conflict: Conflict, as side: OpenFile, in current: OpenFile
    ) throws(SecretsError) -> [UInt8] {
        if current.file.format == .binary {
            return try current.replacing(with: side.plaintext().unwiped)
        }
        let (source, target) = (try Identified(side), try Identified(current))
        switch conflict.kind {
        case .value(let place):
            return try Carrier(from: target, source, to: target).carry(only: [place]).file.bytes
        case .list(let list):
            var file = current
            // One item stays until others are there, so that the list keeps its form.
            if let own = target.places[list] {
                for index in (1..<max(1, target.lists[list]?.count ?? 0)).reversed() {
                    let item = SecretPlace(document: own.document, path: own.path + [.index(index)])
                    file = try file.reopened(file.applying([SecretChange(at: item, value: nil)]))
                }
            }
            let shortened = try Identified(file)
            let wanted = source.order.filter { $0.starts(with: list) }
            let filled = try Identified(
                Carrier(from: shortened, source, to: shortened).carry(only: wanted))
            let left = filled.order.filter { $0.starts(with: list) && source.values[$0] == nil }
            return try Carrier(from: filled, source, to: filled).carry(only: left).file.bytes
        case .shape:
            throw SecretsError(
                .unsupported,
                "comments, order and empty values of the other side are not taken by themselves",
                hint: "gx secrets edit changes them; with --ours they stay as they are")
        }
    }

    /// Whoever one side added or took out, in the order of ours.
    private static func mergedReaders(_ base: [String], ours: [String], theirs: [String]) -> [String] {
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
