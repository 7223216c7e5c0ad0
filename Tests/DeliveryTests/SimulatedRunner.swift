import Git
import Ledger
import System

@testable import Delivery

/// Programs that are played, in a time that passes by itself.
final class SimulatedRunner: ProgramRunner {
    var now: Milliseconds = 1_000_000_000
    let begin: Milliseconds = 1_000_000_000
    /// How a program ends that is started at a time (in ms since the beginning), and after how long.
    var play: (Subprocess, Milliseconds) -> (Milliseconds, ProgramAnswer)
    private var running: [(id: Int, end: Milliseconds, answer: ProgramAnswer)] = []
    private(set) var stopped = 0
    private(set) var started: [Milliseconds] = []

    init(_ play: @escaping (Subprocess, Milliseconds) -> (Milliseconds, ProgramAnswer)) { self.play = play }

    /// Programs that end at once.
    convenience init(answers: @escaping (Subprocess, Milliseconds) -> ProgramAnswer) {
        self.init { (0, answers($0, $1)) }
    }

    var elapsed: Milliseconds { now - begin }

    func start(_ program: Subprocess, as id: Int) {
        started.append(elapsed)
        let (delay, answer) = play(program, elapsed)
        running.append((id, now + delay, answer))
    }

    func stop(_ id: Int) {
        running.removeAll { $0.id == id }
        stopped += 1
    }

    func wait(until moment: Milliseconds) throws -> (id: Int, answer: ProgramAnswer)? {
        guard let index = running.indices.min(by: { running[$0].end < running[$1].end }),
            running[index].end <= moment
        else {
            now = max(now, moment)
            return nil
        }
        let ended = running.remove(at: index)
        now = max(now, ended.end)
        return (ended.id, ended.answer)
    }

    /// Lets one check run to its end.
    func finish(_ check: some Check, within limit: Milliseconds = 86_400_000) throws -> CheckResult {
        var watch = Watch([check], from: 0, on: self)
        while elapsed < limit {
            let wake = watch.advance()
            if let result = watch.results?.first { return result }
            if let (id, answer) = try wait(until: min(wake, begin + limit)) { watch.take(id, answer) }
        }
        watch.interrupt("the test took too long")
        return watch.results?.first ?? check.interrupted("the test took too long")
    }
}

extension Result where Success == Subprocess.Output, Failure == SystemError {
    static func ended(_ status: Int32 = 0, _ text: String = "") -> Self {
        .success(Subprocess.Output(status: status, stdout: Array(text.utf8)))
    }

    /// What curl prints of an answer.
    static func http(_ status: Int, _ text: String) -> Self { .ended(0, "\(text)\n\(status)") }
}
