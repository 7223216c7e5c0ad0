import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// The way of one issue through the environments, and where it waited.
struct IssueWay {
    struct Stop {
        var app: String
        var environment: String
        /// When it came, or came back; nil where it has not come.
        var arrival: Int64?
        var number: Int?
        /// Since it came to the stage before; where it has not come, until now.
        var waited: Int64?
        var isGone: Bool
    }

    let key: String
    private(set) var stops: [Stop] = []
    /// When the first commit was made that names it, where the source is known.
    let firstCommit: Int64?
    private let stopwatch: Stopwatch
    private let ledger: Ledger

    init(_ key: String, _ report: LeadTimeReport, _ order: EnvironmentOrder, _ rules: Configuration.Issues)
        throws
    {
        self.key = key
        (ledger, stopwatch) = (report.ledger, report.stopwatch)
        let carriers = try ledger.carriers(of: .issue(key))
        guard !carriers.isEmpty else {
            throw ledger.isComplete
                ? LedgerError.unknownSubject(key) : .tooShallow(toKnow: "what '\(key)' is")
        }
        let presences = order.sorted(try ledger.presences(of: .issue(key), broughtBy: carriers).list)
        firstCommit = report.survey.passages.compactMap { passage in
            guard case .commit(let commit) = passage.change,
                Mentions(in: commit.subject, rules).issues.contains(key)
            else { return nil }
            return commit.time
        }.min()
        for (app, all) in Dictionary(grouping: presences, by: \.app).sorted(by: { $0.key < $1.key }) {
            let arrivals = Dictionary(
                uniqueKeysWithValues: all.map { ($0.environment, $0.entered.map(ledger.time)) })
            let existing = Set(all.map(\.environment))
            for one in all {
                let route = report.routes.route(to: one.environment, from: nil, app: app, existing)
                let before = route.stages.dropLast().last?.environments.compactMap { arrivals[$0] ?? nil }
                    .min()
                let arrival = arrivals[one.environment] ?? nil
                let end = arrival ?? report.period.end
                stops.append(
                    Stop(
                        app: app, environment: one.environment, arrival: arrival, number: one.entered,
                        waited: before.flatMap { $0 <= end ? stopwatch.seconds(from: $0, to: end) : nil },
                        isGone: one.isGone))
            }
        }
    }

    /// From the first arrival anywhere to the last.
    var summary: Text {
        let arrivals = stops.compactMap(\.arrival)
        guard let first = arrivals.min(), let last = arrivals.max() else { return Text("") }
        var line: Text = "\(key, .emphasis): "
        if let firstCommit {
            line +=
                "\(stopwatch.words(stopwatch.seconds(from: firstCommit, to: last))) from its first commit, "
        }
        line +=
            "\(stopwatch.words(stopwatch.seconds(from: first, to: last))) from the first environment to the last that has it"
        let missing = stops.count { $0.arrival == nil }
        return missing == 0 ? line : line + "; \(missing) of \(stops.count) do not have it yet"
    }

    var table: Table {
        Table(
            stops,
            [
                Column("APP") { Text($0.app, .app) },
                Column("ENVIRONMENT") { Text($0.environment, .environment) },
                Column("SINCE") { stop in
                    Text(stop.arrival.map { minute(Timestamp(seconds: $0)) } ?? "not yet")
                },
                Column("WAITED BEFORE", .right) { Text($0.waited.map(stopwatch.words) ?? "") },
                Column("HOW") { stop in
                    Text(stop.isGone ? "gone again" : stop.number.map { ledger[$0].words } ?? "")
                },
                Column("COMMIT", drop: 1) { stop in
                    Text(stop.number.map { ledger[$0].commit.short } ?? "", .commit)
                },
            ])
    }

    var json: JSON {
        func moment(_ second: Int64?) -> JSON { second.map { .string(Timestamp(seconds: $0).utc) } ?? .null }
        return .object([
            JSON.Field("schema", "gx.leadtime.issue/1"), JSON.Field("issue", .string(key)),
            JSON.Field("firstCommit", moment(firstCommit)),
            JSON.Field(
                "stops",
                .array(
                    stops.map { stop in
                        .object([
                            JSON.Field("app", .string(stop.app)),
                            JSON.Field("environment", .string(stop.environment)),
                            JSON.Field("since", moment(stop.arrival)),
                            JSON.Field("waited", stop.waited.map { .int(Int($0)) } ?? .null),
                            JSON.Field("gone", .bool(stop.isGone)),
                            JSON.Field(
                                "commit",
                                stop.number.map { .string(ledger[$0].commit.description) } ?? .null),
                        ])
                    })),
        ])
    }
}

extension Presence {
    fileprivate var isGone: Bool { if case .left = status { true } else { false } }
}
