/// One thing in a file as the format sees it: values and comments in order, with where each stands.
///
/// Containers are marked by their beginning and end. Lists and maps differ only in that items of a list have no key.
struct Entry {
    enum Kind {
        case open, close
        case value
        /// Its text is what follows the `#`.
        case comment
        /// Null or an empty container: never encrypted, not part of the MAC.
        case empty
    }

    var kind: Kind
    /// Of an item of a map.
    var key: String?
    /// What a replacement overwrites: a value, or a comment without its `#`.
    var span: Range<Int> = 0..<0
    /// What else the store knows of it.
    var detail = 0
    /// The alias that stands for it, among the file's; such an entry is read, and never written.
    var alias: Int?
}

/// A step of a value's path, for people and commands.
public enum PathStep: Hashable, Sendable {
    case key(String)
    case index(Int)

    /// Keys are compared by code points: two ways to write an accent are two keys.
    public static func == (a: PathStep, b: PathStep) -> Bool {
        switch (a, b) {
        case (.key(let a), .key(let b)): a.utf8.elementsEqual(b.utf8)
        case (.index(let a), .index(let b)): a == b
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .key(let key): for byte in key.utf8 { hasher.combine(byte) }
        case .index(let index): hasher.combine(index)
        }
    }
}

/// A value or comment with what it is bound to.
struct Located {
    let entry: Entry
    /// From 0, in the file.
    let document: Int
    let path: [PathStep]
    /// The additional authenticated data: the keys of the path, each followed by a colon; indices are left out.
    let context: [UInt8]
    let isSelected: Bool
}

extension [Entry] {
    /// Values (empty ones too) and comments in the order that the MAC has, and whether the rule matched anything. `text` gives a
    /// comment's.
    func located(
        by selection: Selection, comment text: (Entry) -> String
    ) -> (places: [Located], hasMatched: Bool) {
        var places: [Located] = []
        places.reserveCapacity(count)
        var selector = Selector(selection)
        var path: [PathStep] = []
        var context: [UInt8] = []
        var document = -1
        var levels: [(contextLength: Int, nextIndex: Int)] = []

        func enter(_ entry: Entry) {
            if let key = entry.key {
                path.append(.key(key))
                context += key.utf8
                context.append(UInt8(ascii: ":"))
            } else if let last = levels.indices.last {
                path.append(.index(levels[last].nextIndex))
                levels[last].nextIndex += 1
            }
        }
        func leave(to length: Int) {
            context.removeSubrange(length...)
            if !path.isEmpty { path.removeLast() }
        }

        for entry in self {
            let length = context.count
            switch entry.kind {
            case .open:
                // A document's own map has neither key nor place.
                if levels.isEmpty { document += 1 }
                enter(entry)
                levels.append((length, 0))
                selector.open(key: entry.key)
            case .close:
                leave(to: levels.popLast()?.contextLength ?? 0)
                selector.close()
            case .value, .empty:
                enter(entry)
                let isSelected = selector.selects(key: entry.key)
                places.append(
                    Located(
                        entry: entry, document: document, path: path, context: context, isSelected: isSelected
                    ))
                leave(to: length)
                selector.endItem()
            case .comment:
                let isSelected = selector.selects(comment: text(entry))
                places.append(
                    Located(
                        entry: entry, document: document, path: path,
                        context: context.isEmpty ? [UInt8(ascii: ":")] : context,
                        isSelected: isSelected))
            }
        }
        return (places, selector.hasMatched)
    }
}
