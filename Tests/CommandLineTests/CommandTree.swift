import Git
import System
import YAML

/// A command as it is declared in the program, with those below it.
struct CommandTree: Sendable {
    /// As it is typed: `gx trace log`.
    var path: [String]
    var abstract: String
    var discussion: String
    var isShown: Bool
    var arguments: [Argument]
    var subcommands: [CommandTree]

    /// All of gx, as the built program describes itself.
    static func gx() throws -> CommandTree {
        let dump = try Subprocess(Project.gx, ["--experimental-dump-help"], purpose: "list the commands")
            .run()
        guard let command = try JSON(parsing: dump.stdout)["command"] else { throw NotUnderstood() }
        return try CommandTree(command, above: [])
    }

    struct NotUnderstood: Error {}

    private init(_ command: JSON, above: [String]) throws {
        guard let name = command["commandName"]?.string else { throw NotUnderstood() }
        path = above + [name]
        abstract = command["abstract"]?.string ?? ""
        discussion = command["discussion"]?.string ?? ""
        isShown = command["shouldDisplay"]?.bool ?? true
        var position = 0
        arguments = (command["arguments"]?.array ?? []).filter { $0["shouldDisplay"]?.bool == true }.map {
            let argument = Argument($0, position: position)
            if argument.names.isEmpty { position += 1 }
            return argument
        }
        subcommands = try (command["subcommands"]?.array ?? [])
            .filter { $0["commandName"] != "help" }
            .map { [path] in try CommandTree($0, above: path) }
    }

    /// As they are typed: `-C`, `--config`.
    var options: Set<String> { Set(arguments.flatMap(\.names)) }

    /// The options of this command and all below it.
    var allOptions: Set<String> {
        subcommands.reduce(options) { $0.union($1.allOptions) }
    }

    /// The command lines that its help begins with.
    var examples: [String] {
        guard discussion.hasPrefix("EXAMPLES:\n") else { return [] }
        return discussion.split(separator: "\n").dropFirst().prefix { $0.hasPrefix("  ") }
            .filter { !$0.hasPrefix("   ") }.map { String($0.dropFirst(2)) }
    }

    /// This command and all below it.
    var all: [CommandTree] { [self] + subcommands.flatMap(\.all) }
}

/// An option, a flag, or an argument by its position.
struct Argument: Sendable {
    /// As they are typed; none for an argument by position.
    var names: [String]
    /// What the help calls its value: `dir` in `-C <dir>`.
    var value: String
    /// Whether gx itself finds what shells offer for it.
    var isCompletedByGX: Bool
    /// How a completion script asks gx for it.
    var completionName: String

    fileprivate init(_ argument: JSON, position: Int) {
        names = (argument["names"]?.array ?? []).compactMap { name in
            name["name"]?.string.map { (name["kind"]?.string == "long" ? "--" : "-") + $0 }
        }
        value = argument["valueName"]?.string ?? ""
        isCompletedByGX = argument["completionKind"]?["custom"] != nil
        completionName = names.last ?? "positional@\(position)"
    }
}
