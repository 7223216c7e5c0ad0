import Answers
import Git
import Ledger
import System
import Terminal
import YAML

/// The way of one issue, as it is shown.
extension IssueWay {
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
            Schema.issueWay.field, JSON.Field("issue", .string(key)),
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
