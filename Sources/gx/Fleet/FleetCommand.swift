import ArgumentParser
import Delivery

struct FleetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract: "Make one change in many repositories.",
        examples: [
            "gx fleet change --branch team-label -m 'Say whose it is' --label team=shop --dry-run":
                "what would change in each, as patches",
            "gx fleet change --branch team-label -m 'Say whose it is' --label team=shop":
                "a pull request in each; again, it goes on where it stopped",
            "gx fleet status --branch team-label": "how it stands in each",
            "gx fleet merge --branch team-label": "merge what is open",
        ],
        discussion: """
            The repositories are those of 'fleet:' in a gx.yaml of its own. 'gx status', 'gx trace', 'gx trace log' and \
            'gx leadtime' answer over all of them there.
            """,
        subcommands: [
            FleetChangeCommand.self, FleetStatusCommand.self, FleetMergeCommand.self, FleetCloseCommand.self,
        ])

    @OptionGroup(title: "Global options") var global: GlobalOptions
}

/// Which change is meant.
struct FleetBranchOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The branch that the change is on in each repository.", valueName: "name"))
    var branch: String
}

struct FleetStatusCommand: FleetAction {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how a change stands in each repository.",
        examples: [
            "gx fleet status --branch team-label": "a row for each repository",
            "gx fleet status --branch team-label -o json": "the same for programs",
            "gx fleet status --branch team-label --quiet":
                "by its exit status: 1 as long as it is open anywhere",
        ],
        discussion: """
            done, open, merged, closed, nothing or failed: what the branch and its request on the remote say. It ends \
            with 1 as long as it is open somewhere, and with 3 where one can't be asked.
            """)

    @OptionGroup var change: FleetBranchOptions
    @OptionGroup var table: TableOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let rows = try each(context) { try $0.status() }
        try show(rows, context)
        if rows.contains(where: { $0.state.kind == .failed }) { return .cannotTell }
        return rows.contains { $0.state.kind == .open } ? .no : .done
    }
}

struct FleetMergeCommand: FleetAction {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Merge a change where it is open.",
        examples: [
            "gx fleet merge --branch team-label": "in all repositories",
            "gx fleet merge --branch team-label --limit 3": "in three of them",
            "gx fleet merge --branch team-label --limit 3 --sleep 10m": "with a pause after each",
        ],
        discussion: """
            The host merges once its own conditions are met; where it is none of pull requests, the branch is merged by \
            a push.
            """)

    @OptionGroup var change: FleetBranchOptions
    @OptionGroup var pace: FleetPaceOptions
    @OptionGroup var table: TableOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        try finish(each(context, pace: pace) { try $0.merge() }, context)
    }
}

struct FleetCloseCommand: FleetAction {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Close a change where it is open, and delete its branch.",
        examples: [
            "gx fleet close --branch team-label": "in all repositories",
            "gx fleet close --branch team-label --limit 1": "in one of them",
            "gx fleet close --branch team-label -o json": "and say so to a program",
        ])

    @OptionGroup var change: FleetBranchOptions
    @OptionGroup var pace: FleetPaceOptions
    @OptionGroup var table: TableOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        try finish(each(context, pace: pace) { try $0.close() }, context)
    }
}
