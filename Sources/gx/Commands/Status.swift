import ArgumentParser
import Git
import Manifests
import Terminal
import YAML

/// Shows which version of each app runs in which environment.
struct Status: Command {
    static let configuration = CommandConfiguration(
        abstract: "Show which version of each app runs where.",
        discussion: """
            Environments are compared with the one before them, and marked where they are behind it.
            """)

    @Argument(
        help: ArgumentHelp("Only these environments or groups.", valueName: "env"), completion: .environments)
    var environments: [String] = []

    @Option(
        help: ArgumentHelp("Only this app, with every place that pins it.", valueName: "app"),
        completion: .apps)
    var app: String?

    @OptionGroup var table: TableOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let estate = try context.estate
        try context.noteAssumptions()
        let overview = try Overview(
            estate, environments: environments, app: app,
            promotions: OpenPromotion.all(in: context.repository, estate: estate))
        if let app, overview.rows.isEmpty { throw try unknown(app, overview, estate) }
        let reading = try Reading(context, overview.environments)
        switch (table.format, table.out) {
        case (.table, nil): try show(overview, reading, estate, context)
        case (.csv, _): try answer(overview.list, overview, reading, estate, context)
        default: try answer(OverviewTable(overview).whole, overview, reading, estate, context)
        }
        return .done
    }

    private func answer(
        _ whole: Table, _ overview: Overview, _ reading: Reading, _ estate: Estate, _ context: Context
    ) throws {
        try context.answer(whole, table) {
            .object(
                [JSON.Field("schema", "gx.status/1")] + reading.fields + (try overview.fields(estate)))
        }
    }

    private func show(_ overview: Overview, _ reading: Reading, _ estate: Estate, _ context: Context) throws {
        let output = context.output
        let view = OverviewTable(overview, isAll: app != nil)
        try output.print(reading.line(at: context.now))
        let (table, isGrouped) = view.fitted(to: output.screen.width)
        try output.print("")
        try output.print(table)
        try output.print("")
        for line in view.footer(isGrouped: isGrouped, width: output.screen.width) { try output.print(line) }
        for row in overview.rows where app != nil {
            let pins = try PinTable(row, overview, estate)
            if !pins.rows.isEmpty { try output.print(pins.table) }
            for note in pins.notes { try output.print("\(note.file): \(note.text, .faint)") }
        }
    }

    private func unknown(_ name: String, _ overview: Overview, _ estate: Estate) throws -> ManifestsError {
        let known = try Set(
            overview.environments.flatMap { try estate.apps(in: $0.name).map(\.app) }
        ).sorted()
        let place = environments.count == 1 ? environments[0] : nil
        return .unknownApp(
            name, environment: place, nearest: NearestName.of(name, among: known), known: known)
    }
}
