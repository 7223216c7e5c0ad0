import Answers
import ArgumentParser
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// Shows deployments, newest first.
struct TraceLog: FleetQuestion {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Show deployments, newest first.",
        examples: [
            "gx trace log": "all deployments, newest first",
            "gx trace log --in prod --since 'last friday 12:00'": "those of production since then",
            "gx trace log prod~3..prod": "its last three",
            "gx trace log --app api -o csv --out api.csv": "those of an app, for a spreadsheet",
        ],
        discussion: """
            A range is of one environment or group: prod~3..prod is its last three deployments, \
            'prod@{last friday}..' all since then.
            """)

    @Argument(help: ArgumentHelp("Only from one moment to another.", valueName: "range"))
    var range: String?

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

    @OptionGroup var interval: IntervalOptions

    @Flag(help: "Only those that nobody can explain: without an issue, a record and an outcome.")
    var unexplained = false

    @Option(
        help: ArgumentHelp(
            "Only those that lack this: issue, record or outcome; and what else of it they lack.",
            valueName: "fact"), completion: .list(Fact.allCases.map(\.rawValue)))
    var without: [Fact] = []

    @Option(name: .customShort("n"), help: ArgumentHelp("At most so many rows.", valueName: "count"))
    var limit: Int?

    @Flag(help: "Show the issues that came, with whatever brought them.")
    var issues = false

    @Option(
        name: .customLong("format"),
        help: ArgumentHelp(
            "A line of one's own for each, such as '{time} {app} {to}'.", valueName: "text"))
    var line: String?

    @OptionGroup var format: AnswerOptions<DiagramFormat>
    @OptionGroup var pager: PagerOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if range != nil, environment != nil {
            throw ValidationError("A range names its environment: leave out --in.")
        }
        if unexplained, !without.isEmpty {
            throw ValidationError("--unexplained is --without all three: take one of them.")
        }
        if line != nil, issues || !format.isForPeople {
            throw ValidationError("--format is a form of its own: leave out --issues, -o and --out.")
        }
    }

    var answerOptions: AnswerOptions<DiagramFormat> { format }
    var timeColumn: (title: String, field: String)? { issues ? nil : ("TIME", "time") }

    func checkForFleet() throws {
        if line != nil {
            throw Failure("--format is of one repository", hint: "leave it out, or take -o csv")
        }
    }

    func runAlone(in context: Context) throws -> ExitStatus {
        try pager.apply(to: context, format.isForPeople)
        try context.noteAssumptions()
        let lineFormat = try line.map { try LogFormat($0) }
        let ledger = try context.ledger()
        try app.map(ledger.requireKnown)
        let (view, found, place, isCut) = try view(context)
        if let lineFormat {
            for one in found {
                for line in try lineFormat.lines(one, ledger) { try context.output.print(line) }
            }
        } else if issues {
            try showIssues(
                found, place: place, ledger: ledger, order: context.environmentOrder(), context: context)
        } else {
            try show(
                view.table, configuration: view.configuration, place: place, ledger: ledger, context: context)
        }
        guard isCut else { return .done }
        try context.warnOfMissingHistory()
        return .cannotTell
    }

    func answer(in member: Context) throws -> MemberAnswer {
        let ledger = try member.ledger()
        let (view, found, place, isCut) = try view(member)
        var answer: MemberAnswer
        if issues {
            let (arrivals, table) = try arrivals(
                found, place: place, ledger: ledger, order: member.environmentOrder(), context: member)
            answer = MemberAnswer(table) { json(arrivals, ledger) }
            answer.sentence = arrivals.sentence(place)
        } else {
            answer = MemberAnswer(view.table.grouped, whole: view.table.whole) { json(view.table, ledger) }
            answer.sentence = view.table.sentence(place, configuration: view.configuration.count)
        }
        if isCut {
            try member.warnOfMissingHistory()
            answer.status = .cannotTell
        }
        return answer
    }

    /// What was asked for, and whether some of it may lie before the history that there is.
    private func view(_ context: Context) throws -> (
        view: (table: LogTable, configuration: Set<ObjectID>), found: [Deployment], place: String?,
        isCut: Bool
    ) {
        let ledger = try context.ledger()
        let order = try context.environmentOrder()
        let interval = try interval.resolved(context)
        let wanted = unexplained ? Set(Fact.allCases) : Set(without)
        let facts = wanted.isEmpty ? nil : try KnownFacts(ledger, in: context.repository)
        let (place, found, configuration) = try deployments(
            ledger, order: order, interval: interval, context: context
        ) {
            try facts?.isWithout(wanted, $0) ?? true
        }
        var missing: [Int: [Fact]] = [:]
        if let facts, !unexplained, line == nil, !issues {
            for one in found { missing[one.number] = try facts.missing(of: one) }
        }
        let view = LogTable(found, missing: missing, ledger: ledger, order: order)
        return ((view, configuration), found, place, isCut(ledger, interval.from))
    }

    /// What was asked for, newest first; the environment or group that it is about; and the commits that would be
    /// among it if configuration counted.
    private func deployments(
        _ ledger: Ledger, order: EnvironmentOrder, interval: (from: Timestamp?, to: Timestamp?),
        context: Context, where isWanted: (Deployment) throws -> Bool
    ) throws -> (place: String?, found: [Deployment], configuration: Set<ObjectID>) {
        let range = try range.map {
            try LogRange($0, ledger: ledger, order: order, repository: context.repository)
        }
        let place = environment ?? range?.environment
        let environments = try place.map { try order.members(of: $0, ledger) }
        // What issues came with configuration counts as well.
        let kind = issues && self.kind == .version ? .all : self.kind
        var found: [Deployment] = []
        var configuration: Set<ObjectID> = []
        var changes = 0
        for number in ledger.deployments(of: app, in: environments) where range?.contains(number) ?? true {
            let one = ledger[number]
            guard environments?.contains(one.environment) ?? true,
                author.map({ one.author.lowercased().contains($0.lowercased()) }) ?? true,
                interval.from.map({ $0 <= one.time }) ?? true, interval.to.map({ one.time < $0 }) ?? true
            else { continue }
            guard kind.accepts(one) else {
                if kind == .version, one.kind == .configuration { configuration.insert(one.commit) }
                continue
            }
            guard try isWanted(one) else { continue }
            // What one commit did to an app is one row for people, in however many environments.
            if !format.isForPeople || line != nil || found.last?.commit != one.commit
                || found.last?.app != one.app
            {
                if changes == limit { break }
                changes += 1
            }
            found.append(one)
        }
        return (place, found, configuration.subtracting(found.map(\.commit)))
    }

    private func show(
        _ view: LogTable, configuration: Set<ObjectID>, place: String?, ledger: Ledger,
        context: Context
    ) throws {
        if format.isForPeople {
            try context.output.print(view.sentence(place, configuration: configuration.count))
            guard !view.deployments.isEmpty else { return }
            try context.output.print("")
            return try context.output.print(view.grouped)
        }
        try context.answer(view.whole, format) {
            json(view, ledger)
        } mermaid: {
            Mermaid.gantt(view.bars)
        }
    }

    private func json(_ view: LogTable, _ ledger: Ledger) -> JSON {
        .object([
            Schema.log.field, JSON.Field("complete", .bool(ledger.isComplete)),
            JSON.Field("deployments", view.json),
        ])
    }

    private func arrivals(
        _ found: [Deployment], place: String?, ledger: Ledger, order: EnvironmentOrder,
        context: Context
    ) throws -> (view: ArrivalTable, table: Table) {
        let numbers = Set(found.map(\.number))
        let view = try ArrivalTable(
            ledger.issuePresences(app: app, contained: numbers), among: numbers, ledger: ledger, order: order)
        let environments = try place.map { try order.members(of: $0, ledger) }
        try context.warn(of: ledger.gaps(concerning: .issue(""), in: environments, app: app))
        let all = order.existing(Set(ledger.series.map(\.environment)))
        return (view, try view.table(among: all, ledger))
    }

    private func json(_ view: ArrivalTable, _ ledger: Ledger) -> JSON {
        .object([
            Schema.arrivals.field, JSON.Field("complete", .bool(ledger.isComplete)),
            JSON.Field(
                "issues",
                .array(
                    view.rows.map { row in
                        [
                            "issue": .string(row.issue), "isThere": .bool(row.isThere),
                            "environments": .array(row.environments.sorted().map(JSON.string)),
                            "deployment": row.deployment.json,
                        ]
                    })),
        ])
    }

    private func showIssues(
        _ found: [Deployment], place: String?, ledger: Ledger, order: EnvironmentOrder,
        context: Context
    ) throws {
        let (view, table) = try arrivals(found, place: place, ledger: ledger, order: order, context: context)
        if format.isForPeople {
            try context.output.print(view.sentence(place))
            guard !view.rows.isEmpty else { return }
            try context.output.print("")
        }
        try context.answer(table, format) {
            json(view, ledger)
        } mermaid: {
            Mermaid.gantt(
                view.rows.map {
                    Mermaid.Bar(
                        section: $0.deployment.app, label: $0.issue, from: $0.deployment.time, to: .now)
                })
        }
    }

    /// Whether what was asked for may lie before the history that this clone has.
    private func isCut(_ ledger: Ledger, _ from: Timestamp?) -> Bool {
        guard !ledger.isComplete, let from else { return false }
        return ledger.count == 0 || from < ledger[0].time
    }
}
