extension Chart {
    /// The size of a drawn chart.
    static let (width, height) = (720.0, 200.0)
    private static let (left, top, bottom) = (8.0, 36.0, 28.0)

    /// The chart as an element of SVG that may stand in a page of HTML. What it shows can be heard: its label says
    /// all values. Colours are those of the page's custom properties `--gx-bar`, `--gx-text` and `--gx-faint`, else
    /// ones that can be read on white and on black.
    public func svg() -> String {
        let values = bars.map { "\($0.name): \($0.label)" }.joined(separator: "; ")
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="gx-chart" role="img" viewBox="0 0 \(number(Self.width)) \
            \(number(Self.height))" width="\(number(Self.width))" height="\(number(Self.height))" \
            aria-label="\(markup("\(title): \(values)"))">
            \(drawing)</svg>

            """
    }

    /// Several charts as one file of SVG, one below the other, readable in light and dark.
    public static func file(_ charts: [Chart]) -> String {
        let height = Self.height * Double(charts.count)
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(width)) \(number(height))" \
            width="\(number(width))" height="\(number(height))" role="img" \
            aria-label="\(markup(charts.map(\.title).joined(separator: "; ")))">
            <style>\(style)</style>
            <rect class="gx-ground" width="100%" height="100%"/>

            """
        for (index, chart) in charts.enumerated() {
            text +=
                "<g transform=\"translate(0 \(number(Self.height * Double(index))))\">\n\(chart.drawing)</g>\n"
        }
        return text + "</svg>\n"
    }

    private static let style = """
        :root{--gx-bar:#2f6db5;--gx-text:#1f2328;--gx-faint:#59636e;--gx-ground:#ffffff}\
        @media(prefers-color-scheme:dark){:root{--gx-bar:#6cb0f5;--gx-text:#e6edf3;--gx-faint:#9198a1;\
        --gx-ground:#0d1117}}.gx-ground{fill:var(--gx-ground)}
        """

    private var drawing: String {
        let base = Self.height - Self.bottom
        let step = bars.isEmpty ? 0 : (Self.width - 2 * Self.left) / Double(bars.count)
        // Names that would overlap are left out; each bar says its own when it is pointed at.
        let longest = bars.map { Double($0.name.count) * 6.5 + 8 }.max() ?? 0
        let every = step > 0 ? max(1, Int((longest / step).rounded(.up))) : 1
        var text =
            "<text x=\"\(number(Self.left))\" y=\"20\" font-family=\"system-ui,sans-serif\" font-size=\"14\" "
            + "font-weight=\"600\" fill=\"var(--gx-text,#777)\">\(markup(title))</text>\n"
        for (index, bar) in bars.enumerated() {
            let x = Self.left + step * Double(index)
            let height = most > 0 ? (bar.value ?? 0) / most * (base - Self.top - 14) : 0
            let middle = number(x + step / 2)
            text += "<g><title>\(markup("\(bar.name): \(bar.label)"))</title>"
            if bar.value != nil {
                text +=
                    "<rect x=\"\(number(x + step * 0.1))\" y=\"\(number(base - max(height, 1)))\" "
                    + "width=\"\(number(step * 0.8))\" height=\"\(number(max(height, 1)))\" "
                    + "fill=\"var(--gx-bar,#4a86c5)\"/>"
                if Double(bar.label.count) * 6 + 4 < step {
                    text += Self.word(bar.label, middle, number(base - height - 4), "--gx-text")
                }
            }
            if index % every == 0 {
                text += Self.word(bar.name, middle, number(base + 16), "--gx-faint")
            }
            text += "</g>\n"
        }
        return text
    }

    private static func word(_ word: String, _ x: String, _ y: String, _ color: String) -> String {
        "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"middle\" font-family=\"system-ui,sans-serif\" "
            + "font-size=\"11\" fill=\"var(\(color),#777)\">\(markup(word))</text>"
    }
}

/// To a tenth, without a zero behind the point.
private func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
}

/// Text inside of HTML and SVG, also in attributes in double quotes: markup and control characters do no harm.
public func markup(_ text: some StringProtocol) -> String {
    escaped(text).reduce(into: "") { result, character in
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        default: result.append(character)
        }
    }
}
