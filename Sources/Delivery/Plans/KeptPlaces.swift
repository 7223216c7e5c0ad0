internal import Manifests
internal import YAML

extension [Path] {
    /// The new content of a file with what stands at these paths as it was in the old.
    func kept(in new: [UInt8], asIn old: [UInt8]?, file: String) throws -> [UInt8] {
        guard let old, !isEmpty, new != old else { return new }
        let syntax = Syntax(path: file)
        guard let before = try? YAMLFile(parsing: old, as: syntax),
            var after = try? YAMLFile(parsing: new, as: syntax)
        else { return new }
        // As it is written there, where both have it: its remarks, quotes and spaces are the target's, too.
        after = after.keeping(self, asWrittenIn: before) ?? after
        do {
            for path in self {
                for document in before.documents where after.documents.indices.contains(document.index) {
                    let kept = path.matches(in: document).map { (path: $0.path, value: $0.value) }
                    for place in path.matches(in: after.documents[document.index]).reversed()
                    where !kept.contains(where: { $0.path == place.path }) {
                        after = try after.applying([.remove(document: document.index, path: place.path)])
                    }
                    for place in kept {
                        let now = place.path.matches(in: after.documents[document.index]).first
                        if now?.value == place.value { continue }
                        let isThere = now != nil
                        after = try after.applying([
                            isThere
                                ? .replace(document: document.index, path: place.path, with: place.value)
                                : .insert(document: document.index, path: place.path, value: place.value)
                        ])
                    }
                }
            }
        } catch {
            throw FileEditError(file: file, cause: error)
        }
        return after.bytes
    }
}

extension YAMLFile {
    /// This file with what stands at paths written as another file writes it, byte for byte; nil where that would
    /// change what else it says.
    fileprivate func keeping(_ paths: [Path], asWrittenIn other: YAMLFile) -> YAMLFile? {
        var splices: [Splice] = []
        for path in paths {
            for document in other.documents where documents.indices.contains(document.index) {
                let here = path.matches(in: documents[document.index])
                for theirs in path.matches(in: document) {
                    guard let ours = here.first(where: { $0.path == theirs.path }) else { continue }
                    guard let (range, text) = ours.rewriting(as: theirs, bytes, other.bytes) else { continue }
                    let isNew = splices.allSatisfy {
                        $0.range.upperBound <= range.lowerBound || $0.range.lowerBound >= range.upperBound
                    }
                    if isNew { splices.append(Splice(range, text)) }
                }
            }
        }
        guard let file = try? YAMLFile(parsing: Splice.apply(splices, to: bytes), as: syntax),
            file.documents.count == documents.count
        else { return nil }
        for (document, kept) in zip(other.documents, file.documents) {
            for path in paths {
                for theirs in path.matches(in: document) {
                    let ours = path.matches(in: kept).first { $0.path == theirs.path }
                    if let ours, ours.value != theirs.value { return nil }
                }
            }
        }
        return file
    }
}

extension Node {
    /// What to put where, so that this node stands there as another one does; nil where that can't be told.
    fileprivate func rewriting(
        as other: Node, _ bytes: [UInt8], _ theirs: [UInt8]
    ) -> (range: Range<Int>, text: [UInt8])? {
        guard keyColumn == other.keyColumn else { return nil }
        // To the end of the line: a remark belongs to the value. In brackets others stand on it, too.
        let (own, foreign) = (wholeLines(bytes), other.wholeLines(theirs))
        if let own, let foreign { return (own, Array(theirs[foreign])) }
        guard own == nil, foreign == nil else { return nil }
        return (span, Array(theirs[other.span]))
    }

    /// From where the value begins to the end of its last line; nil where it is within brackets, or in block style at
    /// another depth than it would go to.
    private func wholeLines(_ bytes: [UInt8]) -> Range<Int>? {
        var ancestor = parent
        while let node = ancestor {
            if node.isFlow { return nil }
            ancestor = node.parent
        }
        let start = parentKeyEnd ?? span.lowerBound
        let end = bytes[span.upperBound...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        return start < end ? start..<end : nil
    }

    private var key: Node? {
        parent?.entries.first { $0.value.span == span && $0.value.path == path }?.key
    }

    /// Right behind the key.
    private var parentKeyEnd: Int? { key?.span.upperBound }

    /// Where the line's indentation ends, so to say: lines that are taken over have to be as deep.
    private var keyColumn: Int { key?.column ?? column }
}
