import Testing

@testable import gx

@Suite struct FlowchartTests {
    @Test func boxesAndArrows() {
        var chart = Flowchart()
        var inner: [Flowchart.Box] = []
        let first = chart.box(["dev", "", "1.0"], .now)
        chart.group("prod") { chart in inner = [chart.box(["1.0"], .absent)] }
        for _ in 1...2 { chart.arrow(from: first, to: inner[0], isDashed: true) }
        #expect(
            chart.text == """
                flowchart LR
                    n0["dev<br>1.0"]:::now
                    subgraph g0["prod"]
                    n1["1.0"]:::absent
                    end
                    n0 -.-> n1
                    classDef now fill:#c8e6c9,stroke:#2e7d32,color:#000
                    classDef absent fill:#eeeeee,stroke:#9e9e9e,color:#000

                """)
    }

    /// Names come from files: none can end its box, or be read as HTML.
    @Test func textStaysText() {
        var chart = Flowchart()
        _ = chart.box(["a\"]:::x<b>&`#1\n\u{1b}"], .now)
        chart.group("\"]\nend") { _ in }
        let lines = chart.text.split(separator: "\n")
        #expect(lines[1] == #"    n0["a#quot;]:::x#lt;b#gt;#amp;#96;#35;1\n\x1b"]:::now"#)
        #expect(lines[2] == ##"    subgraph g0["#quot;]\nend"]"##)
    }
}
