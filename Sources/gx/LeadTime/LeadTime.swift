import Answers
import ArgumentParser
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// Measures how quickly and how well changes come to an environment.
struct LeadTime: FleetQuestion {
    static let configuration = CommandConfiguration(
        commandName: "leadtime", abstract: "Measure how quickly and how well changes are delivered.",
        examples: [
            "gx leadtime --to prod": "how changes come to production",
            "gx leadtime --to prod --since 2026-02-01 --until 2026-03-01":
                "in a month, beside the month before",
            "gx leadtime --to prod --since '4 weeks ago' --fail-if 'p90 > 5d'":
                "fail a job when they take too long",
            "gx leadtime --to prod --by app": "app by app",
            "gx leadtime --issue PROJ-7": "the way of one issue",
        ],
        discussion: """
            The five metrics of DORA, from the history of the manifests: lead time for changes (or, where no source \
            is known, the dwell between environments), deployment frequency, change fail rate, recovery time and \
            rework rate.
            """)

    @Option(
        help: ArgumentHelp(
            "The environment or group to measure; by default where the way of each app ends.",
            valueName: "env"),
        completion: .environments)
    var to: String?

    @Option(
        help: ArgumentHelp(
            "Where dwell begins; by default in the first environment on the way.", valueName: "env"),
        completion: .environments)
    var from: String?

    @Option(help: ArgumentHelp("Only this app.", valueName: "app"), completion: .apps)
    var app: String?

    @Option(help: ArgumentHelp("Since this moment; by default 90 days.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Until this moment; by default now.", valueName: "time"))
    var until: String?

    @Option(help: ArgumentHelp("Show the way of one issue instead.", valueName: "key"))
    var issue: String?

    @Option(help: ArgumentHelp("Show a line for each.", valueName: "what"))
    var by: Grouping?

    @Flag(help: "Count rollbacks only where they are declared.")
    var strict = false

    @Option(
        help: ArgumentHelp(
            "Count only these hours, as in '9-17' or 'mon-fri 8:30-17:00'.", valueName: "hours"))
    var businessHours: String?

    @Option(
        help: ArgumentHelp("The time zone of days and hours, as in 'Europe/Berlin'.", valueName: "zone"))
    var timeZone: String?

    @Option(
        help: ArgumentHelp(
            "Exit with 1 where a metric is beyond a bound, as in 'p90 > 5d'; may be repeated.",
            valueName: "bound"))
    var failIf: [String] = []

    @OptionGroup var picture: AnswerOptions<PictureFormat>
    @OptionGroup(title: "Global options") var global: GlobalOptions

    enum Grouping: String, Choice {
        case week, month, app, env, team
    }

    var answerOptions: AnswerOptions<PictureFormat> { picture }
    var subjects: [String] { issue.map { [$0] } ?? [] }

    func checkForFleet() {}

    func runAlone(in context: Context) throws -> ExitStatus {
        let thresholds = try failIf.map(Threshold.init)
        let (report, order, hours) = try measure(context, isAlone: true)
        if let issue { return try show(issue, report: report, order: order, context: context) }
        try answer(report, hours: hours, context: context).give(in: context)
        return try status(thresholds, report: report, context: context)
    }

    func answer(in member: Context) throws -> MemberAnswer {
        let thresholds = try failIf.map(Threshold.init)
        let (report, order, hours) = try measure(member, isAlone: false)
        if let issue {
            let way = try IssueWay(
                issue, report: report, order: order, rules: member.configuration().configuration.issues)
            var answer = MemberAnswer(way.table) { way.json }
            (answer.sentence, answer.known) = (way.summary, [issue])
            return answer
        }
        let view = try answer(report, hours: hours, context: member)
        let rows = { view.rows }
        var answer = MemberAnswer(view.summary, rows: rows) { view.json }
        answer.status = try status(thresholds, report: report, context: member)
        return answer
    }

    private func answer(
        _ report: LeadTimeReport, hours: BusinessHours?, context: Context
    ) throws -> LeadTimeAnswer {
        LeadTimeAnswer(
            report: report, command: self, hours: hours,
            configuration: try context.configuration().configuration)
    }

    private func measure(
        _ context: Context, isAlone: Bool
    ) throws -> (report: LeadTimeReport, order: EnvironmentOrder, hours: BusinessHours?) {
        let hours = try businessHours.map(Self.hours)
        if let timeZone, !Timestamp.useZone(timeZone) {
            throw Failure(
                "unknown time zone '\(timeZone)'", hint: "write it as in 'Europe/Berlin'; tzdata has them")
        }
        let ledger = try context.ledger()
        if isAlone { try context.noteAssumptions() }
        let order = try context.environmentOrder()
        let routes = order.routes(ledger)
        if by == .team, try context.configuration().configuration.teams.isEmpty {
            throw Failure(
                "no teams are named",
                hint: "say in gx.yaml whose apps are whose: teams: { checkout: [payments] }")
        }
        let outcomes = try ledger.outcomes(in: context.repository)
        let period = try period(context)
        var question = Survey.Question(end: period.end)
        question.targets = try to.map { try members($0, routes) }
        question.origin = try from.map { try members($0, routes) }
        try app.map(ledger.requireKnown)
        question.app = app
        question.isStrict = strict
        let survey = Survey(ledger, outcomes: outcomes, routes: routes, question: question)
        for gap in ledger.evidence?.gaps ?? [] { try context.warn(Text(gap.description)) }
        return (
            LeadTimeReport(ledger, survey: survey, routes: routes, period: period, hours: hours), order, hours
        )
    }

    private func status(
        _ thresholds: [Threshold], report: LeadTimeReport, context: Context
    ) throws -> ExitStatus {
        let status = try judge(thresholds, report: report, context: context)
        guard isCut(report.ledger, report.period) else { return status }
        try context.warnOfMissingHistory()
        return status == .done ? .cannotTell : status
    }

    // MARK: What is asked

    private static func hours(_ text: String) throws -> BusinessHours {
        guard let hours = BusinessHours(text) else {
            throw Failure(
                "'\(text)' are no hours that gx understands", hint: "write '9-17' or 'mon-fri 8:30-17:00'")
        }
        return hours
    }

    private func period(_ context: Context) throws -> Period {
        // Without a limit the second counts that is not over yet.
        let end = try until.map(context.repository.date)?.seconds ?? context.now.seconds + 1
        let start = try since.map(context.repository.date)?.seconds ?? end - 90 * 86_400
        guard start < end else {
            throw Failure("the period ends before it starts", hint: "--since comes before --until")
        }
        return Period(from: start, until: end)
    }

    private func members(_ name: String, _ routes: Routes) throws -> Set<String> {
        let members = routes.members(of: name)
        guard members.isEmpty else { return members }
        throw LedgerError.unknownEnvironment(
            name, nearest: NearestName.of(name, among: routes.names), known: routes.names)
    }

    private func show(
        _ issue: String, report: LeadTimeReport, order: EnvironmentOrder, context: Context
    ) throws -> ExitStatus {
        let way = try IssueWay(
            issue, report: report, order: order, rules: context.configuration().configuration.issues)
        switch picture.format {
        case .table where picture.out == nil:
            try context.output.print(way.summary)
            try context.output.print("")
            try context.output.print(way.table)
        case .table: try context.answer(way.table.rendered(color: false), to: picture.out)
        case .json: try context.answer(way.json.pretty + "\n", to: picture.out)
        case .csv: try context.answer(CSV(of: way.json).text, to: picture.out)
        case .markdown: try context.answer(way.table.markdown, to: picture.out)
        case .svg, .html:
            throw Failure(
                "the way of an issue is not drawn", hint: "leave out --issue, or take another format")
        }
        return .done
    }

    // MARK: How it ends

    /// Tells which bounds are passed, on stderr: the answer is the exit status.
    private func judge(
        _ thresholds: [Threshold], report: LeadTimeReport, context: Context
    ) throws -> ExitStatus {
        var status = ExitStatus.done
        for threshold in thresholds {
            switch threshold.judge(report.now, report.stopwatch, hasLead: report.hasLead) {
            case .holds: break
            case .fails(let value):
                try context.note("\("fails:", .failure) \(threshold.text): it is \(value)")
                status = .no
            case .unknown(let reason):
                try context.note("\("cannot tell:", .warning) \(threshold.text): \(reason)")
                if status == .done { status = .cannotTell }
            }
        }
        return status
    }

    /// Whether what was asked for may lie before the history that this clone has.
    private func isCut(_ ledger: Ledger, _ period: Period) -> Bool {
        !ledger.isComplete && (ledger.count == 0 || period.start < ledger.time(of: 0))
    }
}
