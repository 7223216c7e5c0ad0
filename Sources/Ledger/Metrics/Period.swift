/// A time from a moment on and before another one, in seconds since 1970.
public struct Period: Hashable, Sendable {
    public var start: Int64
    public var end: Int64

    public init(from start: Int64, until end: Int64) {
        (self.start, self.end) = (start, max(start, end))
    }

    public var seconds: Int64 { end - start }

    public func contains(_ second: Int64) -> Bool { second >= start && second < end }

    /// The time of the same length right before it.
    public var previous: Period { Period(from: start - seconds, until: start) }

    public enum Unit: String, Sendable, CaseIterable {
        case day, week, month
    }

    /// A day, week or month, as far as the period has it.
    public struct Part: Hashable, Sendable {
        /// The day, of a week that of its Monday: `2026-03-02`; or the month: `2026-03`.
        public var name: String
        public var period: Period
        /// Whether the period has all of it.
        public var isWhole: Bool
    }

    /// The days, weeks (from Monday on) or months that it lies in, in order.
    public func parts(by unit: Unit, _ calendar: Calendar) -> [Part] {
        guard start < end else { return [] }
        var parts: [Part] = []
        var day = Self.first(of: unit, calendar.day(of: start))
        while case let opening = calendar.moment(day), opening < end {
            // No month has more than 31 days.
            let next = Self.first(of: unit, day + (unit == .day ? 1 : unit == .week ? 7 : 31))
            let closing = calendar.moment(next)
            let name = Calendar.name(of: day)
            parts.append(
                Part(
                    name: unit == .month ? String(name.prefix(7)) : name,
                    period: Period(from: max(start, opening), until: min(end, closing)),
                    isWhole: opening >= start && closing <= end))
            day = next
        }
        return parts
    }

    private static func first(of unit: Unit, _ day: Int64) -> Int64 {
        switch unit {
        case .day: day
        case .week: Calendar.startOfWeek(day)
        case .month: Calendar.startOfMonth(day)
        }
    }
}

extension [Period.Part] {
    /// The part that a moment lies in; nil before the first and after the last.
    public func index(at second: Int64) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].period.start <= second { low = middle + 1 } else { high = middle }
        }
        return low > 0 && self[low - 1].period.contains(second) ? low - 1 : nil
    }
}
