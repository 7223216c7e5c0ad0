internal import YAML

/// Collects the values and comments of YAML and JSON documents in the order in which the format has them.
struct NodeStoreBuilder {
    /// One copy of the `sops` block.
    struct Block {
        let document: Int
        let value: Node
        /// The lines that it takes in YAML.
        let lines: Range<Int>
        /// The block with the comma before (or after) it in JSON.
        let member: Range<Int>
    }

    private struct Container {
        let key: String?
        let parent: Int?
        let column: Int
        let document: Int
        let isList: Bool
        /// Written in brackets, so that its column says nothing of what is in it.
        let isFlow: Bool
        var items: [Item] = []
    }

    /// Where an item begins, for comments to find their place.
    private struct Start {
        let offset: Int
        let container: Int
        /// An item of a list of which nothing is there but its dash.
        var isBlank = false
    }

    private struct Item {
        /// Comments at the end of a line come before the item of that line.
        var order: Int
        var content: Content

        enum Content {
            case entry(Entry)
            case container(Int)
        }
    }

    private let bytes: [UInt8]
    private let blockKey: String
    private var containers: [Container] = []
    private var nodes: [Node] = []
    private var aliases: [Node] = []
    /// The alias whose values are being added.
    private var alias: Int?
    private var blocks: [Block] = []
    /// Where scalars stand, in order: a `#` in one is no comment.
    private var scalars: [Range<Int>] = []
    /// All items in order.
    private var starts: [Start] = []
    private var hasComments = true

    init(bytes: [UInt8], blockKey: String) {
        self.bytes = bytes
        self.blockKey = blockKey
    }

    // MARK: Values

    mutating func add(_ document: Document, syntax: Syntax) throws(SecretsError) {
        guard let root = document.root, root.kind == .mapping else {
            throw SecretsError(
                .format, "document \(document.index + 1) is not a map of keys to values",
                hint: document.root == nil ? "take the empty document out" : "put what is there under a key")
        }
        if let duplicate = document.duplicateKeys.first {
            throw refused(duplicate, "the key \(quotedKey(duplicate)) is there twice")
        }
        hasComments = syntax == .yaml
        let id = open(root, at: root.span.lowerBound, key: nil, parent: nil, document: document.index)
        try add(entriesOf: root, to: id, parent: nil, document: document.index)
    }

    private mutating func add(entriesOf map: Node, to id: Int, parent: Int?, document: Int)
        throws(SecretsError)
    {
        let entries = map.entries
        for (position, (name, value)) in entries.enumerated() {
            guard GoScalar.isStringKey(name) || !hasComments, let text = name.string else {
                throw refused(name, "a key is not a string", hint: "quote the key")
            }
            if alias == nil { scalars.append(name.span) }
            if parent == nil, text == blockKey {
                let next = position + 1 < entries.count ? entries[position + 1].key.span.lowerBound : nil
                let previous = position > 0 ? entries[position - 1].value.span.upperBound : nil
                blocks.append(block(name, value, document: document, after: previous, before: next))
                skip(value)
            } else {
                if alias == nil { starts.append(Start(offset: name.span.lowerBound, container: id)) }
                try add(value, key: text, at: name.span.lowerBound, in: id)
            }
        }
    }

    private mutating func add(itemsOf list: Node, to id: Int) throws(SecretsError) {
        for item in list.items {
            if alias == nil {
                starts.append(Start(offset: item.span.lowerBound, container: id, isBlank: item.span.isEmpty))
            }
            try add(item, key: nil, at: item.span.lowerBound, in: id)
        }
    }

    private mutating func open(_ node: Node, at start: Int, key: String?, parent: Int?, document: Int) -> Int
    {
        let id = containers.count
        containers.append(
            Container(
                key: key, parent: parent, column: column(of: node.span.lowerBound), document: document,
                isList: node.kind == .sequence,
                isFlow: node.span.first.map { [UInt8(ascii: "["), UInt8(ascii: "{")].contains(bytes[$0]) }
                    ?? false))
        if let parent {
            containers[parent].items.append(
                Item(order: 2 * start + 1, content: .container(id)))
        }
        return id
    }

    private mutating func add(_ value: Node, key: String?, at start: Int, in container: Int)
        throws(SecretsError)
    {
        var entry = Entry(kind: .value, key: key, span: value.span, detail: nodes.count)
        switch value.kind {
        case .alias:
            // What it stands for is part of the file there too; its place is the alias's own.
            let outer = alias
            if outer == nil {
                alias = aliases.count
                aliases.append(value)
                scalars.append(value.span)
            }
            defer { alias = outer }
            return try add(value.resolved, key: key, at: start, in: container)
        case .mapping, .sequence:
            guard value.tag == nil else {
                throw refused(value, "a collection has a tag of its own", hint: "take the tag away")
            }
            let document = containers[container].document
            if value.kind == .mapping, !value.entries.isEmpty {
                let id = open(value, at: start, key: key, parent: container, document: document)
                return try add(entriesOf: value, to: id, parent: container, document: document)
            }
            if value.kind == .sequence, !value.items.isEmpty {
                return try add(
                    itemsOf: value,
                    to: open(value, at: start, key: key, parent: container, document: document))
            }
            entry.kind = .empty
        case .scalar:
            if alias == nil { scalars.append(value.span) }
            if hasComments ? GoScalar.isNull(value) : value.scalar?.type == .null { entry.kind = .empty }
        }
        entry.alias = alias
        nodes.append(value)
        containers[container].items.append(Item(order: 2 * start + 1, content: .entry(entry)))
    }

    /// Takes note of the scalars of the block, whose values are none of the file's.
    private mutating func skip(_ node: Node) {
        switch node.kind {
        case .scalar: scalars.append(node.span)
        case .alias: break
        case .mapping:
            for (key, value) in node.entries {
                skip(key)
                skip(value)
            }
        case .sequence: for item in node.items { skip(item) }
        }
    }

    private func block(_ key: Node, _ value: Node, document: Int, after previous: Int?, before next: Int?)
        -> Block
    {
        var end = value.span.upperBound
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        let lines = lineStart(of: key.span.lowerBound)..<min(end + 1, bytes.count)
        let member =
            previous.map { $0..<value.span.upperBound } ?? key.span
            .lowerBound..<(next ?? value.span.upperBound)
        return Block(document: document, value: value, lines: lines, member: member)
    }

    // MARK: Comments

    mutating func finish() throws(SecretsError) -> ([Entry], [Node], [Node], [Block]) {
        if hasComments { placeComments() }
        var entries: [Entry] = []
        entries.reserveCapacity(nodes.count + 2 * containers.count)
        for id in containers.indices where containers[id].parent == nil { flatten(id, into: &entries) }
        return (entries, nodes, aliases, blocks)
    }

    private mutating func flatten(_ id: Int, into entries: inout [Entry]) {
        entries.append(Entry(kind: .open, key: containers[id].key))
        for item in containers[id].items.sorted(by: { $0.order < $1.order }) {
            switch item.content {
            case .entry(let entry): entries.append(entry)
            case .container(let inner): flatten(inner, into: &entries)
            }
        }
        entries.append(Entry(kind: .close))
    }

    /// Finds the comments between the scalars and gives each to the container that Go's YAML reader would.
    private mutating func placeComments() {
        var next = 0
        // On lines of their own since the last item.
        var between: [Range<Int>] = []
        for comment in comments() where !blocks.contains(where: { $0.lines.contains(comment.lowerBound) }) {
            if next < starts.count, starts[next].offset < comment.lowerBound {
                place(between, before: next)
                between = []
                while next < starts.count, starts[next].offset < comment.lowerBound { next += 1 }
            }
            let line = bytes[lineStart(of: comment.lowerBound)..<comment.lowerBound].filter {
                $0 != 32 && $0 != 9
            }
            guard !line.isEmpty, next > 0 else {
                between.append(comment)
                continue
            }
            place(
                comment, behind: starts[next - 1], afterDash: line.allSatisfy { $0 == UInt8(ascii: "-") },
                before: next)
        }
        place(between, before: next)
    }

    /// A comment behind an item, which comes before it; or behind the dash of what is on the next lines.
    private mutating func place(
        _ comment: Range<Int>, behind previous: Start, afterDash: Bool, before next: Int
    ) {
        let following = next < starts.count ? starts[next].container : nil
        if afterDash, previous.offset < lineStart(of: comment.lowerBound) {
            add(comment, at: comment.lowerBound, to: following ?? previous.container)
        } else if previous.isBlank, afterDash {
            // Dashes without anything hand it on.
            let going = starts[next...].first { !$0.isBlank }?.container
            add(comment, at: previous.offset, to: owner(behindDash: previous, before: going))
        } else {
            add(comment, at: previous.offset, to: previous.container)
        }
    }

    private mutating func place(_ comments: [Range<Int>], before next: Int) {
        let following = next < starts.count ? starts[next].container : nil
        guard next > 0, !comments.isEmpty else { return place(comments, in: following ?? 0) }
        let previous = starts[next - 1]
        let document = containers[previous.container].document
        if let following, containers[following].document != document {
            // Behind the line between two documents, they are of the next one.
            let line = separator(from: previous.offset)
            place(comments.filter { $0.lowerBound > line }, in: following)
            place(comments.filter { $0.lowerBound < line }, behind: previous, before: nil)
        } else if let following, depth(of: following) > depth(of: previous.container) {
            place(comments, in: following)
        } else {
            place(comments, behind: previous, before: following)
        }
    }

    private mutating func place(_ comments: [Range<Int>], in container: Int) {
        for comment in comments { add(comment, at: comment.lowerBound, to: container) }
    }

    private mutating func place(_ comments: [Range<Int>], behind previous: Start, before following: Int?) {
        var inner = previous.container
        while containers[inner].isFlow, let parent = containers[inner].parent { inner = parent }
        let lines = comments.map { line(of: $0) }
        var columns: Set<Int> = []
        for (number, owner) in CommentLine.owners(of: lines, indent: containers[inner].column).enumerated() {
            let column = lines[number].column
            let container =
                switch owner {
                case .next: following
                case .previous: previous.isBlank ? self.owner(behindDash: previous, before: following) : inner
                case .column:
                    columns.contains(column)
                        ? following
                        : ancestors(of: inner, until: following).first { containers[$0].column == column }
                }
            if lines[number].isBeforeEmptyLine || lines[number].columnBelow != column {
                columns.insert(column)
            }
            add(
                comments[number], at: comments[number].lowerBound,
                to: container ?? following ?? root(of: inner))
        }
    }

    /// Of a comment behind a dash and nothing: of the list where it goes on, else of the map around it.
    private func owner(behindDash previous: Start, before following: Int?) -> Int {
        if previous.container == following { return previous.container }
        let around = ancestors(of: previous.container, until: following).dropFirst()
        return around.first { !containers[$0].isList } ?? following ?? root(of: previous.container)
    }

    /// A container and those around it, up to the one in which the file goes on, which is not among them.
    private func ancestors(of container: Int, until following: Int?) -> [Int] {
        var result: [Int] = []
        var next: Int? = container
        while let id = next, id != following {
            result.append(id)
            next = containers[id].parent
        }
        return result
    }

    private func root(of container: Int) -> Int {
        var root = container
        while let parent = containers[root].parent { root = parent }
        return root
    }

    private mutating func add(_ comment: Range<Int>, at offset: Int, to container: Int) {
        let entry = Entry(kind: .comment, span: (comment.lowerBound + 1)..<comment.upperBound)
        containers[container].items.append(Item(order: 2 * offset, content: .entry(entry)))
    }

    private func depth(of container: Int) -> Int {
        var depth = 0
        var id = container
        while let parent = containers[id].parent { (depth, id) = (depth + 1, parent) }
        return depth
    }

    /// From each `#` that begins a comment to the end of its line.
    private func comments() -> [Range<Int>] {
        var result: [Range<Int>] = []
        var offset = 0
        for scalar in scalars.sorted(by: { $0.lowerBound < $1.lowerBound }) + [bytes.count..<bytes.count] {
            findComments(in: offset..<max(offset, scalar.lowerBound), into: &result)
            offset = max(offset, scalar.upperBound)
        }
        return result
    }

    private func findComments(in range: Range<Int>, into result: inout [Range<Int>]) {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let isStart = offset == 0 || [32, 9, 10, 13].contains(bytes[offset - 1])
            guard bytes[offset] == UInt8(ascii: "#"), isStart else {
                offset += 1
                continue
            }
            let end = lineEnd(of: offset)
            result.append(offset..<end)
            offset = end
        }
    }

    // MARK: Lines

    private func lineStart(of offset: Int) -> Int {
        var start = offset
        while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        return start
    }

    /// Before the line break.
    private func lineEnd(of offset: Int) -> Int {
        var end = offset
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        return end > offset && bytes[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
    }

    private func column(of offset: Int) -> Int { offset - lineStart(of: offset) }

    private func line(of comment: Range<Int>) -> CommentLine {
        let start = lineStart(of: comment.lowerBound)
        let before = start > 0 ? lineStart(of: start - 1) : 0
        var below = nextLine(after: comment.upperBound)
        let isBeforeEmptyLine = below < bytes.count && content(ofLineAt: below) == nil
        // At the end of the file the sops block is put, in the first column.
        while below < bytes.count, content(ofLineAt: below) == nil { below = nextLine(after: below) }
        return CommentLine(
            column: comment.lowerBound - start, columnBelow: content(ofLineAt: below).map { $0 - below } ?? 0,
            isAfterEmptyLine: start > 0 && content(ofLineAt: before) == nil,
            isBeforeEmptyLine: isBeforeEmptyLine)
    }

    /// Where a line has something that is no space; nil for an empty line.
    private func content(ofLineAt start: Int) -> Int? {
        var offset = start
        while offset < bytes.count, bytes[offset] == 32 || bytes[offset] == 9 { offset += 1 }
        return offset < bytes.count && bytes[offset] != 10 && bytes[offset] != 13 ? offset : nil
    }

    private func nextLine(after offset: Int) -> Int {
        var end = offset
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        return min(end + 1, bytes.count)
    }

    /// The line between two documents behind an offset.
    private func separator(from offset: Int) -> Int {
        var line = nextLine(after: offset)
        while line < bytes.count, !bytes[line...].starts(with: "---".utf8) { line = nextLine(after: line) }
        return line
    }

    private func quotedKey(_ node: Node) -> String { node.string.map { quoted($0) } ?? "" }

    private func refused(_ node: Node, _ what: String, hint: String? = nil) -> SecretsError {
        SecretsError(.format, what, at: node.position.description, hint: hint)
    }
}
