public import Git
public import Ledger

/// What is verified: an app in an environment, as one commit deployed it.
public struct VerificationTarget: Hashable, Sendable {
    public var environment: String
    public var app: String
    /// The commit that deployed it.
    public var commit: ObjectID
    /// The version that people mean; nil where the app pins none.
    public var version: String?
}

/// What became of a deployment.
public struct Verdict: Hashable, Sendable {
    public var outcome: Outcome
    /// Why it is not good, in lower case and without a full stop.
    public var reason: String?
    public var checks: [CheckResult] = []

    public init(_ outcome: Outcome, reason: String? = nil, checks: [CheckResult] = []) {
        (self.outcome, self.reason, self.checks) = (outcome, reason, checks)
    }

    /// What checks come to: one that fails is a failure, and what can't be told is no success.
    init(of checks: [CheckResult]) {
        let decisive = checks.first { $0.result == .failed } ?? checks.first { $0.result == .unknown }
        self.init(
            decisive.map { $0.result == .failed ? .failed : .unknown } ?? .succeeded,
            reason: decisive.map { "\($0.name): \($0.inWords)" }, checks: checks)
    }
}

/// What is told while deployments are being verified.
public enum VerificationEvent {
    /// How a check stands now, in a few words.
    case standing(VerificationTarget, check: String, words: String)
    /// The cluster runs it: from here on it is judged.
    case live(VerificationTarget)
    case finished(VerificationTarget, Verdict)
    /// Something that the user should know, in lower case and without a full stop.
    case warning(String)
}

/// How one target is verified.
struct VerificationCourse {
    var target: VerificationTarget
    /// Whether the cluster is there; nil where nothing tells.
    var arrival: (() -> Arrival)?
    /// What it is judged by, from a moment on.
    var checks: (Milliseconds) -> [any Check]
    var timeout: Milliseconds
    /// Since when it has been live, where that is known from before.
    var live: Milliseconds?
}

/// Carries deployments to their end, side by side: waits until the cluster runs them, judges them, and looks once more.
final class Verification {
    private enum Phase {
        case arriving, judging, settling
    }

    private struct Run {
        var course: VerificationCourse
        var phase = Phase.arriving
        var watch: Watch
        var checks: [CheckResult] = []
        var verdict: Verdict?
    }

    private let runner: any ProgramRunner
    private var runs: [Run] = []
    private var deadlines: [Milliseconds] = []
    private var nextID = 0

    var report: (VerificationEvent) throws -> Void = { _ in }
    /// Told that a target is live, and since when.
    var onLive: (VerificationTarget, Milliseconds) throws -> Void = { _, _ in }
    /// The commit that has taken a target's place; nil where none has.
    var successor: (VerificationTarget) throws -> ObjectID? = { _ in nil }
    /// How often that is asked.
    var lookout: Milliseconds = 60_000

    init(_ courses: [VerificationCourse], on runner: any ProgramRunner) {
        self.runner = runner
        for course in courses {
            let first = course.arrival.map { [$0()] } ?? []
            runs.append(Run(course: course, watch: watch(first)))
            deadlines.append(runner.now + course.timeout)
        }
    }

    private func watch(_ checks: [any Check]) -> Watch {
        defer { nextID += checks.count }
        return Watch(checks, from: nextID, on: runner)
    }

    /// Verifies all targets.
    ///
    /// - Parameter onVerdict: What is done about a verdict, as soon as it is there.
    /// - Returns: The verdicts, in the order of the targets.
    func run(onVerdict: (VerificationTarget, Verdict) throws -> Void) throws -> [Verdict] {
        var nextLookout = runner.now + lookout
        while true {
            if runner.now >= nextLookout {
                for index in runs.indices where runs[index].verdict == nil {
                    if let verdict = try superseded(index) {
                        try finish(index, verdict: verdict, onVerdict: onVerdict)
                    }
                }
                nextLookout = runner.now + lookout
            }
            var wake = nextLookout
            for index in runs.indices { wake = min(wake, try advance(index, onVerdict)) }
            let verdicts = runs.compactMap(\.verdict)
            if verdicts.count == runs.count { return verdicts }
            guard let (id, answer) = try runner.wait(until: wake) else { continue }
            for index in runs.indices { runs[index].watch.take(id, answer) }
        }
    }

    /// Goes as far as it goes now, and says when to come back.
    private func advance(
        _ index: Int, _ onVerdict: (VerificationTarget, Verdict) throws -> Void
    ) throws -> Milliseconds {
        while runs[index].verdict == nil {
            if runner.now >= deadlines[index] {
                let time = (runs[index].course.timeout / 1000).asTime
                runs[index].watch.interrupt("\(time) were not enough for all of it")
            }
            let wake = runs[index].watch.advance()
            let isNews =
                runs[index].phase != .settling || runs[index].watch.results.map(Self.haveFailed) == true
            for (check, standing) in isNews ? runs[index].watch.news() : [] {
                try report(.standing(runs[index].course.target, check: check, words: standing))
            }
            guard let results = runs[index].watch.results else { return min(wake, deadlines[index]) }
            if try !goOn(index, results) {
                let verdict = Verdict(of: runs[index].checks)
                try finish(index, verdict: superseded(index) ?? verdict, onVerdict: onVerdict)
            }
        }
        return .max
    }

    /// Takes what was found; false where nothing is left to do.
    private func goOn(_ index: Int, _ results: [CheckResult]) throws -> Bool {
        // The last look at the cluster says the same as the first, or it says why not.
        if runs[index].phase != .settling || Self.haveFailed(results) { runs[index].checks += results }
        if Self.haveFailed(results) { return false }
        let course = runs[index].course
        switch runs[index].phase {
        case .arriving:
            let live = course.live ?? runner.now
            if course.arrival != nil {
                try onLive(course.target, live)
                try report(.live(course.target))
            }
            runs[index].phase = .judging
            runs[index].watch = watch(course.checks(live))
        case .judging:
            guard let arrival = course.arrival, !results.isEmpty else { return false }
            runs[index].phase = .settling
            runs[index].watch = watch([arrival()])
        case .settling: return false
        }
        return true
    }

    private static func haveFailed(_ results: [CheckResult]) -> Bool {
        !results.allSatisfy { $0.result == .passed }
    }

    private func superseded(_ index: Int) throws -> Verdict? {
        guard let successor = try successor(runs[index].course.target) else { return nil }
        runs[index].watch.interrupt("superseded")
        return Verdict(
            .superseded, reason: "\(successor.short) came after it", checks: runs[index].checks)
    }

    private func finish(
        _ index: Int, verdict: Verdict, onVerdict: (VerificationTarget, Verdict) throws -> Void
    ) throws {
        runs[index].verdict = verdict
        try report(.finished(runs[index].course.target, verdict))
        try onVerdict(runs[index].course.target, verdict)
    }
}
