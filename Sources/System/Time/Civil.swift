/// Days and dates of the Gregorian calendar, counted from 1970-01-01.
public enum Civil {
    public static let daySeconds: Int64 = 86_400

    public static func day(_ year: Int64, month: Int64, day: Int64) -> Int64 {
        Timestamp.days(year: year, month: month, day: day)
    }

    /// The day of what a clock shows.
    public static func day(ofWall wall: Int64) -> Int64 {
        wall >= 0 ? wall / daySeconds : (wall - daySeconds + 1) / daySeconds
    }

    /// 0 for Sunday, as cron counts.
    public static func weekday(_ day: Int64) -> Int64 { ((day + 4) % 7 + 7) % 7 }

    public static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    public static func days(in month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Reads `2026-12-18`; nil for anything else, also for a day that there is not.
    public static func day(_ text: some StringProtocol) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
            let year = Int64(parts[0]), let month = Int64(parts[1]), let number = Int64(parts[2]), year > 0,
            (1...12).contains(month), (1...days(in: month, year)).contains(number)
        else { return nil }
        return day(year, month: month, day: number)
    }

    /// Reads `06:00`, in seconds after midnight; nil for anything else.
    public static func second(_ text: some StringProtocol) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 2, (1...2).contains(parts[0].utf8.count),
            let hour = Int64(parts[0]), let minute = Int64(parts[1]), (0..<24).contains(hour),
            (0..<60).contains(minute)
        else { return nil }
        return hour * 3600 + minute * 60
    }
}
