import Answers
import ArgumentParser
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// Finds the deployment with which something began.
struct TraceBisect: Command {
    static let configuration = CommandConfiguration(
        commandName: "bisect", abstract: "Find the deployment with which something began.",
        examples: [
            "gx trace bisect prod --good 'last friday'": "by questions: was it good at this one?",
            "gx trace bisect prod --app api --good '3 days ago' --bad yesterday":
                "of one app, between two moments",
            "gx trace bisect prod --good 2026-02-01 -- ./smoke.sh {commit}":
                "by a check that is run for each",
        ],
        usage: """
            gx trace bisect <env> --good <time> [--bad <time>] [--app <app>] [-o <format>]
            gx trace bisect <env> --good <time> [<options>] -- <check> [<argument> ...]
            """,
        discussion: """
            Walks the commits that deployed to an environment or group between a good and a bad moment, halving them \
            each time. A check gets the commit of the manifests in place of {commit}, the environment in place of {env}, \
            and what every app runs then, as APP=VERSION lines, in GX_VERSIONS; it is run as it is named, without a \
            shell. As with git bisect run, it ends with 0 for good, 125 for cannot tell, and up to 127 for bad.
            """)

    @Argument(help: ArgumentHelp("The environment or group.", valueName: "env"), completion: .environments)
    var environment: String

    @Option(
        help: ArgumentHelp("A moment at which all was good, in any form that git takes.", valueName: "time"))
    var good: String

    @Option(help: ArgumentHelp("A moment at which it was not; by default now.", valueName: "time"))
    var bad: String?

    @Option(help: ArgumentHelp("Only deployments of this app.", valueName: "app"), completion: .apps)
    var app: String?

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("A check, with its arguments, after --.", valueName: "check"))
    var check: [String] = []

    @OptionGroup var table: TableOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    /// What one commit did to the environments.
    private struct Stop {
        var commit: ObjectID
        var deployments: [Deployment]
        var numbers: [Int]
    }

    func run(in context: Context) throws -> ExitStatus {
        let ledger = try context.ledger()
        try context.noteAssumptions()
        let order = try context.environmentOrder()
        let members = try order.members(of: environment, ledger)
        let start = try context.repository.date(good)
        let end = try bad.map(context.repository.date)
        let until = end.map { " until \($0)" } ?? ""
        try context.note(Text("good at \(start)\(until)", .faint))
        guard end.map({ start < $0 }) ?? true else {
            throw Failure("the bad moment comes before the good one", hint: "--good comes before --bad")
        }
        let stops = stops(ledger, members: members, start: start, end: end)
        guard !stops.isEmpty else {
            throw Failure("nothing was deployed to \(environment) in that time", status: .no)
        }
        if !ledger.isComplete, ledger.count == 0 || start < ledger[0].time {
            throw LedgerError.tooShallow(toKnow: "what was deployed since \(start)")
        }
        guard !check.isEmpty || stops.count == 1 || context.prompt.isAvailable else {
            throw Failure(
                "there is nobody to ask whether it was good",
                hint: "name a check behind --, as in: -- ./smoke.sh {commit}")
        }
        var bisection = Bisection(stops.count)
        var asked: [(stop: Stop, verdict: Bisection.Verdict)] = []
        while let next = bisection.next {
            let verdict = try judge(
                stops[next], bisection: bisection, ledger: ledger, members: members, context: context)
            asked.append((stops[next], verdict))
            try context.note("\(stops[next].commit.short, .commit) \(verdict.rawValue)")
            bisection.judge(next, verdict)
        }
        let suspects = Array(stops[bisection.suspects])
        try show(suspects, asked: asked, ledger: ledger, context: context)
        return suspects.count == 1 ? .done : .cannotTell
    }

    /// Oldest first.
    private func stops(
        _ ledger: Ledger, members: Set<String>, start: Timestamp, end: Timestamp?
    ) -> [Stop] {
        var stops: [Stop] = []
        for number in ledger.deployments(of: app, in: members).sorted() {
            let one = ledger[number]
            guard start < one.time, end.map({ one.time <= $0 }) ?? true, one.basis != .horizon else {
                continue
            }
            if stops.last?.commit == one.commit {
                stops[stops.count - 1].deployments.append(one)
                stops[stops.count - 1].numbers.append(number)
            } else {
                stops.append(Stop(commit: one.commit, deployments: [one], numbers: [number]))
            }
        }
        return stops
    }

    private func judge(
        _ stop: Stop, bisection: Bisection, ledger: Ledger, members: Set<String>, context: Context
    ) throws -> Bisection.Verdict {
        guard let program = check.first else {
            for one in stop.deployments {
                try context.note(Text("  \(one.environment)/\(one.app) \(one.words)"))
            }
            let left = bisection.questions
            let question: Text =
                "was \(environment, .environment) good after \(stop.commit.short, .commit) of \(minute(stop.deployments[0].time))? (\(left) more)"
            guard let answer = context.prompt.confirm(question) else {
                throw Failure("nobody said whether it was good")
            }
            return answer ? .good : .bad
        }
        let words = check.dropFirst().map {
            $0.replacing("{commit}", with: stop.commit.description).replacing("{env}", with: environment)
        }
        let last = stop.numbers.max() ?? 0
        let running = ledger.running { $0 > last }.filter { members.contains($0.environment) }
        let versions = running.map { "\($0.environment)/\($0.app)=\(ledger[$0.last].version)" }.sorted()
        let output = try Subprocess(
            program, Array(words), purpose: "judge \(stop.commit.short)",
            environment: ProcessEnvironment().withoutTokens.setting([
                "GX_COMMIT": stop.commit.description, "GX_ENVIRONMENT": environment,
                "GX_VERSIONS": versions.joined(separator: "\n"),
            ])
        ).run()
        switch output.status {
        case 0: return .good
        case 125: return .skipped
        case 1...127: return .bad
        default:
            throw Failure("\(program) ended with \(output.status), which says neither good nor bad")
        }
    }

    private func show(
        _ suspects: [Stop], asked: [(stop: Stop, verdict: Bisection.Verdict)], ledger: Ledger,
        context: Context
    ) throws {
        let found = try suspects.flatMap { stop in
            try zip(stop.deployments, stop.numbers).map { one, number in
                (
                    one: one, issues: try ledger.issues(broughtBy: number),
                    releases: try ledger.releases(in: number)
                )
            }
        }
        if table.isForPeople {
            let commits = suspects.count
            let lead: Text =
                commits == 1
                ? "it began with \(suspects[0].commit.short, .commit), by \(asked.count) \(asked.count == 1 ? "answer" : "answers")"
                : "\("cannot tell", .warning): it began with one of \(commits) commits, of which the check says nothing"
            try context.output.print(lead)
            try context.output.print("")
        }
        let view = Table(
            found,
            [
                Column("TIME") { Text(minute($0.one.time)) },
                Column("ENVIRONMENT") { Text($0.one.environment, .environment) },
                Column("APP") { Text($0.one.app, .app) },
                Column("FROM", minimum: 8) { Text($0.one.versionBefore, .version) },
                Column("TO", minimum: 8) { Text($0.one.version, .version) },
                Column("WHAT", minimum: 12, drop: 2) { Text($0.one.words) },
                Column("SOURCE", minimum: 12, drop: 3) { Text(Self.range($0.releases)) },
                Column("ISSUES", minimum: 8) { Text($0.issues.joined(separator: " ")) },
                Column("WHO", minimum: 8, drop: 1) { Text($0.one.who) },
                Column("COMMIT") { Text($0.one.commit.short, .commit) },
            ])
        try context.answer(view, table) {
            .object([
                Schema.bisection.field, JSON.Field("environment", .string(environment)),
                JSON.Field(
                    "deployments",
                    .array(
                        found.map { one, issues, releases in
                            .object(
                                (one.json.fields ?? []) + [
                                    JSON.Field("issues", .array(issues.map(JSON.string))),
                                    JSON.Field("sourceRange", .string(Self.range(releases))),
                                ])
                        })),
                JSON.Field(
                    "asked",
                    .array(
                        asked.map { stop, verdict in
                            [
                                "commit": .string(stop.commit.description),
                                "verdict": .string(verdict.rawValue),
                            ]
                        })),
            ])
        }
    }

    /// The commits of the source, where they are known.
    private static func range(_ releases: [Release]) -> String {
        releases.compactMap { release in
            guard let first = release.commits.last, let last = release.commits.first else { return nil }
            return first.id == last.id
                ? String(last.id.prefix(9)) : "\(first.id.prefix(9))^..\(last.id.prefix(9))"
        }.joined(separator: ", ")
    }
}
