import ArgumentParser
import Git
import Ledger
import Manifests
import Terminal
import YAML

/// Compares the versions of two environments, or of two moments.
struct TraceDiff: Command {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare the versions that two environments run, or two moments.",
        discussion: """
            Each side is an environment, or what it was: prod~3 is before its last three deployments, \
            'prod@{last friday 12:00}' at that moment. With one side alone, all that ran there is shown.
            """)

    @Argument(
        help: ArgumentHelp("An environment, now or at a moment.", valueName: "moment"),
        completion: .environments)
    var left: String

    @Argument(help: ArgumentHelp("The other side.", valueName: "other"), completion: .environments)
    var right: String?

    @OptionGroup var table: TableOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    private struct Row {
        var app: String
        var left: Deployment?
        var right: Deployment?
    }

    func run(in context: Context) throws -> ExitStatus {
        let ledger = try context.ledger()
        try context.noteAssumptions()
        let before = try state(left, ledger, context)
        let after = try right.map { try state($0, ledger, context) }
        let apps = Set(before.keys).union((after ?? [:]).keys).sorted()
        let rows = apps.map { Row(app: $0, left: before[$0], right: after?[$0]) }
            .filter { after == nil || $0.left?.after != $0.right?.after }
        var columns = [
            Column<Row>("APP") { Text($0.app, .app) },
            Column(left) { Text($0.left?.version ?? "–", .version) },
            Column("SINCE", drop: 1) { Text($0.left.map { minute($0.time) } ?? "") },
        ]
        if let right {
            columns += [
                Column(right) { Text($0.right?.version ?? "–", .version) },
                Column("SINCE", drop: 2) { Text($0.right.map { minute($0.time) } ?? "") },
            ]
        }
        if rows.isEmpty, table.format == .table {
            try context.output.print("no difference in versions")
            return .done
        }
        try context.answer(Table(rows, columns), table) {
            .object([
                JSON.Field("schema", "gx.trace.diff/1"),
                JSON.Field(
                    "apps",
                    .array(
                        rows.map { row in
                            .object([
                                JSON.Field("app", .string(row.app)),
                                JSON.Field("left", row.left?.json ?? .null),
                                JSON.Field("right", row.right?.json ?? .null),
                            ])
                        })),
            ])
        }
        return .done
    }

    private func state(_ text: String, _ ledger: Ledger, _ context: Context) throws -> [String: Deployment] {
        let moment = try Moment(text)
        if case .date(let date) = moment.when {
            try context.note("\(text) is \(context.repository.date(date))")
        }
        let all = try ledger.state(at: moment, in: context.repository).map { ledger[$0] }
        return Dictionary(all.map { ($0.app, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
