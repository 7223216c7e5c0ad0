/// One change to a file. Documents are counted from 0; a path must lead to exactly one place.
public enum Edit: Hashable, Sendable {
    /// Gives what stands at the path another value, in the style that is there. A path that ends in
    /// `?ref` changes that parameter of the URL that stands there.
    case replace(document: Int = 0, path: Path, with: Value)
    /// Gives the anchored scalar at the path another value, and with it all of its aliases, which have to be those
    /// at `uses` and no others.
    case replaceAnchored(document: Int = 0, path: Path, with: Value, uses: [Path])
    /// Adds a key to a mapping, or an item to a sequence: before the index, or at the end if the index is
    /// the count. Parents that are missing are created. A missing `[name=api]` becomes an item that has it.
    case insert(document: Int = 0, path: Path, value: Value)
    /// Takes out a key with its value, or an item. A collection that would be left empty becomes `{}` or `[]`.
    case remove(document: Int = 0, path: Path)
    /// Changes the comment at the end of the line, from `#` on: an empty `from` adds one where none is, an
    /// empty `to` takes it away.
    case comment(document: Int = 0, path: Path, from: String, to: String)
}

extension YAMLFile {
    /// The file with the edits made one after the other: each path is for the file as the edits before it
    /// leave it.
    ///
    /// Only the bytes of what changes are rewritten, so comments, quotes, anchors, indentation, line ends, the
    /// byte order mark and a missing last line break stay. The result is parsed and compared with the
    /// file before, node by node; if anything but the planned change is found, this throws
    /// ``YAMLError/Code/unproven``.
    public func applying(_ edits: [Edit]) throws(YAMLError) -> YAMLFile {
        if let node = Template.firstNode(in: storage) { throw Template.error(at: node.position) }
        if syntax == .yaml, let offset = bytes.firstRareBreak {
            throw YAMLError(
                .unwritable, "the file has a line break that is neither a line feed nor Windows' own",
                at: Position(of: offset, in: bytes),
                hint: "end its lines as other files do; in quotes, write the character as an escape")
        }
        var file = self
        var batch = EditBatch(file)
        for edit in edits where try !batch.add(edit) {
            // It depends on what the batch changes.
            file = try batch.commit()
            batch = EditBatch(file)
            guard try batch.add(edit) else {
                throw YAMLError(.unwritable, "the change collides with itself")
            }
        }
        return try batch.commit()
    }
}

/// Edits that touch different nodes, made with one parse and one proof.
struct EditBatch {
    private let file: YAMLFile
    private var resolver: EditResolver
    private var plan = ChangePlan()
    private var splices: [Splice] = []
    /// Nodes that change, and the places where bytes do.
    private var touched: Set<Int> = []
    private var places: Set<Int> = []
    private var isEmpty = true

    init(_ file: YAMLFile) {
        self.file = file
        resolver = EditResolver(file: file)
    }

    /// False if the edit depends on what the batch already changes; it is not added then.
    mutating func add(_ edit: Edit) throws(YAMLError) -> Bool {
        let change: Change
        do {
            change = try resolver.resolve(edit)
        } catch {
            // The place may be one that the batch makes.
            if isEmpty { throw error }
            return false
        }
        guard !collides(change) else { return false }
        isEmpty = false
        splices += change.splices
        for splice in change.splices {
            places.insert(splice.range.lowerBound)
            places.insert(splice.range.upperBound)
        }
        if let node = change.node { touched.insert(node.index) }
        plan.add(change)
        return true
    }

    private func collides(_ change: Change) -> Bool {
        guard !isEmpty else { return false }
        guard let node = change.node, plan.created == nil else { return true }
        let isNear = change.splices.contains {
            places.contains($0.range.lowerBound) || places.contains($0.range.upperBound)
        }
        if isNear { return true }
        var ancestor: Node? = node
        while let next = ancestor {
            if touched.contains(next.index) { return true }
            ancestor = next.parent
        }
        let below = node.index + 1..<Int(node.record.subtreeEnd)
        return !below.isEmpty && touched.contains(where: below.contains)
    }

    func commit() throws(YAMLError) -> YAMLFile {
        let changes = splices.filter { !$0.range.isEmpty || !$0.bytes.isEmpty }
        guard !changes.isEmpty else { return file }
        let edited: YAMLFile
        do {
            let bytes = Splice.apply(changes, to: file.bytes)
            edited =
                file.isTemplate
                ? try YAMLFile(parsingTemplate: bytes) : try YAMLFile(parsing: bytes, as: file.syntax)
        } catch {
            throw YAMLError(
                .unproven, "the edited file would not parse: \(error.message)", at: error.position,
                hint: "edit it by hand")
        }
        try Proof(plan: plan).check(file, edited)
        return edited
    }
}

/// Bytes that take the place of a range.
public struct Splice: Hashable, Sendable {
    public var range: Range<Int>
    public var bytes: [UInt8]

    public init(_ range: Range<Int>, _ bytes: [UInt8]) {
        self.range = range
        self.bytes = bytes
    }

    static func insert(_ bytes: [UInt8], at offset: Int) -> Splice { Splice(offset..<offset, bytes) }

    static func remove(_ range: Range<Int>) -> Splice { Splice(range, []) }

    /// The bytes with all splices made; they do not overlap.
    public static func apply(_ splices: [Splice], to bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(splices.reduce(bytes.count) { $0 + $1.bytes.count })
        var offset = 0
        for splice in splices.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            let start = max(offset, splice.range.lowerBound)
            result += bytes[offset..<start]
            result += splice.bytes
            offset = max(start, splice.range.upperBound)
        }
        result += bytes[offset...]
        return result
    }
}
