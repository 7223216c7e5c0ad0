import ArgumentParser

extension CommandConfiguration {
    /// The configuration of a command whose help begins with examples, each with what it is for.
    ///
    /// Who asks for help most often looks for the line to type, and reads on only where it is not among the first.
    init(
        commandName: String, abstract: String, examples: KeyValuePairs<String, String>, usage: String? = nil,
        discussion: String = "", version: String = "", shouldDisplay: Bool = true,
        subcommands: [any ParsableCommand.Type] = [], defaultSubcommand: (any ParsableCommand.Type)? = nil
    ) {
        let lines = examples.map { line, purpose in "  \(line)\n      \(purpose)" }
        let text = (["EXAMPLES:\n" + lines.joined(separator: "\n")] + [discussion].filter { !$0.isEmpty })
            .joined(separator: "\n\n")
        self.init(
            commandName: commandName, abstract: abstract, usage: usage, discussion: text, version: version,
            shouldDisplay: shouldDisplay, subcommands: subcommands, defaultSubcommand: defaultSubcommand)
    }
}
