public import ArgumentParser
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

extension ColorChoice: ExpressibleByArgument {}

/// Where the answer is a table: how it is written, and where to.
struct TableOptions: ParsableArguments {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json, csv, markdown
    }

    @Option(
        name: .customShort("o"),
        help: ArgumentHelp("The format of the answer.", valueName: "format"))
    var format = Format.table

    @Option(
        help: ArgumentHelp("Write the answer to this file.", valueName: "file"),
        completion: .file())
    var out: String?
}

/// Where the answer is a table and can be drawn: how it is given, and where to.
struct PictureOptions: ParsableArguments {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json, csv, markdown, svg, html
    }

    @Option(
        name: .customShort("o"),
        help: ArgumentHelp("The format of the answer.", valueName: "format"))
    var format = Format.table

    @Option(
        help: ArgumentHelp("Write the answer to this file.", valueName: "file"),
        completion: .file())
    var out: String?
}

/// Where the answer is a table, and can also be had as a page.
struct PageOptions: ParsableArguments {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json, csv, markdown, html

        /// Nil for the page.
        var ofTables: TableOptions.Format? { TableOptions.Format(rawValue: rawValue) }
    }

    @Option(
        name: .customShort("o"),
        help: ArgumentHelp("The format of the answer.", valueName: "format"))
    var format = Format.table

    @Option(
        help: ArgumentHelp("Write the answer to this file.", valueName: "file"),
        completion: .file())
    var out: String?
}
