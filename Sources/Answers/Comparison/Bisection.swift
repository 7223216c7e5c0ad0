/// The search for the first of some moments, in order, at which something is bad: each answer halves what is left.
///
/// It is taken for granted that it was good before the first, is bad at the last, and did not change back in between.
public struct Bisection: Sendable {
    public enum Verdict: String, CaseIterable, Sendable { case good, bad, skipped }

    /// The last that is known to be good; -1 is before the first.
    public private(set) var good = -1
    /// The first that is known to be bad.
    public private(set) var bad: Int
    private var skipped: Set<Int> = []

    /// - Parameter count: How many moments there are, at least one.
    public init(_ count: Int) { bad = count - 1 }

    /// Which one is to be judged next: the one in the middle of those that can be; nil where it is found, or where all that
    /// is left was skipped.
    public var next: Int? {
        let middle = (good + bad) / 2
        return (good + 1..<max(bad, good + 1)).filter { !skipped.contains($0) }
            .min { (abs($0 - middle), $0) < (abs($1 - middle), $1) }
    }

    public mutating func judge(_ index: Int, _ verdict: Verdict) {
        guard index > good, index < bad else { return }
        switch verdict {
        case .good: good = index
        case .bad: bad = index
        case .skipped: skipped.insert(index)
        }
    }

    /// Those that may be the first bad one: one of them is.
    public var suspects: Range<Int> { good + 1..<bad + 1 }
    /// How many questions are left, at most.
    public var questions: Int {
        var (left, count) = (suspects.count, 0)
        while left > 1 { (left, count) = ((left + 1) / 2, count + 1) }
        return count
    }
}
