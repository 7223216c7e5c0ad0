import Answers
import ArgumentParser
import Delivery
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// Shows which version of each app runs in which environment.
struct Status: FleetQuestion {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show which version of each app runs where.",
        examples: [
            "gx status": "what runs where",
            "gx status prod": "one environment or group",
            "gx status --app api": "one app, and where its versions are written",
            "gx status --gates": "what waits for what, until when",
            "gx status -o html --out public/index.html": "the page of all of it",
        ],
        discussion: """
            Environments are compared with the one before them, and marked where they are behind it. Behind a \
            version stands for how long it has run: 45m, 7h, 3d, 8w. ENV~3 and 'ENV@{last friday}' show what was, \
            '@{last friday}' all environments at that time.
            """)

    @Argument(
        help: ArgumentHelp("Only these environments or groups, now or at a moment.", valueName: "env"),
        completion: .environments)
    var environments: [String] = []

    @Option(
        help: ArgumentHelp("Only this app, with every place that pins it.", valueName: "app"),
        completion: .apps)
    var app: String?

    @Flag(help: "Show the issues that wait before each environment.")
    var issues = false

    @Flag(help: "Show which version comes next, and what it waits for: gates, windows, locks, holds.")
    var gates = false

    @Flag(help: "Ask the clusters, too, whether they run it.")
    var live = false

    @Flag(help: "Show how each environment and app is known, and what was left out.")
    var explain = false

    @OptionGroup var answer: AnswerOptions<PageFormat>
    @OptionGroup(title: "Global options") var global: GlobalOptions

    var answerOptions: AnswerOptions<PageFormat> { answer }

    func checkForFleet() throws {
        for (option, isGiven, why) in [
            ("--live", live, "asks the clusters of one repository, by its own rules"),
            ("--gates", gates, "judges by the rules of one repository"),
        ] where isGiven {
            throw Failure(
                "\(option) \(why)", hint: "name one of the fleet, as in: gx -C ../shop status \(option)")
        }
    }

    func runAlone(in context: Context) throws -> ExitStatus {
        let (names, moment) = try StatusMoment.parsed(environments)
        if answer.format.ofTables == nil, moment != nil || issues || live {
            throw Failure(
                "the page tells all that history says now",
                hint: "leave out --issues, --live and the moment, or -o html")
        }
        try context.noteAssumptions()
        if gates { return try showGates(names, moment: moment, context: context) }
        if explain { return try showEvidence(names, moment: moment, context: context) }
        if live, moment != nil { throw ValidationError("--live is about now, and not about a moment.") }
        let isUrgent = !issues && !live && answer.format.ofTables != nil
        let (running, places, found) = try overview(
            names, moment: moment, isUrgent: isUrgent, context: context)
        var overview = found
        if issues { return try showIssues(overview, context) }
        if live {
            try overview.setLive(asking: survey(context.estate, context), about: context.estate)
        }
        let reading = try Reading(
            context, environments: overview.environments, running: running, resolver: places)
        switch (answer.format.ofTables, answer.out) {
        case (nil, let out):
            try context.answer(
                page(overview, reading: reading, estate: context.estate, context: context), to: out)
        case (.table?, nil):
            if overview.lacksVersions { try overview.setUnread(in: context.estate(at: moment)) }
            try show(overview, reading: reading, moment: moment, context: context)
        case (let format?, let out):
            let rows = { overview.list }
            try context.answer(OverviewTable(overview).whole, format: format, out: out, rows: rows) {
                try json(overview, reading: reading, moment: moment, context: context)
            }
        }
        return .done
    }

    func answer(in member: Context) throws -> MemberAnswer {
        let (names, moment) = try StatusMoment.parsed(environments)
        if explain {
            let evidence = try evidence(names, moment: moment, context: member)
            return MemberAnswer(evidence.table) { evidence.json }
        }
        var (running, places, overview) = try overview(
            names, moment: moment, isUrgent: !issues, context: member)
        if issues {
            let (waiting, isComplete) = try waiting(overview, member)
            var answer = MemberAnswer(waiting.table) { json(waiting, isComplete: isComplete) }
            answer.status = isComplete ? .done : .cannotTell
            return answer
        }
        if overview.lacksVersions { try overview.setUnread(in: member.estate(at: moment)) }
        let (found, view) = (overview, OverviewTable(overview, isAll: app != nil))
        let reading = try Reading(
            member, environments: found.environments, running: running, resolver: places)
        let rows = { found.list }
        var answer = MemberAnswer(view.whole, rows: rows) {
            try json(found, reading: reading, moment: moment, context: member)
        }
        answer.tables = { [view.whole, VersionList(view, width: $0 ?? .max).table] }
        answer.legend = view.legend
        answer.remarks = view.remarks
        return answer
    }

    private func json(
        _ overview: Overview, reading: Reading, moment: Moment?, context: Context
    ) throws -> JSON {
        try .object(
            [Schema.status.field] + reading.fields
                + overview.fields(context.estate(at: moment)))
    }

    /// What runs where, of what was asked for.
    private func overview(
        _ names: [String], moment: Moment?, isUrgent: Bool, context: Context
    ) throws -> (running: Running, places: any PlaceResolver, overview: Overview) {
        if case .date(let date)? = moment?.when {
            try context.note("\("@{\(date)} is \(context.repository.date(date))", .faint)", ofAll: true)
        }
        let places = try context.places(at: moment)
        let running = try Running(context, at: moment, isUrgent: isUrgent)
        if running.ledger.isTipAlone {
            try context.note(
                "gx: history has not been read yet: 'gx trace log' does that once, then since when is known, too",
                ofAll: true)
        }
        let environments = try context.environments(at: moment)
        let overview = try Overview(
            running, configuration: context.configuration().configuration, all: environments, named: names,
            app: app,
            holds: moment == nil ? running.ledger.openHolds() : [],
            promotions: moment == nil
                ? context.openPromotions(
                    to: Overview.environments(running, environments, named: names, app: app)) : [])
        if let app, overview.rows.isEmpty {
            throw try unknown(app, names: names, all: environments, running: running)
        }
        if overview.rows.isEmpty, moment == nil { throw try nothing(named: names, context) }
        return (running, places, overview)
    }

    /// Who asks clusters does so by the rules that are committed: they may run commands.
    private func survey(_ estate: Estate, _ context: Context) throws -> ClusterSurvey {
        let tip = try estate.tip(of: Place())
        let rules = try context.configurationSource().forWriting(at: tip).configuration
        if rules.verify.allSatisfy({ $0.cluster == nil }) {
            try context.warn("nothing says where it runs: 'verify' of the committed gx.yaml has no 'cluster'")
        }
        return ClusterSurvey(
            try context.repository, rules: rules, at: tip, estate: estate, ledger: try context.ledger())
    }

    private func show(_ overview: Overview, reading: Reading, moment: Moment?, context: Context) throws {
        let output = context.output
        let view = OverviewTable(overview, isAll: app != nil)
        try output.print(reading.line(at: context.now))
        let (table, isGrouped) = view.fitted(to: output.screen.width)
        try output.print("")
        try output.print(table)
        let footer = view.footer(isGrouped: isGrouped, width: output.screen.width)
        for line in footer.isEmpty ? [] : [""] + footer { try output.print(line) }
        guard app != nil else { return }
        let estate = try context.estate(at: moment)
        for row in overview.rows {
            try showPlaces(
                row, overview: overview, estate: estate, said: Array(view.unread), context: context)
        }
    }

    /// Where the versions of the one app that was asked for are written, and what would change them.
    private func showPlaces(
        _ row: Overview.Row, overview: Overview, estate: Estate, said: [AppSnapshot.Note],
        context: Context
    ) throws {
        let pins = try PinTable(row, overview: overview, estate: estate)
        if !pins.rows.isEmpty {
            try context.output.print("")
            try context.output.print(pins.table)
        }
        for (environment, cell) in zip(overview.environments, row.cells) {
            for promotion in cell?.promotions ?? [] {
                let version = promotion.version(for: row.app, in: environment.name)
                try context.output.print(
                    """
                    waiting on \(promotion.branch, .emphasis): \(environment.name, .environment) \
                    \(promotion.kind == .rollback ? "back " : "")to \
                    \(version ?? "another version", .version)
                    """)
            }
        }
        for note in pins.notes where !said.contains(note) {
            try context.output.print(LeftAlone.line(note))
        }
    }

    private func evidence(
        _ names: [String], moment: Moment?, context: Context
    ) throws -> EvidenceTable {
        guard moment == nil, !issues, !live, answer.format.ofTables != nil else {
            throw ValidationError(
                "--explain is about what is known now: leave out --issues, --live, the moment, and -o html."
            )
        }
        let environments = try context.environments()
        let wanted = names.isEmpty ? environments : try names.flatMap(environments.named)
        let source = try context.configurationSource()
        var detected: DetectedLayout?
        if case .detected = try context.configuration().origin { detected = try source.detect() }
        return EvidenceTable(
            evidence: try LayoutEvidence(
                of: context.estate, detected: detected, in: Set(wanted.map(\.name))), app: app)
    }

    private func showEvidence(_ names: [String], moment: Moment?, context: Context) throws -> ExitStatus {
        let evidence = try evidence(names, moment: moment, context: context)
        let format = answer.format.ofTables ?? .table
        try context.answer(evidence.table, format: format, out: answer.out) { evidence.json }
        if format == .table, answer.out == nil, !evidence.evidence.leftOut.isEmpty {
            try context.output.print("")
            try context.output.print(evidence.leftOut)
        }
        return .done
    }

    private func showGates(_ names: [String], moment: Moment?, context: Context) throws -> ExitStatus {
        guard moment == nil, !issues, !live, !explain, let format = answer.format.ofTables else {
            throw ValidationError(
                "--gates is about what is known now: leave out --issues, --live, --explain, the moment, and -o html."
            )
        }
        let environments = try context.environments()
        let wanted = try names.isEmpty ? environments : unique(names.flatMap(environments.named))
        let view = GatesTable(
            outlook: try GateOutlook(
                context.estate, in: context.repository, wanted, app: app, now: context.now,
                ledger: { try context.ledger() }))
        try context.answer(
            view.table, format: format, out: answer.out, rows: { view.list }, json: { view.json })
        if format == .table, answer.out == nil {
            if view.outlook.rows.isEmpty { try context.note("no version waits to be promoted") }
            for line in view.lockLines { try context.note("\(line)") }
        }
        if view.outlook.rows.contains(where: { $0.answers.contains(where: \.lacksHistory) }) {
            try context.note(Text(GateAnswer.unshallow))
        }
        return view.outlook.rows.contains { $0.answers.contains { $0.verdict == .unknown } }
            ? .cannotTell : .done
    }

    private func waiting(
        _ overview: Overview, _ context: Context
    ) throws -> (table: WaitingTable, isComplete: Bool) {
        let ledger = try context.ledger()
        let order = try context.environmentOrder()
        return (
            try WaitingTable(overview.environments, app: app, ledger: ledger, order: order), ledger.isComplete
        )
    }

    private func json(_ waiting: WaitingTable, isComplete: Bool) -> JSON {
        .object([
            Schema.waitingIssues.field, JSON.Field("complete", .bool(isComplete)),
            JSON.Field("environments", waiting.json),
        ])
    }

    private func showIssues(_ overview: Overview, _ context: Context) throws -> ExitStatus {
        let (waiting, isComplete) = try waiting(overview, context)
        try context.answer(waiting.table, format: answer.format.ofTables ?? .table, out: answer.out) {
            json(waiting, isComplete: isComplete)
        }
        return isComplete ? .done : .cannotTell
    }

    /// An answer from nothing is no answer.
    private func nothing(named names: [String], _ context: Context) throws -> Failure {
        let configuration = try context.configuration().configuration
        let places = configuration.layouts.map { layout in
            let place = [layout.place.repository?.description, layout.place.branch?.description]
            return (place + [layout.path?.description]).compactMap { $0 }.joined(separator: " ")
        }
        return Failure(
            "no app is found in \(names.isEmpty ? "any environment" : names.joined(separator: ", ")): "
                + "no file matches 'layout' (\(places.joined(separator: ", ")))",
            hint: "correct 'layout' in gx.yaml; 'gx status --explain' shows what it finds",
            status: .cannotTell)
    }

    private func unknown(
        _ name: String, names: [String], all: [Environment], running: Running
    ) throws -> ManifestsError {
        let asked = names.isEmpty ? all : try names.flatMap(all.named)
        let known = Set(asked.flatMap { running.apps(in: $0.name) }).sorted()
        return .unknownApp(
            name, environment: names.count == 1 ? names[0] : nil,
            nearest: NearestName.of(name, among: known), known: known)
    }
}
