/// Days that come again and again, as iCalendar writes them (RFC 5545): `FREQ=MONTHLY;BYDAY=1MO`. Known are FREQ (from
/// DAILY to YEARLY), INTERVAL, COUNT, UNTIL (a date), BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS and WKST.
public struct Recurrence: Hashable, Sendable {
    private enum Frequency: String {
        case daily = "DAILY"
        case weekly = "WEEKLY"
        case monthly = "MONTHLY"
        case yearly = "YEARLY"
    }

    private struct Weekday: Hashable {
        /// Which of the period: 1 the first, -1 the last; 0 all.
        var number: Int64
        /// 0 for Sunday.
        var day: Int64
    }

    public typealias Problem = Cron.Problem

    private var frequency = Frequency.daily
    private var interval: Int64 = 1
    private var count: Int?
    private var until: Int64?
    private var byDay: [Weekday] = []
    private var byMonthDay: [Int64] = []
    private var byMonth: [Int64] = []
    private var bySetPosition: [Int] = []
    private var weekStart: Int64 = 1
    /// The first day of all.
    private let start: Int64

    /// - Parameter start: The day from which on it is counted (DTSTART), from 1970-01-01; nil where nothing depends on
    ///   it: then it is the first of January 1970.
    public init(_ text: String, from start: Int64?) throws(Problem) {
        self.start = start ?? 0
        var seen: Set<Substring> = []
        for part in text.split(separator: ";") {
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pieces.count == 2, seen.insert(pieces[0]).inserted else {
                throw Problem(message: "'\(part)' is no part of a rule, which is NAME=VALUE, each once")
            }
            try read(pieces[0].uppercased(), pieces[1].uppercased())
        }
        guard seen.contains(where: { $0.uppercased() == "FREQ" }) else {
            throw Problem(message: "'\(text)' has no FREQ")
        }
        if byDay.contains(where: { $0.number != 0 }) {
            guard frequency == .monthly || frequency == .yearly else {
                throw Problem(message: "BYDAY with a number goes with MONTHLY and YEARLY only")
            }
        }
        if start == nil {
            // What counts from a first day has to know it.
            let isAnchored: Bool
            switch frequency {
            case .daily: isAnchored = true
            case .weekly: isAnchored = !byDay.isEmpty
            case .monthly: isAnchored = !byDay.isEmpty || !byMonthDay.isEmpty
            case .yearly: isAnchored = !byDay.isEmpty || !byMonthDay.isEmpty
            }
            guard interval == 1, count == nil, isAnchored else {
                throw Problem(message: "'\(text)' counts from a first day, and none is given")
            }
        }
    }

    private mutating func read(_ name: String, _ value: String) throws(Problem) {
        func numbers(_ range: ClosedRange<Int64>, negative: Bool = false) throws(Problem) -> [Int64] {
            var found: [Int64] = []
            for word in value.split(separator: ",", omittingEmptySubsequences: false) {
                guard let number = Int64(word), range.contains(negative ? abs(number) : number) else {
                    throw Problem(
                        message:
                            "'\(word)' of \(name) is not within \(range.lowerBound) to \(range.upperBound)")
                }
                found.append(number)
            }
            return found
        }
        switch name {
        case "FREQ":
            guard let frequency = Frequency(rawValue: value) else {
                throw Problem(message: "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY, and not '\(value)'")
            }
            self.frequency = frequency
        case "INTERVAL": interval = try numbers(1...1000)[0]
        case "COUNT": count = Int(try numbers(1...100_000)[0])
        case "UNTIL":
            let digits = value.prefix(8)
            let text = "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.dropFirst(6))"
            guard digits.count == 8, value.count == 8, let day = Civil.day(text) else {
                throw Problem(message: "UNTIL is a day like 20261231, and not '\(value)'")
            }
            until = day
        case "BYMONTHDAY": byMonthDay = try numbers(1...31, negative: true)
        case "BYMONTH": byMonth = try numbers(1...12)
        case "BYSETPOS": bySetPosition = try numbers(1...366, negative: true).map(Int.init)
        case "BYDAY":
            byDay = []
            for word in value.split(separator: ",", omittingEmptySubsequences: false) {
                let number = word.dropLast(2)
                guard let day = Self.weekday(word.suffix(2)),
                    let count = number.isEmpty ? 0 : Int64(number),
                    number.isEmpty || (1...53).contains(abs(count))
                else { throw Problem(message: "'\(word)' of BYDAY is no day like MO, 1MO or -1FR") }
                byDay.append(Weekday(number: count, day: day))
            }
        case "WKST":
            guard let day = Self.weekday(value[...]) else {
                throw Problem(message: "WKST is a day like MO, and not '\(value)'")
            }
            weekStart = day
        default: throw Problem(message: "'\(name)' is not known here")
        }
    }

    private static func weekday(_ text: Substring) -> Int64? {
        ["SU", "MO", "TU", "WE", "TH", "FR", "SA"].firstIndex { $0 == text }.map(Int64.init)
    }

    // MARK: Days

    /// The days of it that lie in a range, ascending. A rule that has a COUNT is followed from its first day on.
    func days(in range: ClosedRange<Int64>) -> [Int64] {
        guard range.upperBound >= start else { return [] }
        var found: [Int64] = []
        var number = 0
        var period = count == nil ? firstPeriod(before: max(range.lowerBound, start)) : self.period(of: start)
        var turns = 0
        while period.first <= range.upperBound, turns < 100_000 {
            for day in occurrences(in: period) where day >= start {
                if let until, day > until { return found }
                number += 1
                if let count, number > count { return found }
                if day > range.upperBound { return found }
                if day >= range.lowerBound { found.append(day) }
            }
            period = next(period)
            turns += 1
        }
        return found
    }

    /// A day, a week, a month or a year, by its first and last day.
    private struct Span {
        var first: Int64
        var last: Int64
    }

    private func period(of day: Int64) -> Span {
        switch frequency {
        case .daily: return Span(first: day, last: day)
        case .weekly:
            let first = day - (Civil.weekday(day) - weekStart + 7) % 7
            return Span(first: first, last: first + 6)
        case .monthly:
            let date = Timestamp.civil(fromDay: day)
            return month(date.year, date.month)
        case .yearly:
            let year = Timestamp.civil(fromDay: day).year
            return Span(first: Civil.day(year, month: 1, day: 1), last: Civil.day(year, month: 12, day: 31))
        }
    }

    private func month(_ year: Int64, _ month: Int64) -> Span {
        let first = Civil.day(year, month: month, day: 1)
        return Span(first: first, last: first + Civil.days(in: month, year) - 1)
    }

    private func next(_ span: Span, times: Int64 = 1) -> Span {
        let step = interval * times
        switch frequency {
        case .daily: return period(of: span.first + step)
        case .weekly: return period(of: span.first + 7 * step)
        case .monthly:
            let date = Timestamp.civil(fromDay: span.first)
            let months = date.year * 12 + date.month - 1 + step
            return month(months / 12, months % 12 + 1)
        case .yearly:
            return period(of: Civil.day(Timestamp.civil(fromDay: span.first).year + step, month: 1, day: 1))
        }
    }

    /// The last period that counts and does not begin after a day.
    private func firstPeriod(before day: Int64) -> Span {
        let first = period(of: start)
        let length: Int64
        switch frequency {
        case .daily: length = 1
        case .weekly: length = 7
        case .monthly: length = 31
        case .yearly: length = 366
        }
        var span = next(first, times: max(0, (day - first.first) / (length * interval)))
        while case let after = next(span), after.first <= day { span = after }
        return span
    }

    private func occurrences(in span: Span) -> [Int64] {
        var days: [Int64] = []
        for day in span.first...span.last where isOn(day, span) { days.append(day) }
        guard !bySetPosition.isEmpty else { return days }
        let chosen = Set(bySetPosition.map { $0 > 0 ? $0 - 1 : days.count + $0 })
        return days.indices.filter(chosen.contains).map { days[$0] }
    }

    private func isOn(_ day: Int64, _ span: Span) -> Bool {
        let date = Timestamp.civil(fromDay: day)
        if !byMonth.isEmpty, !byMonth.contains(date.month) { return false }
        let length = Civil.days(in: date.month, date.year)
        if !byMonthDay.isEmpty,
            !byMonthDay.contains(where: { ($0 > 0 ? $0 : length + 1 + $0) == date.day })
        {
            return false
        }
        if !byDay.isEmpty { return byDay.contains { isOn(day, weekday: $0, date: date, length: length) } }
        guard byMonthDay.isEmpty else { return true }
        let first = Timestamp.civil(fromDay: start)
        switch frequency {
        case .daily: return true
        case .weekly: return Civil.weekday(day) == Civil.weekday(start)
        case .monthly: return date.day == first.day
        case .yearly: return date.day == first.day && (!byMonth.isEmpty || date.month == first.month)
        }
    }

    private func isOn(
        _ day: Int64, weekday: Weekday, date: (year: Int64, month: Int64, day: Int64), length: Int64
    ) -> Bool {
        guard Civil.weekday(day) == weekday.day else { return false }
        guard weekday.number != 0 else { return true }
        // Counted in the month, or where no month is named, in the year.
        let isOfMonth = frequency == .monthly || !byMonth.isEmpty
        let first =
            isOfMonth
            ? Civil.day(date.year, month: date.month, day: 1) : Civil.day(date.year, month: 1, day: 1)
        let last = isOfMonth ? first + length - 1 : Civil.day(date.year, month: 12, day: 31)
        return weekday.number > 0
            ? (day - first) / 7 + 1 == weekday.number : (last - day) / 7 + 1 == -weekday.number
    }
}
