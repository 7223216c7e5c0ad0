/// Gives a node another value.
struct Replacement {
    private let node: Node
    private let value: Value
    private let writer: ValueWriter
    private var bytes: [UInt8] { node.storage.bytes }

    init(of node: Node, with value: Value, writer: ValueWriter) {
        self.node = node
        self.value = value
        self.writer = writer
    }

    func change() throws(YAMLError) -> Change {
        let splices = node.isWritten(as: value) ? [] : try splices()
        return Change(node: node, effect: .replace(value), splices: splices)
    }

    /// The first document of a file that has none.
    static func creation(of value: Value, in file: YAMLFile, writer: ValueWriter) -> [Splice] {
        let text = writer.block(value, column: 0) + writer.lineBreak
        let needsBreak = file.storage.bytes.last.map { $0 != .lineFeed } ?? false
        return [.insert((needsBreak ? writer.lineBreak : []) + text, at: file.storage.bytes.count)]
    }

    private func splices() throws(YAMLError) -> [Splice] {
        if case .scalar(let text) = value, node.kind == .scalar {
            return inPlace(try scalar(text))
        }
        let keepsBrackets = node.isFlow && !node.pairs.isEmpty
        guard value.isInline || node.isInFlow || keepsBrackets else { return try below() }
        let text: [UInt8] =
            if case .scalar(let text) = value {
                ScalarWriter.text(text, preferring: .plain, inFlow: node.isInFlow, syntax: writer.syntax)
            } else {
                writer.inline(value, indentation: node.lineIndentation)
            }
        return node.isBlockCollection ? collapsed(to: text) : inPlace(text)
    }

    private func scalar(_ text: String) throws(YAMLError) -> [UInt8] {
        let style = node.record.style
        guard style == .literal || style == .folded else {
            return ScalarWriter.text(text, preferring: style, inFlow: node.isInFlow, syntax: writer.syntax)
        }
        let block = BlockScalar(
            in: bytes, start: node.span.lowerBound, limit: node.span.upperBound, text: node.text ?? [])
        return try block.rewritten(
            as: text, in: bytes, style: style, parentColumn: node.parent?.indentation ?? 0,
            lineBreak: writer.lineBreak)
    }

    /// Takes the place of what stands on the line, also of nothing.
    private func inPlace(_ text: [UInt8]) -> [Splice] {
        let span = node.span
        guard span.isEmpty, span.lowerBound > 0 else { return [Splice(span, text)] }
        let before = bytes[span.lowerBound - 1]
        var separator: [UInt8] = before.isBlank || before.isBreak ? [] : [.space]
        let hasColon = node.parentKey.map { node.valuePlace > $0.span.upperBound } ?? true
        if !hasColon, !node.record.hasProperties { separator = Array(": ".utf8) }
        return [.insert(separator + text, at: span.lowerBound)]
    }

    /// A block collection becomes text behind its key.
    private func collapsed(to text: [UInt8]) -> [Splice] {
        let start = bytes.lineStart(of: node.span.lowerBound)
        let place = node.valuePlace
        guard place < start else { return [Splice(node.span, text)] }
        let removed = bytes.previousLineEnd(before: start)..<node.span.upperBound
        if place == removed.lowerBound { return [Splice(removed, [.space] + text)] }
        return [.insert([.space] + text, at: place), .remove(removed)]
    }

    /// A collection in block style on the lines below its key, or behind its dash.
    private func below() throws(YAMLError) -> [Splice] {
        let span = node.span
        let lineStart = bytes.lineStart(of: span.lowerBound)
        let isAlone = bytes.skipBlanks(from: lineStart) == span.lowerBound
        let column = node.parent.map { writer.column(of: value, below: $0) } ?? 0
        if node.isBlockCollection {
            guard isAlone else { return [Splice(span, writer.block(value, column: node.indentation))] }
            return [
                Splice(
                    lineStart..<span.upperBound, writer.spaces(column) + writer.block(value, column: column))
            ]
        }
        if node.parent == nil, isAlone {
            let end = span.isEmpty ? writer.lineBreak : []
            return [Splice(span, writer.block(value, column: 0) + end)]
        }
        if node.parent?.kind == .sequence, !node.record.hasProperties {
            return inPlace(writer.block(value, column: column))
        }
        let text = writer.lineBreak + writer.spaces(column) + writer.block(value, column: column)
        let place = node.parent == nil ? span.lowerBound : node.valuePlace
        let end = bytes.lineEnd(of: span.upperBound)
        guard !bytes[place..<span.lowerBound].contains(UInt8(ascii: "#")) else {
            throw YAMLError(
                .unwritable, "a comment stands between the key and its value", at: node.position,
                hint: "edit it by hand")
        }
        if span.upperBound == end { return [Splice(place..<end, text)] }
        return [.remove(place..<span.upperBound), .insert(text, at: end)]
    }
}
