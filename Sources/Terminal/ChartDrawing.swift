extension Chart {
    /// How pages and files draw the parts of charts, in light and dark. A page's style sheet takes this in.
    public static let style: StaticString = """
        .chart-title{font:600 14px system-ui,sans-serif;fill:#1f2328}\
        .chart-bar{fill:#2f6db5}\
        .chart-value,.chart-name{font:11px system-ui,sans-serif;text-anchor:middle;fill:#1f2328}\
        .chart-name{fill:#59636e}\
        .chart-ground{fill:#fff}\
        @media(prefers-color-scheme:dark){.chart-title,.chart-value{fill:#e6edf3}.chart-bar{fill:#6cb0f5}\
        .chart-name{fill:#9198a1}.chart-ground{fill:#0d1117}}
        """

    private static let (width, height) = (720, 200)
    private static let (left, top, bottom) = (8.0, 36.0, 28.0)

    /// The chart as a piece of a page. Its label says all values, for those who cannot see it.
    public var picture: HTML {
        let values = bars.map { "\($0.name): \($0.label)" }.joined(separator: "; ")
        return HTML(
            .svg, .role("img"), .viewBox(Self.width, Self.height), .at(.width, Double(Self.width)),
            .at(.height, Double(Self.height)), .aria(.label, "\(title): \(values)")
        ) { drawing(from: 0) }
    }

    /// Several charts as one file of SVG, one below the other.
    public static func file(_ charts: [Chart]) -> String {
        let height = height * charts.count
        let picture = HTML(
            .svg, .role("img"), .viewBox(width, height), .at(.width, Double(width)),
            .at(.height, Double(height)), .aria(.label, charts.map(\.title).joined(separator: "; "))
        ) {
            HTML.style(style)
            HTML(.rect, .class("chart-ground"), .at(.width, Double(width)), .at(.height, Double(height)))
            for (index, chart) in charts.enumerated() { chart.drawing(from: Double(index * Self.height)) }
        }
        // Pages know what an svg is, files have to say it.
        return "<svg xmlns=\"http://www.w3.org/2000/svg\"" + picture.rendered.dropFirst("<svg".count) + "\n"
    }

    /// - Parameter y: Where it begins, from above.
    private func drawing(from y: Double) -> [HTML] {
        let base = Double(Self.height) - Self.bottom
        let step = bars.isEmpty ? 0 : (Double(Self.width) - 2 * Self.left) / Double(bars.count)
        // Names that would overlap are left out; each bar says its own when it is pointed at.
        let longest = bars.map { Double($0.name.count) * 6.5 + 8 }.max() ?? 0
        let every = step > 0 ? max(1, Int((longest / step).rounded(.up))) : 1
        let heading = HTML(.text, .class("chart-title"), .at(.x, Self.left), .at(.y, y + 20)) { title }
        return [heading]
            + bars.enumerated().map { index, bar in
                let x = Self.left + step * Double(index)
                let height = most > 0 ? (bar.value ?? 0) / most * (base - Self.top - 14) : 0
                return HTML(.g) {
                    HTML(.title) { "\(bar.name): \(bar.label)" }
                    if bar.value != nil {
                        HTML(
                            .rect, .class("chart-bar"), .at(.x, x + step * 0.1),
                            .at(.y, y + base - max(height, 1)), .at(.width, step * 0.8),
                            .at(.height, max(height, 1)))
                        if Double(bar.label.count) * 6 + 4 < step {
                            Self.word(
                                bar.label, kind: "chart-value", x: x + step / 2, y: y + base - height - 4)
                        }
                    }
                    if index % every == 0 {
                        Self.word(bar.name, kind: "chart-name", x: x + step / 2, y: y + base + 16)
                    }
                }
            }
    }

    private static func word(_ word: String, kind: String, x: Double, y: Double) -> HTML {
        HTML(.text, .class(kind), .at(.x, x), .at(.y, y)) { word }
    }
}
