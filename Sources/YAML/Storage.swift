internal import System

/// A parsed file: its bytes and one flat array of nodes for all documents.
///
/// Nodes stand in the order in which they start, so that the subtree of a node is the range from its
/// index to its `subtreeEnd`; the children of a mapping are key, value, key, value.
final class Storage: Sendable {
    let bytes: [UInt8]
    /// The bytes as they stand in the file, where `bytes` have marks in the place of a template's actions.
    let template: [UInt8]?
    /// The decoded text of the scalars that do not stand in `bytes` as they read.
    let decoded: [UInt8]
    let records: [Record]
    /// Anchors and tags, sorted by node; most files have none.
    let properties: [Properties]
    let documents: [DocumentRecord]
    let syntax: Syntax

    init(bytes: [UInt8], syntax: Syntax, tree: TreeBuilder, template: [UInt8]? = nil) {
        self.bytes = bytes
        self.template = template
        self.syntax = syntax
        decoded = tree.decoded
        records = tree.records
        properties = tree.properties
        documents = tree.documents
    }

    func properties(of index: Int) -> Properties? {
        guard records[index].hasProperties else { return nil }
        var low = 0
        var high = properties.count
        while low < high {
            let middle = (low + high) / 2
            if properties[middle].node < index { low = middle + 1 } else { high = middle }
        }
        return low < properties.count && properties[low].node == index ? properties[low] : nil
    }

    /// Whether a node is a scalar that has a text in it.
    func has(_ index: Int, _ text: ByteSearch) -> Bool {
        let record = records[index]
        return record.kind == .scalar && text.isIn(record.isDecoded ? decoded : bytes, record.text)
    }

    /// Whether a node is a scalar that ends like `text`.
    func ends(_ index: Int, _ text: String) -> Bool {
        let record = records[index]
        guard record.kind == .scalar, record.text.count >= text.utf8.count else { return false }
        let source = record.isDecoded ? decoded : bytes
        return zip(record.text.suffix(text.utf8.count), text.utf8).allSatisfy { source[$0] == $1 }
    }

    /// Whether a node is a scalar, or an alias of one, that reads like `text`.
    func reads(_ index: Int, _ text: String) -> Bool {
        let record = records[index].kind == .alias ? records[records[index].target] : records[index]
        guard record.kind == .scalar, record.text.count == text.utf8.count else { return false }
        let source = record.isDecoded ? decoded : bytes
        return zip(record.text, text.utf8).allSatisfy { source[$0] == $1 }
    }

    /// A scalar's text, without a copy.
    func text(of record: Record) -> ArraySlice<UInt8> {
        record.isDecoded ? decoded[record.text] : bytes[record.text]
    }
}

/// 36 bytes for each node; offsets are in bytes.
struct Record {
    var kind: Node.Kind
    var style: ScalarStyle = .plain
    /// A collection in brackets.
    var isFlow = false
    /// `text` is a range of `Storage.decoded`.
    var isDecoded = false
    /// An alias refers to this node.
    var isAliased = false
    var hasProperties = false
    /// The first of a pair in a mapping.
    var isKey = false
    /// Where the node starts with its anchor and tag, and without them.
    var outerStart: UInt32
    var start: UInt32
    var end: UInt32
    /// A scalar's text; an alias keeps the node it refers to in `textStart`.
    var textStart: UInt32 = 0
    var textEnd: UInt32 = 0
    var subtreeEnd: Int32
    var parent: Int32

    var span: Range<Int> { Int(start)..<Int(end) }
    var text: Range<Int> { Int(textStart)..<Int(textEnd) }
    var target: Int { Int(textStart) }
}

struct Properties {
    var node: Int
    var anchor: String?
    var tag: String?
}

struct DocumentRecord {
    /// The root's node, or nil in a document that has none.
    var root: Int?
    /// Where the content may begin: after `---`, if that is written.
    var start: Int
    /// Before `...`, the next `---` or the end of the file.
    var end: Int
}

/// Builds the flat tree from what a parser reports, and keeps it within bounds.
struct TreeBuilder {
    private(set) var decoded: [UInt8] = []
    private(set) var records: [Record] = []
    private(set) var properties: [Properties] = []
    private(set) var documents: [DocumentRecord] = []

    private struct Open {
        var index: Int
        /// In a mapping, a value comes next.
        var hasKey = false
        /// Levels below, aliases expanded.
        var height = 0
        /// `expanded` when the node began.
        var expandedBefore: Int
    }
    private struct Anchor {
        var index: Int
        var height = 0
        var expanded = 0
    }
    private var open: [Open] = []
    private var anchors: [String: Anchor] = [:]
    /// Nodes so far that aliases stand for.
    private var expanded = 0

    enum Failure: Error {
        case tooDeep
        /// An alias to an anchor that is not there, or not finished.
        case unknownAnchor(String)
        case selfReference(String)
        case tooManyAliases
    }

    /// Aliases may stand for this many nodes in a file (a few nested ones can stand for billions).
    private static let maximumExpansion = 1_000_000

    mutating func reserve(bytes: Int) { records.reserveCapacity(bytes / 16) }

    mutating func beginDocument(at start: Int) {
        documents.append(DocumentRecord(root: nil, start: start, end: start))
        anchors.removeAll(keepingCapacity: true)
    }

    mutating func endDocument(at end: Int) {
        documents[documents.count - 1].end = end
    }

    mutating func scalar(
        _ span: Range<Int>, outerStart: Int, style: ScalarStyle, text: Range<Int>, isDecoded: Bool,
        anchor: String?, tag: String?
    ) throws(Failure) {
        var record = Record(
            kind: .scalar, style: style, isDecoded: isDecoded, outerStart: UInt32(outerStart),
            start: UInt32(span.lowerBound), end: UInt32(span.upperBound), subtreeEnd: 0, parent: 0)
        record.textStart = UInt32(text.lowerBound)
        record.textEnd = UInt32(text.upperBound)
        let index = try add(record, anchor: anchor, tag: tag)
        if let anchor { anchors[anchor] = Anchor(index: index) }
    }

    /// Keeps decoded text; give the range to ``scalar(_:outerStart:style:text:isDecoded:anchor:tag:)``.
    mutating func keep(_ text: some Sequence<UInt8>) -> Range<Int> {
        let start = decoded.count
        decoded.append(contentsOf: text)
        return start..<decoded.count
    }

    mutating func alias(_ span: Range<Int>, to name: String) throws(Failure) {
        guard let anchor = anchors[name] else { throw .unknownAnchor(name) }
        guard records[anchor.index].subtreeEnd > 0 else { throw .selfReference(name) }
        guard open.count + anchor.height <= YAMLFile.maximumDepth else { throw .tooDeep }
        expanded += anchor.expanded + 1
        guard expanded <= Self.maximumExpansion else { throw .tooManyAliases }
        if let last = open.indices.last { open[last].height = max(open[last].height, anchor.height + 1) }
        var record = Record(
            kind: .alias, outerStart: UInt32(span.lowerBound), start: UInt32(span.lowerBound),
            end: UInt32(span.upperBound), subtreeEnd: 0, parent: 0)
        record.textStart = UInt32(anchor.index)
        records[anchor.index].isAliased = true
        _ = try add(record, anchor: nil, tag: nil)
    }

    mutating func beginCollection(
        _ kind: Node.Kind, at start: Int, outerStart: Int, isFlow: Bool, anchor: String?, tag: String?
    ) throws(Failure) {
        let record = Record(
            kind: kind, isFlow: isFlow, outerStart: UInt32(outerStart), start: UInt32(start),
            end: UInt32(start), subtreeEnd: 0, parent: 0)
        let index = try add(record, anchor: anchor, tag: tag)
        records[index].subtreeEnd = 0  // open
        open.append(Open(index: index, expandedBefore: expanded))
        if let anchor { anchors[anchor] = Anchor(index: index) }
    }

    /// Ends the innermost collection; one in block style ends with its last child, so it needs no `end`.
    mutating func endCollection(at end: Int?) {
        guard let closed = open.popLast() else { return }
        records[closed.index].subtreeEnd = Int32(records.count)
        if let end {
            records[closed.index].end = UInt32(end)
        } else if closed.index + 1 < records.count {
            records[closed.index].end = max(records[closed.index].start, lastEnd(in: closed.index))
        }
        if let last = open.indices.last { open[last].height = max(open[last].height, closed.height + 1) }
        let cost = expanded - closed.expandedBefore + records.count - closed.index
        if let name = properties.last(where: { $0.node == closed.index })?.anchor,
            anchors[name]?.index == closed.index
        {
            anchors[name] = Anchor(index: closed.index, height: closed.height + 1, expanded: cost)
        }
    }

    /// Where the last child of the innermost open collection ends.
    var lastEnd: Int? {
        guard let index = open.last?.index, index + 1 < records.count else { return nil }
        return Int(lastEnd(in: index))
    }

    /// The end of a collection's last child. Children end in order, so walk up from the last record.
    private func lastEnd(in index: Int) -> UInt32 {
        var last = records.count - 1
        while last > index, Int(records[last].parent) != index { last = Int(records[last].parent) }
        return records[last].end
    }

    private mutating func add(_ record: Record, anchor: String?, tag: String?) throws(Failure) -> Int {
        guard open.count < YAMLFile.maximumDepth else { throw .tooDeep }
        let index = records.count
        var record = record
        record.parent = open.last.map { Int32($0.index) } ?? -1
        record.subtreeEnd = Int32(index + 1)
        if anchor != nil || tag != nil {
            record.hasProperties = true
            properties.append(Properties(node: index, anchor: anchor, tag: tag))
        }
        if open.isEmpty, !documents.isEmpty { documents[documents.count - 1].root = index }
        if let last = open.indices.last, records[open[last].index].kind == .mapping {
            open[last].hasKey.toggle()
            record.isKey = open[last].hasKey
        }
        records.append(record)
        return index
    }
}
