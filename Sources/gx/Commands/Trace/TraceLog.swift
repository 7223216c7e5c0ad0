import ArgumentParser
import Git
import Ledger
import Manifests
import Terminal
import YAML

/// Shows deployments, newest first.
struct TraceLog: Command {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Show deployments, newest first.")

    @Option(
        name: .customLong("in"),
        help: ArgumentHelp("Only in this environment or group.", valueName: "env"),
        completion: .environments)
    var environment: String?

    @Option(help: ArgumentHelp("Only of this app.", valueName: "app"), completion: .apps)
    var app: String?

    @Option(
        help: ArgumentHelp(
            "Only of this kind; 'version' is any that changes one. By default configuration is left out.",
            valueName: "kind"), completion: .list(KindFilter.allValueStrings))
    var kind = KindFilter.version

    @Option(help: ArgumentHelp("Only by authors whose name or address contains this.", valueName: "name"))
    var author: String?

    @Option(help: ArgumentHelp("Only since this moment, in any form that git takes.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Only before this moment.", valueName: "time"))
    var until: String?

    @Option(name: .customShort("n"), help: ArgumentHelp("At most so many.", valueName: "count"))
    var limit: Int?

    @OptionGroup var table: TableOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let ledger = try context.ledger()
        try context.noteAssumptions()
        let order = try EnvironmentOrder(context)
        let environments = try environment.map { try order.members(of: $0, ledger) }
        let (from, to) = (try since.map(context.repository.date), try until.map(context.repository.date))
        if from != nil || to != nil {
            let words = [from.map { "since \($0)" }, to.map { "until \($0)" }].compactMap { $0 }
            try context.note("\(words.joined(separator: " "), .faint)")
        }
        var found: [Deployment] = []
        for number in (0..<ledger.count).reversed() {
            let one = ledger[number]
            guard kind.accepts(one), environments?.contains(one.environment) ?? true,
                app ?? one.app == one.app,
                author.map({ one.author.lowercased().contains($0.lowercased()) }) ?? true,
                from.map({ $0 <= one.time }) ?? true, to.map({ one.time < $0 }) ?? true
            else { continue }
            found.append(one)
            if found.count == limit { break }
        }
        let table = Table(
            found,
            [
                Column("TIME") { Text(minute($0.time)) },
                Column("ENVIRONMENT") { Text($0.environment, .environment) },
                Column("APP") { Text($0.app, .app) },
                Column("FROM", minimum: 8) { Text($0.versionBefore, .version) },
                Column("TO", minimum: 8) { Text($0.version, .version) },
                Column("WHAT", minimum: 12) { Text($0.words) },
                Column("ISSUES", minimum: 8, drop: 2) {
                    Text(ledger.mentions(of: $0.number).issues.joined(separator: " "))
                },
                Column("WHO", minimum: 8, drop: 1) { Text($0.who) },
                Column("COMMIT", drop: 3) { Text($0.commit.short, .commit) },
            ])
        if found.isEmpty, self.table.format == .table {
            try context.note("no deployments")
        } else {
            try context.answer(table, self.table) {
                .object([
                    JSON.Field("schema", "gx.trace.log/1"), JSON.Field("complete", .bool(ledger.isComplete)),
                    JSON.Field("deployments", .array(found.map(\.json))),
                ])
            }
        }
        return isCut(ledger, from) ? .cannotTell : .done
    }

    /// Whether what was asked for may lie before the history that this clone has.
    private func isCut(_ ledger: Ledger, _ from: Timestamp?) -> Bool {
        guard !ledger.isComplete, let from else { return false }
        return ledger.count == 0 || from < ledger[0].time
    }
}

/// Which kinds of deployments are shown.
enum KindFilter: String, CaseIterable, ExpressibleByArgument {
    case version, all, initial, forward, promotion, rollback, race, configuration, removal

    func accepts(_ deployment: Deployment) -> Bool {
        switch self {
        case .all: true
        case .version: deployment.isVersion && deployment.basis != .horizon
        default: "\(deployment.kind)" == rawValue
        }
    }
}
