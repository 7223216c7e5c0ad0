import System
import Testing

@testable import gx

@Suite struct CSVTests {
    @Test func columnsAreTheNamesOfJSON() {
        let answer: JSON = [
            "schema": "gx.example/1", "complete": true,
            "deployments": [
                [
                    "app": "api", "time": "2026-11-20T05:26:00Z",
                    "after": [["version": "1.0"], ["version": "2"]],
                ],
                ["app": "web", "waited": 90, "commit": nil],
            ],
        ]
        #expect(
            CSV(of: answer).text == "app,time,after.version,waited,commit\r\n"
                + "api,2026-11-20T05:26:00Z,1.0 2,,\r\nweb,,,90,\r\n")
    }

    @Test func whatIsNullInOneRowIsNoColumnBesideItsParts() {
        #expect(CSV([["left": nil], ["left": ["app": "api"]]]).text == "left.app\r\n\r\napi\r\n")
        #expect(CSV([]).text.isEmpty)
    }

    @Test func quotesAndCommasAreKept() {
        #expect(CSV.field(#"Fix the login, "again""#) == #""Fix the login, ""again""""#)
        #expect(CSV.field("漢字 | <b>") == "漢字 | <b>")
    }

    /// A name of an author must not become a formula of who opens the file, nor move a terminal's cursor.
    @Test(arguments: [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("@SUM", "'@SUM"), ("+cmd|x", "'+cmd|x"), ("-1+1", "'-1+1"),
        ("-12", "-12"), ("+1.5", "+1.5"), ("a\u{1B}[2J\rb", "a [2J b"), ("\t=1+1", "' =1+1"),
        ("\u{202E}x", " x"),
    ])
    func nothingIsAFormula(text: String, field: String) { #expect(CSV.field(text) == field) }
}
