import Answers
import ArgumentParser
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// Shows where issues, pull requests, commits, versions, images or apps are.
struct TraceSubject: Command {
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

    func run(in context: Context) throws -> ExitStatus {
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

    /// - Parameter isLast: Whether a no is told: else it is asked again.
    private func answer(_ context: Context, isLast: Bool) throws -> ExitStatus {
        let ledger = try context.ledger()
        let order = try context.environmentOrder()
        let interval = try interval.resolved(context)
        let asked = try (environment ?? cleared).map { try order.members(of: $0, ledger) }
        let places = cleared == nil && before == nil ? asked : nil
        let promotions = try context.openPromotions(to: context.environments())
        let answers = try subjects.map { name in
            try Whereabouts(
                name, ledger.subject(name, in: context.repository, asking: places),
                in: places, during: interval, ledger, order, promotions: promotions)
        }
        if workloads { return try showWorkloads(answers, order, context) }
        if let before, let asked {
            let stays = try answers.map {
                Stay(of: $0, in: asked, before: try order.members(of: before, ledger), order)
            }
            return try show(stays, context)
        }
        if let cleared, let asked {
            let clearances = answers.map { Clearance(of: $0, from: asked, order) }
            let status = clearances.map(\.status).max { $0.rawValue < $1.rawValue } ?? .done
            guard status == .done || isLast, !context.options.quiet else { return status }
            if format.isForPeople {
                for one in clearances { try context.output.print(one.sentence(cleared)) }
                try context.output.print("")
            }
            try show(answers, order, context, sentences: false)
            return status
        }
        let status: ExitStatus =
            if environment == nil {
                answers.contains(where: \.cannotTell) ? .cannotTell : .done
            } else if answers.allSatisfy({ $0.isIn == true }) {
                .done
            } else if answers.contains(
                where: { $0.isIn == false })
            { .no } else { .cannotTell }
        guard status == .done || isLast, environment == nil || !context.options.quiet else { return status }
        try show(answers, order, context, sentences: true)
        return status
    }

    private func show(
        _ answers: [Whereabouts], _ order: EnvironmentOrder, _ context: Context, sentences: Bool
    ) throws {
        let view = PresenceTable(answers, order, now: context.now)
        let ledger = try context.ledger()
        guard format.isForPeople else {
            let rows = { try answers.flatMap { try $0.rows(ledger) } }
            return try context.answer(view.whole, format, rows: rows) {
                try .object(
                    [JSON.Field("schema", "gx.trace/1")] + context.freshness().fields + [
                        JSON.Field("answers", .array(try answers.map { try $0.json(ledger) }))
                    ])
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
            for hold in answer.holds.suffix(5) { try context.output.print(Text(hold.sentence, .warning)) }
        }
        try context.warn(of: answers.flatMap(\.gaps))
        if !ledger.isComplete, answers.contains(where: { $0.isIn == nil || $0.cannotTell }) {
            try context.warnOfMissingHistory()
        }
        try context.note(context.freshness().line(at: context.now))
    }

    private func showWorkloads(
        _ answers: [Whereabouts], _ order: EnvironmentOrder, _ context: Context
    ) throws -> ExitStatus {
        let view = try WorkloadTable(answers, context.estate, order)
        if format.isForPeople {
            for answer in answers { try context.output.print(view.sentence(answer.name)) }
            guard !view.isEmpty else { return .done }
            try context.output.print("")
        }
        try context.answer(view.table, format) {
            .object([JSON.Field("schema", "gx.trace.workloads/1"), JSON.Field("workloads", view.json)])
        } mermaid: {
            view.chart
        }
        return .done
    }

    private func show(_ stays: [Stay], _ context: Context) throws -> ExitStatus {
        let table = Stay.table(stays)
        guard format.isForPeople else {
            try context.answer(table, format) {
                .object([
                    JSON.Field("schema", "gx.trace.stay/1"),
                    JSON.Field("stays", .array(stays.flatMap(\.json))),
                ])
            } mermaid: {
                Mermaid.gantt(stays.flatMap(\.bars))
            }
            return .done
        }
        for stay in stays {
            try context.output.print(stay.sentence(environment ?? "", before ?? "", context.now))
        }
        if stays.contains(where: { !$0.rows.isEmpty }) {
            try context.output.print("")
            try context.output.print(table)
        }
        return .done
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
