import Secrets
import Terminal
import YAML

extension Context {
    /// Gives the answer in the format and at the place that the user chose.
    ///
    /// - Parameter json: the whole answer for programs: an object that starts with its `schema`.
    func answer(_ table: Table, _ options: TableOptions, json: () throws -> JSON) throws {
        let text: String
        switch options.format {
        case .table where options.out == nil: return try output.print(table)
        case .table: text = table.rendered(color: false)
        case .csv: text = table.csv
        case .markdown: text = table.markdown
        case .json: text = try json().pretty + "\n"
        }
        try answer(text, options)
    }

    /// Gives an answer that is text already, at the place that the user chose.
    func answer(_ text: String, _ options: TableOptions) throws {
        guard let file = options.out else { return try output.write(text) }
        try Files.replace(file) { (sink) throws(SecretsError) in try sink.write(Array(text.utf8).span) }
    }
}
