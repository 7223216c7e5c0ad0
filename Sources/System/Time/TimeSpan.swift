/// Lengths of time as people write them: `90s`, `10m`, `2h`, `1d`.
public enum TimeSpan {
    public static let hint = "write it like 90s, 10m, 2h or 1d"

    /// Nil for what is none.
    public static func seconds(_ text: some StringProtocol) -> Int? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
        guard let last = text.last, let unit = units[last], let count = Int(text.dropLast()), count >= 0,
            case (let seconds, let overflow) = count.multipliedReportingOverflow(by: unit), !overflow
        else { return nil }
        return seconds
    }
}
