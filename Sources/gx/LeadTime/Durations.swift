import Ledger

extension Stopwatch {
    /// A duration as people read it: `42 min`, `5.3 h`, `3.2 d`. A day is one of work where business hours count.
    func words(_ seconds: Int64?) -> String {
        guard let seconds else { return "–" }
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min" }
        if seconds < day { return short(seconds, of: 3600, "h") }
        return short(seconds, of: day, "d")
    }

    private func short(_ seconds: Int64, of unit: Int64, _ name: String) -> String {
        if seconds >= 10 * unit { return "\((seconds + unit / 2) / unit) \(name)" }
        let tenths = (seconds * 10 + unit / 2) / unit
        return tenths % 10 == 0 ? "\(tenths / 10) \(name)" : "\(tenths / 10).\(tenths % 10) \(name)"
    }
}

extension Share {
    /// `7.1 %`.
    var words: String {
        perMille.map { "\($0 / 10).\($0 % 10) %" } ?? "–"
    }
}

/// `2.5`, of hundredths.
func decimal(_ hundredths: Int64?) -> String {
    guard let hundredths else { return "–" }
    let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
    if rest == 0 { return "\(whole)" }
    return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
}
