import Git
import System

/// Where days and stages are drawn in the timeline, in units of the picture.
struct TimelineFrame {
    /// The room for the names of stages.
    static let margin = 130.0
    private static let span = 810.0
    private static let rowHeight = 34.0

    let days: Int
    /// The last day, as `EstateReport.Day` has it.
    let last: Int
    let rows: Int

    var width: Int { Int(Self.margin + Self.span + 12) }
    var height: Int { Int(24 + Double(rows) * Self.rowHeight) }

    func x(_ day: Int) -> Double {
        Self.margin + 8 + Double(days - 1 - (last - day)) / Double(max(1, days - 1)) * (Self.span - 8)
    }
    func y(_ row: Int) -> Double { 22 + (Double(row) + 0.6) * Self.rowHeight }

    /// The Mondays, every other one.
    var weeks: [Int] {
        // 1970 began on a Thursday.
        let mondays = (last - days + 1...last).filter { ($0 + 3) % 7 == 0 }
        return mondays.reversed().enumerated().filter { $0.offset % 2 == 0 }.map(\.element).reversed()
    }
}

/// A day, by its number since 1970.
struct CalendarDay: CustomStringConvertible {
    private let date: String

    init(_ number: Int) {
        date = String(Timestamp(seconds: Int64(number) * 86_400).utc.prefix(10))
    }

    /// `2026-02-23`
    var description: String { date }

    /// `23 Feb`
    var short: String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = date.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, months.indices.contains(parts[1] - 1) else { return date }
        return "\(parts[2]) \(months[parts[1] - 1])"
    }
}
