internal import System
internal import YAML

/// How a file of one kind shows its values, and takes others in their place.
protocol Store {
    var bytes: [UInt8] { get }
    var entries: [Entry] { get }
    /// The `sops` block; nil in a plain file.
    var block: JSON? { get }
    /// Where the block, or each copy of it, has the time and the MAC.
    var stamps: [Stamp] { get }

    /// A value's or comment's text as it reads.
    func text(of entry: Entry) -> ArraySlice<UInt8>
    /// A value that is in the clear, with its type.
    func plainValue(of entry: Entry) throws(SecretsError) -> PlainValue
    /// What takes the entry's place: a text that is encrypted.
    func written(encrypted text: String, at entry: Entry) throws(SecretsError) -> Splice
    /// What takes the entry's place: a value in the clear.
    func written(_ value: PlainValue, at entry: Entry) throws(SecretsError) -> Splice
    /// A text as the block has it.
    func inBlock(_ text: String) -> [UInt8]
    /// The file, which has no block, with an empty value at a new place.
    func inserting(_ path: [PathStep], document: Int) throws(SecretsError) -> [UInt8]
    /// The file, which has no block, without what is at a place.
    func removing(_ path: [PathStep], document: Int) throws(SecretsError) -> [UInt8]
    /// Takes every copy of the block out.
    func removingBlock() -> [Splice]
    /// Puts the block in, into every document.
    func adding(block: JSON) throws(SecretsError) -> [Splice]
    /// Puts in the block as it stands in `other`, byte for byte; nil where the two differ too much for that.
    func addingBlock(of other: Self) -> [Splice]?
}

/// The places in a block that change with every edit.
struct Stamp {
    var lastModified: Range<Int>
    var mac: Range<Int>
}

extension Store {
    /// Puts new values in place of the time and the MAC.
    func stamping(lastModified: String, mac: String) -> [Splice] {
        stamps.flatMap { stamp in
            [Splice(stamp.lastModified, inBlock(lastModified)), Splice(stamp.mac, inBlock(mac))]
        }
    }

    func located(by selection: Selection) -> (places: [Located], hasMatched: Bool) {
        entries.located(by: selection) { String(decoding: text(of: $0), as: UTF8.self) }
    }

    /// Where an entry is, for errors: its line.
    func place(of entry: Entry) -> String {
        "line \(1 + bytes[..<min(entry.span.lowerBound, bytes.count)].count { $0 == UInt8(ascii: "\n") })"
    }
}

/// The file formats.
public enum FileFormat: String, CaseIterable, Sendable {
    case yaml, json, dotenv, ini, binary

    /// By the file's name.
    public init(path: String) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        self =
            switch name {
            case _ where name.hasSuffix(".yaml") || name.hasSuffix(".yml"): .yaml
            case _ where name.hasSuffix(".json"): .json
            case _ where name.hasSuffix(".env"): .dotenv
            case _ where name.hasSuffix(".ini"): .ini
            default: .binary
            }
    }
}
