/// A column of a table over rows of some type: its title, how it is laid out, and its cell for a row.
public struct Column<Row> {
    public enum Alignment: Sendable { case left, right }

    var layout: ColumnLayout
    var cell: (Row) -> Text

    /// - Parameters:
    ///   - minimum: the columns of the terminal that it may be truncated to; nil: it is never truncated.
    ///   - drop: when the table is too wide, the column with the highest number is left out first;
    ///     nil: it always stays.
    public init(
        _ title: String, _ alignment: Alignment = .left, minimum: Int? = nil, drop: Int? = nil,
        cell: @escaping (Row) -> Text
    ) {
        layout = ColumnLayout(
            title: title, isRight: alignment == .right, minimum: minimum, drop: drop)
        self.cell = cell
    }
}

struct ColumnLayout: Sendable {
    var title: String
    var isRight: Bool
    var minimum: Int?
    var drop: Int?
}

/// Rows and columns of text, to be shown on a terminal or written as CSV or Markdown.
public struct Table: Sendable {
    struct Cells: Sendable {
        var layout: ColumnLayout
        var cells: [Text]

        var title: Text { Text(layout.title, .heading) }
        var width: Int { cells.reduce(title.width) { max($0, $1.width) } }
        /// What it can be narrowed to.
        var least: Int { min(width, layout.minimum ?? width) }
    }

    var columns: [Cells]
    let rowCount: Int
    /// How many rows there are.
    public var count: Int { rowCount }
    /// The titles of the columns that `fitted(to:)` left out.
    public private(set) var omitted: [String] = []

    public init<Row>(_ rows: [Row], _ columns: [Column<Row>]) {
        self.columns = columns.map { Cells(layout: $0.layout, cells: rows.map($0.cell)) }
        rowCount = rows.count
    }

    /// The columns of the terminal between two of the table.
    public static let gap = 2

    /// The columns of the terminal that it takes.
    public var width: Int {
        columns.reduce(Self.gap * (columns.count - 1)) { $0 + $1.width }
    }

    /// The table made to fit `width` columns of a terminal (nil: any width): first columns are left out,
    /// by their `drop` number, then the widest of those that have a `minimum` are truncated.
    /// What may be neither dropped nor truncated stays, even if the lines get too long.
    public func fitted(to width: Int?) -> Table {
        guard let width else { return self }
        var table = self
        func excess(_ measure: (Cells) -> Int) -> Int {
            table.columns.reduce(Self.gap * (table.columns.count - 1) - width) { $0 + measure($1) }
        }
        while excess(\.least) > 0, let index = table.firstToDrop {
            table.omitted.append(table.columns.remove(at: index).layout.title)
        }
        table.narrow(by: excess(\.width))
        return table
    }

    private var firstToDrop: Int? {
        columns.indices
            .filter { columns[$0].layout.drop != nil }
            .max { (columns[$0].layout.drop ?? 0, $0) < (columns[$1].layout.drop ?? 0, $1) }
    }

    /// Takes `excess` columns of the terminal away, one at a time from the widest that can give.
    private mutating func narrow(by excess: Int) {
        guard excess > 0 else { return }
        let least = columns.map(\.least)
        var widths = columns.map(\.width)
        for _ in 0..<excess {
            guard
                let widest = widths.indices.filter({ widths[$0] > least[$0] })
                    .max(by: { widths[$0] < widths[$1] })
            else { break }
            widths[widest] -= 1
        }
        for index in columns.indices {
            columns[index].layout.title = Text(columns[index].layout.title).truncated(to: widths[index]).raw
            columns[index].cells = columns[index].cells.map { $0.truncated(to: widths[index]) }
        }
    }

    /// The lines for a terminal, each ended by a line feed, columns two spaces apart.
    public func rendered(color: Bool) -> String {
        let widths = columns.map(\.width)
        func line(_ cells: [Text]) -> String {
            var result = ""
            for (index, cell) in cells.enumerated() {
                let padding = String(repeating: " ", count: widths[index] - cell.width)
                let string = cell.rendered(color: color)
                if columns[index].layout.isRight {
                    result += padding + string
                } else {
                    result += string + (index == cells.count - 1 ? "" : padding)
                }
                if index < cells.count - 1 { result += String(repeating: " ", count: Self.gap) }
            }
            while result.last == " " { result.removeLast() }
            return result + "\n"
        }
        return line(columns.map(\.title)) + rows.map(line).joined()
    }

    var rows: [[Text]] {
        (0..<rowCount).map { row in columns.map { $0.cells[row] } }
    }
}
