internal import System
internal import YAML

/// `KEY=value` lines. There are no quotes and no escapes but `\n`; comments start in the first column.
struct DotenvStore: Store {
    private static let prefix = "sops_"
    let bytes: [UInt8]
    private(set) var entries: [Entry] = [Entry(kind: .open)]
    private(set) var block: JSON?
    private(set) var stamps: [Stamp] = []
    private var blockLines: [Range<Int>] = []

    init(parsing bytes: [UInt8]) throws(SecretsError) {
        self.bytes = bytes
        var fields: [(name: String, text: String, span: Range<Int>)] = []
        var seen: Set<String> = []
        for line in Self.lines(of: bytes) {
            let text = bytes[line]
            if text.isEmpty { continue }
            if text.first == UInt8(ascii: "#") {
                entries.append(Entry(kind: .comment, span: (line.lowerBound + 1)..<line.upperBound))
                continue
            }
            let place = "line \(1 + bytes[..<line.lowerBound].count { $0 == UInt8(ascii: "\n") })"
            guard let equals = text.firstIndex(of: UInt8(ascii: "=")), equals > line.lowerBound,
                let key = String(validating: text[..<equals], as: UTF8.self)
            else { throw SecretsError(.format, "a line is not KEY=value", at: place) }
            guard seen.insert(key).inserted else {
                throw SecretsError(.format, "the key \(key) is there twice", at: place)
            }
            let span = (equals + 1)..<line.upperBound
            if key.hasPrefix(Self.prefix) {
                fields.append((String(key.dropFirst(Self.prefix.count)), Self.decoded(bytes[span]), span))
                blockLines.append(line.lowerBound..<min(line.upperBound + 1, bytes.count))
            } else {
                entries.append(Entry(kind: .value, key: key, span: span))
            }
        }
        entries.append(Entry(kind: .close))
        guard !fields.isEmpty else { return }
        block = try FlatBlock.unflatten(fields.map { ($0.name, $0.text) })
        if let time = fields.first(where: { $0.name == "lastmodified" }),
            let mac = fields.first(where: { $0.name == "mac" })
        {
            stamps = [Stamp(lastModified: time.span, mac: mac.span)]
        }
    }

    private static func lines(of bytes: [UInt8]) -> [Range<Int>] {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(\.indices)
    }

    private static func decoded(_ text: ArraySlice<UInt8>) -> String {
        String(decoding: text, as: UTF8.self).replacing("\\n", with: "\n")
    }

    private static func encoded(_ text: String) -> [UInt8] { Array(text.replacing("\n", with: "\\n").utf8) }

    func text(of entry: Entry) -> ArraySlice<UInt8> {
        let text = bytes[entry.span]
        return entry.kind == .comment || !text.contains(UInt8(ascii: "\\"))
            ? text : Array(Self.decoded(text).utf8)[...]
    }

    func plainValue(of entry: Entry) throws(SecretsError) -> PlainValue {
        PlainValue(.str, SecretBytes(taking: Array(text(of: entry))))
    }

    func written(encrypted text: String, at entry: Entry) -> Splice { Splice(entry.span, Array(text.utf8)) }

    func written(_ value: PlainValue, at entry: Entry) throws(SecretsError) -> Splice {
        Splice(entry.span, Self.encoded(value.text))
    }

    func inBlock(_ text: String) -> [UInt8] { Self.encoded(text) }

    func inserting(_ path: [PathStep], document: Int) throws(SecretsError) -> [UInt8] {
        guard case .key(let key)? = path.first, path.count == 1, !key.isEmpty, !key.hasPrefix("#"),
            !key.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "\n") }),
            !key.hasPrefix(Self.prefix)
        else { throw SecretsError(.format, "\(path.text) cannot be a key of a dotenv file") }
        return Splice.apply([append("\(key)=\n".utf8)], to: bytes)
    }

    func removing(_ path: [PathStep], document: Int) throws(SecretsError) -> [UInt8] {
        guard let entry = entries.first(where: { $0.kind == .value && $0.key.map { [.key($0)] } == path })
        else {
            throw SecretsError(.format, "there is no \(path.text)")
        }
        let start = (bytes[..<entry.span.lowerBound].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        return Splice.apply([Splice(start..<min(entry.span.upperBound + 1, bytes.count), [])], to: bytes)
    }

    func removingBlock() -> [Splice] { blockLines.map { Splice($0, []) } }

    func adding(block: JSON) -> [Splice] {
        let lines = FlatBlock.flatten(block).map {
            "\(Self.prefix)\($0.name)=" + String(decoding: Self.encoded($0.text), as: UTF8.self)
        }
        return [append((lines.joined(separator: "\n") + "\n").utf8)]
    }

    func addingBlock(of other: DotenvStore) -> [Splice]? {
        [append(other.blockLines.flatMap { other.bytes[$0] })]
    }

    private func append(_ lines: some Collection<UInt8>) -> Splice {
        let needsBreak = bytes.last.map { $0 != UInt8(ascii: "\n") } ?? false
        return Splice(bytes.count..<bytes.count, (needsBreak ? [UInt8(ascii: "\n")] : []) + lines)
    }
}
