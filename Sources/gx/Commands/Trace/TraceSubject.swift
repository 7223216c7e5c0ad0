import ArgumentParser
import Git
import Ledger
import Manifests
import Terminal
import YAML

/// Shows where an issue, a pull request, a commit, a version, an image or an app is.
struct TraceSubject: Command {
    static let configuration = CommandConfiguration(
        commandName: "where",
        abstract: "Show where an issue, a pull request, a commit, a version or an app is.",
        discussion: """
            This is what 'gx trace' does by itself. A subject is PROJ-7, '#432' or pr:432, a commit, a version, an \
            image, or an app; issue:, pr:, commit:, version:, image: and app: in front settle what is meant.
            """)

    @Argument(help: ArgumentHelp("What is asked about.", valueName: "subject"))
    var subject: String

    @Option(
        name: .customLong("in"),
        help: ArgumentHelp(
            "Ask whether it is in this environment or group now: exit with 0 for yes, 1 for no.",
            valueName: "env"), completion: .environments)
    var environment: String?

    @OptionGroup var table: TableOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let ledger = try context.ledger()
        try context.noteAssumptions()
        let subject = try ledger.subject(subject, in: context.repository)
        let carriers = try ledger.carriers(of: subject)
        let all =
            if case .app(let name) = subject { ledger.presences(ofApp: name) } else {
                ledger.presences(of: subject, broughtBy: carriers)
            }
        let order = EnvironmentOrder(try context.configuration().configuration)
        let wanted = try environment.map { try order.members(of: $0, ledger) }
        let found = order.sorted(all.filter { wanted?.contains($0.environment) ?? true })
        let view = PresenceTable(found, ledger, now: context.now)
        if environment == nil || !context.options.quiet {
            if table.format == .table, table.out == nil {
                try context.output.print(summary(subject, carriers, found, ledger))
                if !found.isEmpty { try context.output.print("") }
            }
            if !found.isEmpty || table.format != .table {
                try context.answer(view.table, table) {
                    .object([
                        JSON.Field("schema", "gx.trace/1"), JSON.Field("subject", .string("\(subject)")),
                        JSON.Field("complete", .bool(ledger.isComplete)),
                        JSON.Field("presences", .array(view.json)),
                    ])
                }
            }
        }
        guard environment != nil else { return .done }
        return answer(found, ledger)
    }

    /// Yes only where all that was asked about have it.
    private func answer(_ found: [Presence], _ ledger: Ledger) -> ExitStatus {
        let isIn = found.map { if case .now = $0.status { true } else { false } }
        if !isIn.isEmpty, isIn.allSatisfy({ $0 }) { return .done }
        return ledger.isComplete ? .no : .cannotTell
    }

    private func summary(
        _ subject: Subject, _ carriers: [Int], _ found: [Presence], _ ledger: Ledger
    ) -> Text {
        if carriers.isEmpty { return "\(self.subject, .emphasis) changed nothing that an environment runs" }
        guard let environment else {
            let commits = Set(carriers.map { ledger[$0].commit })
            let first = ledger[carriers[0]]
            var line: Text = "\(self.subject, .emphasis)"
            line += ": \(carriers.count) \(carriers.count == 1 ? "deployment" : "deployments")"
            if commits.count > 1 { line += " by \(commits.count) commits" }
            return line + ", first on \(day(first.time)) in \(first.environment, .environment)"
        }
        let isYes = answer(found, ledger) == .done
        let word: Text = isYes ? "\("yes", .success)" : "\("no", .failure)"
        return "\(self.subject, .emphasis) in \(environment, .environment): \(word)"
    }
}
