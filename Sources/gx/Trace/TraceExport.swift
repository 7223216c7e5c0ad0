import Answers
import ArgumentParser
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// Writes all deployments as events, one JSON object a line.
struct TraceExport: Command {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write all deployments as CDEvents, one a line, oldest first.",
        examples: [
            "gx trace export": "all deployments, as CDEvents",
            "gx trace export --quiet": "without what is told beside it",
            "gx -C manifests trace export": "of another folder",
        ])

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        guard let found = try context.fleet() else {
            try forEachEvent(in: context, of: nil) { _, event in try context.output.write("\(event)\n") }
            return .done
        }
        return try export(found.fleet, at: found.home, context)
    }

    /// Those of all repositories, in the order of time.
    private func export(_ fleet: Fleet, at home: Fleet.Home, _ context: Context) throws -> ExitStatus {
        let clones = FleetClones(try fleet.members(in: home), home: home, context: context)
        try clones.fetch()
        let told = ToldNotes()
        var events: [(time: Timestamp, text: String)] = []
        var failures = clones.failures
        for member in clones.members {
            do {
                let one = Context(of: try clones.open(member), named: member.name, in: context, told: told)
                try forEachEvent(in: one, of: member.name) { events.append(($0, "\($1)\n")) }
            } catch { failures[member] = error }
        }
        for member in clones.members {
            guard let failure = failures[member] else { continue }
            try context.warn("\(member.name, .emphasis): \(Failure(failure).message)")
        }
        if failures.count == clones.members.count {
            throw Failure(
                "none of the \(clones.members.count) repositories could be asked", status: .cannotTell)
        }
        let order = events.indices.sorted { (events[$0].time, $0) < (events[$1].time, $1) }
        for number in order { try context.output.write(events[number].text) }
        return failures.isEmpty ? .done : .cannotTell
    }

    /// - Parameter repository: Its name in a fleet.
    private func forEachEvent(
        in context: Context, of repository: String?, _ tell: (Timestamp, JSON) throws -> Void
    ) throws {
        let ledger = try context.ledger()
        let outcomes = try ledger.outcomes(in: context.repository)
        let leads = try leads(ledger, outcomes: outcomes, context: context)
        let name = repository.map { [JSON.Field("repository", .string($0))] } ?? []
        for number in 0..<ledger.count {
            let one = ledger[number]
            let details: [JSON.Field] = [
                JSON.Field("outcome", .string(outcomes[one].rawValue)),
                JSON.Field("changes", leads[number].map { .array($0.compactMap(Self.change)) } ?? .null),
            ]
            try tell(one.time, event(one, name, details))
        }
    }

    /// By deployment, the commits of the source that came to its environment with it: lead times run from these.
    private func leads(
        _ ledger: Ledger, outcomes: Outcomes, context: Context
    ) throws -> [Int: [Passage]] {
        guard let evidence = ledger.evidence, !evidence.isEmpty else { return [:] }
        let routes = try context.environmentOrder().routes(ledger)
        let question = Survey.Question(
            targets: Set(ledger.series.map(\.environment)), end: context.now.seconds)
        let survey = Survey(ledger, outcomes: outcomes, routes: routes, question: question)
        return Dictionary(grouping: survey.passages.filter { $0.leg == .lead }, by: \.number)
    }

    private static func change(_ passage: Passage) -> JSON? {
        guard case .commit(let commit) = passage.change else { return nil }
        return .object([
            JSON.Field("commit", .string("\(commit.id)")),
            JSON.Field("time", .string(Timestamp(seconds: passage.start).utc)),
        ])
    }

    /// CDEvents 0.4: a service is deployed, upgraded, rolled back or removed.
    private func event(_ one: Deployment, _ repository: [JSON.Field], _ details: [JSON.Field]) -> JSON {
        let type =
            switch one.kind {
            case .initial: "deployed.0.2.0"
            case .removal where one.after == nil: "removed.0.2.0"
            case .forward, .promotion, .configuration, .repair, .addition, .removal: "upgraded.0.2.0"
            case .rollback, .race: "rolledback.0.2.0"
            }
        let name = "\(one.environment)/\(one.app)"
        let artifact = (one.main ?? (one.after ?? one.before)?.first).map {
            "pkg:generic/\($0.artifact)@\($0.version)"
        }
        return .object([
            JSON.Field(
                "context",
                .object([
                    JSON.Field("version", "0.4.1"), JSON.Field("id", .string("\(one.commit) \(name)")),
                    JSON.Field("source", "gx"), JSON.Field("type", .string("dev.cdevents.service.\(type)")),
                    JSON.Field("timestamp", .string(one.time.utc)),
                ])),
            JSON.Field(
                "subject",
                .object([
                    JSON.Field("id", .string(name)), JSON.Field("type", "service"),
                    JSON.Field(
                        "content",
                        .object([
                            JSON.Field("environment", .object([JSON.Field("id", .string(one.environment))])),
                            JSON.Field("artifactId", artifact.map { .string($0) } ?? .null),
                        ])),
                ])),
            JSON.Field("customData", .object(repository + (one.json.fields ?? []) + details)),
        ])
    }
}
