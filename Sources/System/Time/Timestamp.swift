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

    /// What a commit may say: from 1970 to the end of the year 9999. Sums of others are too large for numbers.
    public static let possible = Int64(0)...253_402_300_799

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

    /// Has this process, and those that it starts, take a time zone for that of this machine: `Europe/Berlin`, as the
    /// system's database has it. False where it has none of that name.
    public static func useZone(_ name: String) -> Bool {
        let folder = ProcessEnvironment()["TZDIR"] ?? "/usr/share/zoneinfo"
        let isName = name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                || "/_+-".utf8.contains($0)
        }
        guard isName, !name.isEmpty, !name.hasPrefix("/"), !name.hasSuffix("/") else { return false }
        guard unsafe name == "UTC" || access("\(folder)/\(name)", R_OK) == 0 else { return false }
        // Only one thread runs here: nobody reads the environment meanwhile.
        guard unsafe setenv("TZ", name == "UTC" ? "UTC0" : name, 1) == 0 else { return false }
        tzset()
        return true
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
    package var raw: String { "@\(seconds) " + zone(separator: "", utc: "+0000") }

    private func zone(separator: String, utc: String) -> String {
        if offset == 0 { return utc }
        let minutes = Int64(offset.magnitude)
        return (offset < 0 ? "-" : "+") + padded(minutes / 60, 2) + separator + padded(minutes % 60, 2)
    }

    /// Days since 1970-01-01 as a date of the proleptic Gregorian calendar. Years start in March, so that
    /// the leap day is the last of its year; 400 of them have 146,097 days.
    public static func civil(fromDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
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

extension Timestamp {
    /// Reads a date and a time with a zone, as RFC 3339 has it: `2026-03-01T08:30:00.000Z`. Fractions of seconds are
    /// dropped. Nil for anything else.
    public init?(iso8601 text: some StringProtocol) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            return value
        }
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, [0x54, 0x74, 0x20].contains(bytes[10]),
            bytes[13] == 0x3A, bytes[16] == 0x3A, let year = number(0..<4), let month = number(5..<7),
            let day = number(8..<10), let hour = number(11..<13), let minute = number(14..<16),
            let second = number(17..<19), (1...12).contains(month), (1...31).contains(day), hour < 24,
            minute < 60, second <= 60
        else { return nil }
        var end = 19
        if bytes[end] == 0x2E {
            end += 1
            while end < bytes.count, (0x30...0x39).contains(bytes[end]) { end += 1 }
        }
        var offset: Int64 = 0
        switch end < bytes.count ? bytes[end] : 0 {
        case 0x5A, 0x7A:
            guard bytes.count == end + 1 else { return nil }
        case 0x2B, 0x2D:
            guard bytes.count == end + 6, bytes[end + 3] == 0x3A, let hours = number(end + 1..<end + 3),
                let minutes = number(end + 4..<end + 6)
            else { return nil }
            offset = (hours * 60 + minutes) * (bytes[end] == 0x2D ? -1 : 1)
        default: return nil
        }
        let days = Timestamp.days(year: year, month: month, day: day)
        self.init(
            seconds: days * 86_400 + hour * 3600 + minute * 60 + second - offset * 60, offset: Int(offset))
    }

    /// The inverse of `civil(fromDay:)`.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = year.quotientAndRemainder(flooredBy: 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
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
