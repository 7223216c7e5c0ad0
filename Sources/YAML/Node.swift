public import System

/// One node of a parsed file: a light handle that keeps the file alive.
public struct Node: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable {
        case scalar, mapping, sequence, alias
    }

    let storage: Storage
    let index: Int

    var record: Record { storage.records[index] }

    public static func == (a: Node, b: Node) -> Bool { a.storage === b.storage && a.index == b.index }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(storage))
        hasher.combine(index)
    }

    public var kind: Kind { record.kind }

    /// Where the node stands in the file, in bytes, without its anchor and tag.
    ///
    /// Exact for every style: quotes and brackets are inside; comments, and the line break after a
    /// block scalar, are not. An empty value has no width and stands right after its colon or dash.
    public var span: Range<Int> { record.span }

    public var position: Position { Position(of: Int(record.start), in: storage.bytes) }

    /// From 1.
    public var line: Int { position.line }

    /// From 1, in code points.
    public var column: Int { position.column }

    /// The node itself, or what the alias stands for.
    public var resolved: Node {
        let record = record
        return record.kind == .alias ? Node(storage: storage, index: record.target) : self
    }

    /// A scalar's text as it reads (unescaped, unfolded), whatever its type; aliases are followed.
    public var string: String? {
        text.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of ``string``.
    public var text: ArraySlice<UInt8>? {
        let record = resolved.record
        return record.kind == .scalar ? storage.text(of: record) : nil
    }

    func reads(_ other: String) -> Bool { storage.reads(index, other) }

    /// As the file resolves it: `!!str` is `tag:yaml.org,2002:str`.
    public var tag: String? { storage.properties(of: index)?.tag }

    /// Where the tag stands, before ``span``; nil where there is none.
    public var tagSpan: Range<Int>? {
        guard tag != nil else { return nil }
        var start = outerStart
        while start < span.lowerBound {
            let end =
                bytes[start..<span.lowerBound].firstIndex { $0.isBlank || $0.isBreak } ?? span.lowerBound
            if bytes[start] == UInt8(ascii: "!") { return start..<end }
            start = max(end, start + 1)
        }
        return nil
    }

    public var anchor: String? { storage.properties(of: index)?.anchor }

    /// An alias in the document refers to this node.
    public var isAliased: Bool { record.isAliased }

    /// A collection in brackets.
    public var isFlow: Bool { record.isFlow }

    public var parent: Node? {
        let parent = Int(record.parent)
        return parent < 0 ? nil : Node(storage: storage, index: parent)
    }

    /// Keys and values of a mapping in turn, or the items of a sequence. Aliases are not followed.
    var children: Children { Children(storage: storage, upcoming: index + 1, end: Int(record.subtreeEnd)) }

    /// A mapping's entries in the file's order, without what `<<` merges in; aliases are followed.
    public var entries: [(key: Node, value: Node)] {
        let node = resolved
        guard node.kind == .mapping else { return [] }
        var entries: [(key: Node, value: Node)] = []
        var children = node.children
        while let key = children.next(), let value = children.next() { entries.append((key, value)) }
        return entries
    }

    /// A sequence's items; aliases are followed.
    public var items: [Node] {
        let node = resolved
        return node.kind == .sequence ? Array(node.children) : []
    }

    /// The value of a key; the last one if the key is there twice. Aliases and `<<` are followed: a
    /// mapping's own keys win, then what is merged first.
    public subscript(key: String) -> Node? {
        lastValue(of: key) ?? merged(key)
    }

    /// A quick look: false only if no mapping in the node, or in what aliases lead to, has a key that ends so.
    public func mayHold(keyEndingIn endings: [String]) -> Bool {
        anyRecord { index in
            storage.records[index].isKey && endings.contains { storage.ends(index, $0) }
        }
    }

    /// A quick look: false only if no value in the node, or in what aliases lead to, is null.
    public var mayHoldNull: Bool {
        anyRecord { Node(storage: storage, index: $0).scalar?.type == .null }
    }

    /// A quick look: false only if no scalar in the node, or in what aliases lead to, has a text in it.
    public func mayHold(_ text: ByteSearch) -> Bool { anyRecord { storage.has($0, text) } }

    private func anyRecord(_ isWanted: (_ index: Int) -> Bool) -> Bool {
        (index..<Int(record.subtreeEnd)).contains { storage.records[$0].kind == .alias || isWanted($0) }
    }

    public subscript(index: Int) -> Node? {
        let node = resolved
        guard node.kind == .sequence, index >= 0 else { return nil }
        var children = node.children
        for _ in 0..<index where children.next() == nil { return nil }
        return children.next()
    }

    /// All values of a key (more than one is an error in the file), without merges.
    func values(of key: String) -> [Node] {
        var found: [Node] = []
        forEachValue(of: key) { found.append(Node(storage: storage, index: $0)) }
        return found
    }

    private func lastValue(of key: String) -> Node? {
        var found: Int?
        forEachValue(of: key) { found = $0 }
        return found.map { Node(storage: storage, index: $0) }
    }

    /// Over the records, since large mappings are asked for many keys.
    private func forEachValue(of key: String, _ body: (_ index: Int) -> Void) {
        let node = resolved
        guard node.kind == .mapping else { return }
        let records = storage.records
        let end = Int(node.record.subtreeEnd)
        var upcoming = node.index + 1
        while upcoming < end {
            let value = Int(records[upcoming].subtreeEnd)
            if storage.reads(upcoming, key) { body(value) }
            upcoming = Int(records[value].subtreeEnd)
        }
    }

    /// The value that `<<: *base` or `<<: [*a, *b]` gives a key. An alias only refers back, so this ends.
    private func merged(_ key: String) -> Node? {
        for merge in values(of: "<<") where merge.parentKey?.isMergeKey == true {
            for source in merge.resolved.kind == .sequence ? merge.items : [merge] {
                if let value = source[key] { return value }
            }
        }
        return nil
    }

    /// `<<`, unless it is quoted.
    var isMergeKey: Bool { kind == .scalar && record.style == .plain && reads("<<") }

    /// The key of this value, in a mapping: what ends where this node begins.
    var parentKey: Node? {
        let record = record
        guard !record.isKey, let parent, parent.kind == .mapping else { return nil }
        var key = index - 1
        while storage.records[key].parent != record.parent { key = Int(storage.records[key].parent) }
        return Node(storage: storage, index: key)
    }

    /// A key as paths name it: its text, or for one that is a collection its source.
    var keyText: String {
        string ?? String(decoding: storage.bytes[span], as: UTF8.self)
    }

    /// The path from the document's root; the path of an alias is its own, not its anchor's.
    public var path: Path {
        var steps: [Path.Step] = []
        var node = self
        while let parent = node.parent {
            if parent.kind == .mapping {
                steps.append(.key(node.parentKey?.keyText ?? node.keyText))
            } else {
                var children = parent.children
                var position = 0
                while let child = children.next(), child.index != node.index { position += 1 }
                steps.append(.index(position))
            }
            node = parent
        }
        return Path(steps: steps.reversed())
    }

    /// The line above the one that the node starts on, where remarks on it stand; empty in the first one.
    public var lineAbove: String {
        let bytes = storage.bytes
        let start = bytes.lineStart(of: Int(record.start))
        guard start > 0 else { return "" }
        return String(decoding: bytes[bytes.lineStart(of: start - 1)..<start], as: UTF8.self)
    }

    /// The comment that ends the node's last line, from `#` on: `# {"$imagepolicy": "flux:app:tag"}`.
    public var comment: String? {
        commentSpan.map { String(decoding: storage.bytes[$0], as: UTF8.self) }
    }

    var commentSpan: Range<Int>? {
        let bytes = storage.bytes
        guard storage.syntax == .yaml else { return nil }
        var start = commentPlace
        while start < bytes.count, bytes[start].isBlank || ",]}:".utf8.contains(bytes[start]) { start += 1 }
        guard start > 0, start < bytes.count, bytes[start] == UInt8(ascii: "#"), bytes[start - 1].isBlank
        else { return nil }
        return start..<bytes.lineEnd(of: start)
    }

    /// What is behind this on the line may be the node's comment: the end of the node, but the
    /// indicator of a block scalar.
    var commentPlace: Int {
        let isBlock = kind == .scalar && (record.style == .literal || record.style == .folded)
        return isBlock ? BlockScalar.headerEnd(in: storage.bytes, at: span.lowerBound) : span.upperBound
    }

    /// The children of a node, without an array.
    struct Children: Sequence, IteratorProtocol {
        let storage: Storage
        var upcoming: Int
        let end: Int

        mutating func next() -> Node? {
            guard upcoming < end else { return nil }
            defer { upcoming = Int(storage.records[upcoming].subtreeEnd) }
            return Node(storage: storage, index: upcoming)
        }
    }
}
