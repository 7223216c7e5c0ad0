internal import CStandIns
internal import Glibc
internal import Synchronization

/// What is done before SIGTERM or SIGHUP ends this process. A program that runs attached is told first, so that
/// it ends in order, and this process after it; where none does, or at the second signal, it ends at once.
public enum Termination {
    /// The program that has the terminal; 0 for none.
    static let attached = Atomic<pid_t>(0)

    /// From now on `cleanUp` runs, on a thread of its own, before a signal ends this process. To be called once.
    public static func handle(cleanUp: @escaping @Sendable () -> Void) {
        var awaited = sigset_t()
        unsafe sigemptyset(&awaited)
        // What this process was started to ignore (by nohup) stays ignored.
        for signal in [SIGTERM, SIGHUP] where !isIgnored(signal) { unsafe sigaddset(&awaited, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &awaited, nil)
        let watch = unsafe Unmanaged.passRetained(Watch(awaited, cleanUp))
        var thread = pthread_t()
        _ = unsafe pthread_create(
            &thread, nil,
            { context in
                if let context = unsafe context {
                    unsafe Unmanaged<Watch>.fromOpaque(context).takeRetainedValue().run()
                }
                return nil
            }, unsafe watch.toOpaque())
    }

    /// Does something that has to be known the end of: the first signal that would end this process waits until then.
    /// A program that it waits for has ``patience`` after it, and is stopped at a second signal.
    public static func holding<Result, Failure>(
        _ work: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        gx_watch_signals()
        gx_hold_signals(1)
        defer { gx_hold_signals(-1) }
        return try work()
    }

    /// The name of the signal that waits; nil for none.
    public static var kept: String? {
        switch gx_kept_signal() {
        case 0: nil
        case SIGINT: "SIGINT"
        case SIGHUP: "SIGHUP"
        default: "SIGTERM"
        }
    }

    /// How long a program that is waited for may still take after a signal, in milliseconds.
    static let patience: Int64 = 6_000

    /// Ends this process by the signal that waited, where one did.
    public static func endIfKept() {
        let number = gx_kept_signal()
        guard number != 0 else { return }
        signal(number, SIG_DFL)
        kill(getpid(), number)
    }

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        unsafe sigaction(signal, nil, &action)
        // Functions can't be compared in Swift, their addresses can.
        let handler = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
        return unsafe handler == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private final class Watch: Sendable {
        private let awaited: sigset_t
        private let cleanUp: @Sendable () -> Void

        init(_ awaited: sigset_t, _ cleanUp: @escaping @Sendable () -> Void) {
            self.awaited = awaited
            self.cleanUp = cleanUp
        }

        func run() {
            var awaited = awaited
            var signal: Int32 = 0
            while unsafe sigwait(&awaited, &signal) == 0 {
                let program = attached.exchange(0, ordering: .sequentiallyConsistent)
                if program > 0 {
                    kill(program, signal)
                } else {
                    cleanUp()
                    _exit(128 + signal)
                }
            }
        }
    }
}
