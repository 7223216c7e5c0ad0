/// Durations (or counts) in order, and what people ask of them.
///
/// Quantiles are interpolated between the two values next to them (type 7 of Hyndman and Fan, 1996): as
/// `quantile_cont` of SQL, numpy and spreadsheets have it. All of it is computed in whole numbers, so that it is the
/// same on every machine.
public struct Distribution: Hashable, Sendable {
    /// None is negative. Ascending.
    public let values: [Int64]

    public init(_ values: some Sequence<Int64>) {
        self.values = values.sorted()
    }

    public var count: Int { values.count }
    public var best: Int64? { values.first }
    public var worst: Int64? { values.last }
    public var median: Int64? { quantile(50) }

    /// To the nearest whole.
    public var average: Int64? { averageHundredths.map { rounded($0, by: 100) } }

    /// The value that so many of a hundred do not exceed, to the nearest whole.
    public func quantile(_ percent: Int) -> Int64? { hundredths(percent).map { rounded($0, by: 100) } }

    /// The same, exactly, in hundredths.
    public func hundredths(_ percent: Int) -> Int64? {
        guard !values.isEmpty else { return nil }
        let (index, rest) = ((values.count - 1) * percent).quotientAndRemainder(dividingBy: 100)
        guard rest > 0 else { return values[index] * 100 }
        return values[index] * 100 + (values[index + 1] - values[index]) * Int64(rest)
    }

    /// To the nearest hundredth.
    public var averageHundredths: Int64? {
        values.isEmpty ? nil : rounded(values.reduce(0, +) * 100, by: Int64(values.count))
    }

    /// A figure by its name: `p75` and any other quantile, `median`, `average`, `best`, `worst`.
    public func figure(_ name: some StringProtocol) -> Int64? {
        switch name {
        case "best": best
        case "worst": worst
        case "average": average
        case "median": median
        default: Self.percent(of: name).flatMap(quantile)
        }
    }

    /// Whether `figure` knows a name.
    public static func hasFigure(_ name: some StringProtocol) -> Bool {
        ["best", "worst", "average", "median"].contains(String(name)) || percent(of: name) != nil
    }

    private static func percent(of name: some StringProtocol) -> Int? {
        guard name.hasPrefix("p"), let percent = Int(name.dropFirst()), (0...100).contains(percent) else {
            return nil
        }
        return percent
    }

    private func rounded(_ value: Int64, by divisor: Int64) -> Int64 {
        (2 * value + divisor) / (2 * divisor)
    }
}
