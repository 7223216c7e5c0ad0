/// Where things stand around a node, for edits.
extension Node {
    var bytes: [UInt8] { storage.bytes }
    var outerStart: Int { Int(record.outerStart) }

    /// The column of the node's start, from 0, in code points: the indentation of a block collection.
    var indentation: Int {
        bytes[bytes.lineStart(of: span.lowerBound)..<span.lowerBound].count { !$0.isUTF8Continuation }
    }

    /// The spaces and tabs that the node's line starts with.
    var lineIndentation: [UInt8] {
        let start = bytes.lineStart(of: outerStart)
        return Array(bytes[start..<bytes.skipBlanks(from: start)])
    }

    /// The same, if nothing else stands before the node on its line.
    var ownIndentation: [UInt8]? {
        let start = bytes.lineStart(of: outerStart)
        return bytes.skipBlanks(from: start) == outerStart && start > 0 ? lineIndentation : nil
    }

    /// Inside of brackets, where indentation and line breaks mean nothing.
    var isInFlow: Bool { storage.syntax == .json || parent?.isFlow == true }

    var isBlockCollection: Bool { (kind == .mapping || kind == .sequence) && !isFlow }

    /// The direct children that are values or items, each with its key.
    var pairs: [(key: Node?, value: Node)] {
        kind == .mapping ? entries.map { ($0.key, $0.value) } : items.map { (nil, $0) }
    }

    /// Right behind the colon, the dash, or the anchor and tag: where a value on the same line would start.
    var valuePlace: Int {
        if record.hasProperties {
            var end = outerStart
            for offset in outerStart..<span.lowerBound where !bytes[offset].isBlank && !bytes[offset].isBreak
            {
                if bytes[offset] == UInt8(ascii: "#"), bytes[offset - 1].isBlank { break }
                end = offset + 1
            }
            return end
        }
        if let key = parentKey {
            let colon = bytes.skipToToken(from: key.span.upperBound, to: span.lowerBound)
            return colon < span.lowerBound ? colon + 1 : span.lowerBound
        }
        if let dash, dash < span.lowerBound { return dash + 1 }
        return span.lowerBound
    }

    /// The dash of an item of a block sequence.
    var dash: Int? {
        guard let parent, parent.kind == .sequence, !parent.isFlow else { return nil }
        var previous: Node?
        for item in parent.children {
            if item.index == index { break }
            previous = item
        }
        return previous.map { bytes.skipToToken(from: $0.span.upperBound) } ?? parent.span.lowerBound
    }
}

extension [UInt8] {
    /// The end of the line before the one that starts here.
    func previousLineEnd(before start: Int) -> Int {
        guard start > 0, self[start - 1] == .lineFeed else { return start }
        return start > 1 && self[start - 2] == .carriageReturn ? start - 2 : start - 1
    }
}
