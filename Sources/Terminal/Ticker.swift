/// One line that says how things stand, drawn over as they change, and wiped at the end. Without a terminal each
/// change is a line of its own, for a log.
public final class Ticker {
    private let screen: Screen
    private let write: (String) -> Void
    private var isShown = false

    /// - Parameter write: Writes to standard error.
    public init(on screen: Screen, write: @escaping (String) -> Void) {
        self.screen = screen
        self.write = write
    }

    deinit { wipe() }

    public func show(_ line: Text) {
        guard screen.canRedraw else { return write(line.rendered(color: screen.color) + "\n") }
        isShown = true
        // One column stays free: a full line makes some terminals wrap.
        let short = line.truncated(to: (screen.width ?? 80) - 1)
        write("\r" + short.rendered(color: screen.color) + "\u{1b}[K")
    }

    /// Takes the line away, so that others can be written.
    public func wipe() {
        guard isShown else { return }
        isShown = false
        write("\r\u{1b}[K")
    }
}
