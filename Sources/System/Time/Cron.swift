/// Minutes that come again and again, as cron writes them: `0 9 * * 1-4`. Five fields: minute, hour, day of the month,
/// month, day of the week (0 and 7 are Sunday). Where neither day is `*`, either is enough, as everywhere.
public struct Cron: Hashable, Sendable {
    private let minutes: Set<Int64>
    private let hours: Set<Int64>
    private let days: Set<Int64>
    private let months: Set<Int64>
    private let weekdays: Set<Int64>
    /// Which of the two days says nothing: that is said by a star, and by no list of all of them.
    private let isAnyDay: Bool
    private let isAnyWeekday: Bool

    /// What is wrong with an expression: lower case, without a full stop.
    public struct Problem: Error, Hashable, Sendable {
        public var message: String
    }

    public init(_ text: String) throws(Problem) {
        let fields = text.split(whereSeparator: \.isWhitespace)
        guard fields.count == 5 else {
            throw Problem(
                message:
                    "'\(text)' has \(fields.count) fields, and cron has five: minute, hour, day, month, weekday"
            )
        }
        minutes = try Self.field(fields[0], 0...59)
        hours = try Self.field(fields[1], 0...23)
        days = try Self.field(fields[2], 1...31)
        months = try Self.field(
            fields[3], 1...12,
            names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
        weekdays = Set(
            try Self.field(fields[4], 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])
                .map { $0 % 7 })
        isAnyDay = fields[2].hasPrefix("*") && days.count == 31
        isAnyWeekday = fields[4].hasPrefix("*") && weekdays.count == 7
    }

    private static func field(_ text: Substring, _ range: ClosedRange<Int64>, names: [String] = [])
        throws(Problem)
        -> Set<Int64>
    {
        func value(_ word: Substring) -> Int64? {
            if let index = names.firstIndex(of: word.lowercased()) { return range.lowerBound + Int64(index) }
            guard let number = Int64(word), word.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            return range.contains(number) ? number : nil
        }
        var found: Set<Int64> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let bounds = pieces[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            var step: Int64 = 1
            if pieces.count == 2 {
                guard let number = Int64(pieces[1]), number > 0, number <= range.upperBound else {
                    throw Problem(message: "'\(part)' of '\(text)' has no step that is a number above 0")
                }
                step = number
            }
            let first: Int64
            let last: Int64
            if pieces[0] == "*" {
                (first, last) = (range.lowerBound, range.upperBound)
            } else if bounds.count == 2, let low = value(bounds[0]), let high = value(bounds[1]) {
                (first, last) = (low, high)
            } else if bounds.count == 1, let one = value(bounds[0]) {
                (first, last) = (one, pieces.count == 2 ? range.upperBound : one)
            } else {
                throw Problem(message: "'\(part)' is not within \(range.lowerBound) to \(range.upperBound)")
            }
            guard first <= last else { throw Problem(message: "'\(part)' ends before it begins") }
            found.formUnion(stride(from: first, through: last, by: Int64.Stride(step)))
        }
        return found
    }

    /// Whether there is an occurrence on a day at all.
    func isOn(_ day: Int64) -> Bool {
        let date = Timestamp.civil(fromDay: day)
        guard months.contains(date.month) else { return false }
        let (byDay, byWeekday) = (days.contains(date.day), weekdays.contains(Civil.weekday(day)))
        switch (isAnyDay, isAnyWeekday) {
        case (true, true): return true
        case (true, false): return byWeekday
        case (false, true): return byDay
        case (false, false): return byDay || byWeekday
        }
    }

    /// The occurrences of a day, in seconds after its midnight, ascending.
    func seconds(on day: Int64) -> [Int64] {
        guard isOn(day) else { return [] }
        return hours.sorted().flatMap { hour in minutes.sorted().map { hour * 3600 + $0 * 60 } }
    }
}
