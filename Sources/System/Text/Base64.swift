/// Base64 (RFC 4648, section 4), strict: no white space, no missing or surplus padding, unused bits zero.
package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// For each byte its six bits, or 255.
    private static let digits: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()

    package static func encode(_ bytes: Span<UInt8>, padded: Bool = true) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let left = min(bytes.count - index, 3)
            var group = UInt32(bytes[index]) << 16
            if left > 1 { group |= UInt32(bytes[index + 1]) << 8 }
            if left > 2 { group |= UInt32(bytes[index + 2]) }
            for digit in 0...left { text.append(alphabet[Int(group >> (18 - 6 * UInt32(digit)) & 63)]) }
            if padded { for _ in left..<3 { text.append(UInt8(ascii: "=")) } }
            index += left
        }
        return text
    }

    package static func encode(_ bytes: [UInt8], padded: Bool = true) -> String {
        String(decoding: encode(bytes.span, padded: padded), as: UTF8.self)
    }

    /// Nil when `text` is not the one canonical encoding of some bytes.
    package static func decode(_ text: some BidirectionalCollection<UInt8>, padded: Bool = true) -> [UInt8]? {
        var characters = text[...]
        if padded {
            guard text.count % 4 == 0 else { return nil }
            for _ in 0..<2 where characters.last == UInt8(ascii: "=") { characters.removeLast() }
        }
        let surplus = characters.count % 4
        guard surplus != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3 + 2)
        var group: UInt32 = 0
        var bits = 0
        for character in characters {
            let digit = digits[Int(character)]
            guard digit != 255 else { return nil }
            group = group << 6 | UInt32(digit)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
                group &= (1 << UInt32(bits)) - 1
            }
        }
        return group == 0 ? bytes : nil
    }
}
