import ArgumentParser
import Git
import Secrets
import System
import Terminal

struct SecretsExec: Command {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a command with an environment's secrets as variables, or as a file.",
        examples: [
            "gx secrets exec dev -- ./server": "its secrets as variables",
            "gx secrets exec dev --as-file CONFIG -- ./server": "as a file in memory",
            "gx secrets exec prod.env -- env": "of a file",
        ],
        discussion:
            "Ends with the command's own status. With --as-file the variable holds the name of a file in memory."
    )

    @Option(help: ArgumentHelp("Give the whole file instead, named by this variable.", valueName: "variable"))
    var asFile: String?
    @OptionGroup var identity: IdentityOptions
    @Argument(help: "A file, or an environment.", completion: .environments) var target: String
    @Argument(parsing: .postTerminator, help: "The command and its arguments, after --.") var command:
        [String]
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        guard let program = command.first else {
            throw Failure("which command?", hint: "gx secrets exec \(target) -- COMMAND")
        }
        let files = try SecretFiles(context)
        var variables: [String: String?] = [:]
        var scratch: ScratchFile?
        if let asFile {
            let path = try files.path(of: target)
            let file = try ScratchFile(
                named: path.split(separator: "/").last.map(String.init) ?? "secrets",
                files.open(path, identity).plaintext())
            variables[asFile] = file.path
            scratch = file
        } else {
            for (name, value) in try values(files) { variables[name] = value }
            // So that a signal to gx is one to the command.
            Termination.handle {}
        }
        let status = try withExtendedLifetime(scratch) {
            try Subprocess(
                program, Array(command.dropFirst()), purpose: "run with the secrets of \(target)",
                environment: Identities.withheld.setting(variables)
            ).runAttached()
        }
        scratch = nil
        guard status == 0 else { throw ProgramEnd(status: status) }
        return .done
    }

    /// The values of all files; a name that two of them use differently says nothing.
    private func values(_ files: SecretFiles) throws -> [String: String] {
        var values: [String: String] = [:]
        var places: [String: String] = [:]
        for path in try files.paths(of: target) {
            for (name, value) in try files.open(path, identity).variables() {
                if let other = values[name], other != value, let place = places[name] {
                    throw Failure(
                        "\(name) is one value in \(place) and another in \(files.shown(path))",
                        hint: "name the file that is meant")
                }
                values[name] = value
                places[name] = files.shown(path)
            }
        }
        return values
    }
}
