internal import System

/// Rows of one table: those that a file holds, and behind them those that were added since. A row costs nothing
/// until it is read.
struct Column<Row: BitwiseCopyable>: RandomAccessCollection {
    private var file: MappedFile?
    private var offset = 0
    /// How many of the rows are the file's.
    private var stored = 0
    private var added: [Row] = []

    var startIndex: Int { 0 }
    var endIndex: Int { stored + added.count }

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
                withRows(in: 0..<count) { rows in
                    unsafe rows.withUnsafeBufferPointer { unsafe all.append(contentsOf: $0) }
                }
                (added, stored) = (all, 0)
            }
            added[index] = newValue
        }
    }

    /// Looks at rows that stand next to each other, all at once, which is quicker: those of the file and those that
    /// were added, where a range has both, one after the other.
    func withRows(in range: Range<Int>, _ body: (Span<Row>) -> Void) {
        let news = range.clamped(to: stored..<Swift.max(stored, range.upperBound))
        let olds = range.clamped(to: 0..<stored)
        if !olds.isEmpty { withRun(olds, body) }
        if !news.isEmpty { withRun(news, body) }
    }

    /// Looks at rows that were added together: all are the file's, or none. A file that gx did not write may say
    /// otherwise; then they are copied.
    func withRun<Result>(_ range: Range<Int>, _ body: (Span<Row>) -> Result) -> Result {
        if range.upperBound <= stored, let file {
            let size = MemoryLayout<Row>.stride
            let bytes = unsafe file.bytes(
                offset + range.lowerBound * size..<offset + range.upperBound * size)
            return unsafe body(bytes.bindMemory(to: Row.self).span)
        }
        guard range.lowerBound >= stored else { return body(Array(self[range]).span) }
        return body(added.span.extracting(range.lowerBound - stored..<range.upperBound - stored))
    }

    /// Quicker than row by row.
    func contains(where isMeant: (Row) -> Bool) -> Bool {
        var found = false
        withRows(in: 0..<count) { rows in
            found = found || rows.indices.contains { isMeant(rows[$0]) }
        }
        return found
    }

    /// Whether rows that were added together are these.
    func has(_ rows: Span<Row>, in range: Range<Int>) -> Bool where Row: Equatable {
        range.count == rows.count
            && withRun(range) { own in own.indices.allSatisfy { own[$0] == rows[$0] } }
    }

    /// Adds a row, and says where it stands.
    @discardableResult
    mutating func append(_ row: Row) -> Int {
        added.append(row)
        return count - 1
    }

    mutating func append(contentsOf rows: some Collection<Row>) { added.append(contentsOf: rows) }

    /// Makes it so many rows that are all the same.
    mutating func fill(_ count: Int, with row: Row) {
        (added, stored) = (Array(repeating: row, count: count), 0)
    }

    /// Forgets all rows from `count` on.
    mutating func truncate(to count: Int) {
        if count >= stored {
            added.removeLast(Swift.max(0, added.count - (count - stored)))
        } else {
            added = []
            stored = count
        }
    }

    // MARK: Files

    /// How many rows are there as a file holds them.
    func kept(from file: MappedFile) -> Int { self.file === file ? stored : 0 }

    /// Takes what a file says: so many rows stay, and its own follow. False where it can't be so.
    ///
    /// - Parameter bytes: Where in the file its rows are.
    mutating func take(keeping kept: Int, from file: MappedFile, _ bytes: Range<Int>) -> Bool {
        guard kept <= count, bytes.upperBound <= file.count,
            bytes.count % MemoryLayout<Row>.stride == 0
        else { return false }
        truncate(to: kept)
        if kept == 0 {
            (self.file, offset, stored) = (file, bytes.lowerBound, bytes.count / MemoryLayout<Row>.stride)
        } else {
            unsafe added.append(contentsOf: file.bytes(bytes).bindMemory(to: Row.self))
        }
        return true
    }
}
