internal import System
internal import YAML

/// INI files, as far as their round trip is exact: sections, `key = value`, comments on lines of their own, and
/// values of several lines in `"""`. What readers of INI disagree on is refused.
struct INIStore: Store {
    private static let blockSection = "sops"
    /// The section that keys before any section belong to.
    private static let defaultSection = "DEFAULT"

    let bytes: [UInt8]
    private(set) var entries: [Entry] = []
    private(set) var block: JSON?
    private(set) var stamps: [Stamp] = []
    private var blockLines: Range<Int>?

    init(parsing bytes: [UInt8]) throws(SecretsError) {
        self.bytes = bytes
        var reader = Reader(bytes)
        try reader.read()
        entries = [Entry(kind: .open)]
        for section in reader.sections where section.name != Self.blockSection {
            // The default section is there, as far as paths go, even when it has no header.
            entries.append(Entry(kind: .open, key: section.name))
            entries += section.entries
            entries.append(Entry(kind: .close))
        }
        entries.append(Entry(kind: .close))
        guard let section = reader.sections.first(where: { $0.name == Self.blockSection }) else { return }
        let fields = section.entries.filter { $0.kind == .value }
        block = try FlatBlock.unflatten(
            fields.map {
                ($0.key ?? "", String(decoding: decoded($0).replacing("\\n", with: "\n").utf8, as: UTF8.self))
            })
        blockLines = section.lines
        if let time = fields.first(where: { $0.key == "lastmodified" }),
            let mac = fields.first(where: { $0.key == "mac" })
        {
            stamps = [Stamp(lastModified: time.span, mac: mac.span)]
        }
    }

    // MARK: Reading

    private struct Section {
        var name: String
        var lines: Range<Int>
        var entries: [Entry] = []
    }

    private struct Reader {
        let bytes: [UInt8]
        var sections = [Section(name: INIStore.defaultSection, lines: 0..<0)]
        /// Comments are of the section or key that comes next.
        private var comments: [Entry] = []

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        mutating func read() throws(SecretsError) {
            var offset = 0
            while offset < bytes.count {
                let end = lineEnd(offset)
                let text = trimmed(offset..<end)
                let place = "line \(1 + bytes[..<offset].count { $0 == UInt8(ascii: "\n") })"
                var next = min(end + 1, bytes.count)
                switch bytes[text].first {
                case nil: break
                case UInt8(ascii: ";"), UInt8(ascii: "#"):
                    let start = bytes[text].firstIndex { !"#; ".utf8.contains($0) } ?? text.upperBound
                    comments.append(Entry(kind: .comment, span: start..<text.upperBound))
                case UInt8(ascii: "["):
                    guard bytes[text].last == UInt8(ascii: "]"),
                        let name = String(
                            validating: bytes[trimmed((text.lowerBound + 1)..<(text.upperBound - 1))],
                            as: UTF8.self),
                        !name.isEmpty
                    else { throw SecretsError(.format, "a section header is not [name]", at: place) }
                    guard
                        !sections.contains(where: {
                            $0.name == name && ($0.name != INIStore.defaultSection || !$0.entries.isEmpty)
                        })
                    else {
                        throw SecretsError(.format, "the section \(name) is there twice", at: place)
                    }
                    // The block is put behind what was at the end of the file.
                    if name == INIStore.blockSection {
                        sections[sections.count - 1].entries += takenComments()
                    }
                    sections.append(Section(name: name, lines: offset..<next, entries: takenComments()))
                default:
                    let value = try keyAndValue(text, place)
                    guard !sections[sections.count - 1].entries.contains(where: { $0.key == value.key })
                    else {
                        throw SecretsError(.format, "the key \(value.key ?? "") is there twice", at: place)
                    }
                    sections[sections.count - 1].entries += takenComments() + [value]
                    next = min(lineEnd(value.span.upperBound) + 1, bytes.count)
                }
                sections[sections.count - 1].lines = sections[sections.count - 1].lines.lowerBound..<next
                offset = next
            }
            sections[sections.count - 1].entries += takenComments()
        }

        private mutating func takenComments() -> [Entry] {
            defer { comments = [] }
            return comments
        }

        private func keyAndValue(_ text: Range<Int>, _ place: String) throws(SecretsError) -> Entry {
            guard
                let separator = bytes[text].firstIndex(where: {
                    $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":")
                }),
                bytes[separator] == UInt8(ascii: "="),
                let key = String(validating: bytes[trimmed(text.lowerBound..<separator)], as: UTF8.self),
                !key.isEmpty, !key.utf8.contains(where: "\"`".utf8.contains)
            else { throw SecretsError(.format, "a line is not key = value", at: place) }
            var span = trimmed((separator + 1)..<text.upperBound)
            if span.isEmpty {
                // Behind the space that a value would stand behind.
                let rest = trimmed((separator + 1)..<lineEnd(separator))
                span = rest.lowerBound..<rest.lowerBound
            }
            let quotes = Array("\"\"\"".utf8)
            if bytes[span].starts(with: quotes) {
                var end = span.lowerBound + 3
                while end + 3 <= bytes.count, !bytes[end...].starts(with: quotes) { end += 1 }
                guard end + 3 <= bytes.count, trimmed((end + 3)..<lineEnd(end + 3)).isEmpty else {
                    throw SecretsError(.format, "a value's \"\"\" does not end its line", at: place)
                }
                span = span.lowerBound..<(end + 3)
            } else {
                guard INIStore.isUnambiguous(bytes[span]) else {
                    throw SecretsError(
                        .format,
                        "readers of INI disagree on a value with quotes, ; or # in it, or \\ at its end",
                        at: place,
                        hint: "keep it in a YAML or dotenv file")
                }
            }
            return Entry(kind: .value, key: key, span: span)
        }

        private func lineEnd(_ offset: Int) -> Int {
            bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        }

        private func trimmed(_ range: Range<Int>) -> Range<Int> {
            func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
            var range = range
            while let first = bytes[range].first, isBlank(first) {
                range = (range.lowerBound + 1)..<range.upperBound
            }
            while let last = bytes[range].last, isBlank(last) {
                range = range.lowerBound..<(range.upperBound - 1)
            }
            return range
        }
    }

    /// Whether everybody reads the same: nothing that might be a quote, a comment or a continuation.
    private static func isUnambiguous(_ text: some BidirectionalCollection<UInt8>) -> Bool {
        !text.contains { "#;\"'`\n\r".utf8.contains($0) } && text.last != UInt8(ascii: "\\")
            && text.first.map { $0 != 32 && $0 != 9 } != false
            && text.last.map { $0 != 32 && $0 != 9 } != false
    }

    private func decoded(_ entry: Entry) -> String {
        let text = bytes[entry.span]
        let isLong = entry.kind == .value && text.starts(with: "\"\"\"".utf8) && text.count >= 6
        return String(decoding: isLong ? text.dropFirst(3).dropLast(3) : text, as: UTF8.self)
    }

    func text(of entry: Entry) -> ArraySlice<UInt8> { Array(decoded(entry).utf8)[...] }

    func plainValue(of entry: Entry) -> PlainValue { PlainValue(.str, decoded(entry)) }

    // MARK: Writing

    func written(encrypted text: String, at entry: Entry) -> Splice { Splice(entry.span, Array(text.utf8)) }

    func written(_ value: PlainValue, at entry: Entry) throws(SecretsError) -> Splice {
        let text = Array(value.text.utf8)
        if Self.isUnambiguous(text) { return Splice(entry.span, text) }
        let quotes = Array("\"\"\"".utf8)
        guard entry.kind == .value, !value.text.contains("\"\"\""), text.last != quotes[0],
            text.last != UInt8(ascii: "\\")
        else {
            throw SecretsError(.format, "the value cannot be written in INI", at: place(of: entry))
        }
        return Splice(entry.span, quotes + text + quotes)
    }

    func inBlock(_ text: String) -> [UInt8] { Array(text.utf8) }

    func inserting(_ path: [PathStep], document: Int) throws(SecretsError) -> [UInt8] {
        guard path.count == 2, case .key(let section) = path[0], case .key(let key) = path[1], !key.isEmpty,
            section != Self.blockSection,
            !(section + key).utf8.contains(where: { "=:\n\r[]\"`#;".utf8.contains($0) })
        else {
            throw SecretsError(
                .format, "\(path.text) cannot be a key of an INI file", hint: "say section.key")
        }
        var reader = Reader(bytes)
        try reader.read()
        let line = "\(key) = \n"
        if let known = reader.sections.first(where: { $0.name == section }) {
            let end =
                known.entries.last(where: { $0.kind == .value }).map { entry in
                    (bytes[entry.span.upperBound...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count - 1)
                        + 1
                } ?? bytes[known.lines].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
                ?? known.lines.upperBound
            let needsBreak = end > 0 && bytes[end - 1] != UInt8(ascii: "\n")
            return Splice.apply([Splice(end..<end, (needsBreak ? [10] : []) + line.utf8)], to: bytes)
        }
        return Splice.apply([append(Array("[\(section)]\n\(line)".utf8))], to: bytes)
    }

    func removing(_ path: [PathStep], document: Int) throws(SecretsError) -> [UInt8] {
        guard
            let place = located(by: .standard).places.first(where: {
                $0.path == path && $0.entry.kind == .value
            })
        else {
            throw SecretsError(.format, "there is no \(path.text)")
        }
        let span = place.entry.span
        let start = (bytes[..<span.lowerBound].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        let end = bytes[span.upperBound...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
        return Splice.apply([Splice(start..<end, [])], to: bytes)
    }

    func removingBlock() -> [Splice] {
        guard let blockLines else { return [] }
        // The empty line before the section was put there with it.
        let start =
            bytes[..<blockLines.lowerBound].suffix(2) == [10, 10]
            ? blockLines.lowerBound - 1 : blockLines.lowerBound
        return [Splice(start..<blockLines.upperBound, [])]
    }

    func adding(block: JSON) -> [Splice] {
        let fields = FlatBlock.flatten(block)
        let width = fields.map(\.name.utf8.count).max() ?? 0
        let lines = fields.map { field in
            let text = field.text.contains("\n") ? "\"\"\"\(field.text)\"\"\"" : field.text
            return "\(field.name)\(String(repeating: " ", count: width - field.name.utf8.count)) = \(text)\n"
        }
        return [append(Array("[\(Self.blockSection)]\n\(lines.joined())".utf8))]
    }

    func addingBlock(of other: INIStore) -> [Splice]? {
        other.blockLines.map { [append(Array(other.bytes[$0]))] }
    }

    private func append(_ section: [UInt8]) -> Splice {
        let breaks = bytes.isEmpty ? 0 : bytes.last == 10 ? 1 : 2
        return Splice(bytes.count..<bytes.count, [UInt8](repeating: 10, count: breaks) + section)
    }
}
