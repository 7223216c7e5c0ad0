/// A comment on a line of its own between two items, as far as Go's YAML reader looks at it to decide whose it is.
struct CommentLine {
    enum Owner {
        /// What comes next.
        case next
        /// What was before.
        case previous
        /// The container that ends at the comment's column; where none does, what comes next.
        case column
    }

    let column: Int
    /// That of the next line that is not empty, comment or not.
    let columnBelow: Int
    let isAfterEmptyLine: Bool
    let isBeforeEmptyLine: Bool

    /// Whose the comments between two items are, where what was before is indented by `indent`. Linear.
    static func owners(of lines: [CommentLine], indent: Int) -> [Owner] {
        var owners: [Owner] = []
        func decide(until end: Int, _ owner: Owner) {
            owners += Array(repeating: owner, count: end - owners.count)
        }
        var isTight = lines.first.map { !$0.isAfterEmptyLine } ?? true
        for (number, line) in lines.enumerated() {
            // Where the comments begin that nothing is decided about.
            let start = lines[owners.count].column
            if line.isBeforeEmptyLine {
                if isTight, start < indent {
                    decide(until: number + 1, .column)
                } else if isTight, owners.isEmpty {
                    decide(until: number + 1, .previous)
                }
                isTight = false
            }
            if owners.count <= number, line.columnBelow < indent, line.columnBelow != start {
                decide(until: number + 1, owners.isEmpty ? .previous : .column)
            }
        }
        decide(until: lines.count, .next)
        return owners
    }
}
