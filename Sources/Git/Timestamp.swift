internal import Glibc

/// A moment as git writes it: seconds since 1970 (UTC), and the zone of whoever wrote it.
public struct Timestamp: Hashable, Comparable, Sendable {
    public var seconds: Int64
    /// Minutes east of Greenwich.
    public var offset: Int

    public init(seconds: Int64, offset: Int = 0) {
        self.seconds = seconds
        self.offset = offset
    }

    /// This moment, in the zone of this machine. As for git itself, `GIT_TEST_DATE_NOW` (seconds since 1970)
    /// stands in for the clock: tests set it, so that both agree on what "now" is.
    public static var now: Timestamp {
        local(ProcessEnvironment()["GIT_TEST_DATE_NOW"].flatMap { Int64($0) } ?? Int64(time(nil)))
    }

    /// This moment in UTC with its milliseconds, always as wide: `2026-03-01T08:30:00.000Z`.
    public static var utcMilliseconds: String {
        var moment = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &moment)
        let isFixed = ProcessEnvironment()["GIT_TEST_DATE_NOW"] != nil
        let milliseconds = isFixed ? 0 : Int64(moment.tv_nsec / 1_000_000)
        let seconds = isFixed ? now.seconds : Int64(moment.tv_sec)
        return Timestamp(seconds: seconds).utc.dropLast() + "." + padded(milliseconds, 3) + "Z"
    }

    /// A moment in the zone of this machine, as the zone was or will be then.
    public static func local(_ seconds: Int64) -> Timestamp {
        var moment = time_t(seconds)
        var parts = unsafe tm()
        guard unsafe localtime_r(&moment, &parts) != nil else { return Timestamp(seconds: seconds) }
        return Timestamp(seconds: seconds, offset: unsafe parts.tm_gmtoff / 60)
    }

    /// Whichever was earlier; the zone does not matter.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }
}

extension Timestamp: CustomStringConvertible {
    /// ISO 8601 with the zone: `2026-03-01T09:30:00+01:00`, or `…Z`.
    public var description: String {
        let (day, second) = (seconds + Int64(offset) * 60).quotientAndRemainder(flooredBy: 86_400)
        let (year, month, dayOfMonth) = Timestamp.civil(fromDay: day)
        let clock = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))T"
            + clock.joined(separator: ":") + zone(separator: ":", utc: "Z")
    }

    /// The same moment in UTC: `2026-03-01T08:30:00Z`.
    public var utc: String { Timestamp(seconds: seconds).description }

    /// As git takes it in `GIT_AUTHOR_DATE`: `@1767225600 +0100`.
    var raw: String { "@\(seconds) " + zone(separator: "", utc: "+0000") }

    private func zone(separator: String, utc: String) -> String {
        if offset == 0 { return utc }
        let minutes = Int64(offset.magnitude)
        return (offset < 0 ? "-" : "+") + padded(minutes / 60, 2) + separator + padded(minutes % 60, 2)
    }

    /// Days since 1970-01-01 as a date of the proleptic Gregorian calendar. Years start in March, so that
    /// the leap day is the last of its year; 400 of them have 146,097 days.
    private static func civil(fromDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (day + 719_468).quotientAndRemainder(flooredBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }
}

private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

extension Int64 {
    fileprivate func quotientAndRemainder(flooredBy divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
