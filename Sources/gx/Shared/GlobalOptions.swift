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
