import Git

extension Timestamp {
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
