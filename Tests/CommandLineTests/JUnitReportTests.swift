import Testing

@testable import gx

@Suite struct JUnitReportTests {
    @Test func countsAndEscapes() {
        let report = JUnitReport(
            name: "gx verify",
            cases: [
                JUnitReport.Case(subject: "prod/api", name: "synced", result: .passed),
                JUnitReport.Case(
                    subject: "prod/api", name: "errors < 1 %", result: .failed("3 > 1 & \"rising\"")),
                JUnitReport.Case(
                    subject: "a.yaml", name: "reach", result: .unknown("no\u{1B}answer"), file: "a.yaml",
                    line: 3),
            ])
        #expect(
            report.text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites tests="3" failures="1" errors="1">
                  <testsuite name="gx verify" tests="3" failures="1" errors="1">
                    <testcase classname="prod/api" name="synced"/>
                    <testcase classname="prod/api" name="errors &lt; 1 %">
                      <failure message="3 &gt; 1 &amp; &quot;rising&quot;"/>
                    </testcase>
                    <testcase classname="a.yaml" name="reach" file="a.yaml" line="3">
                      <error message="no\\x1banswer"/>
                    </testcase>
                  </testsuite>
                </testsuites>

                """)
    }
}
