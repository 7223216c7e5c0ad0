/// Rows by their content: an open hash table of positions, counted from 1. Rows that came behind those that it was
/// made of are few, and looked through.
struct Lookup {
    /// At most half of them are taken. Their number is a power of two.
    var slots = Column<UInt32>()
    /// How many rows have their places in it.
    var covered = 0

    init() {}

    /// - Parameter rows: Of each hash its row, counted from 1. Whoever makes it says how many rows it covers.
    init(_ rows: [UInt64: UInt32]) {
        makeRoom(for: rows.count)
        for (hash, row) in rows.sorted(by: { $0.value < $1.value }) { put(row, at: hash) }
    }

    /// Begins anew, with no more than half of the places to be taken.
    private mutating func makeRoom(for count: Int) {
        var size = max(64, slots.count)
        while size < 2 * count { size *= 2 }
        slots.fill(size, with: 0)
        covered = 0
    }

    /// - Parameter row: Counted from 1.
    private mutating func put(_ row: UInt32, at hash: UInt64) {
        var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[place] != 0 { place = (place + 1) & (slots.count - 1) }
        slots[place] = row
    }

    /// The row with a hash that `isEqual` finds to be the one.
    ///
    /// - Parameter count: How many rows there are.
    func find(_ hash: UInt64, among count: Int, where isEqual: (Int) -> Bool) -> Int? {
        if slots.count > 0 {
            var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while case let slot = Int(slots[place]), slot != 0 {
                if isEqual(slot - 1) { return slot - 1 }
                place = (place + 1) & (slots.count - 1)
            }
        }
        return covered < count ? (covered..<count).first(where: isEqual) : nil
    }

    /// Gives all rows their places.
    mutating func cover(_ count: Int, hash: (Int) -> UInt64) {
        guard covered < count else { return }
        if slots.count < 2 * count { makeRoom(for: count) }
        for row in covered..<count { put(UInt32(row + 1), at: hash(row)) }
        covered = count
    }

    /// FNV-1a, with its bits mixed once more.
    static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3 }
        return hash ^ hash >> 29
    }

    static func hash(_ pins: some Collection<PinnedRow>) -> UInt64 {
        var hash = UInt64(pins.count)
        for pin in pins {
            hash = (hash ^ UInt64(pin.artifact) << 32 ^ UInt64(pin.version)) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 29
        }
        return hash
    }
}
