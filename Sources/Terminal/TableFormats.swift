extension Table {
    /// The table as RFC 4180 has it: CRLF after each line, a header line, and quotes around fields that
    /// need them. Values are exact, for programs, not escaped for terminals.
    public var csv: String {
        func line(_ fields: [String]) -> String {
            fields.map(Self.csvField).joined(separator: ",") + "\r\n"
        }
        return line(columns.map(\.layout.title)) + rows.map { line($0.map(\.raw)) }.joined()
    }

    private static func csvField(_ field: String) -> String {
        guard field.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
    }

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
