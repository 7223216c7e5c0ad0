import Git
import YAML

/// A command as it is declared in the program, with those below it.
struct CommandTree: Sendable {
    /// As it is typed: `gx trace log`.
    var path: [String]
    var abstract: String
    /// As they are typed: `-C`, `--config`.
    var options: Set<String>
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
        options = Set(
            (command["arguments"]?.array ?? [])
                .filter { $0["shouldDisplay"]?.bool == true }
                .flatMap { $0["names"]?.array ?? [] }
                .compactMap { name in
                    name["name"]?.string.map { (name["kind"]?.string == "long" ? "--" : "-") + $0 }
                })
        subcommands = try (command["subcommands"]?.array ?? [])
            .filter { $0["commandName"] != "help" }
            .map { [path] in try CommandTree($0, above: path) }
    }

    /// The options of this command and all below it.
    var allOptions: Set<String> {
        subcommands.reduce(options) { $0.union($1.allOptions) }
    }
}
