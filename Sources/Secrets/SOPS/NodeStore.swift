internal import System
internal import YAML

/// YAML and JSON files.
struct NodeStore: Store {
    private static let blockKey = "sops"
    private let file: YAMLFile
    private let writer: ValueWriter
    private let nodes: [Node]
    private let aliases: [Node]
    let entries: [Entry]
    private(set) var block: JSON?
    private(set) var stamps: [Stamp] = []
    private let blocks: [NodeStoreBuilder.Block]

    var bytes: [UInt8] { file.bytes }

    init(parsing bytes: [UInt8], as syntax: Syntax) throws(SecretsError) {
        do {
            file = try YAMLFile(parsing: bytes, as: syntax)
        } catch {
            throw SecretsError(.format, error.message, at: error.position?.description, hint: error.hint)
        }
        guard !file.looksLikeTemplate else {
            throw SecretsError(
                .format, "this is a template, not YAML", hint: "encrypt the values that it is rendered with")
        }
        guard !file.documents.isEmpty else { throw SecretsError(.format, "there is nothing in the file") }
        writer = ValueWriter(for: file)
        var builder = NodeStoreBuilder(bytes: bytes, blockKey: Self.blockKey)
        for document in file.documents { try builder.add(document, syntax: syntax) }
        (entries, nodes, aliases, blocks) = try builder.finish()

        guard let first = blocks.first else { return }
        guard blocks.count == file.documents.count, first.document == 0 else {
            throw Metadata.malformed("some documents have it and others do not")
        }
        block = JSON(first.value)
        stamps = blocks.compactMap { block in
            guard let time = block.value["lastmodified"], let mac = block.value["mac"] else { return nil }
            return Stamp(lastModified: time.span, mac: mac.span)
        }
    }

    func text(of entry: Entry) -> ArraySlice<UInt8> {
        entry.kind == .comment ? bytes[entry.span] : nodes[entry.detail].text ?? []
    }

    func plainValue(of entry: Entry) throws(SecretsError) -> PlainValue {
        let node = nodes[entry.detail]
        do {
            return try file.syntax == .json ? GoScalar.json(node) : GoScalar.yaml(node)
        } catch {
            throw error.inside(place(of: entry))
        }
    }

    func written(encrypted text: String, at entry: Entry) throws(SecretsError) -> Splice {
        if entry.kind == .value {
            let node = nodes[entry.detail]
            if isInFlow(node) { return untagged(Splice(entry.span, writer.inline(.scalar(text))), node) }
            if let style = node.scalar?.style, style == .literal || style == .folded, node.comment != nil {
                throw SecretsError(
                    .format,
                    "a comment behind \(style == .literal ? "|" : ">") has no place once the value is encrypted",
                    at: place(of: entry), hint: "put the comment on a line of its own")
            }
            return untagged(Splice(entry.span, Array(text.utf8)), node)
        }
        return Splice(entry.span, Array(text.utf8))
    }

    /// A tag says what the text is no more; an anchor behind it stays.
    private func untagged(_ splice: Splice, _ node: Node) -> Splice {
        guard let tag = node.tagSpan else { return splice }
        let between = bytes[tag.upperBound..<splice.range.lowerBound].drop { $0 == 32 || $0 == 9 }
        return Splice(tag.lowerBound..<splice.range.upperBound, between + splice.bytes)
    }

    func inBlock(_ text: String) -> [UInt8] {
        file.syntax == .json ? writer.inline(.scalar(text)) : writer.block(.scalar(text), column: 0)
    }

    func written(_ value: PlainValue, at entry: Entry) throws(SecretsError) -> Splice {
        guard value.bytes.withSpan({ isValidUTF8($0) }) else {
            // As Go's YAML writer does it.
            guard file.syntax == .yaml, value.type == .str else {
                throw SecretsError(.value, "the value is not text", at: place(of: entry))
            }
            let text = Array("!!binary ".utf8) + value.bytes.withSpan { Base64.encode($0) }
            return untagged(Splice(entry.span, text), nodes[entry.detail])
        }
        if value.type == .comment {
            guard
                value.bytes.withSpan({ span in span.indices.allSatisfy { span[$0] != 10 && span[$0] != 13 } })
            else {
                throw SecretsError(.value, "a comment has several lines", at: place(of: entry))
            }
            return entry.kind == .comment
                ? Splice(entry.span, Array(value.text.utf8)) : listComment(value.text, at: entry)
        }
        let node = nodes[entry.detail]
        let written = value.literal.map { Value.literal($0) } ?? .scalar(value.text)
        // Text of several lines would take what follows on the line for its own.
        if isInFlow(node) || !endsLine(entry) || isBeforeDeepComment(entry, node) {
            return untagged(Splice(entry.span, writer.inline(written)), node)
        }
        let column = node.parent.map { writer.column(of: written, below: $0) } ?? 0
        return untagged(Splice(entry.span, writer.block(written, column: column)), node)
    }

    private func endsLine(_ entry: Entry) -> Bool {
        let rest = bytes[entry.span.upperBound...].prefix { $0 != UInt8(ascii: "\n") }
        return rest.allSatisfy { $0 == 32 || $0 == 9 || $0 == 13 }
    }

    /// Whether a comment comes next that is indented more than the value's key: it would become part of a block.
    private func isBeforeDeepComment(_ entry: Entry, _ node: Node) -> Bool {
        var start = entry.span.upperBound
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            start = end + 1
            let line = bytes[start...].prefix { $0 != UInt8(ascii: "\n") }
            guard let first = line.firstIndex(where: { ![9, 13, 32].contains($0) }) else { continue }
            return line[first] == UInt8(ascii: "#") && first - start > (node.parent?.column ?? 1) - 1
        }
        return false
    }

    private func isInFlow(_ node: Node) -> Bool { file.syntax == .json || node.parent?.isFlow == true }

    /// An item `- ENC[…,type:comment]` is a comment in the list.
    private func listComment(_ text: String, at entry: Entry) -> Splice {
        let dash =
            bytes[..<entry.span.lowerBound].lastIndex { $0 != UInt8(ascii: " ") } ?? entry.span.lowerBound
        return Splice(dash..<entry.span.upperBound, Array("#\(text)".utf8))
    }

    /// Writes out the aliases that stand in what is encrypted, or whose anchors do; others are kept.
    func expandingAliases(for selection: Selection) -> [Splice] {
        guard !aliases.isEmpty else { return [] }
        let selected = located(by: selection).places.filter { $0.isSelected && $0.entry.kind == .value }.map(
            \.entry)
        let within = Set(selected.compactMap(\.alias))
        return aliases.indices.filter { index in
            let target = aliases[index].resolved.span
            return within.contains(index)
                || selected.contains { $0.alias == nil && $0.span.overlaps(target) }
        }.map { Splice(aliases[$0].span, writer.inline(aliases[$0].value)) }
    }

    func inserting(_ path: [PathStep], document: Int) throws(SecretsError) -> [UInt8] {
        try edited(.insert(document: document, path: path.yaml, value: .scalar("")))
    }

    /// The file, which has no block, with an item of empty values at these paths before the one that stands there now.
    func inserting(item paths: [ArraySlice<PathStep>], at place: SecretPlace) throws(SecretsError) -> [UInt8]
    {
        try edited(.insert(document: place.document, path: place.path.yaml, value: Self.skeleton(paths)))
    }

    private static func skeleton(_ paths: [ArraySlice<PathStep>]) -> Value {
        var keys: [PathStep] = []
        for case let step? in paths.map(\.first) where !keys.contains(step) { keys.append(step) }
        guard let first = keys.first else { return .scalar("") }
        let children = keys.map { key in skeleton(paths.filter { $0.first == key }.map { $0.dropFirst() }) }
        if case .index = first { return .sequence(children) }
        return .mapping(
            zip(keys, children).compactMap { key, child in
                if case .key(let name) = key { Value.Entry(name, child) } else { nil }
            })
    }

    func removing(_ path: [PathStep], document: Int) throws(SecretsError) -> [UInt8] {
        try edited(.remove(document: document, path: path.yaml))
    }

    private func edited(_ edit: Edit) throws(SecretsError) -> [UInt8] {
        do {
            return try file.applying([edit]).bytes
        } catch {
            throw SecretsError(.format, error.message, at: error.position?.description, hint: error.hint)
        }
    }

    func removingBlock() -> [Splice] {
        blocks.map { block in
            if file.syntax == .json { return Splice(block.member, []) }
            let isAll = file.documents[block.document].root?.entries.count == 1
            return Splice(block.lines, isAll ? Array("{}".utf8) + writer.lineBreak : [])
        }
    }

    func adding(block: JSON) throws(SecretsError) -> [Splice] {
        try adding { _, column in
            let entry = writer.entry(Self.blockKey, Value(block), column: column)
            return [UInt8](repeating: UInt8(ascii: " "), count: column) + entry + writer.lineBreak
        }
            ?? [Splice(memberPlace, member(block))]
    }

    func addingBlock(of other: NodeStore) -> [Splice]? {
        guard blocks.isEmpty, let first = other.blocks.first else { return nil }
        if file.syntax == .json {
            return [Splice(memberPlace, Array(other.bytes[first.member]))]
        }
        return try? adding { document, column in
            guard other.blocks.indices.contains(document) else { return nil }
            let old = other.bytes[other.blocks[document].lines]
            return old.prefix { $0 == UInt8(ascii: " ") }.count == column ? Array(old) : nil
        }
    }

    /// At the end of every document, behind its comments, at the column of its keys. Nil for JSON, which has no such
    /// place.
    private func adding(_ block: (_ document: Int, _ column: Int) -> [UInt8]?) throws(SecretsError)
        -> [Splice]?
    {
        guard file.syntax == .yaml else { return nil }
        var splices: [Splice] = []
        for document in file.documents {
            guard let root = document.root, !root.isFlow || root.entries.isEmpty else {
                throw SecretsError(
                    .format,
                    "document \(document.index + 1) is in brackets, which leave no place for the sops block",
                    hint: "write it in block style, a key a line")
            }
            let end = document.end
            var needsBreak = end > 0 && bytes[end - 1] != UInt8(ascii: "\n")
            // The block takes the place of the brackets that say that there is nothing.
            if root.isFlow {
                let isAlone = root.column == 1
                let isLast = root.span.upperBound == end
                needsBreak = needsBreak && !(isAlone && isLast)
                let hasBreak = !isLast && bytes[root.span.upperBound] == UInt8(ascii: "\n")
                let line = root.span.lowerBound..<root.span.upperBound + (isAlone && hasBreak ? 1 : 0)
                splices.append(Splice(line, []))
            }
            guard let text = block(document.index, root.isFlow ? 0 : root.column - 1) else { return nil }
            splices.append(Splice(end..<end, (needsBreak ? writer.lineBreak : []) + text))
        }
        return splices
    }

    // MARK: JSON

    /// Behind the last member of the object.
    private var memberPlace: Range<Int> {
        let root = file.documents.first?.root
        let end = root?.entries.last?.value.span.upperBound ?? (root?.span.lowerBound ?? 0) + 1
        return end..<end
    }

    private func member(_ block: JSON) -> [UInt8] {
        guard let root = file.documents.first?.root else { return [] }
        let first = root.entries.first?.key.span.lowerBound
        let lineStart = first.map { start in (bytes[..<start].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1 }
        let before = first.flatMap { first in lineStart.map { bytes[$0..<first] } } ?? []
        let isOnLines = lineStart ?? 0 > root.span.lowerBound && before.allSatisfy { $0 == 32 || $0 == 9 }
        let indentation = isOnLines ? Array(before) : []
        return (first == nil ? [] : Array(",".utf8)) + (isOnLines ? writer.lineBreak + indentation : [])
            + Array("\"\(Self.blockKey)\": ".utf8) + writer.inline(Value(block), indentation: indentation)
    }
}

extension PlainValue {
    /// What is written as it is, with a type of its own; nil for a string.
    fileprivate var literal: String? {
        switch type {
        case .int, .float, .time: text
        case .bool: text.lowercased()
        case .str, .bytes, .comment: nil
        }
    }
}

extension Value {
    /// A block of metadata as it is written.
    fileprivate init(_ json: JSON) {
        switch json {
        case .string(let text): self = .scalar(text)
        case .array(let items): self = .sequence(items.map { Value($0) })
        case .object(let fields): self = .mapping(fields.map { Value.Entry($0.key, Value($0.value)) })
        default: self = .literal(json.description)
        }
    }
}
