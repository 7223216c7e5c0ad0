internal import Glibc

/// Programs that run side by side. Those that still run when it goes are stopped.
public final class Processes {
    private struct Member {
        var id: Int
        var process: RunningProcess
        var stdout: [UInt8] = []
    }

    private var members: [Member] = []
    /// Those that ended, and were not told yet.
    private var ended: [(id: Int, result: Result<Subprocess.Output, SystemError>)] = []

    public init() {}

    /// Starts a program under a number of the caller's choice. Where it can't be started, `wait` says so.
    public func start(_ subprocess: Subprocess, as id: Int) {
        do throws(SystemError) {
            members.append(Member(id: id, process: try RunningProcess(subprocess)))
        } catch {
            ended.append((id, .failure(error)))
        }
    }

    /// Stops a program; nothing more is told of it.
    public func stop(_ id: Int) {
        members.removeAll { $0.id == id }
        ended.removeAll { $0.id == id }
    }

    /// Waits for the next program that ends, and says how; nil where none does in that time.
    public func wait(
        for duration: Duration
    ) throws(SystemError) -> (id: Int, result: Result<Subprocess.Output, SystemError>)? {
        let mask = SignalMask(blocking: SIGPIPE)
        defer { mask.restore() }
        let deadline = Clock.milliseconds + max(0, duration.milliseconds)
        while ended.isEmpty {
            let left = deadline - Clock.milliseconds
            let ready = try RunningProcess.wait(for: members.map(\.process), within: left)
            for index in members.indices.reversed() { exchange(index, ready[index]) }
            if left <= 0 { break }
        }
        return ended.isEmpty ? nil : ended.removeFirst()
    }

    private func exchange(_ index: Int, _ ready: RunningProcess.Readiness) {
        let member = members[index]
        do throws(SystemError) {
            try member.process.exchange(ready) { chunk in
                members[index].stdout += chunk
                return true
            }
            guard member.process.isSilent else { return }
            var output = try member.process.finish()
            output.stdout = members[index].stdout
            ended.append((member.id, .success(output)))
        } catch {
            ended.append((member.id, .failure(error)))
        }
        members.remove(at: index)
    }
}
