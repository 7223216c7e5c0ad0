import ArgumentParser
import Git
import Secrets
import System
import Terminal

struct SecretsExec: Command {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a command with an environment's secrets as variables, or as a file.",
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
        let path = try files.path(of: target)
        let open = try files.open(path, identity)
        var variables: [String: String?] = [:]
        var scratch: ScratchFile?
        if let asFile {
            let file = try ScratchFile(
                named: path.split(separator: "/").last.map(String.init) ?? "secrets", open.plaintext())
            variables[asFile] = file.path
            scratch = file
        } else {
            for (name, value) in try open.variables() { variables[name] = value }
            // So that a signal to gx is one to the command.
            Termination.handle {}
        }
        let status = try withExtendedLifetime(scratch) {
            try Subprocess(
                program, Array(command.dropFirst()), purpose: "run with the secrets of \(target)",
                environment: ProcessEnvironment(variables)
            ).runAttached()
        }
        scratch = nil
        guard status == 0 else { throw ProgramEnd(status: status) }
        return .done
    }
}
