extension Table {
    /// The table in GitHub Flavored Markdown. Values show as they are: what would end a cell or start
    /// a link, code, emphasis or HTML is escaped.
    public var markdown: String {
        func line(_ fields: [String]) -> String {
            "| " + fields.joined(separator: " | ") + " |\n"
        }
        return line(columns.map { Self.markdownField($0.layout.title) })
            + line(columns.map { $0.layout.isRight ? "---:" : "---" })
            + rows.map { line($0.map { Self.markdownField($0.raw) }) }.joined()
    }

    private static func markdownField(_ field: String) -> String {
        escaped(field).reduce(into: "") { result, character in
            if "\\|<[]`*&".contains(character) { result += "\\" }
            result.append(character)
        }
    }
}
