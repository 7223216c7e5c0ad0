extension Table {
    /// Several tables as one, with a column in front that says whose a row is. Columns of the same title are one; one
    /// that only some of them have stands before the column that it stands before there.
    public static func joined(_ parts: [(name: Text, table: Table)], as title: String) -> Table {
        var order: [ColumnKey] = []
        var layouts: [ColumnKey: ColumnLayout] = [:]
        for (_, table) in parts {
            var next = order.endIndex
            for (key, column) in zip(table.keys, table.columns).reversed() {
                if let known = order.firstIndex(of: key) {
                    next = known
                } else {
                    order.insert(key, at: next)
                    layouts[key] = column.layout
                }
            }
        }
        let names = parts.flatMap { part in Array(repeating: part.name, count: part.table.rowCount) }
        var joined = Table(names, [Column(title) { $0 }])
        for key in order {
            guard let layout = layouts[key] else { continue }
            let cells = parts.flatMap { _, table in
                zip(table.keys, table.columns).first { $0.0 == key }?.1.cells
                    ?? Array(repeating: Text(""), count: table.rowCount)
            }
            joined.columns.append(Cells(layout: layout, cells: cells))
        }
        return joined
    }

    /// With the rows in the order of what a column says, the last first, and at most so many; rows that say the same
    /// stay as they are.
    public func newestFirst(by title: String, limit: Int? = nil) -> Table {
        guard let column = columns.first(where: { $0.layout.title == title }) else { return self }
        let texts = column.cells.map(\.raw)
        let order = texts.indices.sorted { (texts[$0], $1) > (texts[$1], $0) }.prefix(limit ?? .max)
        var sorted = Table([Int](order), [Column<Int>]())
        sorted.columns = columns.map { column in
            Cells(layout: column.layout, cells: order.map { column.cells[$0] })
        }
        return sorted
    }

    /// What a column is told from others by: several may have one title.
    private struct ColumnKey: Hashable {
        var title: String
        var number: Int
    }

    private var keys: [ColumnKey] {
        var counts: [String: Int] = [:]
        return columns.map { column in
            let title = column.layout.title
            counts[title, default: 0] += 1
            return ColumnKey(title: title, number: counts[title] ?? 0)
        }
    }
}
