/// A row of bars, each with a name: over time, or over classes of something. It can be drawn on a terminal, in one
/// line or in one for each bar, and as SVG.
public struct Chart: Sendable {
    public struct Bar: Sendable {
        public var name: String
        /// Nil where there is nothing to show, which is not the same as 0. Never negative.
        public var value: Double?
        /// The value as people read it.
        public var label: String

        public init(_ name: String, value: Double?, label: String) {
            (self.name, self.value, self.label) = (name, value, label)
        }
    }

    public var title: String
    public var bars: [Bar]

    public init(_ title: String, _ bars: [Bar]) {
        (self.title, self.bars) = (title, bars)
    }

    var most: Double { bars.compactMap(\.value).max() ?? 0 }

    /// In one line of a character for each bar: `▁▃█ ▂`. Of more bars than there is room for it shows the last.
    public func sparkline(width: Int? = nil) -> String {
        let shown = bars.suffix(width ?? bars.count)
        return String(
            shown.map { bar -> Character in
                guard let value = bar.value else { return " " }
                // The lowest is for 0 alone.
                guard value > 0 else { return Self.eighths[0] }
                return Self.eighths[min(7, max(1, Int((value / most * 7).rounded())))]
            })
    }

    private static let eighths: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// A line for each bar, as long as the terminal is wide at most.
    public func lines(width: Int?) -> [Text] {
        let names = bars.map { Text($0.name) }
        let nameWidth = names.map(\.width).max() ?? 0
        let labelWidth = bars.map { Text($0.label).width }.max() ?? 0
        let room = max(1, min(60, (width ?? 80) - nameWidth - labelWidth - 4))
        return zip(names, bars).map { name, bar in
            let padding = String(repeating: " ", count: nameWidth - name.width)
            return
                "\(padding)\(name)  \(Self.bar((bar.value ?? 0) / max(most, 1), of: room), .version)  \(bar.label)"
        }
    }

    /// A bar of full blocks, and one that is an eighth of one at least.
    private static func bar(_ share: Double, of room: Int) -> String {
        guard share > 0 else { return "" }
        let eighths = max(1, Int((share * Double(room * 8)).rounded()))
        let ends: [String] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + ends[eighths % 8]
    }
}
