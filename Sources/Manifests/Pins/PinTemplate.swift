internal import Git
internal import YAML

/// A file whose pins may change while the rest stays, byte by byte: most of what history does. Whether another
/// content is of this kind is known without parsing it.
struct PinTemplate {
    private struct Slot {
        var pin: Pin.Location
        /// The version's scalar, without quotes.
        var range: Range<Int>
        var example: Pin
    }

    /// A pin that says something else now.
    struct Difference {
        var pin: Pin.Location
        var text: String
    }

    private var bytes: [UInt8]
    private var slots: [Slot] = []

    /// - Parameter pins: All that stand in the file.
    init(_ file: YAMLFile, _ pins: [Pin]) {
        bytes = file.bytes
        for pin in pins where pin.inner == nil && !slots.contains(where: { $0.pin == pin.location }) {
            guard file.documents.indices.contains(pin.document),
                let node = pin.path.matches(in: file.documents[pin.document]).first,
                let range = Self.text(of: node, pin.text, in: bytes)
            else { continue }
            slots.append(Slot(pin: pin.location, range: range, example: pin))
        }
        slots.sort { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// The place of the text alone, where it stands there as it is; nil for blocks, escapes, anchors.
    private static func text(of node: Node, _ text: String, in bytes: [UInt8]) -> Range<Int>? {
        var range = node.span
        if node.isAliased || node.kind != .scalar { return nil }
        if let first = bytes[range].first, first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            guard range.count >= 2 else { return nil }
            range = range.lowerBound + 1..<range.upperBound - 1
        }
        return bytes[range].elementsEqual(text.utf8) && isPlain(bytes[range]) ? range : nil
    }

    /// What another content says, if only versions differ; nil where anything else does, or could.
    mutating func match(_ new: [UInt8]) -> [Difference]? {
        var differences: [Difference] = []
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(slots.count)
        var (old, position) = (0, 0)
        // In place: a slot is large.
        for index in slots.indices {
            let range = slots[index].range
            let literal = bytes[old..<range.lowerBound]
            guard new.count - position >= literal.count,
                new[position..<position + literal.count] == literal
            else { return nil }
            position += literal.count
            var end = position
            while end < new.count, Self.isSafe(new[end]) { end += 1 }
            if new[position..<end] != bytes[range] {
                guard Self.isPlain(new[position..<end]) else { return nil }
                let text = String(decoding: new[position..<end], as: UTF8.self)
                guard Self.differsInVersionOnly(slots[index].example, text) else { return nil }
                differences.append(Difference(pin: slots[index].pin, text: text))
            }
            ranges.append(position..<end)
            (old, position) = (range.upperBound, end)
        }
        guard new[position...] == bytes[old...] else { return nil }
        for index in slots.indices { slots[index].range = ranges[index] }
        for difference in differences {
            for index in slots.indices where slots[index].pin == difference.pin {
                slots[index].example.text = difference.text
            }
        }
        bytes = new
        return differences
    }

    private static func differsInVersionOnly(_ pin: Pin, _ text: String) -> Bool {
        var new = pin
        new.text = text
        let (before, after) = (pin.version, new.version)
        // A field that takes a tag or a digest is read by what stands in it.
        if pin.form == .tag, Version.isDigest(pin.text) || text.utf8.contains(where: ":/@".utf8.contains) {
            return false
        }
        return pin.text(for: after) == text && (before.tag == nil) == (after.tag == nil)
            && (before.digest == nil) == (after.digest == nil) && after != Version()
    }

    /// Text that is a string in YAML wherever it stands, and that nothing else is read from.
    private static func isPlain(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first, let last = text.last, text.allSatisfy(isSafe) else { return false }
        if text.count == 4, text.map({ $0 | 0x20 }) == Array("null".utf8) { return false }
        return startsPlain(first) && last != UInt8(ascii: ":")
    }

    private static func startsPlain(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isSafe(_ byte: UInt8) -> Bool { safe[Int(byte)] }

    private static let safe: [Bool] = {
        var table = [Bool](repeating: false, count: 256)
        let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        for byte in (letters + "0123456789._-+/:@=~?&%").utf8 { table[Int(byte)] = true }
        return table
    }()
}
