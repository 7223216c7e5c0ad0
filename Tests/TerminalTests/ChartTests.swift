import Terminal
import Testing

@Suite struct ChartTests {
    private let chart = Chart(
        "Deployments",
        [
            .init("Mon", value: 0, label: "0"), .init("Tue", value: 1, label: "1"),
            .init("Wed", value: nil, label: "–"), .init("Thu", value: 8, label: "8"),
        ])

    @Test func aSparklineTellsNothingFromZero() {
        #expect(chart.sparkline() == "▁▂ █")
        #expect(chart.sparkline(width: 2) == " █")
        #expect(Chart("", []).sparkline() == "")
        #expect(Chart("", [.init("", value: 0, label: "")]).sparkline() == "▁")
    }

    @Test func barsFitTheWidth() {
        let lines = chart.lines(width: 16).map { $0.rendered(color: false) }
        #expect(lines == ["Mon    0", "Tue  █  1", "Wed    –", "Thu  ████████  8"])
        #expect(chart.lines(width: 4).count == 4)
        #expect(chart.lines(width: nil)[3].width == 68)
    }

    @Test func pictureIsMarkupThatHoldsNoOther() {
        let hostile = Chart("<script>alert(1)</script>", [.init("\"&'\u{1b}[31m", value: 3, label: "<b>")])
        for text in [hostile.picture.rendered, Chart.file([hostile, hostile])] {
            #expect(!text.contains("<script"))
            #expect(!text.contains("<b>"))
            #expect(!text.contains("\u{1b}"))
            #expect(text.contains("&quot;&amp;'\\x1b[31m: &lt;b&gt;"))
            #expect(text.contains("&lt;script&gt;"))
        }
    }
}
