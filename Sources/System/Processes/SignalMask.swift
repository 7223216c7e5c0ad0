internal import Glibc

/// Keeps SIGPIPE from this thread: a program may end without reading all of its input.
struct SignalMask {
    private var before = sigset_t()
    private let signal: Int32

    init(blocking signal: Int32) {
        self.signal = signal
        var set = SignalMask.only(signal)
        unsafe pthread_sigmask(SIG_BLOCK, &set, &before)
    }

    /// To be called once, at the end.
    func restore() {
        // One that arrived meanwhile was caused here; it must not strike when the mask goes.
        var before = before
        guard unsafe sigismember(&before, signal) == 0 else { return }
        var set = SignalMask.only(signal)
        var noTime = timespec()
        unsafe sigtimedwait(&set, nil, &noTime)
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    private static func only(_ signal: Int32) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, signal)
        return set
    }
}
