import Git
import System

extension Timestamp {
    /// How long ago this was, as short as can be: `45m`, `7h`, `3d`, `8w`.
    var shortAge: String {
        let seconds = max(0, Timestamp.now.seconds - self.seconds)
        let units: [(sign: String, length: Int64)] = [
            ("y", 31_557_600), ("w", 604_800), ("d", 86_400), ("h", 3600),
        ]
        // From two of a unit on, days up to two weeks.
        let unit = units.first { seconds >= $0.length * 2 } ?? ("m", 60)
        return "\(seconds / unit.length)\(unit.sign)"
    }

    /// How long before `now` this was, in words: `3 hours ago`.
    func age(at now: Timestamp) -> String {
        let seconds = max(0, now.seconds - self.seconds)
        let units: [(name: String, length: Int64)] = [
            ("year", 31_557_600), ("month", 2_629_800), ("week", 604_800), ("day", 86_400), ("hour", 3600),
            ("minute", 60),
        ]
        // From two of a unit on, so that a day and a half is 36 hours.
        guard let unit = units.first(where: { seconds >= $0.length * 2 }) else {
            return seconds < 60 ? "just now" : "1 minute ago"
        }
        return "\(seconds / unit.length) \(unit.name)s ago"
    }
}

/// A length of time in its two largest units: `3 days 4 hours`, `42 minutes`; from a week on in days.
func span(_ seconds: Int64) -> String {
    let units: [(name: String, length: Int64)] = [("day", 86_400), ("hour", 3600), ("minute", 60)]
    guard let first = units.firstIndex(where: { seconds >= $0.length }) else {
        return "\(max(0, seconds)) \(seconds == 1 ? "second" : "seconds")"
    }
    var rest = seconds
    let words = units[first...].prefix(seconds < 7 * 86_400 ? 2 : 1).map { unit in
        let (count, left) = rest.quotientAndRemainder(dividingBy: unit.length)
        rest = left
        return count == 0 ? "" : "\(count) \(unit.name)\(count == 1 ? "" : "s")"
    }
    return words.filter { !$0.isEmpty }.joined(separator: " ")
}
