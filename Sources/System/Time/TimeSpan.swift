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
