/// A set of characters: ranges in order, with gaps between them.
struct ScalarSet: Sendable {
    private(set) var ranges: [ClosedRange<UInt32>] = []

    static let last: UInt32 = 0x10FFFF

    init() {}

    init(ranges: [ClosedRange<UInt32>]) {
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let end = self.ranges.last?.upperBound, range.lowerBound <= end + 1 {
                let joined = self.ranges.removeLast()
                self.ranges.append(joined.lowerBound...max(end, range.upperBound))
            } else {
                self.ranges.append(range)
            }
        }
    }

    init(_ scalar: UInt32) { ranges = [scalar...scalar] }

    /// Go's `\w`, `\d` and `\s` are ASCII.
    static let word = ScalarSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let digit = ScalarSet(ranges: [0x30...0x39])
    static let space = ScalarSet(ranges: [0x09...0x0A, 0x0C...0x0D, 0x20...0x20])
    static let any = ScalarSet(ranges: [0...last])

    func contains(_ scalar: Unicode.Scalar) -> Bool { contains(scalar.value) }

    func contains(_ value: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(value)
    }

    func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges: ranges + other.ranges) }

    /// The complement.
    var inverted: ScalarSet {
        var result = ScalarSet()
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { result.ranges.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= Self.last { result.ranges.append(next...Self.last) }
        return result
    }

    /// With all that differs from a member only in case.
    var folded: ScalarSet {
        let table = UnicodeTables.caseVariants
        let count = ranges.reduce(0) { $0 + Int($1.upperBound - $1.lowerBound) + 1 }
        var added: [ClosedRange<UInt32>] = []
        if count <= 64 {
            for range in ranges {
                for value in range { added += (table[value] ?? []).map { $0...$0 } }
            }
        } else {
            for (value, variants) in table where contains(value) { added += variants.map { $0...$0 } }
        }
        return added.isEmpty ? self : ScalarSet(ranges: ranges + added)
    }
}
