internal import Glibc

/// Ctrl-C and Ctrl-\ are for the program that has the terminal: while it runs, this process goes on. Unlike a
/// signal that is ignored, one with a handler is as usual for the program.
struct KeyboardSignals {
    private var before: [(signal: Int32, action: sigaction)] = []

    init() {
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
