extension Table {
    /// The table as a piece of a page: the first column names its row, and what is aligned right is a number.
    public var page: HTML {
        HTML(.table, .class("list")) {
            HTML(.thead) {
                HTML(.tr) {
                    columns.map { column in
                        HTML(.th, .scope(.col), Self.numeric(column.layout)) {
                            Self.sentence(column.layout.title)
                        }
                    }
                }
            }
            HTML(.tbody) { rows.map { row in HTML(.tr) { cells(of: row) } } }
        }
    }

    private func cells(of row: [Text]) -> [HTML] {
        zip(columns, row).enumerated().map { index, cell in
            let attribute = Self.numeric(cell.0.layout)
            return index == 0
                ? HTML(.th, .scope(.row), attribute) { cell.1.raw } : HTML(.td, attribute) { cell.1.raw }
        }
    }

    private static func numeric(_ layout: ColumnLayout) -> HTML.Attribute? {
        layout.isRight ? .class("n") : nil
    }

    /// `OF WHAT` is for terminals; a page says `Of what`.
    private static func sentence(_ title: String) -> String {
        title.prefix(1) + title.dropFirst().lowercased()
    }
}
