import ArgumentParser
import Manifests

extension Failure {
    /// What is wrong with the command line: ArgumentParser's words, in our style.
    init(usage error: any Error) {
        let words = GX.message(for: error)
        let end = words.firstRange(of: "'. ")?.lowerBound
        let message = Self.phrase(end.map { words[...$0] } ?? words[...])
        let advice = end.map { Self.phrase(words[$0...].dropFirst(3)) }
        let path = Self.commandPath(GX.fullMessage(for: error))
        let help = "see '\((path + ["--help"]).joined(separator: " "))'"

        if let names = Self.subcommands(path), let word = Self.firstWord(after: path), !names.contains(word) {
            let nearest = NearestName.of(word, among: names)
            self.init("unknown command '\(word)'", hint: nearest.map { "did you mean '\($0)'?" } ?? help)
        } else {
            self.init(message, hint: advice ?? help)
        }
    }

    /// The word of the command line where the name of a command below `path` is expected.
    private static func firstWord(after path: [String]) -> String? {
        let words = zip(CommandLine.arguments, CommandLine.arguments.dropFirst())
            .filter { before, word in !word.hasPrefix("-") && !GlobalOptions.withValue.contains(before) }
            .map(\.1)
        return words.dropFirst(path.count - 1).first
    }

    /// The commands that were understood, as in `["gx", "trace"]`, from the last line of a usage message:
    /// "See 'gx trace --help' for more information."
    private static func commandPath(_ usage: String) -> [String] {
        guard let line = usage.split(separator: "\n").last, let command = line.quoted(after: "  See ") else {
            return ["gx"]
        }
        return command.split(separator: " ").map(String.init).dropLast()
    }

    /// The names of the commands below one that only groups others, and so takes no argument but one of
    /// them.
    private static func subcommands(_ path: [String]) -> [String]? {
        let command = CommandTable.command(path.dropFirst().joined(separator: " "))
        guard let configuration = command?.configuration, configuration.defaultSubcommand == nil,
            !configuration.subcommands.isEmpty
        else { return nil }
        return configuration.subcommands.filter { $0.configuration.shouldDisplay }.map { $0._commandName } + [
            "help"
        ]
    }

    private static func phrase(_ sentence: Substring) -> String {
        let words = sentence.last == "." ? sentence.dropLast() : sentence
        return words.prefix(1).lowercased() + words.dropFirst()
    }
}

extension StringProtocol {
    /// What stands in single quotes right after `lead`, up to the last quote.
    fileprivate func quoted(after lead: String) -> String? {
        guard hasPrefix(lead + "'"), let end = lastIndex(of: "'") else { return nil }
        let start = index(startIndex, offsetBy: lead.count + 1)
        return start <= end ? String(self[start..<end]) : nil
    }
}
