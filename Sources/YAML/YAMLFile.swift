/// How a file is written. JSON files get their own strict parser and JSON's escapes on edits; files of variables are
/// lines of `NAME=value`.
public enum Syntax: Hashable, Sendable {
    case yaml, json, variables

    /// By the file's name: `.json` is JSON, `.env` and `.properties` are variables, everything else YAML.
    public init(path: String) {
        func ends(_ text: String) -> Bool { path.utf8.suffix(text.utf8.count).elementsEqual(text.utf8) }
        self = ends(".json") ? .json : ends(".env") || ends(".properties") ? .variables : .yaml
    }
}

/// A parsed file with the exact place of everything in it.
public struct YAMLFile: Sendable {
    let storage: Storage

    /// Larger files are refused: 64 MiB.
    public static let maximumSize = 64 << 20

    /// Deeper files are refused, also if they are deep only through aliases. libyaml has no limit.
    public static let maximumDepth = 200

    public init(parsing bytes: [UInt8], as syntax: Syntax = .yaml) throws(YAMLError) {
        guard bytes.count <= Self.maximumSize else {
            throw YAMLError(
                .tooLarge, "the file has \(bytes.count) bytes, at most \(Self.maximumSize) are read")
        }
        if let form = StoredForm(of: bytes) { throw YAMLError(.stored, form.words, hint: form.hint) }
        var tree = TreeBuilder()
        do {
            switch syntax {
            case .yaml: try EventReader.read(bytes, into: &tree)
            case .json: try JSONScanner.read(bytes, into: &tree)
            case .variables: try VariableScanner.read(bytes, into: &tree)
            }
        } catch {
            if error.code == .invalid, let mark = ConflictMark.first(in: bytes) {
                throw YAMLError(
                    .conflict, "a merge conflict is left here (<<<<<<<)", at: Position(of: mark, in: bytes),
                    hint: "settle it, and take the marks out")
            }
            guard error.code == .invalid, let template = Template.firstAction(in: bytes) else { throw error }
            throw Template.error(at: Position(of: template, in: bytes))
        }
        storage = Storage(bytes: bytes, syntax: syntax, tree: tree)
    }

    /// Reads a template as the YAML around its actions: what is written out can be read and edited; a scalar that an
    /// action makes, or a part of, reads as marked.
    public init(parsingTemplate bytes: [UInt8]) throws(YAMLError) {
        let blanked = TemplateBlanks(bytes).bytes
        guard blanked.count <= Self.maximumSize else {
            throw YAMLError(
                .tooLarge, "the file has \(bytes.count) bytes, at most \(Self.maximumSize) are read")
        }
        var tree = TreeBuilder()
        try EventReader.read(blanked, into: &tree)
        storage = Storage(bytes: blanked, syntax: .yaml, tree: tree, template: bytes)
    }

    /// Reads a manifest: as YAML or JSON, and where it is a template as the YAML around its actions.
    public init(manifest bytes: [UInt8], as syntax: Syntax) throws(YAMLError) {
        do {
            let file = try YAMLFile(parsing: bytes, as: syntax)
            guard syntax == .yaml, file.looksLikeTemplate else {
                self = file
                return
            }
        } catch {
            guard syntax == .yaml, error.code == .template else { throw error }
            guard let file = try? YAMLFile(parsingTemplate: bytes) else { throw error }
            self = file
            return
        }
        try self.init(parsingTemplate: bytes)
    }

    /// As they stand in the file.
    public var bytes: [UInt8] { storage.template ?? storage.bytes }
    /// Whether it was read around the actions of a template.
    public var isTemplate: Bool { storage.template != nil }
    public var syntax: Syntax { storage.syntax }

    public var documents: [Document] {
        storage.documents.indices.map { Document(storage: storage, index: $0) }
    }

    /// Whether the file parses but is a Go template (`{{ .Values.x }}` reads as a mapping in a mapping),
    /// which is never edited. One that does not parse fails with ``YAMLError/Code/template``.
    public var looksLikeTemplate: Bool { Template.firstNode(in: storage) != nil }
}

/// One document of a stream.
public struct Document: Sendable {
    let storage: Storage
    /// From 0, in the file.
    public let index: Int

    /// Nil if the document has no node.
    public var root: Node? {
        storage.documents[index].root.map { Node(storage: storage, index: $0) }
    }

    /// Where its content ends: before `...`, the next `---` or the end of the file.
    public var end: Int { storage.documents[index].end }

    /// The keys that stand in their mapping a second time (most readers refuse them or let the last win).
    public var duplicateKeys: [Node] {
        guard let root else { return [] }
        var duplicates: [Node] = []
        for index in root.index..<Int(root.record.subtreeEnd) where storage.records[index].kind == .mapping {
            // By their bytes: two ways to write an accent are two keys.
            var seen: Set<ArraySlice<UInt8>> = []
            for (key, _) in Node(storage: storage, index: index).entries where !key.isMergeKey {
                if let text = key.text, !seen.insert(text).inserted {
                    duplicates.append(key)
                }
            }
        }
        return duplicates
    }
}
