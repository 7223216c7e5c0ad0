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
        if index < stored, let file {
            return file.load(offset + index * MemoryLayout<Row>.stride, as: Row.self)
        }
        return added[index - stored]
    }

    /// Adds a row, and says where it stands.
    @discardableResult
    mutating func append(_ row: Row) -> Int {
        added.append(row)
        return count - 1
    }

    /// Replaces a row; all that follow are copied into memory, so it is meant for short tables.
    mutating func set(_ index: Int, _ row: Row) {
        if index < stored {
            added = (index..<stored).map { self[$0] } + added
            stored = index
        }
        added[index - stored] = row
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
