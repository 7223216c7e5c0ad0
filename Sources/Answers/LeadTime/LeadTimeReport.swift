import Git
public import Ledger
import Manifests
public import System

/// The metrics of a period, beside those of the period before, and in parts.
public struct LeadTimeReport {
    public let ledger: Ledger
    public let survey: Survey
    public let routes: Routes
    public let period: Period
    public let calendar: Calendar
    public let stopwatch: Stopwatch
    public let slice: Survey.Slice
    public let now: Measures
    public let before: Measures
    /// Weeks, or months where there would be more than 26.
    public let trend: [(part: Period.Part, measures: Measures)]
    public let unit: Period.Unit

    public init(
        _ ledger: Ledger, survey: Survey, routes: Routes, period: Period, hours: BusinessHours?
    ) {
        (self.ledger, self.survey, self.routes, self.period) = (ledger, survey, routes, period)
        calendar = .local
        slice = survey.slice(period, ledger)
        let past = survey.slice(period.previous, ledger)
        stopwatch = Self.stopwatch(hours, survey: survey, period: period, calendar: calendar)
        now = Measures(slice, ledger: ledger, period: period, calendar: calendar, stopwatch: stopwatch)
        before = Measures(
            past, ledger: ledger, period: period.previous, calendar: calendar, stopwatch: stopwatch)
        let weeks = period.parts(by: .week, calendar)
        unit = weeks.count <= 26 ? .week : .month
        trend = Self.parts(
            slice, ledger: ledger, parts: unit == .week ? weeks : period.parts(by: .month, calendar),
            calendar: calendar, stopwatch: stopwatch)
    }

    /// That of the 90 days before a moment, to the environments where ways end.
    public static func recent(_ ledger: Ledger, outcomes: Outcomes, routes: Routes, until end: Timestamp)
        -> LeadTimeReport
    {
        let period = Period(from: end.seconds + 1 - 90 * 86_400, until: end.seconds + 1)
        let survey = Survey(
            ledger, outcomes: outcomes, routes: routes, question: Survey.Question(end: period.end))
        return LeadTimeReport(ledger, survey: survey, routes: routes, period: period, hours: nil)
    }

    /// It has to reach from the first moment that is measured from to the last that is measured to.
    private static func stopwatch(
        _ hours: BusinessHours?, survey: Survey, period: Period, calendar: Calendar
    ) -> Stopwatch {
        guard let hours else { return Stopwatch() }
        let starts = survey.passages.map(\.start) + survey.open.map(\.start)
        let ends = survey.rollouts.map { max($0.time, $0.recovery?.time ?? 0) }
        return Stopwatch(
            hours,
            in: Period(
                from: min(starts.min() ?? period.start, survey.rollouts.map(\.time).min() ?? period.start),
                until: max(ends.max() ?? period.end, period.end)), calendar)
    }

    public static func parts(
        _ slice: Survey.Slice, ledger: Ledger, parts: [Period.Part], calendar: Calendar,
        stopwatch: Stopwatch
    ) -> [(part: Period.Part, measures: Measures)] {
        let groups = slice.grouped(by: { _, time in parts.index(at: time) }, ledger)
        return parts.enumerated().map { index, part in
            let slice = groups[index] ?? Survey.Slice()
            return (
                part,
                Measures(slice, ledger: ledger, period: part.period, calendar: calendar, stopwatch: stopwatch)
            )
        }
    }

    /// Lead time where the source is known of any change, else dwell.
    public var hasLead: Bool { now.lead.count > 0 }
    public var headline: Distribution { hasLead ? now.lead : now.dwell }
    public var leg: Passage.Leg { hasLead ? .lead : .dwell }

    public var name: String { routes.name(of: survey.targets) }

    // MARK: Groups

    public struct Group {
        public var name: String
        public var measures: Measures
        public var stages: [Stage]

        public init(name: String, measures: Measures, stages: [Stage]) {
            (self.name, self.measures, self.stages) = (name, measures, stages)
        }
    }

    /// The metrics of what has a name in common, in the order of names; what has an empty one comes last. What has
    /// none is left out.
    public func groups(by name: (_ environment: String, _ app: String) -> String?) -> [Group] {
        let slices = slice.grouped(
            by: { number, _ in
                let (environment, app) = ledger.target(of: number)
                return name(environment, app)
            }, ledger)
        return slices.sorted { ($0.key.isEmpty ? 1 : 0, $0.key) < ($1.key.isEmpty ? 1 : 0, $1.key) }.map {
            Group(
                name: $0.key,
                measures: Measures(
                    $0.value, ledger: ledger, period: period, calendar: calendar, stopwatch: stopwatch),
                stages: stages($0.value))
        }
    }

    // MARK: Stages

    /// How long changes stayed in a stage before they came to the next.
    public struct Stage {
        public var from: String
        public var to: String
        public var waits: Distribution
    }

    public var stages: [Stage] { stages(slice) }

    private func stages(_ slice: Survey.Slice) -> [Stage] {
        var found: [Passage.Leg: [Int64]] = [:]
        for passage in slice.passages {
            guard case .stage = passage.leg else { continue }
            found[passage.leg, default: []].append(stopwatch.seconds(from: passage.start, to: passage.end))
        }
        let order = Dictionary(
            survey.stages.enumerated().map { ($0.element, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        return found.compactMap { leg, values in
            guard case .stage(let from, let to) = leg else { return nil }
            return Stage(from: from, to: to, waits: Distribution(values))
        }.sorted {
            (order[$0.from] ?? .max, order[$0.to] ?? .max, $0.from, $0.to)
                < (order[$1.from] ?? .max, order[$1.to] ?? .max, $1.from, $1.to)
        }
    }

    // MARK: Single changes

    /// A change that arrived, or that has not, as it is shown.
    public struct Item {
        public var app: String
        /// Where it came to, or has not come: those where it took longest first.
        public var environments: [String]
        public var what: String
        /// What to ask `gx trace`.
        public var subject: String
        public var start: Int64
        public var end: Int64
        public var seconds: Int64
        /// Of an open change, how far it is.
        public var stage: String?
    }

    /// The changes of the headline that took least, the quickest first, and those that took longest, the slowest
    /// first: at most so many, and none twice. One that came to several environments counts with the one for which
    /// it took longest.
    public func extremes(_ count: Int) -> (quickest: [Item], slowest: [Item]) {
        var found: [MovingChange: (seconds: Int64, passages: [Passage])] = [:]
        for passage in slice.passages where passage.leg == leg {
            let seconds = stopwatch.seconds(from: passage.start, to: passage.end)
            let known = found[passage.change]
            let isLonger = seconds > known?.seconds ?? -1
            found[passage.change] = (
                isLonger ? seconds : known?.seconds ?? 0,
                isLonger ? [passage] + (known?.passages ?? []) : (known?.passages ?? []) + [passage]
            )
        }
        let sorted = found.values.sorted {
            let (a, b) = ($0.passages[0], $1.passages[0])
            return ($0.seconds, a.end, a.number, a.start) < ($1.seconds, b.end, b.number, b.start)
        }
        let slowest = sorted.suffix(min(count, (sorted.count + 1) / 2)).reversed()
        let quickest = sorted.prefix(min(count, sorted.count - slowest.count))
        return (quickest.map(item), slowest.map(item))
    }

    private func item(_ seconds: Int64, _ passages: [Passage]) -> Item {
        let targets = passages.map { ledger.target(of: $0.number) }
        let (what, subject) = words(passages[0].change, targets[0].app, broughtBy: passages[0].number)
        return Item(
            app: targets[0].app, environments: targets.map(\.environment), what: what, subject: subject,
            start: passages[0].start, end: passages[0].end, seconds: seconds)
    }

    /// The changes that have not arrived, the oldest first.
    public var open: [Item] {
        var environments: [MovingChange: [String]] = [:]
        for one in survey.open { environments[one.change, default: []].append(one.environment) }
        return survey.open.compactMap { one in
            guard let missing = environments.removeValue(forKey: one.change) else { return nil }
            let (what, subject) = words(one.change, one.app, broughtBy: nil)
            return Item(
                app: one.app, environments: missing, what: what, subject: subject, start: one.start,
                end: period.end, seconds: max(0, stopwatch.seconds(from: one.start, to: period.end)),
                stage: one.stage)
        }.sorted { ($0.start, $0.app, $0.what) < ($1.start, $1.app, $1.what) }
    }

    private func words(
        _ change: MovingChange, _ app: String, broughtBy number: Int?
    ) -> (what: String, subject: String) {
        switch change {
        case .version(let number):
            return (ledger[number].shortVersion, subject(of: number))
        case .commit(let commit):
            return ("\(commit.id.short) \(commit.subject)", number.map(subject) ?? "app:\(app)")
        }
    }

    /// An issue that its commit names, else a pull request, else its version.
    private func subject(of number: Int) -> String {
        let mentions = ledger.mentions(of: number)
        if let issue = mentions.issues.first { return issue }
        if let request = mentions.pullRequests.first { return "pr:\(request)" }
        let one = ledger[number]
        let old = Set(one.before ?? [])
        let new = (one.after ?? []).first { !old.contains($0) }
        return new.map { "image:\($0.artifact):\($0.version)" } ?? "app:\(one.app)"
    }
}

extension Deployment {
    /// The version, a commit by as many digits as git shows.
    fileprivate var shortVersion: String {
        let text = version
        let digits = text.prefix { $0.isHexDigit }
        return digits.utf8.count == 40 ? "\(digits.prefix(9))\(text[digits.endIndex...])" : text
    }
}
