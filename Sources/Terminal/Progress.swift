internal import System

/// One line that says how far long work has come. It appears after 300 ms, is redrawn at most ten times
/// a second, and is wiped when the work is done; without a terminal nothing is ever written.
public final class Progress {
    private let label: Text
    private let total: Int?
    private let screen: Screen
    private let now: () -> ContinuousClock.Instant
    private let write: (String) -> Void
    private var next: ContinuousClock.Instant
    private var isShown = false

    static let delay = Duration.milliseconds(300)
    static let interval = Duration.milliseconds(100)

    /// - Parameters:
    ///   - total: how many steps there are, if that is known.
    ///   - write: writes to standard error.
    public init(
        _ label: Text, total: Int? = nil, on screen: Screen,
        now: @escaping () -> ContinuousClock.Instant = { .now }, write: @escaping (String) -> Void
    ) {
        self.label = label
        self.total = total
        self.screen = screen
        self.now = now
        self.write = write
        next = now() + Self.delay
    }

    deinit { finish() }

    /// Says that `done` steps are done.
    public func advance(to done: Int) {
        guard screen.canRedraw else { return }
        let instant = now()
        guard instant >= next else { return }
        next = instant + Self.interval
        isShown = true
        // One column stays free: a full line makes some terminals wrap.
        let line = Self.line(label, done: done, total: total).truncated(to: (screen.width ?? 80) - 1)
        write("\r" + line.rendered(color: screen.color) + "\u{1b}[K")
    }

    /// Wipes the line. Called when the value goes away, too.
    public func finish() {
        guard isShown else { return }
        isShown = false
        write("\r\u{1b}[K")
    }

    static func line(_ label: Text, done: Int, total: Int?) -> Text {
        guard let total, total > 0 else { return "\(label): \(done)" }
        return "\(label): \(min(100, done * 100 / total))% (\(done)/\(total))"
    }
}
