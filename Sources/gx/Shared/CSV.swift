import System

/// An answer for programs as a table: the rows of its JSON, so that both have the same names and values.
///
/// Objects within a row are columns of their own (`standing.environment`); lists are joined by spaces. Cells hold
/// what JSON holds: times in UTC, durations in seconds, no prose. Lines end as RFC 4180 has it.
struct CSV {
    private var names: [String] = []
    private var rows: [[String: String]] = []

    /// - Parameter answer: Its rows are the first list of objects in it, or those of the one in its first list.
    init(of answer: JSON) { self.init(Self.rows(in: answer)) }

    init(_ rows: [JSON]) {
        var known: Set<String> = []
        for row in rows {
            var cells: [String: String] = [:]
            Self.flatten(row, as: "") { name, text in
                if known.insert(name).inserted { names.append(name) }
                cells[name] = cells[name].map { "\($0) \(text)" } ?? text
            }
            self.rows.append(cells)
        }
        // Null in one row, and an object in another.
        let all = names
        names.removeAll { name in all.contains { $0.hasPrefix("\(name).") } }
    }

    var text: String {
        names.isEmpty
            ? ""
            : ([names] + rows.map { row in names.map { row[$0] ?? "" } })
                .map { $0.map(Self.field).joined(separator: ",") + "\r\n" }.joined()
    }

    static func rows(in answer: JSON) -> [JSON] {
        for field in answer.fields ?? [] where field.key != "read" && field.key != "gaps" {
            if let rows = field.value.array, rows.allSatisfy({ $0.fields != nil }) { return rows }
        }
        return [answer]
    }

    private static func flatten(_ value: JSON, as name: String, _ tell: (String, String) -> Void) {
        switch value {
        case .object(let fields):
            for field in fields {
                flatten(field.value, as: name.isEmpty ? field.key : "\(name).\(field.key)", tell)
            }
        case .array(let items):
            if items.isEmpty { tell(name, "") }
            for item in items { flatten(item, as: name, tell) }
        case .null: tell(name, "")
        case .string(let text): tell(name, text)
        default: tell(name, value.description)
        }
    }

    /// A field that no spreadsheet takes for a formula, and no terminal for a command.
    static func field(_ text: String) -> String {
        var text = text.onOneLine
        let first = text.utf8.first { $0 != UInt8(ascii: " ") }
        if let first, "=+-@".utf8.contains(first), Double(text) == nil { text = "'" + text }
        guard text.utf8.contains(where: { "\",".utf8.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
