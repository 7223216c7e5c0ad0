/// Bech32 (BIP 173) without its length limit, as age writes keys.
enum Bech32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    /// The data under the human-readable prefix `prefix` (lower case).
    static func encode(prefix: String, _ data: [UInt8]) -> String {
        let groups = regroup(data, from: 8, to: 5, padding: true) ?? []
        let check = polymod(expand(prefix) + groups + [UInt8](repeating: 0, count: 6)) ^ 1
        let checksum = (0..<6).map { UInt8(truncatingIfNeeded: check >> UInt32(5 * (5 - $0)) & 31) }
        return prefix + "1" + String(decoding: (groups + checksum).map { alphabet[Int($0)] }, as: UTF8.self)
    }

    /// Prefix (in lower case) and data; nil for mixed case, a wrong checksum or anything else malformed.
    static func decode(_ text: String) -> (prefix: String, data: [UInt8])? {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ (33...126).contains($0) }) else { return nil }
        let lower = text.lowercased()
        guard text == lower || text == text.uppercased() else { return nil }
        let characters = Array(lower.utf8)
        guard let separator = characters.lastIndex(of: UInt8(ascii: "1")), separator > 0,
            separator + 7 <= characters.count
        else { return nil }
        var groups: [UInt8] = []
        for character in characters[(separator + 1)...] {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            groups.append(UInt8(value))
        }
        let prefix = String(decoding: characters[..<separator], as: UTF8.self)
        guard polymod(expand(prefix) + groups) == 1,
            let data = regroup(groups.dropLast(6), from: 5, to: 8, padding: false)
        else { return nil }
        return (prefix, data)
    }

    private static func expand(_ prefix: String) -> [UInt8] {
        prefix.utf8.map { $0 >> 5 } + [0] + prefix.utf8.map { $0 & 31 }
    }

    private static func polymod(_ values: [UInt8]) -> UInt32 {
        let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
        return values.reduce(1) { checksum, value in
            let top = checksum >> 25
            return generator.indices.reduce((checksum & 0x1ff_ffff) << 5 ^ UInt32(value)) {
                top >> UInt32($1) & 1 == 1 ? $0 ^ generator[$1] : $0
            }
        }
    }

    /// The same bits in groups of another width; nil when what is left over is not zero padding.
    private static func regroup(
        _ values: some Sequence<UInt8>, from: UInt32, to: UInt32, padding: Bool
    ) -> [UInt8]? {
        var result: [UInt8] = []
        var accumulator: UInt32 = 0
        var bits: UInt32 = 0
        for value in values {
            accumulator = accumulator << from | UInt32(value)
            bits += from
            while bits >= to {
                bits -= to
                result.append(UInt8(truncatingIfNeeded: accumulator >> bits & (1 << to - 1)))
            }
            accumulator &= 1 << bits - 1
        }
        if padding {
            if bits > 0 { result.append(UInt8(truncatingIfNeeded: accumulator << (to - bits))) }
        } else if bits >= from || accumulator != 0 {
            return nil
        }
        return result
    }
}
