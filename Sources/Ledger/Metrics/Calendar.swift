internal import Git
internal import System

/// Days, weeks and months as people count them in a time zone.
public struct Calendar: Sendable {
    /// The seconds east of Greenwich at a moment.
    private let offset: @Sendable (Int64) -> Int64

    public init(offset: @escaping @Sendable (Int64) -> Int64) {
        self.offset = offset
    }

    /// The zone of this process.
    public static let local = Calendar { Int64(Timestamp.local($0).offset) * 60 }

    static let daySeconds: Int64 = 86_400

    /// The day of a moment, counted from 1 January 1970.
    public func day(of second: Int64) -> Int64 {
        let local = second + offset(second)
        return local >= 0 ? local / Self.daySeconds : (local - Self.daySeconds + 1) / Self.daySeconds
    }

    /// The moment at which clocks show a time of a day. Of an hour that there is twice it is the first; of one
    /// that is left out, as much later as clocks are moved.
    public func moment(_ day: Int64, second: Int64 = 0) -> Int64 {
        let local = day * Self.daySeconds + second
        // Clocks are not moved twice within two days, so these are the offsets before and after it is so late.
        let (before, after) = (offset(local - Self.daySeconds), offset(local + Self.daySeconds))
        if offset(local - before) != before, offset(local - after) == after { return local - after }
        return local - before
    }

    /// 0 for Monday. 1 January 1970 was a Thursday.
    public static func weekday(of day: Int64) -> Int { Int(((day + 3) % 7 + 7) % 7) }

    static func startOfWeek(_ day: Int64) -> Int64 { day - Int64(weekday(of: day)) }

    static func startOfMonth(_ day: Int64) -> Int64 { day - Timestamp.civil(fromDay: day).day + 1 }

    /// `2026-03-01`.
    public static func name(of day: Int64) -> String {
        String(Timestamp(seconds: day * daySeconds).utc.prefix(10))
    }
}
