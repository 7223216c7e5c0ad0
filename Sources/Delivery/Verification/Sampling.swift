internal import Git
internal import Ledger
internal import System

/// A check that passes or fails at each look: a probe, a command. It is looked at once, or for a time; the samples
/// that may fail are looked at again.
struct Sampling: Check {
    /// One look, judged.
    struct Sample: Hashable {
        /// Unknown where no look was had: its program is missing.
        var result: CheckResult.Result
        var value: String?
        var detail: String?
    }

    let name: String
    let url: String?
    /// What is run for a look.
    let look: Subprocess
    let judge: (ProgramAnswer) -> Sample
    let every: Milliseconds
    /// Failed samples that are tolerated.
    let failures: Int
    /// When the last look is due; nil for as few looks as will do.
    let end: Milliseconds?

    private var due: Milliseconds?
    private var failed = 0
    private var last: Sample?
    /// The sample that says why: the last that failed.
    private var worst: Sample?

    init(
        name: String, url: String? = nil, look: Subprocess, every: Milliseconds, failures: Int,
        end: Milliseconds?, judge: @escaping (ProgramAnswer) -> Sample
    ) {
        (self.name, self.url, self.look, self.judge) = (name, url, look, judge)
        (self.every, self.failures, self.end) = (every, failures, end)
    }

    var standing: String {
        guard let last else { return "waiting" }
        return last.result == .passed ? "good so far" : "failed \(failed) times"
    }

    mutating func next(at now: Milliseconds) -> CheckStep {
        if failed > failures { return .done(result(.failed)) }
        if let last {
            if last.result == .unknown { return .done(result(.unknown)) }
            if end.map({ now >= $0 }) ?? (last.result == .passed) { return .done(result(.passed)) }
        }
        if let due, now < due { return .wait(until: min(due, end ?? due)) }
        due = now + every
        return .run(look)
    }

    mutating func take(_ answer: ProgramAnswer, at now: Milliseconds) {
        let sample = judge(answer)
        last = sample
        if sample.result == .failed {
            failed += 1
            worst = sample
        }
    }

    private func result(_ result: CheckResult.Result) -> CheckResult {
        let sample = result == .failed ? worst : last
        let tolerated = result == .passed && failed > 0 ? "\(failed) failed, \(failures) tolerated" : nil
        return CheckResult(
            name: name, result: result, value: sample?.value, detail: sample?.detail ?? tolerated, url: url)
    }
}

extension Sampling {
    /// A request over HTTP, and what its answer has to be. Redirects are not followed.
    static func probe(
        _ url: String, status: Int, contains text: String?, name: String?, timeout: Duration,
        every: Milliseconds,
        failures: Int, end: Milliseconds?, environment: ProcessEnvironment
    ) -> Sampling {
        let curl = Curl(headers: [("User-Agent", "gx")], environment: environment, timeout: timeout)
        return Sampling(
            name: name ?? url, url: url, look: curl.request("GET", url), every: every, failures: failures,
            end: end
        ) { answer in
            judged(answer) { (output) throws(SystemError) in
                let answer = try curl.answer(output, from: url)
                let value = "\(answer.status)"
                guard answer.status == status else {
                    return Sample(result: .failed, value: value, detail: "not \(status)")
                }
                if let text, !answer.text.contains(text) {
                    return Sample(
                        result: .failed, value: value, detail: "the answer lacks '\(text)'".onOneLine)
                }
                return Sample(result: .passed, value: value)
            }
        }
    }

    /// A command, which has to succeed.
    static func command(
        _ command: Subprocess, name: String?, every: Milliseconds, failures: Int, end: Milliseconds?
    ) -> Sampling {
        Sampling(
            name: name ?? command.program, look: command, every: every, failures: failures, end: end
        ) { answer in
            judged(answer) { output in
                Sample(
                    result: output.status == 0 ? .passed : .failed, value: "exit \(output.status)",
                    detail: output.lastLine)
            }
        }
    }

    private static func judged(
        _ answer: ProgramAnswer, _ judge: (Subprocess.Output) throws(SystemError) -> Sample
    ) -> Sample {
        do throws(SystemError) {
            return try judge(answer.get())
        } catch {
            let detail = "\(error)".onOneLine
            switch error {
            case .missingProgram, .notStarted: return Sample(result: .unknown, detail: detail)
            default: return Sample(result: .failed, detail: detail)
            }
        }
    }
}
