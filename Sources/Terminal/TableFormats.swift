extension Table {
    /// The table as RFC 4180 has it: CRLF after each line, a header line, and quotes around fields that
    /// need them. Values are exact but for what a spreadsheet or a terminal would obey: before one that a spreadsheet
    /// would take for a formula stands an apostrophe, and control characters are written as in tables.
    public var csv: String {
        func line(_ fields: [String]) -> String {
            fields.map(Self.csvField).joined(separator: ",") + "\r\n"
        }
        return line(columns.map(\.layout.title)) + rows.map { line($0.map(\.raw)) }.joined()
    }

    private static func csvField(_ value: String) -> String {
        let field = defused(value)
        guard field.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
    }

    /// Numbers may begin with a sign, and are no formulas.
    private static func defused(_ value: String) -> String {
        let isObeyed = value.unicodeScalars.contains {
            $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\r" && $0 != "\t"
        }
        let field =
            isObeyed
            ? value.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }
                .joined(separator: "\n") : value
        guard let first = field.unicodeScalars.first(where: { $0 != " " }),
            "=+-@\t\r".unicodeScalars.contains(first),
            Double(field) == nil
        else { return field }
        return "'" + field
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
