/// Rows of one table: those that a file holds, and behind them those that were added since. A row costs nothing
/// until it is read.
struct Column<Row: BitwiseCopyable> {
    private let file: MappedFile?
    private let offset: Int
    /// How many of the rows are the file's.
    private var stored: Int
    private(set) var added: [Row] = []

    init() {
        (file, offset, stored) = (nil, 0, 0)
    }

    /// - Parameter bytes: Where in the file the rows are; nil where it holds no such range.
    init?(_ file: MappedFile, _ bytes: Range<Int>) {
        guard bytes.lowerBound >= 0, bytes.upperBound <= file.count, bytes.lowerBound % 8 == 0,
            bytes.count % MemoryLayout<Row>.stride == 0
        else { return nil }
        (self.file, offset, stored) = (file, bytes.lowerBound, bytes.count / MemoryLayout<Row>.stride)
    }

    var count: Int { stored + added.count }

    subscript(index: Int) -> Row {
        get {
            if index < stored, let file {
                return file.load(offset + index * MemoryLayout<Row>.stride, as: Row.self)
            }
            return added[index - stored]
        }
        /// The first time, all rows are copied into memory.
        set {
            if stored > 0 {
                var all: [Row] = []
                all.reserveCapacity(count)
                unsafe write { unsafe all.append(contentsOf: $0.bindMemory(to: Row.self)) }
                (added, stored) = (all, 0)
            }
            added[index] = newValue
        }
    }

    /// Adds a row, and says where it stands.
    @discardableResult
    mutating func append(_ row: Row) -> Int {
        added.append(row)
        return count - 1
    }

    /// Makes it so many rows that are all the same.
    mutating func fill(_ count: Int, with row: Row) {
        (added, stored) = (Array(repeating: row, count: count), 0)
    }

    /// Forgets all rows from `count` on.
    mutating func truncate(to count: Int) {
        if count >= stored {
            added.removeLast(max(0, added.count - (count - stored)))
        } else {
            added = []
            stored = count
        }
    }

    /// Hands over the bytes of all rows, in order.
    func write(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        if stored > 0, let file {
            unsafe try body(file.bytes(offset..<offset + stored * MemoryLayout<Row>.stride))
        }
        unsafe try added.withUnsafeBytes { unsafe try body($0) }
    }
}
