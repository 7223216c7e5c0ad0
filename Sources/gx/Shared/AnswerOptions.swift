import ArgumentParser

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
