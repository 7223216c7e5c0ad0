import ArgumentParser

extension GX {
    /// The command that a command line names, with its arguments.
    ///
    /// ArgumentParser parses all commands on the way to the one that is named, which takes a third longer than that one
    /// alone. So it is parsed alone; what it does not take is parsed from the root, which says what is wrong.
    static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
        if let command = Help.command(askedFor: arguments) { throw CleanExit.message(Help.text(of: command)) }
        if arguments == ["help", "completions"] { throw CleanExit.message(Help.completions) }
        var command: any ParsableCommand.Type = GX.self
        var rest = arguments[...]
        var path = "gx"
        while let named = rest.first.flatMap({ command.subcommand(named: $0) }) {
            command = named
            path += " " + rest.removeFirst()
        }
        if let assumed = command.configuration.defaultSubcommand, rest.first != "help" { command = assumed }
        if command.configuration.subcommands.isEmpty, let parsed = try? command.parseAsRoot(Array(rest)) {
            try command.refuseRepeats(in: rest, path: path)
            return parsed
        }
        return try parseAsRoot(arguments)
    }
}

extension ParsableCommand {
    /// The command below this one that has a name; nil where there is none.
    static func subcommand(named name: String) -> (any ParsableCommand.Type)? {
        configuration.subcommands.first { $0._commandName == name }
    }
}
