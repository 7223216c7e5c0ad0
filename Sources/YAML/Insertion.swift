/// Adds a child to a collection that has some.
struct Insertion {
    private let parent: Node
    private let key: String?
    private let position: Int
    private let value: Value
    private let pairs: [(key: Node?, value: Node)]
    private let writer: ValueWriter
    private var bytes: [UInt8] { parent.storage.bytes }

    init(into parent: Node, at step: Path.Step, of value: Value, writer: ValueWriter) throws(YAMLError) {
        self.parent = parent
        pairs = parent.pairs
        self.writer = writer
        switch (step, parent.kind) {
        case (.key(let name), .mapping):
            (key, position, self.value) = (name, pairs.count, value)
        case (.index(let index), .sequence) where index <= pairs.count:
            (key, position, self.value) = (nil, index, value)
        case (.match(let name, let text), .sequence):
            (key, position, self.value) = (nil, pairs.count, try Self.item(value, with: name, reading: text))
        default:
            let kind = parent.kind == .scalar ? "scalar" : "\(parent.kind) of \(pairs.count)"
            throw YAMLError(
                .notFound, "\(Path(steps: [step])) cannot be added to \(parent.path), a \(kind)",
                at: parent.position)
        }
    }

    /// The item that `[name=api]` finds: the mapping with that key first.
    static func item(_ value: Value, with key: String, reading text: String) throws(YAMLError) -> Value {
        guard case .mapping(let entries) = value else {
            throw YAMLError(.notFound, "an item with \(key)=\(text) must be a mapping")
        }
        return .mapping([Value.Entry(key, .scalar(text))] + entries.filter { $0.key != key })
    }

    func change() throws(YAMLError) -> Change {
        let effect = Change.Effect.insert(position: position, key: key, value)
        return Change(node: parent, effect: effect, splices: parent.isFlow ? inBrackets() : inBlock())
    }

    // MARK: Block style

    private func inBlock() -> [Splice] {
        let column = parent.indentation
        let text =
            key.map { writer.entry($0, value, column: column, keyStyle: keyStyle) }
            ?? writer.item(value, column: column)
        guard position > 0 else {
            return [.insert(text + writer.lineBreak + writer.spaces(column), at: parent.span.lowerBound)]
        }
        // Comments below the child before belong to what follows them.
        let end = bytes.lineEnd(of: pairs[position - 1].value.span.upperBound)
        return [.insert(writer.lineBreak + writer.spaces(column) + text, at: end)]
    }

    /// Keys are quoted as the last one is.
    private var keyStyle: ScalarStyle {
        guard let style = pairs.last?.key?.record.style, style == .doubleQuoted || style == .singleQuoted
        else { return .plain }
        return style
    }

    // MARK: In brackets

    private func inBrackets() -> [Splice] {
        let indentation = (pairs[0].key ?? pairs[0].value).ownIndentation
        let text = entryInBrackets(indentation: indentation ?? parent.lineIndentation)
        guard position > 0 else {
            let start = (pairs[0].key ?? pairs[0].value).outerStart
            let separator = indentation.map { writer.lineBreak + $0 } ?? spaceAfterComma
            return [.insert(text + [UInt8(ascii: ",")] + separator, at: start)]
        }
        let end = pairs[position - 1].value.span.upperBound
        guard let indentation else {
            return [.insert([UInt8(ascii: ",")] + spaceAfterComma + text, at: end)]
        }
        // A line of its own, behind the comma and the comment of the child before.
        let comma = bytes.skipToToken(from: end)
        let hasComma = comma < bytes.count && bytes[comma] == UInt8(ascii: ",")
        let line = writer.lineBreak + indentation + text
        let lineEnd = bytes.lineEnd(of: hasComma ? comma : end)
        let rest = bytes.skipBlanks(from: hasComma ? comma + 1 : end)
        guard rest == lineEnd || bytes[rest] == UInt8(ascii: "#") else {
            return [.insert([UInt8(ascii: ",")] + spaceAfterComma + text, at: end)]
        }
        if hasComma { return [.insert(line + [UInt8(ascii: ",")], at: lineEnd)] }
        if end == lineEnd { return [.insert([UInt8(ascii: ",")] + line, at: end)] }
        return [.insert([UInt8(ascii: ",")], at: end), .insert(line, at: lineEnd)]
    }

    private func entryInBrackets(indentation: [UInt8]) -> [UInt8] {
        let isCompact = isCompact
        var text: [UInt8] = []
        if let key {
            text += ScalarWriter.text(key, preferring: keyStyle, inFlow: true, syntax: writer.syntax)
            text += (isCompact ? ":" : ": ").utf8
        }
        return text + writer.inline(value, indentation: indentation)
    }

    /// JSON without spaces stays so.
    private var isCompact: Bool {
        guard parent.storage.syntax == .json, let first = pairs.first else { return false }
        let end = first.key?.span.upperBound ?? first.value.span.upperBound
        return end + 1 < bytes.count && !bytes[end + 1].isBlank && !bytes[end + 1].isBreak
            && (first.key != nil || pairs.count > 1)
    }

    private var spaceAfterComma: [UInt8] { isCompact ? [] : [.space] }
}
