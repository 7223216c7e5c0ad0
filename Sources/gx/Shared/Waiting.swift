import ArgumentParser
import Glibc
import System

/// How long to wait: `90s`, `10m`, `2h`.
struct Waiting: ExpressibleByArgument {
    private let seconds: Int64

    init?(argument: String) {
        guard let span = TimeSpan(argument), span.seconds > 0 else { return nil }
        seconds = span.seconds
    }

    func sleep() { _ = Glibc.sleep(UInt32(clamping: seconds)) }

    /// Asks until the answer is yes or time is up, each time with what the remote has by then.
    func run(_ context: Context, _ ask: (_ isLast: Bool) throws -> ExitStatus) throws -> ExitStatus {
        let end = ContinuousClock.now + .seconds(seconds)
        var pause: Int64 = 1
        while true {
            try context.refresh()
            let left = ContinuousClock.now.duration(to: end)
            let status = try ask(left <= .zero)
            if status == .done || left <= .zero { return status }
            _ = Glibc.sleep(UInt32(min(pause, left.components.seconds + 1)))
            pause = min(pause * 2, 30)
        }
    }
}
