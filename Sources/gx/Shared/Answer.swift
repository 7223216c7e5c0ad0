import Secrets
import System
import Terminal
import YAML

extension Context {
    /// Gives the answer in the format and at the place that the user chose. What is not wanted is not made.
    ///
    /// - Parameters:
    ///   - rows: The rows of CSV, where they are not the first list of objects in the answer for programs.
    ///   - json: The whole answer for programs: an object that starts with its `schema`.
    func answer(
        _ table: @autoclosure () throws -> Table, _ options: TableOptions, rows: (() throws -> [JSON])? = nil,
        json: () throws -> JSON
    ) throws {
        try answer(table(), format: options.format, out: options.out, rows: rows, json: json)
    }

    /// As above, where there is a picture of it, too.
    func answer(
        _ table: @autoclosure () throws -> Table, _ options: AnswerOptions<DiagramFormat>,
        rows: (() throws -> [JSON])? = nil,
        json: () throws -> JSON, mermaid: () throws -> String
    ) throws {
        guard let format = options.format.ofTables else { return try answer(mermaid(), to: options.out) }
        try answer(table(), format: format, out: options.out, rows: rows, json: json)
    }

    /// As above, where checks are answered.
    func answer(
        _ table: @autoclosure () throws -> Table, format: CheckFormat, out: String?,
        rows: (() throws -> [JSON])? = nil,
        json: () throws -> JSON, junit: () throws -> JUnitReport
    ) throws {
        guard let format = format.ofTables else { return try answer(junit().text, to: out) }
        try answer(table(), format: format, out: out, rows: rows, json: json)
    }

    /// - Parameter out: A file; nil for stdout.
    func answer(
        _ table: @autoclosure () throws -> Table, format: TableFormat, out: String?,
        rows: (() throws -> [JSON])? = nil,
        json: () throws -> JSON
    ) throws {
        let text: String
        switch format {
        case .table where out == nil: return try output.print(table())
        case .table: text = try table().rendered(color: false)
        case .csv: text = try (rows.map { CSV(try $0()) } ?? CSV(of: try json())).text
        case .markdown: text = try table().markdown
        case .json: text = try json().pretty + "\n"
        }
        try answer(text, to: out)
    }

    /// Gives an answer that is text already, at the place that the user chose.
    func answer(_ text: String, _ options: TableOptions) throws { try answer(text, to: options.out) }

    /// - Parameter file: Nil for stdout.
    func answer(_ text: String, to file: String?) throws {
        guard let file else { return try output.write(text) }
        try Files.replace(file) { (sink) throws(SecretsError) in try sink.write(Array(text.utf8).span) }
    }
}
