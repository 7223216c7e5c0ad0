/// Takes a child out of its collection.
struct Removal {
    private let node: Node
    private var bytes: [UInt8] { node.storage.bytes }

    private let writer: ValueWriter

    init(of node: Node, writer: ValueWriter) {
        self.node = node
        self.writer = writer
    }

    func change() throws(YAMLError) -> Change {
        guard let parent = node.parent else {
            throw YAMLError(.unwritable, "a whole document cannot be removed", at: node.position)
        }
        let pairs = parent.pairs
        guard let position = pairs.firstIndex(where: { $0.value.index == node.index }) else {
            throw YAMLError(.notFound, "there is nothing at \(node.path)", at: node.position)
        }
        guard pairs.count > 1 else {
            let empty: Value = parent.kind == .mapping ? .mapping([]) : .sequence([])
            return try Replacement(of: parent, with: empty, writer: writer).change()
        }
        let splices =
            parent.isFlow
            ? fromBrackets(pairs, position) : fromBlock(parent, pairs: pairs, position: position)
        return Change(node: parent, effect: .remove(position: position), splices: splices)
    }

    private func fromBlock(
        _ parent: Node, pairs: [(key: Node?, value: Node)], position: Int
    ) -> [Splice] {
        // The dash, the question mark or the key.
        let start =
            position == 0
            ? parent.span.lowerBound : bytes.skipToToken(from: pairs[position - 1].value.span.upperBound)
        return [.remove(lines(from: start, to: node.span.upperBound))]
    }

    /// Whole lines; or, behind a dash, up to where the next entry can take its place.
    private func lines(from start: Int, to end: Int) -> Range<Int> {
        let lineStart = bytes.lineStart(of: start)
        let next = bytes.nextLine(after: end)
        guard bytes.skipBlanks(from: lineStart) == start else {
            var offset = next
            while offset < bytes.count, bytes[offset].isBlank || bytes[offset].isBreak { offset += 1 }
            return start..<offset
        }
        // At the end of a file without a last line break, the one before goes.
        let isUnterminated = next == bytes.count && bytes.last != .lineFeed
        return isUnterminated ? bytes.previousLineEnd(before: lineStart)..<next : lineStart..<next
    }

    private func fromBrackets(_ pairs: [(key: Node?, value: Node)], _ position: Int) -> [Splice] {
        let start = (pairs[position].key ?? node).outerStart
        let end = node.span.upperBound
        let comma = bytes.skipToToken(from: end)
        let hasComma = comma < bytes.count && bytes[comma] == UInt8(ascii: ",")
        let lineStart = bytes.lineStart(of: start)
        let own = bytes.skipBlanks(from: lineStart) == start && lineStart > 0
        if hasComma {
            let rest = bytes.skipBlanks(from: comma + 1)
            let isLineEnd = rest == bytes.lineEnd(of: comma) || bytes[rest] == UInt8(ascii: "#")
            if position == pairs.count - 1, !own {
                return [.remove(pairs[position - 1].value.span.upperBound..<end)]
            }
            if own, isLineEnd { return [.remove(lineStart..<bytes.nextLine(after: comma))] }
            return [.remove(start..<(isLineEnd ? comma + 1 : rest))]
        }
        // The last one: the comma before it goes too.
        guard position > 0 else { return [.remove(start..<end)] }
        let previous = bytes.skipToToken(from: pairs[position - 1].value.span.upperBound)
        if own {
            let rest = bytes.skipBlanks(from: end)
            let isLineEnd = rest == bytes.lineEnd(of: end) || bytes[rest] == UInt8(ascii: "#")
            let line = bytes.previousLineEnd(before: lineStart)..<(isLineEnd ? bytes.lineEnd(of: end) : rest)
            if line.lowerBound > previous { return [.remove(previous..<previous + 1), .remove(line)] }
        }
        return [.remove(previous..<end)]
    }
}
