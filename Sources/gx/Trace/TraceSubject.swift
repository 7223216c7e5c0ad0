import Answers
import ArgumentParser
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// Shows where issues, pull requests, commits, versions, images or apps are.
struct TraceSubject: FleetQuestion {
    static let configuration = CommandConfiguration(
        commandName: "where",
        abstract: "Show where an issue, a pull request, a commit, a version or an app is.",
        examples: [
            "gx trace PROJ-2356": "where a feature is",
            "gx trace where app:api": "where an app is, in which versions",
            "gx trace PROJ-2356 --in prod --quiet": "an assertion: exit 0 for yes, 1 for no",
            "gx trace PROJ-2356 --in prod --wait 10m": "wait until it is there",
        ],
        discussion: """
            This is what 'gx trace' does by itself. A subject is PROJ-7, '#432' or pr:432, a commit, a version, an \
            image, a digest, a pipeline's address, or an app; issue:, pr:, commit:, version:, image:, pipeline: and \
            app: in front settle what is meant. bug:PROJ-7 asks about the bug itself, and not about its fix.
            """)

    @Argument(help: ArgumentHelp("What is asked about.", valueName: "subject"))
    var subjects: [String]

    @Option(
        name: .customLong("in"),
        help: ArgumentHelp(
            "Ask whether it is in this environment or group now: exit with 0 for yes, 1 for no.",
            valueName: "env"), completion: .environments)
    var environment: String?

    @Option(
        help: ArgumentHelp(
            "Ask whether it has gone on from this environment or group to what comes after.",
            valueName: "env"), completion: .environments)
    var cleared: String?

    @Option(
        help: ArgumentHelp(
            "With --in, tell how long it was there before it came to this environment or group.",
            valueName: "env"), completion: .environments)
    var before: String?

    @Option(
        help: ArgumentHelp(
            "With --in or --cleared, fetch and ask again until the answer is yes, for so long: 90s, 10m, 4h30m.",
            valueName: "duration"))
    var wait: Waiting?

    @Flag(help: "Show the workloads that run it, and the Services in front of them.")
    var workloads = false

    @OptionGroup var interval: IntervalOptions
    @OptionGroup var format: AnswerOptions<DiagramFormat>
    @OptionGroup var pager: PagerOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if environment != nil, cleared != nil {
            throw ValidationError("--in and --cleared are two questions.")
        }
        if before != nil, environment == nil || wait != nil {
            throw ValidationError("--before goes with --in, and without --wait.")
        }
        if workloads, cleared != nil || before != nil || wait != nil {
            throw ValidationError("--workloads goes with --in alone.")
        }
        if wait != nil, environment == nil, cleared == nil {
            throw ValidationError("--wait goes with --in or --cleared.")
        }
    }

    var answerOptions: AnswerOptions<DiagramFormat> { format }
    /// Where it may be in one that could not be asked, nobody can say no.
    var isRefutedByOne: Bool { false }
    var isAssertion: Bool { environment != nil && before == nil && !workloads || cleared != nil }

    func checkForFleet() throws {
        if wait != nil {
            throw Failure(
                "--wait is about one repository", hint: "name one of the fleet, as in: gx -C ../shop …")
        }
    }

    func runAlone(in context: Context) throws -> ExitStatus {
        try pager.apply(to: context, format.isForPeople)
        try context.noteAssumptions()
        guard let wait else { return try answer(context, isLast: true) }
        return try wait.run(context) { isLast in
            do { return try answer(context, isLast: isLast) } catch LedgerError.unknownSubject where !isLast {
                // What is waited for may be deployed for the first time meanwhile.
                return .no
            }
        }
    }

    /// What was found out in one repository.
    private struct Finding {
        var answers: [Whereabouts]
        var order: EnvironmentOrder
        /// The environments that are asked about; nil for all.
        var asked: Set<String>?
        var stays: [Stay]?
        var clearances: [Clearance]?
        var status: ExitStatus
    }

    /// - Parameter isSkipping: Whether subjects that nobody knows here are left out, as long as one is known.
    private func find(_ context: Context, isSkipping: Bool = false) throws -> Finding {
        let ledger = try context.ledger()
        let order = try context.environmentOrder()
        let interval = try interval.resolved(context)
        let asked = try (environment ?? cleared).map { try order.members(of: $0, ledger) }
        let places = cleared == nil && before == nil ? asked : nil
        let promotions = try context.openPromotions(to: context.environments())
        var answers: [Whereabouts] = []
        for name in subjects {
            do {
                answers.append(
                    try Whereabouts(
                        name, subject: ledger.subject(name, in: context.repository, asking: places),
                        in: places, during: interval, ledger: ledger, order: order, promotions: promotions))
            } catch LedgerError.unknownSubject where isSkipping {}
        }
        if let name = subjects.first, answers.isEmpty { throw LedgerError.unknownSubject(name) }
        var finding = Finding(answers: answers, order: order, asked: asked, status: .done)
        if workloads { return finding }
        if let before, let asked {
            finding.stays = try answers.map {
                Stay(of: $0, in: asked, before: try order.members(of: before, ledger), order)
            }
        } else if cleared != nil, let asked {
            let clearances = answers.map { Clearance(of: $0, from: asked, order) }
            finding.clearances = clearances
            finding.status = clearances.map(\.status).max { $0.rawValue < $1.rawValue } ?? .done
        } else if environment == nil {
            finding.status = answers.contains(where: \.cannotTell) ? .cannotTell : .done
        } else if !answers.allSatisfy({ $0.isIn == true }) {
            finding.status = answers.contains { $0.isIn == false } ? .no : .cannotTell
        }
        return finding
    }

    /// - Parameter isLast: Whether a no is told: else it is asked again.
    private func answer(_ context: Context, isLast: Bool) throws -> ExitStatus {
        let finding = try find(context)
        let (answers, order, status) = (finding.answers, finding.order, finding.status)
        if workloads { return try showWorkloads(answers, order: order, context: context) }
        if let stays = finding.stays { return try show(stays, context) }
        if let cleared, let clearances = finding.clearances {
            guard status == .done || isLast, !context.options.quiet else { return status }
            if format.isForPeople {
                for one in clearances { try context.output.print(one.sentence(cleared)) }
                try context.output.print("")
            }
            try show(answers, order: order, context: context, sentences: false)
            return status
        }
        guard status == .done || isLast, environment == nil || !context.options.quiet else { return status }
        try show(answers, order: order, context: context, sentences: true)
        return status
    }

    func answer(in member: Context) throws -> MemberAnswer {
        let finding = try find(member, isSkipping: true)
        let (answers, order) = (finding.answers, finding.order)
        let ledger = try member.ledger()
        var answer: MemberAnswer
        if workloads {
            let view = try WorkloadTable(answers, estate: member.estate, order: order)
            answer = MemberAnswer(view.table) { json(view) }
            answer.sentence = Text.sentences(answers.map { view.sentence($0.name) })
        } else if let stays = finding.stays {
            answer = MemberAnswer(Stay.table(stays)) { json(stays) }
            answer.sentence = Text.sentences(
                stays.map { $0.sentence(environment ?? "", target: before ?? "", now: member.now) })
        } else {
            let view = PresenceTable(answers, order, now: member.now)
            let rows = { try answers.flatMap { try $0.rows(ledger) } }
            answer = MemberAnswer(view.grouped, whole: view.whole, rows: rows) {
                try json(answers, ledger: ledger, context: member)
            }
            answer.sentence = Text.sentences(
                cleared.flatMap { place in finding.clearances?.map { $0.sentence(place) } }
                    ?? answers.map { $0.sentence(asked: environment, now: member.now) })
            answer.remarks = answers.flatMap(\.holds).sentences.suffix(5).map { Text($0, .warning) }
            try member.warn(of: answers.flatMap(\.gaps))
        }
        answer.known = answers.map(\.name)
        answer.status = finding.status
        return answer
    }

    private func json(_ answers: [Whereabouts], ledger: Ledger, context: Context) throws -> JSON {
        try .object(
            [Schema.whereabouts.field] + context.freshness().fields + [
                JSON.Field("answers", .array(try answers.map { try $0.json(ledger) }))
            ])
    }

    private func json(_ view: WorkloadTable) -> JSON {
        .object([Schema.workloads.field, JSON.Field("workloads", view.json)])
    }

    private func json(_ stays: [Stay]) -> JSON {
        .object([
            Schema.stay.field, JSON.Field("stays", .array(stays.flatMap(\.json))),
        ])
    }

    private func show(
        _ answers: [Whereabouts], order: EnvironmentOrder, context: Context, sentences: Bool
    ) throws {
        let view = PresenceTable(answers, order, now: context.now)
        let ledger = try context.ledger()
        guard format.isForPeople else {
            let rows = { try answers.flatMap { try $0.rows(ledger) } }
            return try context.answer(view.whole, format, rows: rows) {
                try json(answers, ledger: ledger, context: context)
            } mermaid: {
                Mermaid.flow(answers, order)
            }
        }
        for (index, answer) in answers.enumerated() {
            if index > 0 { try context.output.print("") }
            if sentences {
                try context.output.print(answer.sentence(asked: environment, now: context.now))
            }
            if sentences {
                let lines = try BackgroundView(answer.background(), ledger).lines(of: answer.subject)
                for line in lines { try context.output.print(line) }
            }
            if !answer.rows.isEmpty {
                if sentences { try context.output.print("") }
                try context.output.print(PresenceTable([answer], order, now: context.now).grouped)
            }
            for hold in answer.holds.sentences.suffix(5) { try context.output.print(Text(hold, .warning)) }
        }
        try context.warn(of: answers.flatMap(\.gaps))
        if !ledger.isComplete, answers.contains(where: { $0.isIn == nil || $0.cannotTell }) {
            try context.warnOfMissingHistory()
        }
        try context.note(context.freshness().line(at: context.now))
    }

    private func showWorkloads(
        _ answers: [Whereabouts], order: EnvironmentOrder, context: Context
    ) throws -> ExitStatus {
        let view = try WorkloadTable(answers, estate: context.estate, order: order)
        if format.isForPeople {
            for answer in answers { try context.output.print(view.sentence(answer.name)) }
            guard !view.isEmpty else { return .done }
            try context.output.print("")
        }
        try context.answer(view.table, format) {
            json(view)
        } mermaid: {
            view.chart
        }
        return .done
    }

    private func show(_ stays: [Stay], _ context: Context) throws -> ExitStatus {
        let table = Stay.table(stays)
        guard format.isForPeople else {
            try context.answer(table, format) {
                json(stays)
            } mermaid: {
                Mermaid.gantt(stays.flatMap(\.bars))
            }
            return .done
        }
        for stay in stays {
            try context.output.print(stay.sentence(environment ?? "", target: before ?? "", now: context.now))
        }
        if stays.contains(where: { !$0.rows.isEmpty }) {
            try context.output.print("")
            try context.output.print(table)
        }
        return .done
    }
}

extension Text {
    /// One after the other, on a line.
    fileprivate static func sentences(_ all: [Text]) -> Text {
        all.dropFirst().reduce(all.first ?? "") { "\($0); \($1)" }
    }
}

extension Whereabouts {
    /// A row for each environment, for CSV.
    fileprivate func rows(_ ledger: Ledger) throws -> [JSON] {
        let answer = try json(ledger)
        return (answer["presences"]?.array ?? []).map { presence in
            .object([JSON.Field("subject", answer["subject"] ?? .null)] + (presence.fields ?? []))
        }
    }

    fileprivate func json(_ ledger: Ledger) throws -> JSON {
        try .object(
            [
                JSON.Field("subject", .string("\(subject)")),
                JSON.Field("complete", .bool(isComplete)),
                JSON.Field("gaps", .array(gaps.map { .string($0.description) })),
                JSON.Field("in", isIn.map { .bool($0) } ?? .null),
                JSON.Field("deployments", .int(carriers.count)),
                JSON.Field("presences", .array(rows.map(\.json))),
                JSON.Field("holds", .array(holds.map(\.json))),
            ] + BackgroundView(background(), ledger).fields)
    }
}
