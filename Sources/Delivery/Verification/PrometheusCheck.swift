internal import Git
internal import Ledger
internal import Manifests
internal import System

/// A query of Prometheus that is judged over a window.
///
/// All of the window is asked for each time, so that a verification that was interrupted, or a Prometheus that was,
/// misses nothing. Values that are not there are no good ones: then it is unknown.
struct PrometheusCheck: Check {
    let name: String
    /// Of Prometheus, without its path.
    let address: String
    let query: String
    let rule: VerifyRule.Check.Prometheus
    /// The first moment of the window, and the last one; the same for a single value.
    let start: Milliseconds
    let end: Milliseconds
    let every: Milliseconds
    let failures: Int
    /// How long an answer is waited for after the window.
    let patience: Milliseconds
    /// Before the deployment.
    let before: ClosedRange<Milliseconds>
    let curl: Curl

    private var bounds: Bounds?
    private var due: Milliseconds?
    private var asked: Milliseconds?
    private var count: (good: Int, bad: Int, missing: Int)?
    private var worst: Double?
    private var problem: String?
    private var isOver = false
    private var firstAsked: Milliseconds?

    init(
        name: String, address: String, query: String, rule: VerifyRule.Check.Prometheus,
        window: ClosedRange<Milliseconds>, before: ClosedRange<Milliseconds>, every: Milliseconds,
        failures: Int, patience: Milliseconds, curl: Curl
    ) {
        (self.name, self.query, self.rule, self.before) = (name, query, rule, before)
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
        (start, end) = (window.lowerBound, window.upperBound)
        (self.every, self.failures, self.patience, self.curl) = (every, failures, patience, curl)
        if rule.comparison == nil { bounds = Bounds(lower: rule.min, upper: rule.max) }
    }

    private var isWindow: Bool { end > start }

    var standing: String {
        if let problem { return problem }
        guard let count else { return "waiting" }
        return count.bad > 0
            ? "\(count.bad) samples out of bounds"
            : count.missing > 0 ? "samples are missing" : "good so far"
    }

    mutating func next(at now: Milliseconds) -> CheckStep {
        if let count, count.bad > failures { return .done(result(.failed)) }
        if isOver, let count, count.bad + count.missing <= failures { return .done(result(.passed)) }
        firstAsked = firstAsked ?? now
        if now > max(end, firstAsked ?? now) + patience { return .done(result(.unknown)) }
        if let due, now < due { return .wait(until: now < end ? min(due, end) : due) }
        // Where nothing answers at the end of the window, it is asked again soon.
        due = now + (now >= end ? min(every, 2000) : every)
        asked = now
        return .run(request(at: now))
    }

    private func request(at now: Milliseconds) -> Subprocess {
        let path = address + "/api/v1/query"
        guard bounds != nil else { return range(before, path) }
        guard isWindow else {
            return curl.request("GET", path, query: [("query", query), ("time", now.seconds)])
        }
        return range(start...max(start, min(now, end)), path)
    }

    private func range(_ window: ClosedRange<Milliseconds>, _ path: String) -> Subprocess {
        curl.request(
            "GET", path + "_range",
            query: [
                ("query", query), ("start", window.lowerBound.seconds), ("end", window.upperBound.seconds),
                ("step", every.seconds),
            ])
    }

    mutating func take(_ answer: ProgramAnswer, at now: Milliseconds) {
        let samples: PrometheusAnswer
        do {
            samples = try PrometheusAnswer(curl.answer(answer.get(), from: address))
        } catch let error as PrometheusAnswer.Problem {
            problem = error.message
            return
        } catch {
            problem = "\(error)".onOneLine
            return
        }
        problem = nil
        if let bounds { judge(samples, bounds) } else { setBounds(by: samples, at: now) }
    }

    private mutating func setBounds(by samples: PrometheusAnswer, at now: Milliseconds) {
        guard let mean = samples.mean else {
            problem = "there are no values from before the deployment to compare with"
            return
        }
        bounds = Bounds(rule, before: mean)
        due = now
    }

    private mutating func judge(_ samples: PrometheusAnswer, _ bounds: Bounds) {
        let asked = asked ?? end
        let expected = isWindow ? Int((max(start, min(asked, end)) - start) / every) + 1 : 1
        let worstAtTimes = samples.samples.values.compactMap { values in
            values.max { bounds.excess(of: $0) < bounds.excess(of: $1) }
        }
        let bad = worstAtTimes.count { bounds.excess(of: $0) > 0 }
        count = (worstAtTimes.count - bad, bad, max(0, expected - worstAtTimes.count))
        worst = worstAtTimes.max { bounds.excess(of: $0) < bounds.excess(of: $1) }
        isOver = asked >= end
    }

    func interrupted(_ reason: String) -> CheckResult {
        CheckResult(
            name: name, result: .unknown, value: worst?.short, detail: problem ?? reason, url: address)
    }

    private func result(_ result: CheckResult.Result) -> CheckResult {
        CheckResult(name: name, result: result, value: worst?.short, detail: detail(result), url: address)
    }

    private func detail(_ result: CheckResult.Result) -> String? {
        let wanted = bounds.map(\.text) ?? "comparable"
        guard let count else { return problem ?? "no answer" }
        let total = count.good + count.bad + count.missing
        switch result {
        case .passed where count.bad + count.missing == 0: return wanted
        case .passed:
            return "\(wanted); \(count.bad + count.missing) of \(total) samples not, \(failures) tolerated"
        case .failed: return "\(count.bad) of \(total) samples are not \(wanted)"
        case .unknown: return problem ?? "\(count.missing) of \(total) samples are missing"
        }
    }
}

extension Bounds {
    /// What the rule says, given the mean before the deployment.
    init(_ rule: VerifyRule.Check.Prometheus, before mean: Double) {
        self.init(lower: rule.min, upper: rule.max)
        let (limit, isUpper) =
            switch rule.comparison {
            case .ratio(let ratio)?: (mean * ratio, ratio >= 1)
            case .difference(let difference)?: (mean + difference, difference >= 0)
            case nil: (Double.nan, true)
            }
        if limit.isNaN { return }
        if isUpper { upper = min(upper ?? limit, limit) } else { lower = max(lower ?? limit, limit) }
    }
}

extension Milliseconds {
    /// In seconds, as Prometheus takes it: `1700000000.123`.
    fileprivate var seconds: String {
        let rest = "\(self % 1000)"
        return "\(self / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
    }
}
