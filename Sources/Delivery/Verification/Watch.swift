internal import Git
internal import Glibc
public import Ledger
internal import System

/// Runs programs, and knows the time. Tests have one that takes none.
protocol ProgramRunner: AnyObject {
    var now: Milliseconds { get }
    func start(_ program: Subprocess, as id: Int)
    /// Stops a program; nothing more is told of it.
    func stop(_ id: Int)
    /// Waits for the next program that ends; nil where none does until then.
    func wait(until moment: Milliseconds) throws -> (id: Int, answer: ProgramAnswer)?
}

/// The programs of this machine, and its clock.
final class SystemRunner: ProgramRunner {
    private let processes = Processes()

    var now: Milliseconds {
        var moment = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &moment)
        return Milliseconds(moment.tv_sec) * 1000 + Milliseconds(moment.tv_nsec) / 1_000_000
    }

    func start(_ program: Subprocess, as id: Int) { processes.start(program, as: id) }

    func stop(_ id: Int) { processes.stop(id) }

    func wait(until moment: Milliseconds) throws -> (id: Int, answer: ProgramAnswer)? {
        try processes.wait(for: .milliseconds(max(0, moment - now))).map { ($0.id, $0.result) }
    }
}

/// Checks that run side by side. The first that fails ends the others: there is nothing left to find out.
struct Watch {
    private struct Member {
        var id: Int
        var check: any Check
        var isRunning = false
        var result: CheckResult?
        var standing: String
    }

    private var members: [Member] = []
    private let runner: any ProgramRunner

    /// - Parameter ids: Numbers that are free for this watch's programs, from the first on.
    init(_ checks: [any Check], from first: Int, on runner: any ProgramRunner) {
        members = checks.enumerated().map { Member(id: first + $0, check: $1, standing: $1.standing) }
        self.runner = runner
    }

    /// What was found; nil while something is open.
    var results: [CheckResult]? {
        let results = members.compactMap(\.result)
        return results.count == members.count ? results : nil
    }

    /// Starts what is due, and says when to come back.
    mutating func advance() -> Milliseconds {
        var wake = Milliseconds.max
        for index in members.indices where members[index].result == nil && !members[index].isRunning {
            switch members[index].check.next(at: runner.now) {
            case .run(let program):
                members[index].isRunning = true
                runner.start(program, as: members[index].id)
            case .wait(let moment): wake = min(wake, moment)
            case .done(let result): members[index].result = result
            }
        }
        if let failed = members.lazy.compactMap(\.result).first(where: { $0.result == .failed }) {
            interrupt("\(failed.name) had failed")
        }
        return wake
    }

    /// Gives an answer to the check that wants it.
    mutating func take(_ id: Int, _ answer: ProgramAnswer) {
        guard let index = members.firstIndex(where: { $0.id == id && $0.isRunning }) else { return }
        members[index].isRunning = false
        members[index].check.take(answer, at: runner.now)
    }

    /// Ends what is open.
    mutating func interrupt(_ reason: String) {
        for index in members.indices where members[index].result == nil {
            if members[index].isRunning { runner.stop(members[index].id) }
            members[index].result = members[index].check.interrupted(reason)
        }
    }

    /// What stands otherwise than when this was last asked.
    mutating func news() -> [(check: String, standing: String)] {
        var news: [(check: String, standing: String)] = []
        for index in members.indices {
            let standing = members[index].result?.inWords ?? members[index].check.standing
            guard standing != members[index].standing else { continue }
            members[index].standing = standing
            news.append((members[index].check.name, standing))
        }
        return news
    }
}

extension CheckResult {
    /// In one line: `failed, 0.03: 5 of 20 samples are not at most 0.01`
    public var inWords: String {
        result.rawValue + (value.map { ", \($0)" } ?? "") + (detail.map { ": \($0)" } ?? "")
    }
}
