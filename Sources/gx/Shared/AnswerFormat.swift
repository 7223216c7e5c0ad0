import ArgumentParser
import Terminal

/// A value of an option that is one of a few words. ArgumentParser finds them by reflection, at each start.
protocol Choice: RawRepresentable<String>, CaseIterable, ExpressibleByArgument {}

extension Choice {
    static var allValueStrings: [String] { allCases.map(\.rawValue) }
    static var allValueDescriptions: [String: String] { [:] }
    var defaultValueDescription: String { rawValue }
}

extension ColorChoice: Choice {}

/// The formats that an answer can be had in. A table is always among them.
protocol AnswerFormat: Choice {
    static var table: Self { get }
}

extension AnswerFormat {
    /// Nil for a picture or a page.
    var ofTables: TableFormat? { TableFormat(rawValue: rawValue) }
}

enum TableFormat: String, AnswerFormat {
    case table, json, csv, markdown

    var ofChecks: CheckFormat {
        switch self {
        case .table: .table
        case .json: .json
        case .csv: .csv
        case .markdown: .markdown
        }
    }
}

/// What can also be a report of tests, which CI services show.
enum CheckFormat: String, AnswerFormat {
    case table, json, csv, markdown, junit
}

/// What can also be had as a page.
enum PageFormat: String, AnswerFormat {
    case table, json, csv, markdown, html
}

/// What can also be drawn, and had as a page.
enum PictureFormat: String, AnswerFormat {
    case table, json, csv, markdown, svg, html
}

/// What can also be a diagram in Markdown.
enum DiagramFormat: String, AnswerFormat {
    case table, json, csv, markdown, mermaid
}
