/// Rows by their content: an open hash table of positions, counted from 1.
struct Lookup {
    /// At most half of them are taken. Their number is a power of two.
    var slots = Column<UInt32>()

    init() {}

    init(slots: Column<UInt32>) { self.slots = slots }

    /// The row with a hash that `isEqual` finds to be the one.
    func find(_ hash: UInt64, where isEqual: (UInt32) -> Bool) -> UInt32? {
        guard slots.count > 0 else { return nil }
        var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while case let slot = slots[place], slot != 0 {
            if isEqual(slot - 1) { return slot - 1 }
            place = (place + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Whether there is no room for the next row.
    func isFull(_ row: UInt32) -> Bool { slots.count < 2 * (Int(row) + 1) }

    /// Forgets all, and makes twice the room.
    mutating func grow() { slots.fill(max(64, 2 * slots.count), with: 0) }

    mutating func insert(_ row: UInt32, _ hash: UInt64) {
        var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[place] != 0 { place = (place + 1) & (slots.count - 1) }
        slots[place] = row + 1
    }

    /// FNV-1a, with its bits mixed once more.
    static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return hash ^ hash >> 29
    }

    static func hash(_ pins: [PinnedRow]) -> UInt64 {
        var hash = UInt64(pins.count)
        for pin in pins {
            hash = (hash ^ UInt64(pin.artifact) << 32 ^ UInt64(pin.version)) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 29
        }
        return hash
    }
}
