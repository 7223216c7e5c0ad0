import ArgumentParser
import Delivery
import Git
import Manifests
import System
import Terminal

struct FleetChangeCommand: FleetAction {
    static let configuration = CommandConfiguration(
        commandName: "change",
        abstract: "Make a change in each repository, as a pull request.",
        examples: [
            "gx fleet change --branch team-label -m 'Say whose it is' --label team=shop --dry-run":
                "a label on each workload: the plan and the patches",
            "gx fleet change --branch probes -m 'Probe faster' --set 'charts/*/values.yaml:probe.period=5'":
                "a value in some files",
            "gx fleet change --branch proxy-1.6 -m 'Proxy 1.6' --image acme/proxy=1.6 --limit 5":
                "an image wherever it is pinned, in five repositories",
            "gx fleet change --branch format -m 'Format' -- yamlfmt .": "what a program does to the files",
        ],
        usage: """
            gx fleet change --branch <name> -m <text> [--set <file:path=value>] [--label <key=value>] [--image <name=ref>]
            gx fleet change --branch <name> -m <text> -- <program> [<argument> ...]
            """,
        discussion: """
            All repositories are planned first, and shown. Then each gets a commit on the branch, and a pull request where \
            its host takes one. The branch and the request are all that is remembered: the same command goes on where it \
            stopped, and makes nothing twice. What people closed stays closed. A program runs in a folder with the files \
            of the default branch, without a shell.
            """)

    @OptionGroup var change: FleetBranchOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The commit's message, whose first line is the request's title.", valueName: "text"))
    var message: String

    @Option(
        help: ArgumentHelp(
            "Give a value: 'charts/*/values.yaml:image.tag=1.4'; may be repeated.",
            valueName: "file:path=value"))
    var set: [String] = []

    @Option(help: ArgumentHelp("Put a label on each workload; may be repeated.", valueName: "key=value"))
    var label: [String] = []

    @Option(
        help: ArgumentHelp(
            "Give an image another version wherever it is pinned: NAME=TAG, or NAME=REFERENCE.",
            valueName: "name=ref"))
    var image: [String] = []

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp(
            "A program that changes the files, with its arguments, after --.", valueName: "command"))
    var command: [String] = []

    @OptionGroup var pace: FleetPaceOptions

    @Flag(help: "Show the plan and the patches, and write nothing.")
    var dryRun = false

    @Flag(help: "Do not ask, even on a terminal.")
    var yes = false

    @OptionGroup var table: TableOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        let edits = set.count + label.count + image.count
        if edits == 0, command.isEmpty {
            throw ValidationError("Say what to change: --set, --label, --image, or a program after --.")
        }
        if edits > 0, !command.isEmpty {
            throw ValidationError("A program after -- stands alone: leave out --set, --label and --image.")
        }
        if message.allSatisfy(\.isWhitespace) { throw ValidationError("-m is empty.") }
    }

    private func request() throws -> FleetChange {
        let actions =
            try set.map { try FleetChange.Action(set: $0) } + label.map { try FleetChange.Action(label: $0) }
            + image.map { .image(try PromotionRequest.Given(.image, parsing: $0)) }
            + (command.isEmpty ? [] : [.command(command)])
        return try FleetChange(branch: change.branch, message: message, actions: actions)
    }

    func run(in context: Context) throws -> ExitStatus {
        let request = try request()
        let clones = try clones(context)
        var (plans, rows) = try planned(request, clones: clones, context: context)
        if dryRun {
            try show(rows, context)
            if table.isForPeople {
                for (member, plan) in zip(clones.members, plans) {
                    guard let patch = try plan?.plan.patch(), !patch.isEmpty else { continue }
                    try context.output.print(Text("Patch of \(member.name)"))
                    try context.output.write(patch)
                }
            }
            return rows.contains { $0.state.kind == .failed } ? .no : .done
        }
        let work = rows.indices.filter { rows[$0].state.kind == .planned }
        guard try isAgreed(work.count, rows: rows, context: context) else { return .no }
        for (number, index) in work.prefix(pace.limit ?? .max).enumerated() {
            guard let (delivery, plan) = plans[index] else { continue }
            if number > 0 { pace.sleep?.sleep() }
            rows[index] = try Self.row(rows[index].member) { try delivery.carryOut(plan, of: request) }
            // What is no more needed takes memory.
            plans[index] = nil
        }
        return try finish(rows, context)
    }

    /// What would be done in each, and how that is said.
    private func planned(_ request: FleetChange, clones: FleetClones, context: Context) throws -> (
        plans: [(delivery: FleetDelivery, plan: FleetDelivery.Plan)?], rows: [FleetRow]
    ) {
        var plans: [(delivery: FleetDelivery, plan: FleetDelivery.Plan)?] = []
        let progress = context.progress("planning", total: clones.members.count)
        let rows = try clones.members.map { member in
            var found: (FleetDelivery, FleetDelivery.Plan)?
            let row = try Self.row(member) {
                let delivery = try delivery(member, clones: clones, context: context)
                let plan = try delivery.plan(request)
                found = (delivery, plan)
                return plan.state
            }
            plans.append(found)
            for note in (found?.1.notes ?? []).prefix(5) {
                try context.note("\(member.name, .emphasis): \(LeftAlone.line(note))")
            }
            progress.advance(to: plans.count)
            return row
        }
        progress.finish()
        return (plans, rows)
    }

    /// On a terminal somebody has to agree to what is shown.
    private func isAgreed(_ count: Int, rows: [FleetRow], context: Context) throws -> Bool {
        guard count > 0, !yes, context.prompt.isAvailable else { return true }
        try show(rows, context)
        let number = min(count, pace.limit ?? .max)
        let question: Text = "change \(number, .emphasis) \(number == 1 ? "repository" : "repositories")?"
        return context.prompt.confirm(question) ?? false
    }
}
