internal import CStandIns
internal import Glibc

/// A process that was started here. It is stopped, if it still runs, when its owner goes.
package struct ChildProcess: ~Copyable {
    /// How often a process is looked at that keeps silent, in milliseconds.
    static let lookEvery: Int64 = 100
    /// How long it has to clean up between SIGTERM and SIGKILL, in milliseconds.
    private static let grace: Int64 = 2_000

    let pid: pid_t
    private let leadsGroup: Bool
    private var status: Int32?

    /// Starts the program at `path`. `files` become its stdin, stdout and stderr; nil leaves it those of gx.
    ///
    /// Where nobody sits at a terminal it leads a process group of its own, so that all it started can be
    /// stopped with it. At a terminal it stays in gx's, which is the one that may ask for a passphrase and
    /// that Ctrl-C reaches.
    init(
        _ subprocess: borrowing Subprocess, at path: String,
        files: (stdin: Int32, stdout: Int32, stderr: Int32)?
    ) throws(SystemError) {
        let leadsGroup = files != nil && !ChildProcess.hasTerminal
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        var codes = [
            unsafe posix_spawn_file_actions_init(&actions), unsafe posix_spawnattr_init(&attributes),
        ]
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        if let files {
            for (target, file) in [files.stdin, files.stdout, files.stderr].enumerated() {
                codes.append(unsafe posix_spawn_file_actions_adddup2(&actions, file, Int32(target)))
            }
        }
        codes.append(unsafe gx_spawn_close_rest(&actions))
        if let directory = subprocess.directory {
            codes.append(unsafe gx_spawn_in(&actions, directory))
        }
        // gx may ignore or block signals; what it runs starts as usual.
        var none = sigset_t()
        var defaults = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigemptyset(&defaults)
        unsafe sigaddset(&defaults, SIGPIPE)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (leadsGroup ? POSIX_SPAWN_SETPGROUP : 0)
        codes.append(unsafe posix_spawnattr_setsigmask(&attributes, &none))
        codes.append(unsafe posix_spawnattr_setsigdefault(&attributes, &defaults))
        codes.append(unsafe posix_spawnattr_setflags(&attributes, Int16(flags)))

        gx_watch_signals()
        var pid: pid_t = 0
        let arguments = [subprocess.program] + subprocess.arguments
        codes.append(
            unsafe withCStrings(arguments) { argv in
                unsafe subprocess.environment.withCEnvironment { environment in
                    unsafe posix_spawn(&pid, path, &actions, &attributes, argv, environment)
                }
            })
        if let code = codes.first(where: { $0 != 0 }) {
            // The program is there; what is not found can only be the folder, or the script's interpreter.
            let folder = code == ENOENT ? subprocess.directory.map { "in \($0): " } ?? "" : ""
            throw SystemError.notStarted(program: subprocess.program, reason: folder + systemMessage(code))
        }
        gx_child_began(pid, leadsGroup ? 1 : 0)
        self.pid = pid
        self.leadsGroup = leadsGroup
    }

    deinit {
        if status == nil { ChildProcess.stop(pid, leadsGroup: leadsGroup) }
    }

    /// Whether it has ended; does not wait.
    mutating func hasEnded() -> Bool {
        if status == nil { status = ChildProcess.reap(pid, WNOHANG) }
        return status != nil
    }

    /// Waits for its end, and gives its exit status as shells have it; nil where the deadline came first.
    mutating func wait(until deadline: Int64?) -> Int32? {
        guard let deadline else {
            status = status ?? ChildProcess.reap(pid, 0)
            return status
        }
        var pause: useconds_t = 50
        while !hasEnded() {
            if Clock.milliseconds >= deadline { return nil }
            usleep(pause)
            pause = min(pause * 2, 20_000)
        }
        return status
    }

    /// Stops it and all that it started.
    mutating func stop() {
        if status == nil { status = ChildProcess.stop(pid, leadsGroup: leadsGroup) }
    }

    @discardableResult
    private static func stop(_ pid: pid_t, leadsGroup: Bool) -> Int32 {
        let target = leadsGroup ? -pid : pid
        kill(target, SIGTERM)
        let deadline = Clock.milliseconds + grace
        var status: Int32?
        while status == nil, Clock.milliseconds < deadline {
            status = reap(pid, WNOHANG)
            if status == nil { usleep(1_000) }
        }
        // Others of the group may have outlived their leader.
        if status == nil || leadsGroup { kill(target, SIGKILL) }
        return status ?? reap(pid, 0) ?? 128 + SIGKILL
    }

    private static func reap(_ pid: pid_t, _ options: Int32) -> Int32? {
        var raw: Int32 = 0
        var result: pid_t
        repeat { result = unsafe waitpid(pid, &raw, options) } while result < 0 && errno == EINTR
        guard result == pid else { return nil }
        gx_child_ended(pid)
        let signal = raw & 0x7f
        return signal == 0 ? raw >> 8 & 0xff : 128 + signal
    }

    /// Whether somebody can be asked, however stdin and stdout are redirected.
    package static let hasTerminal: Bool = {
        let file = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard file >= 0 else { return false }
        close(file)
        return true
    }()
}
