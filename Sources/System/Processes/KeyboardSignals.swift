internal import CStandIns
internal import Glibc

/// Ctrl-C and Ctrl-\ are for the program that has the terminal: while it runs, this process goes on. Unlike a
/// signal that is ignored, one with a handler is as usual for the program.
struct KeyboardSignals {
    private var before: [(signal: Int32, action: sigaction)] = []

    init() {
        // Before these: what is put back at the end is what holds for the rest of the run.
        gx_watch_signals()
        for signal in [SIGINT, SIGQUIT] {
            var nothing = sigaction()
            unsafe nothing.__sigaction_handler.sa_handler = { _ in }
            var old = sigaction()
            unsafe sigaction(signal, &nothing, &old)
            before.append((signal, old))
        }
    }

    /// To be called once, at the end.
    func restore() {
        for (signal, action) in before {
            var action = action
            unsafe sigaction(signal, &action, nil)
        }
    }
}
