/// A length of time in seconds, as people write and read it: the one parser and the one printer.
public struct TimeSpan: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var seconds: Int64

    public init(seconds: Int64) { self.seconds = seconds }

    public static let hint = "write it like 90s, 10m, 4h30m, 1d or 2w"

    /// A day of the clock, which a day of work is not.
    public static let day: Int64 = 86_400

    /// Reads `90s`, `10m` or `10min`, `4h30m`, `2.5 d`, `2w`. Nil for what is none, and for more than 30 million years.
    ///
    /// - Parameter day: How many seconds a day has, where hours of work are counted.
    public init?(_ text: some StringProtocol, day: Int64 = Self.day) {
        let units: [Substring: Int64] = ["s": 1, "m": 60, "min": 60, "h": 3600, "d": day, "w": 7 * day]
        var rest = Substring(text.filter { $0 != " " })
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest[number.endIndex...]
            let name = rest.prefix { $0.isLetter }
            rest = rest[name.endIndex...]
            guard let count = Double(number), let unit = units[name] else { return nil }
            total += count * Double(unit)
        }
        guard total < 1e15 else { return nil }
        seconds = Int64(total.rounded())
    }

    public static func < (a: Self, b: Self) -> Bool { a.seconds < b.seconds }

    /// As it is written: `6h12m`, `2d`, `90s`: the two greatest units that are not nothing.
    public var description: String {
        var rest = max(0, seconds)
        var words: [String] = []
        for (unit, length) in [("d", Self.day), ("h", 3600), ("m", 60), ("s", 1)] {
            let count = rest / length
            rest %= length
            if count > 0 { words.append("\(count)\(unit)") } else if !words.isEmpty { break }
            if words.count == 2 { break }
        }
        return words.isEmpty ? "0s" : words.joined()
    }

    /// In its two largest units: `3 days 4 hours`, `42 minutes`; from a week on in days.
    public var words: String {
        let units: [(name: String, length: Int64)] = [("day", Self.day), ("hour", 3600), ("minute", 60)]
        guard let first = units.firstIndex(where: { seconds >= $0.length }) else {
            return Self.count(max(0, seconds), "second")
        }
        var rest = seconds
        let words = units[first...].prefix(seconds < 7 * Self.day ? 2 : 1).compactMap { unit -> String? in
            let (count, left) = rest.quotientAndRemainder(dividingBy: unit.length)
            rest = left
            return count == 0 ? nil : Self.count(count, unit.name)
        }
        return words.joined(separator: " ")
    }

    /// As short as can be, for a column: `45m`, `7h`, `3d`, `8w`. From two of a unit on, days up to two weeks.
    public var short: String {
        let units: [(sign: String, length: Int64)] = [
            ("y", 31_557_600), ("w", 7 * Self.day), ("d", Self.day), ("h", 3600),
        ]
        let seconds = max(0, seconds)
        let unit = units.first { seconds >= $0.length * 2 } ?? ("m", 60)
        return "\(seconds / unit.length)\(unit.sign)"
    }

    /// How long ago something was: `3 hours ago`. From two of a unit on, so that a day and a half is 36 hours.
    public var ago: String {
        let units: [(name: String, length: Int64)] = [
            ("year", 31_557_600), ("month", 2_629_800), ("week", 7 * Self.day), ("day", Self.day),
            ("hour", 3600),
            ("minute", 60),
        ]
        guard let unit = units.first(where: { seconds >= $0.length * 2 }) else {
            return seconds < 60 ? "just now" : "1 minute ago"
        }
        return "\(Self.count(seconds / unit.length, unit.name)) ago"
    }

    private static func count(_ count: Int64, _ unit: String) -> String {
        "\(count) \(unit)\(count == 1 ? "" : "s")"
    }
}

extension Timestamp {
    /// The time from another moment to this one.
    public static func - (end: Self, start: Self) -> TimeSpan {
        TimeSpan(seconds: end.seconds - start.seconds)
    }

    /// `6h12m`, `2d`, `90s`: the two greatest units that are not nothing.
    public static func text(_ seconds: Int64) -> String {
        var rest = max(0, seconds)
        var words: [String] = []
        for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] as [(String, Int64)] {
            let count = rest / length
            rest %= length
            if count > 0 { words.append("\(count)\(unit)") } else if !words.isEmpty { break }
            if words.count == 2 { break }
        }
        return words.isEmpty ? "0s" : words.joined()
    }
}
