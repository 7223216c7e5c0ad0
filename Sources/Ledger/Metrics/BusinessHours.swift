/// The hours in which people work: `mon-fri 9:00-17:00`.
public struct BusinessHours: Hashable, Sendable, CustomStringConvertible {
    /// By weekday, from Monday on.
    private var isOpen: [Bool]
    /// Seconds after midnight.
    private var opening: Int64
    private var closing: Int64

    private static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// Reads `9-17`, `9:00-17:30`, `mon-fri 9-17`, `sun-thu 8-16`; Monday to Friday where no days are named. Nil for
    /// anything else.
    public init?(_ text: String) {
        let words = text.lowercased().split(separator: " ")
        guard let hours = words.last, words.count <= 2 else { return nil }
        let days = words.count == 2 ? words[0].split(separator: "-").map(String.init) : ["mon", "fri"]
        guard let first = days.first.flatMap(Self.names.firstIndex), days.count <= 2,
            let last = days.last.flatMap(Self.names.firstIndex)
        else { return nil }
        isOpen = [Bool](repeating: false, count: 7)
        for step in 0...(last - first + 7) % 7 { isOpen[(first + step) % 7] = true }
        let times = hours.split(separator: "-", omittingEmptySubsequences: false).map(Self.time)
        guard times.count == 2, let opening = times[0], let closing = times[1], opening < closing else {
            return nil
        }
        (self.opening, self.closing) = (opening, closing)
    }

    private static func time(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count <= 2, let hour = parts[0], let minute = parts.count == 2 ? parts[1] : 0,
            (0...24).contains(hour), (0..<60).contains(minute), hour * 60 + minute <= 24 * 60
        else { return nil }
        return (hour * 60 + minute) * 60
    }

    /// A working day, in seconds.
    public var dayLength: Int64 { closing - opening }

    public var description: String {
        let days = Self.names.indices.filter { isOpen[$0] }.map { Self.names[$0] }
        return "\(days.joined(separator: ",")) \(Self.clock(opening))-\(Self.clock(closing))"
    }

    private static func clock(_ seconds: Int64) -> String {
        let minute = seconds / 60 % 60
        return "\(seconds / 3600):\(minute < 10 ? "0" : "")\(minute)"
    }

    /// When work begins and ends on a day; nil where nobody works.
    func hours(on day: Int64, _ calendar: Calendar) -> Period? {
        guard isOpen[Calendar.weekday(of: day)] else { return nil }
        return Period(
            from: calendar.moment(day, second: opening), until: calendar.moment(day, second: closing))
    }
}

/// How long something took: by the clock on the wall, or in business hours.
public struct Stopwatch: Sendable {
    /// Business hours one after the other, and how long was worked before each; empty where all time counts.
    private var openings: [(hours: Period, before: Int64)] = []
    /// What people call a day, in seconds.
    public private(set) var day: Int64 = 86_400

    public init() {}

    /// - Parameter span: All moments that will be measured lie in it.
    public init(_ hours: BusinessHours, in span: Period, _ calendar: Calendar) {
        day = hours.dayLength
        var worked: Int64 = 0
        for number in calendar.day(of: span.start)...calendar.day(of: span.end) {
            guard let hours = hours.hours(on: number, calendar) else { continue }
            openings.append((hours, worked))
            worked += hours.seconds
        }
        // Where nobody works in all of the span, no time passes.
        if openings.isEmpty { openings.append((Period(from: span.end, until: span.end), 0)) }
    }

    /// Negative where the end comes before the start.
    public func seconds(from start: Int64, to end: Int64) -> Int64 {
        openings.isEmpty ? end - start : worked(until: end) - worked(until: start)
    }

    private func worked(until moment: Int64) -> Int64 {
        var (low, high) = (0, openings.count)
        while low < high {
            let middle = (low + high) / 2
            if openings[middle].hours.start <= moment { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return 0 }
        let (hours, before) = openings[low - 1]
        return before + min(moment, hours.end) - hours.start
    }
}
