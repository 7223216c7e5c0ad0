internal import Glibc

/// Whether output is coloured: `--color`.
public enum ColorChoice: String, Sendable, CaseIterable {
    case auto, always, never
}

/// What is known about the place that output goes to.
public struct Screen: Sendable {
    public let isTerminal: Bool
    /// Columns; nil where lines may be of any length: it is no terminal, or one that does not tell.
    public let width: Int?
    public let color: Bool
    /// Whether lines can be drawn over, as progress is.
    public let canRedraw: Bool

    /// - Parameters:
    ///   - descriptor: 1 for standard output, 2 for standard error.
    ///   - variable: looks up an environment variable. `COLUMNS`, `NO_COLOR` (no-color.org) and `TERM`
    ///     are asked for.
    public init(descriptor: Int32, color choice: ColorChoice = .auto, variable: (String) -> String?) {
        isTerminal = isatty(descriptor) == 1
        let isDumb = (variable("TERM") ?? "dumb") == "dumb"
        canRedraw = isTerminal && !isDumb
        width = isTerminal ? variable("COLUMNS").flatMap(Self.columns) ?? Self.columns(of: descriptor) : nil
        color =
            switch choice {
            case .always: true
            case .never: false
            case .auto: isTerminal && !isDumb && (variable("NO_COLOR") ?? "").isEmpty
            }
    }

    /// A screen that is described, not asked: for tests, and for output that goes to a file.
    public init(isTerminal: Bool, width: Int?, color: Bool) {
        self.isTerminal = isTerminal
        self.width = width
        self.color = color
        canRedraw = isTerminal
    }

    private static func columns(_ text: String) -> Int? {
        Int(text).flatMap { $0 > 0 ? $0 : nil }
    }

    private static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
