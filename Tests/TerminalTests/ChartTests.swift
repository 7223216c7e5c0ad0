import Terminal
import Testing

@Suite struct ChartTests {
    private let chart = Chart(
        "Deployments",
        [.init("Mon", 0, "0"), .init("Tue", 1, "1"), .init("Wed", nil, "–"), .init("Thu", 8, "8")])

    @Test func aSparklineTellsNothingFromZero() {
        #expect(chart.sparkline() == "▁▂ █")
        #expect(chart.sparkline(width: 2) == " █")
        #expect(Chart("", []).sparkline() == "")
        #expect(Chart("", [.init("", 0, "")]).sparkline() == "▁")
    }

    @Test func barsFitTheWidth() {
        let lines = chart.lines(width: 16).map { $0.rendered(color: false) }
        #expect(lines == ["Mon    0", "Tue  █  1", "Wed    –", "Thu  ████████  8"])
        #expect(chart.lines(width: 4).count == 4)
        #expect(chart.lines(width: nil)[3].width == 68)
    }

    @Test func pictureIsMarkupThatHoldsNoOther() {
        let hostile = Chart("<script>alert(1)</script>", [.init("\"&'\u{1b}[31m", 3, "<b>")])
        for text in [hostile.picture.rendered, Chart.file([hostile, hostile])] {
            #expect(!text.contains("<script"))
            #expect(!text.contains("<b>"))
            #expect(!text.contains("\u{1b}"))
            #expect(text.contains("&quot;&amp;'\\x1b[31m: &lt;b&gt;"))
            #expect(text.contains("&lt;script&gt;"))
        }
    }
}
