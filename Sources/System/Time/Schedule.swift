/// Spans of time, in a time zone: one, or those that begin again and again and last as long each.
public struct Schedule: Hashable, Sendable {
    public enum Times: Hashable, Sendable {
        case cron(Cron, duration: Int64)
        /// From a second of each day of the rule on.
        case recurrence(Recurrence, second: Int64, duration: Int64)
        /// From one moment to before another one, as clocks show them: seconds since 1970-01-01 00:00.
        case once(from: Int64, to: Int64)
    }

    public let times: Times
    public let zone: TimeZone

    public init(_ times: Times, _ zone: TimeZone) {
        (self.times, self.zone) = (times, zone)
    }

    /// The spans that are not over at a moment and begin until another one, in the order in which they begin.
    ///
    /// - Parameter limit: No more than these are given.
    public func spans(from start: Int64, to end: Int64, limit: Int = .max) -> [Range<Int64>] {
        switch times {
        case .once(let from, let to):
            let span = zone.moment(ofWall: from)..<max(zone.moment(ofWall: from), zone.moment(ofWall: to))
            return span.upperBound > start && span.lowerBound <= end ? [span] : []
        case .cron(let cron, let duration):
            var found: [Range<Int64>] = []
            for day in days(start - duration, end) {
                for second in cron.seconds(on: day) {
                    add(day, second: second, duration: duration, start: start, end: end, to: &found)
                }
                if found.count >= limit { break }
            }
            return Array(found.prefix(limit))
        case .recurrence(let rule, let second, let duration):
            var found: [Range<Int64>] = []
            for day in rule.days(in: days(start - duration, end)) {
                add(day, second: second, duration: duration, start: start, end: end, to: &found)
                if found.count >= limit { break }
            }
            return Array(found.prefix(limit))
        }
    }

    /// The days on clocks of the zone that two moments span. Clocks may have been moved by as much as a day.
    private func days(_ start: Int64, _ end: Int64) -> ClosedRange<Int64> {
        let first = Civil.day(ofWall: zone.wall(at: start)) - 1
        return first...max(first, Civil.day(ofWall: zone.wall(at: end)) + 1)
    }

    private func add(
        _ day: Int64, second: Int64, duration: Int64, start: Int64, end: Int64,
        to found: inout [Range<Int64>]
    ) {
        let begin = zone.moment(ofWall: day * Civil.daySeconds + second)
        // Two times of an hour that is left out are one moment.
        if begin + duration > start, begin <= end, found.last?.lowerBound != begin {
            found.append(begin..<begin + duration)
        }
    }

    /// Whether a moment lies in one of its spans.
    public func contains(_ moment: Int64) -> Bool { !spans(from: moment, to: moment, limit: 1).isEmpty }

    /// The next moment after one at which a span begins or ends; nil where there is none within two years.
    public func change(after moment: Int64) -> Int64? {
        // Looked for in growing steps: mostly it is near.
        var reach: Int64 = 2 * Civil.daySeconds
        while reach <= 1024 * Civil.daySeconds {
            let edges = spans(from: moment, to: moment + reach).flatMap { [$0.lowerBound, $0.upperBound] }
            if let next = edges.filter({ $0 > moment }).min() { return next }
            reach *= 8
        }
        return nil
    }
}
