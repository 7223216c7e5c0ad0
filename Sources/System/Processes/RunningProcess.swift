internal import Glibc

/// A program that was started, and gx's ends of the pipes to it. It is stopped, if it still runs, when its owner goes.
package final class RunningProcess {
    /// Which of its pipes can be written to or read from.
    struct Readiness {
        var stdin: Bool
        var stdout: Bool
        var stderr: Bool
    }

    private let subprocess: Subprocess
    private var deadline: Int64?
    /// Whether a signal waits for its end.
    private var isHurried = false
    private var process: ChildProcess
    private var stdin: Descriptor
    private var stdout: Descriptor
    private var stderr: Descriptor
    private var unwritten: ArraySlice<UInt8>
    private var errors: [UInt8] = []
    private var hasEnded = false
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    package init(_ subprocess: Subprocess) throws(SystemError) {
        var input = try Pipe()
        var output = try Pipe()
        var errors = try Pipe()
        process = try ChildProcess(
            subprocess, at: try subprocess.executable(),
            files: (input.reading.number, output.writing.number, errors.writing.number))
        // While gx holds the program's ends too, no pipe would ever end.
        input.reading.close()
        output.writing.close()
        errors.writing.close()
        stdin = input.writing
        stdout = output.reading
        stderr = errors.reading
        deadline = subprocess.timeout.map { Clock.milliseconds + $0.milliseconds }
        unwritten = subprocess.input[...]
        self.subprocess = subprocess
        try stdin.neverBlock()
        try stdout.neverBlock()
        try stderr.neverBlock()
        if unwritten.isEmpty { stdin.close() }
    }

    /// Whether there is nothing left to exchange.
    var isSilent: Bool { stdin.number < 0 && stdout.number < 0 && stderr.number < 0 }

    /// Waits until one of the programs has something to exchange, for at most so many milliseconds, and less where one
    /// of them has to be looked at.
    static func wait(
        for all: [RunningProcess], within milliseconds: Int64 = .max
    ) throws(SystemError) -> [Readiness] {
        while true {
            var files = all.flatMap { running in
                [
                    pollfd(fd: running.stdin.number, events: Int16(POLLOUT), revents: 0),
                    pollfd(fd: running.stdout.number, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: running.stderr.number, events: Int16(POLLIN), revents: 0),
                ]
            }
            let now = Clock.milliseconds
            let left = all.compactMap(\.deadline).map { $0 - now }.min() ?? .max
            let pause =
                all.contains(where: \.hasEnded) ? 0 : max(0, min(milliseconds, left, ChildProcess.lookEvery))
            if unsafe poll(&files, nfds_t(files.count), Int32(pause)) >= 0 {
                return all.indices.map { index in
                    let ready = files[(3 * index)...].prefix(3).map { $0.revents != 0 }
                    return Readiness(stdin: ready[0], stdout: ready[1], stderr: ready[2])
                }
            }
            guard errno == EINTR else { throw SystemError.system("poll") }
        }
    }

    /// Feeds stdin and reads stdout and stderr, whichever is ready, so that no full pipe stops either side.
    ///
    /// - Parameter onOutput: Takes what came on stdout; where it says false, the program is stopped.
    func exchange(
        _ ready: Readiness, onOutput: (ArraySlice<UInt8>) throws(SystemError) -> Bool
    ) throws(SystemError) {
        if Termination.kept != nil, !isHurried {
            deadline = min(deadline ?? .max, Clock.milliseconds + Termination.patience)
            isHurried = true
        }
        if let deadline, Clock.milliseconds >= deadline { throw subprocess.timedOut }
        if ready.stdout, let count = try stdout.read(into: &buffer) {
            if count == 0 {
                stdout.close()
            } else if try !onOutput(buffer[..<count]) {
                stdout.close()
                process.stop()
            }
        }
        if ready.stderr, let count = try stderr.read(into: &buffer) {
            if count == 0 { stderr.close() } else { errors += buffer[..<count] }
        }
        if ready.stdin {
            if let count = try stdin.write(unwritten) {
                unwritten = unwritten.dropFirst(count)
            } else {
                unwritten = []
            }
            if unwritten.isEmpty { stdin.close() }
        }
        guard !ready.stdin, !ready.stdout, !ready.stderr else { return }
        // A process that it left behind may hold the pipes open for ever: ssh's ControlPersist does.
        if hasEnded {
            stdin.close()
            stdout.close()
            stderr.close()
        } else {
            hasEnded = process.hasEnded()
        }
    }

    /// Exchanges all that there is, and waits for its end.
    ///
    /// - Parameter onOutput: Takes what comes on stdout; where it says false, the program is stopped.
    /// - Returns: Without stdout.
    package func output(
        onOutput: (ArraySlice<UInt8>) throws(SystemError) -> Bool
    ) throws(SystemError) -> Subprocess.Output {
        let mask = SignalMask(blocking: SIGPIPE)
        defer { mask.restore() }
        while !isSilent {
            let ready = try RunningProcess.wait(for: [self])
            try exchange(ready[0], onOutput: onOutput)
        }
        return try finish()
    }

    /// Exchanges all that there is, and waits for its end.
    package func output() throws(SystemError) -> Subprocess.Output {
        var stdout: [UInt8] = []
        var output = try output { (chunk) throws(SystemError) in
            stdout += chunk
            return true
        }
        output.stdout = stdout
        return output
    }

    /// Waits for its end, once nothing is left to exchange. The output has no stdout.
    func finish() throws(SystemError) -> Subprocess.Output {
        guard let status = process.wait(until: deadline) else { throw subprocess.timedOut }
        return Subprocess.Output(status: status, stderr: errors)
    }
}
