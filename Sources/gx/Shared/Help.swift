import ArgumentParser

/// The help of commands.
enum Help {
    /// What a command line asks the help of: `gx trace --help`, `gx trace -h`, `gx help trace`. Nil where it asks
    /// something else, or names a command that there is not.
    static func command(askedFor arguments: [String]) -> (any ParsableCommand.Type)? {
        var words = arguments[...]
        if words.first == "help" {
            words.removeFirst()
        } else if let last = words.last, ["--help", "-h"].contains(last) {
            words.removeLast()
        } else {
            return nil
        }
        var command: any ParsableCommand.Type = GX.self
        for word in words {
            guard let named = command.subcommand(named: word) else { return nil }
            command = named
        }
        return command
    }

    /// With the arguments and options of the subcommand that is taken where none is named, which are those of the
    /// command, too.
    static func text(of command: any ParsableCommand.Type) -> String {
        let own = GX.helpMessage(for: command)
        guard let assumed = command.configuration.defaultSubcommand else { return own }
        let theirs = GX.helpMessage(for: assumed)
        guard let head = own.firstRange(of: "\nGLOBAL OPTIONS:"),
            let tail = own.firstRange(of: "\nSUBCOMMANDS:"),
            let options = theirs.firstRange(of: "\nARGUMENTS:") ?? theirs.firstRange(of: "\nGLOBAL OPTIONS:")
        else { return own }
        return String(own[..<head.lowerBound] + theirs[options.lowerBound...] + own[tail.lowerBound...])
    }
}
