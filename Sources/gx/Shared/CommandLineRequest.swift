import ArgumentParser

/// What a command line asks for.
enum CommandLineRequest {
    case command(any ParsableCommand)
    /// A text that is there already.
    case text(String)

    /// ArgumentParser parses all commands on the way to the one that is named, which takes a third longer than that one
    /// alone. So it is parsed alone; what it does not take is parsed from the root, which says what is wrong.
    init(_ arguments: [String]) throws {
        if arguments == ["--version"] {
            self = .text("gx \(version)")
        } else if let command = Help.command(askedFor: arguments) {
            self = .text(Help.text(of: command))
        } else if arguments == ["help", "completions"] {
            self = .text(Help.completions)
        } else {
            self = .command(try Self.command(arguments))
        }
    }

    private static func command(_ arguments: [String]) throws -> any ParsableCommand {
        var (command, path) = CommandTable.command(named: arguments)
        let rest = arguments.dropFirst(path.count)
        if let assumed = command.configuration.defaultSubcommand, rest.first != "help" { command = assumed }
        if command.configuration.subcommands.isEmpty, let parsed = try? command.parseAsRoot(Array(rest)) {
            try command.refuseRepeats(in: rest, path: (["gx"] + path).joined(separator: " "))
            return parsed
        }
        let parsed = try GX.parseAsRoot(arguments)
        try type(of: parsed).refuseRepeats(in: arguments, path: "gx")
        return parsed
    }
}
