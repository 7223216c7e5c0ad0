import Git
public import Ledger
public import Manifests
import System

/// The way of one issue through the environments, and where it waited.
public struct IssueWay {
    public struct Stop {
        public var app: String
        public var environment: String
        /// When it came, or came back; nil where it has not come.
        public var arrival: Int64?
        public var number: Int?
        /// Since it came to the stage before; where it has not come, until now.
        public var waited: Int64?
        public var isGone: Bool
    }

    public let key: String
    public private(set) var stops: [Stop] = []
    /// When the first commit was made that names it, where the source is known.
    public let firstCommit: Int64?
    public let stopwatch: Stopwatch
    public let ledger: Ledger

    public init(
        _ key: String, report: LeadTimeReport, order: EnvironmentOrder, rules: Configuration.Issues
    )
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
}

extension Presence {
    fileprivate var isGone: Bool { if case .left = status { true } else { false } }
}
