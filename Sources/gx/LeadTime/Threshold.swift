import Answers
import Ledger
import System

/// A bound that a metric must not pass: `p90 > 5d`, `recovery.median > 4h`, `fail-rate > 15%`, `deployments < 3`.
struct Threshold {
    enum Metric: String, CaseIterable {
        case lead, dwell, recovery, deployments
        case failRate = "fail-rate"
        case rework
    }

    enum Verdict: Equatable {
        /// The bound is passed: the metric as it is.
        case fails(String)
        case holds
        case unknown(String)
    }

    let text: String
    /// Nil: lead time, or dwell where no source is known.
    let metric: Metric?
    let figure: String
    let comparison: String
    let bound: String

    static let form =
        "write for example 'p90 > 5d', 'recovery.median > 4h', 'fail-rate > 15%' or 'deployments < 3'"

    init(_ text: String) throws {
        let failure = Failure("'\(text)' is no bound that gx understands", hint: Self.form)
        guard let start = text.firstIndex(where: { "<>".contains($0) }) else { throw failure }
        let sign = text[start...].prefix { "<>=".contains($0) }
        let name = text[..<start].filter { $0 != " " }
        bound = String(text[sign.endIndex...].filter { $0 != " " })
        comparison = String(sign)
        self.text = text
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        guard [">", "<", ">=", "<="].contains(comparison), let first = parts.first, !bound.isEmpty else {
            throw failure
        }
        if let metric = Metric(rawValue: first) {
            self.metric = metric
            let isDuration = [.lead, .dwell, .recovery].contains(metric)
            guard parts.count == (isDuration ? 2 : 1) else { throw failure }
            figure = parts.last ?? ""
        } else {
            guard parts.count == 1 else { throw failure }
            (metric, figure) = (nil, first)
        }
        let isRate = [.failRate, .rework, .deployments].contains(metric)
        guard isRate || Distribution.hasFigure(figure) else { throw failure }
        let isRead =
            switch metric {
            case .failRate, .rework: percent != nil
            case .deployments: Double(bound) != nil
            default: TimeSpan(bound) != nil
            }
        guard isRead else { throw failure }
    }

    private var percent: Double? { bound.hasSuffix("%") ? Double(bound.dropLast()) : nil }

    /// - Parameter hasLead: Whether it is lead time that a figure without a metric is of.
    func judge(_ measures: Measures, _ stopwatch: Stopwatch, hasLead: Bool) -> Verdict {
        switch metric {
        case .deployments:
            let perWeek = Double(measures.frequency.perWeek) / 100
            return passes(perWeek, Double(bound))
                ? .fails("\(decimal(measures.frequency.perWeek)) a week") : .holds
        case .rework:
            guard let value = measures.rework.share.exact else {
                return .unknown("there were no deployments")
            }
            return passes(value * 100, percent) ? .fails(measures.rework.share.words) : .holds
        case .failRate: return failRate(measures.failRate)
        case .lead:
            return judge(measures.lead, what: "changes arrived whose commits are known", stopwatch: stopwatch)
        case .dwell: return judge(measures.dwell, what: "versions arrived", stopwatch: stopwatch)
        case .recovery:
            return judge(
                measures.recovery.durations, what: "failed deployments were repaired", stopwatch: stopwatch)
        case nil:
            return hasLead
                ? judge(measures.lead, what: "changes arrived whose commits are known", stopwatch: stopwatch)
                : judge(measures.dwell, what: "versions arrived", stopwatch: stopwatch)
        }
    }

    private func judge(_ distribution: Distribution, what: String, stopwatch: Stopwatch) -> Verdict {
        guard let value = distribution.figure(figure),
            let bound = TimeSpan(bound, day: stopwatch.day)?.seconds
        else {
            return .unknown("no \(what)")
        }
        return passes(Double(value), Double(bound)) ? .fails(stopwatch.words(value)) : .holds
    }

    /// Where outcomes are unknown, only what holds for both ends of the range can be said.
    private func failRate(_ rate: ChangeFailRate) -> Verdict {
        guard let low = rate.lowest.exact, let high = rate.highest.exact else {
            return .unknown("there were no deployments")
        }
        let verdicts = [passes(low * 100, percent), passes(high * 100, percent)]
        let range = low == high ? rate.lowest.words : "\(rate.lowest.words) to \(rate.highest.words)"
        if verdicts == [true, true] { return .fails(range) }
        if verdicts == [false, false] { return .holds }
        return .unknown("it is \(range): of \(rate.unknown) deployments nothing says how they went")
    }

    private func passes(_ value: Double, _ bound: Double?) -> Bool {
        guard let bound else { return false }
        return switch comparison {
        case ">": value > bound
        case ">=": value >= bound
        case "<": value < bound
        default: value <= bound
        }
    }
}

extension Share {
    fileprivate var exact: Double? { whole > 0 ? Double(part) / Double(whole) : nil }
}
