internal import Git
internal import Ledger
internal import Manifests
internal import System

/// How a cluster stands to what it should run.
public struct ClusterStanding: Hashable, Sendable {
    public enum Progress: Hashable, Sendable {
        /// It runs it, and all is well.
        case arrived
        case waiting
        /// It tries to run it, and says that it can't.
        case degraded
        /// It can't be told.
        case unknown
    }

    public var progress: Progress
    /// In a word or two: `synced`, `out of sync`, `at 1a2b3c4d5`.
    public var state: String
    public var detail: String?

    public init(_ progress: Progress, _ state: String, detail: String? = nil) {
        (self.progress, self.state, self.detail) = (progress, state.onOneLine, detail?.onOneLine)
    }

    public var words: String { state + (detail.map { ": \($0)" } ?? "") }
}

extension ClusterStanding {
    /// - Parameter contains: Whether a revision that the cluster names has the commit; nil where it is no commit that
    ///   is known here.
    init(_ report: ClusterReport, contains: (String) -> Bool?) {
        let state = report.state.rawValue
        if report.state == .missing {
            self.init(.unknown, state, detail: "the cluster does not have it")
            return
        }
        // Nobody knows what it would run if it went on, or could be looked at.
        if report.state == .undetermined || report.state == .suspended {
            self.init(.unknown, state, detail: report.detail)
            return
        }
        let isThere: Bool
        if let isWanted = report.isWanted {
            isThere = isWanted
        } else {
            let known = report.revisions.compactMap(contains)
            guard let revision = report.revisions.first else {
                self.init(.waiting, state, detail: report.detail)
                return
            }
            if known.isEmpty {
                self.init(.unknown, state, detail: "its revision \(revision.prefix(50)) is not known here")
                return
            }
            isThere = known.contains(true)
            if !isThere {
                self.init(.waiting, "at \(revision.prefix(9))", detail: report.detail)
                return
            }
        }
        switch report.state {
        case .synced where isThere: self.init(.arrived, state)
        case .degraded where isThere: self.init(.degraded, state, detail: report.detail)
        default: self.init(.waiting, isThere ? state : "out of sync", detail: report.detail)
        }
    }
}

/// One look at what tells whether a cluster runs something.
struct Look {
    var name: String
    var program: Subprocess
    var read: (ProgramAnswer) -> ClusterStanding
}

extension Look {
    /// At an object of the cluster.
    init(
        at object: ClusterObject, wanted: [String: Version], hasChart: Bool, timeout: Duration,
        environment: ProcessEnvironment,
        contains: @escaping (String) -> Bool?
    ) {
        self.init(name: "\(object)", program: object.look(timeout: timeout, environment: environment)) {
            answer in
            do throws(SystemError) {
                return ClusterStanding(
                    try object.report(answer, wanted: wanted, hasChart: hasChart), contains: contains)
            } catch {
                return ClusterStanding(.unknown, "no answer", detail: "\(error)")
            }
        }
    }

    /// By a command, which succeeds once the cluster runs it.
    init(by command: Subprocess) {
        self.init(name: command.program, program: command) { answer in
            switch answer {
            case .success(let output) where output.status == 0:
                ClusterStanding(.arrived, "running", detail: output.lastLine)
            case .success(let output): ClusterStanding(.waiting, "not yet", detail: output.lastLine)
            case .failure(let error): ClusterStanding(.unknown, "no answer", detail: "\(error)")
            }
        }
    }
}

/// Waits until a cluster runs a commit: until all looks, in their order, say so.
struct Arrival: Check {
    let looks: [Look]
    let every: Milliseconds
    /// How long it may be degraded before that counts.
    let grace: Milliseconds
    /// How long it may take to get there.
    let patience: Milliseconds

    private var start: Milliseconds?
    private var due: Milliseconds = 0
    /// Of the round that is under way.
    private var round: [ClusterStanding] = []
    private var degradedSince: Milliseconds?
    /// Of the last whole round, what matters most in it.
    private var last: (name: String, standing: ClusterStanding)?

    init(_ looks: [Look], every: Milliseconds, grace: Milliseconds, patience: Milliseconds) {
        (self.looks, self.every, self.grace, self.patience) = (looks, every, grace, patience)
    }

    var name: String { looks.first?.name ?? "cluster" }

    var standing: String {
        guard let last else { return "waiting" }
        return (looks.count > 1 ? "\(last.name) " : "") + last.standing.words
    }

    mutating func next(at now: Milliseconds) -> CheckStep {
        let start = self.start ?? now
        self.start = start
        if let last, round.isEmpty {
            switch last.standing.progress {
            case .arrived: return .done(result(.passed))
            case .degraded where now - (degradedSince ?? now) >= grace: return .done(result(.failed))
            case .unknown where now - start >= patience: return .done(result(.unknown))
            case .waiting where now - start >= patience: return .done(result(.failed))
            default: break
            }
        }
        if round.isEmpty {
            let limit = start + patience
            if now < due { return .wait(until: limit > now ? min(due, limit) : due) }
            due = now + every
        }
        return .run(looks[round.count].program)
    }

    mutating func take(_ answer: ProgramAnswer, at now: Milliseconds) {
        round.append(looks[round.count].read(answer))
        guard round.count == looks.count else { return }
        let order: [ClusterStanding.Progress] = [.degraded, .unknown, .waiting, .arrived]
        for progress in order {
            guard let index = round.firstIndex(where: { $0.progress == progress }) else { continue }
            last = (looks[index].name, round[index])
            break
        }
        degradedSince = last?.standing.progress == .degraded ? degradedSince ?? now : nil
        round = []
    }

    func interrupted(_ reason: String) -> CheckResult {
        var result = result(.unknown)
        result.detail = [reason, last?.standing.detail].compactMap(\.self).joined(separator: "; ")
        return result
    }

    private func result(_ result: CheckResult.Result) -> CheckResult {
        let late = result != .passed && last?.standing.progress != .degraded && patience > 0
        let time = late ? "for \((patience / 1000).asTime)" : nil
        return CheckResult(
            name: last?.name ?? name, result: result, value: last?.standing.state,
            detail: [last?.standing.detail, time].compactMap(\.self).joined(separator: "; ").nonEmpty)
    }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}

extension Int64 {
    /// Seconds as people write them: `90s`, `10m`.
    var asTime: String {
        for (unit, length) in [("h", 3600), ("m", 60)] as [(String, Int64)]
        where self >= length && self % length == 0 {
            return "\(self / length)\(unit)"
        }
        return "\(self)s"
    }
}
