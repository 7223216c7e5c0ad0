/// Writes new values as the file around them is written.
public struct ValueWriter: Sendable {
    let syntax: Syntax
    /// As the file has it.
    public let lineBreak: [UInt8]
    /// Spaces by which a mapping is indented below its key, and a sequence below its key.
    private let step: Int
    private let sequenceStep: Int
    /// What one level is indented by in JSON; nil if the file is on one line.
    private let jsonStep: [UInt8]?

    public init(for file: YAMLFile) { self.init(for: file.storage) }

    init(for file: Storage) {
        syntax = file.syntax
        let firstBreak = file.bytes.firstIndex(of: .lineFeed)
        lineBreak =
            firstBreak.map { $0 > 0 && file.bytes[$0 - 1] == .carriageReturn } == true
            ? [.carriageReturn, .lineFeed] : [.lineFeed]
        step = Self.indentation(of: .mapping, in: file) ?? 2
        sequenceStep = Self.indentation(of: .sequence, in: file) ?? 0
        jsonStep = file.syntax == .json ? Self.jsonStep(in: file) : nil
    }

    /// The first collection that stands in block style below a key tells.
    private static func indentation(of kind: Node.Kind, in file: Storage) -> Int? {
        for (index, record) in file.records.enumerated() where record.kind == kind && !record.isFlow {
            let node = Node(storage: file, index: index)
            guard let parent = node.parent, parent.kind == .mapping, !parent.isFlow else { continue }
            return max(kind == .mapping ? 1 : 0, node.indentation - parent.indentation)
        }
        return nil
    }

    private static func jsonStep(in file: Storage) -> [UInt8]? {
        let collection = file.records.indices.first { file.records[$0].subtreeEnd > $0 + 1 }
        if let collection,
            let child = Node(storage: file, index: collection).children.first(where: { _ in true }),
            let own = child.ownIndentation
        {
            let outer = Node(storage: file, index: collection).lineIndentation
            return own.starts(with: outer) ? Array(own.dropFirst(outer.count)) : own
        }
        // Nothing in it: a file of more than one line, as most are, will do with two spaces.
        return collection == nil ? [.space, .space] : nil
    }

    /// Where a value that takes the place of a child of `parent` is indented to, if it takes several lines.
    public func column(of child: Value, below parent: Node) -> Int {
        if parent.kind == .sequence { return parent.indentation + 2 }
        if case .sequence = child { return parent.indentation + sequenceStep }
        return parent.indentation + step
    }

    // MARK: In brackets, or on one line

    /// - Parameter indentation: of the line on which the value starts, in JSON.
    public func inline(_ value: Value, indentation: [UInt8] = []) -> [UInt8] {
        switch value {
        case .scalar(let text): return scalar(text, inFlow: true)
        case .literal(let text): return Array(text.utf8)
        case .sequence(let items):
            return list(
                "[", items: items.map { inline($0, indentation: indentation + (jsonStep ?? [])) }, close: "]",
                indentation: indentation)
        case .mapping(let entries):
            let inner = indentation + (jsonStep ?? [])
            return list(
                "{",
                items: entries.map {
                    scalar($0.key, inFlow: true) + ": ".utf8 + inline($0.value, indentation: inner)
                },
                close: "}", indentation: indentation)
        }
    }

    private func list(
        _ open: Unicode.Scalar, items: [[UInt8]], close: Unicode.Scalar, indentation: [UInt8]
    ) -> [UInt8] {
        var bytes = [UInt8(ascii: open)]
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            if let jsonStep {
                bytes += lineBreak + indentation + jsonStep
            } else if index > 0 {
                bytes.append(.space)
            }
            bytes += item
        }
        if jsonStep != nil, !items.isEmpty { bytes += lineBreak + indentation }
        return bytes + [UInt8(ascii: close)]
    }

    private func scalar(_ text: String, inFlow: Bool) -> [UInt8] {
        ScalarWriter.text(text, preferring: .plain, inFlow: inFlow, syntax: syntax)
    }

    // MARK: In block style

    /// The value from `column` on. The first line has no indentation: it starts where the caller is.
    public func block(_ value: Value, column: Int) -> [UInt8] {
        switch value {
        case .mapping(let entries) where !entries.isEmpty:
            return joined(entries.map { entry($0.key, $0.value, column: column) }, column: column)
        case .sequence(let items) where !items.isEmpty:
            return joined(items.map { item($0, column: column) }, column: column)
        case .scalar(let text): return multiline(text, column: column) ?? scalar(text, inFlow: false)
        default: return inline(value)
        }
    }

    /// `key: value`, or the value on the lines below.
    public func entry(
        _ key: String, _ value: Value, column: Int, keyStyle: ScalarStyle = .plain
    ) -> [UInt8] {
        let key = ScalarWriter.text(key, preferring: keyStyle, inFlow: false, syntax: syntax)
        guard !value.isInline else { return key + ": ".utf8 + block(value, column: column + step) }
        var inner = column + step
        if case .sequence = value { inner = column + sequenceStep }
        return key + ":".utf8 + lineBreak + spaces(inner) + block(value, column: inner)
    }

    /// `- value`, a collection starting on the same line.
    func item(_ value: Value, column: Int) -> [UInt8] {
        Array("- ".utf8) + block(value, column: column + 2)
    }

    func spaces(_ count: Int) -> [UInt8] { [UInt8](repeating: .space, count: count) }

    private func joined(_ lines: [[UInt8]], column: Int) -> [UInt8] {
        Array(lines.joined(separator: lineBreak + spaces(column)))
    }

    /// A literal scalar for a text of several lines; nil if it has to be quoted.
    private func multiline(_ text: String, column: Int) -> [UInt8]? {
        guard text.utf8.contains(.lineFeed), text.utf8.first?.isBlank == false, text.utf8.first != .lineFeed
        else { return nil }
        let header = Array("|".utf8)
        let indentation = max(column, 1)
        var scalar = BlockScalar(in: header, start: 0, limit: 1, text: [])
        scalar.indentation = indentation
        return try? scalar.rewritten(
            as: text, in: header, style: .literal, parentColumn: 0, lineBreak: lineBreak)
    }
}

extension Value {
    /// Written behind its key, not below it.
    var isInline: Bool {
        switch self {
        case .scalar, .literal: true
        case .mapping(let entries): entries.isEmpty
        case .sequence(let items): items.isEmpty
        }
    }
}
