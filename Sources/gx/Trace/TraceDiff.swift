import Answers
import ArgumentParser
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// Compares two environments or groups, or two moments: versions, and with options issues and configuration.
struct TraceDiff: FleetQuestion {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare what two environments run, or what one ran at two moments.",
        examples: [
            "gx trace diff staging prod": "what the two run differently",
            "gx trace diff staging prod --issues":
                "the features that one has and the other has not",
            "gx trace diff 'prod@{yesterday}' prod": "what changed since yesterday",
            "gx trace diff 'prod@{2026-03-03 12:00}'": "what ran there at a moment",
        ],
        discussion: """
            Each side is an environment or group, or what it was: prod~3 is before its last three deployments, \
            'prod@{last friday 12:00}' at that moment. With one side alone, all that ran there is shown.
            """)

    @Argument(
        help: ArgumentHelp("An environment or group, now or at a moment.", valueName: "moment"),
        completion: .environments)
    var left: String

    @Argument(help: ArgumentHelp("The other side.", valueName: "other"), completion: .environments)
    var right: String?

    @Option(help: ArgumentHelp("Only this app.", valueName: "app"), completion: .apps)
    var app: String?

    @Flag(help: "Show the issues that the first has and the other does not have yet.")
    var issues = false

    @Flag(
        name: .customLong("configuration"),
        help: "Show configuration too: not replicas, resources, and what is an environment's own.")
    var withConfiguration = false

    @OptionGroup var format: AnswerOptions<DiagramFormat>
    @OptionGroup var pager: PagerOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if issues || withConfiguration, right == nil {
            throw ValidationError("--issues and --configuration need two sides.")
        }
        if issues, withConfiguration {
            throw ValidationError("--issues and --configuration are two questions.")
        }
        if withConfiguration, format.format == .mermaid {
            throw ValidationError("Configuration has no picture: take another format, or leave it out.")
        }
    }

    var answerOptions: AnswerOptions<DiagramFormat> { format }

    func checkForFleet() throws {
        guard withConfiguration else { return }
        throw Failure(
            "--configuration is of one repository", hint: "name one of the fleet, as in: gx -C ../shop …")
    }

    func runAlone(in context: Context) throws -> ExitStatus {
        try pager.apply(to: context, format.isForPeople)
        try context.noteAssumptions()
        let (ledger, order, before, after) = try sides(context)
        guard let after else { return try show(before, order: order, context: context) }
        if issues {
            return try showIssues(before, after: after, ledger: ledger, order: order, context: context)
        }
        return try show(before, after: after, order: order, context: context)
    }

    func answer(in member: Context) throws -> MemberAnswer {
        let (ledger, order, before, after) = try sides(member)
        guard let after else {
            let rows = VersionDifference.all(of: before)
            var answer = MemberAnswer(table(rows, of: before, order)) { json(rows) }
            answer.sentence = sentence(rows, of: before)
            return answer
        }
        if issues {
            let waiting = try backlog(before, after: after, ledger: ledger, order: order, context: member)
            var answer = MemberAnswer(waiting.table) { waiting.json }
            (answer.sentence, answer.status) = (waiting.sentence, waiting.status)
            return answer
        }
        let rows = VersionDifference.all(before, right: after, order: order)
        var answer = MemberAnswer(table(rows, before, after: after, order)) { json(rows) }
        answer.sentence = sentence(rows, configuration: nil, before: before, after: after)
        return answer
    }

    private func sides(
        _ context: Context
    ) throws -> (ledger: Ledger, order: EnvironmentOrder, before: DiffSide, after: DiffSide?) {
        let ledger = try context.ledger()
        try app.map(ledger.requireKnown)
        let order = try context.environmentOrder()
        let before = try side(left, ledger: ledger, order: order, context: context)
        let after = try right.map { try side($0, ledger: ledger, order: order, context: context) }
        return (ledger, order, before, after)
    }

    /// A side as it was asked for; a date is told as it was understood.
    private func side(
        _ text: String, ledger: Ledger, order: EnvironmentOrder, context: Context
    ) throws -> DiffSide {
        let side = try DiffSide(text, app: app, ledger: ledger, order: order, in: context.repository)
        if case .date(let date) = side.moment.when {
            try context.note("\("\(text) is \(context.repository.date(date))", .faint)")
        }
        return side
    }

    /// What one side runs.
    private func show(_ side: DiffSide, order: EnvironmentOrder, context: Context) throws -> ExitStatus {
        let rows = VersionDifference.all(of: side)
        if format.isForPeople {
            try context.output.print(sentence(rows, of: side))
            guard !rows.isEmpty else { return .done }
            try context.output.print("")
        }
        try context.answer(table(rows, of: side, order), format) {
            json(rows)
        } mermaid: {
            Mermaid.state(rows, of: side) { names($0, of: side, order) }
        }
        return .done
    }

    private func sentence(_ rows: [VersionDifference], of side: DiffSide) -> Text {
        let apps = Set(rows.map(\.app)).count
        let verb = side.moment.when == .now ? "runs" : "ran"
        return "\(side.text, .environment) \(verb) \(apps) \(apps == 1 ? "app" : "apps")"
    }

    private func table(_ rows: [VersionDifference], of side: DiffSide, _ order: EnvironmentOrder) -> Table {
        var columns = [
            Column<VersionDifference>("APP") { Text($0.app, .app) },
            Column("VERSION", minimum: 12) { Text($0.left.first?.version ?? "–", .version) },
            Column("SINCE") { Text(VersionDifference.since($0.left)) },
        ]
        if side.members.count > 1 { columns.append(places(side, order)) }
        columns.append(
            Column("WHO", minimum: 8, drop: 1) { Text(unique($0.left.map(\.who)).joined(separator: ", ")) })
        return Table(rows, columns)
    }

    /// In what two sides differ.
    private func show(
        _ before: DiffSide, after: DiffSide, order: EnvironmentOrder, context: Context
    ) throws -> ExitStatus {
        let rows = VersionDifference.all(before, right: after, order: order)
        let configuration =
            withConfiguration
            ? try ConfigurationTable(before, right: after, app: app, order: order, context: context) : nil
        let versions = table(rows, before, after: after, order)
        guard format.isForPeople else {
            // One table can hold one kind of thing: with --configuration that is what is asked for.
            let table = configuration?.table(before, right: after, order: order) ?? versions
            let settings = configuration.map { table in { table.json.array ?? [] } }
            try context.answer(table, format, rows: settings) {
                json(rows, configuration)
            } mermaid: {
                Mermaid.difference(rows, before: before, after: after) { names($0, of: after, order) }
            }
            return .done
        }
        try context.output.print(sentence(rows, configuration: configuration, before: before, after: after))
        if !rows.isEmpty {
            try context.output.print("")
            try context.output.print(versions)
        }
        if let configuration, !configuration.rows.isEmpty {
            try context.output.print("")
            try context.output.print(configuration.table(before, right: after, order: order))
        }
        return .done
    }

    private func table(
        _ rows: [VersionDifference], _ before: DiffSide, after: DiffSide, _ order: EnvironmentOrder
    ) -> Table {
        var columns = [
            Column<VersionDifference>("APP") { Text($0.app, .app) },
            Column(before.text, minimum: 12) { Text($0.versions.left, .version) },
            Column("SINCE", drop: 1) { Text(VersionDifference.since($0.left)) },
            Column(after.text, minimum: 12) { Text($0.versions.right, .version) },
            Column("SINCE", drop: 2) { Text(VersionDifference.since($0.right)) },
        ]
        if after.members.count > 1 { columns.append(places(after, order)) }
        return Table(rows, columns)
    }

    private func sentence(
        _ rows: [VersionDifference], configuration: ConfigurationTable?, before: DiffSide,
        after: DiffSide
    ) -> Text {
        let apps = Set(rows.map(\.app)).count
        var text: Text = "\(before.text, .environment) and \(after.text, .environment) "
        text +=
            apps == 0
            ? "run the same versions" : "run different versions of \(apps) \(apps == 1 ? "app" : "apps")"
        if let configuration {
            let count = configuration.rows.count
            text +=
                count == 0
                ? ", and are configured alike"
                : ", and \(count) \(count == 1 ? "setting differs" : "settings differ")"
        }
        return text
    }

    private func showIssues(
        _ before: DiffSide, after: DiffSide, ledger: Ledger, order: EnvironmentOrder, context: Context
    ) throws -> ExitStatus {
        let waiting = try backlog(before, after: after, ledger: ledger, order: order, context: context)
        if format.isForPeople {
            try context.output.print(waiting.sentence)
            guard !waiting.isEmpty else { return waiting.status }
            try context.output.print("")
        }
        try context.answer(waiting.table, format) {
            waiting.json
        } mermaid: {
            waiting.view.chart(before, after)
        }
        return waiting.status
    }

    /// The issues that the first has and the other does not have yet.
    private func backlog(
        _ before: DiffSide, after: DiffSide, ledger: Ledger, order: EnvironmentOrder, context: Context
    ) throws -> BacklogAnswer {
        guard before.moment.when == .now, after.moment.when == .now else {
            throw Failure("--issues compares environments as they are now", hint: "leave out the moments")
        }
        let answer = try BacklogAnswer(before, after: after, app: app, ledger, order)
        try context.warn(of: answer.gaps)
        if !ledger.isComplete { try context.warnOfMissingHistory() }
        return answer
    }

    private func places(_ side: DiffSide, _ order: EnvironmentOrder) -> Column<VersionDifference> {
        Column("IN", minimum: 12, drop: 3) { Text(names($0, of: side, order), .environment) }
    }

    /// The environments of a row; nothing where there is but one.
    private func names(_ row: VersionDifference, of side: DiffSide, _ order: EnvironmentOrder) -> String {
        guard side.members.count > 1 else { return "" }
        let all = side.members.filter { side.state[$0]?[row.app] != nil }
        return order.names(row.environments, among: row.environments.union(all), counting: true)
            .joined(separator: ", ")
    }

    private func json(_ rows: [VersionDifference], _ configuration: ConfigurationTable? = nil) -> JSON {
        .object(
            [
                Schema.difference.field,
                JSON.Field(
                    "apps",
                    .array(
                        rows.map { row in
                            .object([
                                JSON.Field("app", .string(row.app)),
                                JSON.Field(
                                    "environments", .array(row.environments.sorted().map(JSON.string))),
                                JSON.Field("left", .array(row.left.map(\.json))),
                                JSON.Field("right", .array(row.right.map(\.json))),
                            ])
                        })),
            ] + (configuration.map { [JSON.Field("configuration", $0.json)] } ?? []))
    }
}
