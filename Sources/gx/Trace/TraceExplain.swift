import ArgumentParser
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// Says why gx thinks that a deployment was what it says.
struct TraceExplain: Command {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say how what gx says of a deployment is known.",
        examples: [
            "gx trace explain prod/api": "the newest deployment of an app",
            "gx trace explain prod/api~2": "the second before it",
            "gx trace explain HEAD": "all that a commit deployed",
        ],
        discussion: """
            A deployment is ENV/APP (the newest that changed a version), ENV/APP~2 (the second before it), a commit \
            (all that it deployed), or COMMIT:ENV/APP.
            """)

    @Argument(help: ArgumentHelp("ENV/APP, ENV/APP~2, a commit, or COMMIT:ENV/APP.", valueName: "deployment"))
    var deployment: String

    @Option(
        name: .customShort("o"),
        help: ArgumentHelp("The format of the answer: table or json.", valueName: "format"),
        completion: .list(["table", "json"]))
    var format = TableFormat.table

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        guard [.table, .json].contains(format) else {
            throw ValidationError("An explanation is a table or json.")
        }
    }

    func run(in context: Context) throws -> ExitStatus {
        let ledger = try context.ledger()
        try context.noteAssumptions()
        let numbers = try ledger.deployments(named: deployment)
        let outcomes = try ledger.outcomes(in: context.repository)
        let holds = try ledger.openHolds()
        let all = try numbers.map {
            try Explanation(of: $0, ledger, outcomes: outcomes, holds: holds, context: context)
        }
        if format == .json {
            let answer = JSON.object([
                Schema.explanation.field,
                JSON.Field("deployments", .array(all.map(\.json))),
            ])
            try context.output.write(answer.pretty + "\n")
        } else {
            for (index, one) in all.enumerated() {
                if index > 0 { try context.output.print("") }
                for line in one.lines { try context.output.print(line) }
            }
        }
        return .done
    }
}
