import ArgumentParser
import Terminal

/// The options that every command takes, before or after its name.
struct GlobalOptions: ParsableArguments {
    /// Those that are followed by a value.
    static let withValue: Set = ["-C", "--config", "--color"]

    @Option(
        name: .customShort("C"),
        help: ArgumentHelp("Run as if gx was started in this folder.", valueName: "dir"),
        completion: .directory)
    var directory: String?

    @Option(
        help: ArgumentHelp("Read this file instead of gx.yaml.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(help: ArgumentHelp("When to use colour.", valueName: "when"))
    var color = ColorChoice.auto

    @Flag(help: "Say nothing but the answer and errors.")
    var quiet = false
}

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

/// How an answer is written, and where to.
struct AnswerOptions<Format: AnswerFormat>: ParsableArguments {
    @Option(
        name: .customShort("o"),
        help: ArgumentHelp("The format of the answer.", valueName: "format"))
    var format = Format.table

    @Option(
        help: ArgumentHelp("Write the answer to this file.", valueName: "file"),
        completion: .file())
    var out: String?

    /// Whether sentences go with the table.
    var isForPeople: Bool { format.ofTables == .table && out == nil }
}

typealias TableOptions = AnswerOptions<TableFormat>
