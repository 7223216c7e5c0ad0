import ArgumentParser
import Glibc
import System
import Terminal

/// The version of gx: the one place that says it.
let version = "0.1.0"

@main
struct GX: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gx",
        abstract: "Promote, roll back, trace and measure deployments that are written in Git.",
        examples: [
            "gx status": "what runs where",
            "gx promote api --to staging --dry-run": "a promotion as it would be",
            "gx trace PROJ-7 --in prod": "whether a feature is in production",
            "gx rollback api --in prod --reason 'guests cannot check out'":
                "back to what ran before, and keep the bad version out",
            "gx demo shop": "a sample repository to try all of this on",
        ],
        version: "gx \(version)",
        subcommands: [
            Init.self, Status.self, Promote.self, RollbackCommand.self, Verify.self, Trace.self,
            LeadTime.self, FleetCommand.self, SecretsCommand.self, Hook.self, Demo.self,
        ])

    @OptionGroup(title: "Global options") var global: GlobalOptions

    static func main() {
        // A write to a closed pipe must come back as an error, so that nothing is left half done.
        signal(SIGPIPE, SIG_IGN)
        do {
            let status = try answer()
            Termination.endIfKept()
            Glibc.exit(status.rawValue)
        } catch is BrokenPipe {
            // Whoever read our output has seen enough. End as git does: by the signal, without a word.
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
        } catch let end as ProgramEnd {
            Glibc.exit(end.status)
        } catch {
            let failure = Failure(error)
            tell(failure, on: Output(descriptor: STDOUT_FILENO, color: .auto))
            Glibc.exit(Output(descriptor: STDERR_FILENO, color: .auto).report(failure).rawValue)
        }
    }

    private static func answer() throws -> ExitStatus {
        do {
            switch try CommandLineRequest(Array(CommandLine.arguments.dropFirst())) {
            case .text(let text): return try show(text)
            case .command(let command as any Command): return try run(command)
            case .command(var group):
                try group.run()  // throws what it has to say
                return .done
            }
        } catch let error where exitCode(for: error) == .success {
            return try show(message(for: error))
        }
    }

    private static func show(_ text: String) throws -> ExitStatus {
        let output = Output(descriptor: STDOUT_FILENO, color: .auto)
        try output.write(text + "\n")
        try output.flush()
        return .done
    }

    private static func run(_ command: any Command) throws -> ExitStatus {
        let context = try Context(command.global)
        do {
            let status = try context.tellDamage(command.run(in: context), command.dependence)
            try context.output.finish()
            return status
        } catch let error where !(error is BrokenPipe || error is ProgramEnd) {
            var failure = Failure(error)
            failure.status = try context.tellDamage(failure.status, command.dependence)
            tell(failure, on: context.output)
            try context.output.finish()
            return context.errors.report(failure)
        }
    }

    /// A program that asked for JSON reads why there is no answer where the answer would be. Words that a person
    /// reads go to stderr all the same.
    private static func tell(_ failure: Failure, on output: Output) {
        guard !output.isUsed, asksForJSON(CommandLine.arguments) else { return }
        output.draw(failure.json.pretty + "\n")
    }

    /// Also of a command line that can't be parsed.
    private static func asksForJSON(_ arguments: [String]) -> Bool {
        let words = arguments.prefix { $0 != "--" }
        return words.contains("-ojson") || words.contains("-o=json")
            || zip(words, words.dropFirst()).contains { $0 == "-o" && $1 == "json" }
    }
}
