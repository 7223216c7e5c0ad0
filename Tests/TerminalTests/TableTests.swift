import Terminal
import Testing

private struct Service {
    var app: String
    var version: String
    var copies: Int
    var subject: String
}

@Suite struct TableTests {
    private let table = Table(
        [
            Service(app: "api", version: "1.4.2", copies: 12, subject: "Fix the login, \"again\""),
            Service(app: "漢字", version: "2.0", copies: 3, subject: "Use a|b & <script>"),
        ],
        [
            Column("app") { Text($0.app, .app) },
            Column("version", drop: 1) { Text($0.version) },
            Column("copies", .right, drop: 2) { Text(String($0.copies)) },
            Column("subject", minimum: 8) { Text($0.subject) },
        ])

    @Test func columnsAlign() {
        #expect(
            table.rendered(color: false) == """
                app   version  copies  subject
                api   1.4.2        12  Fix the login, "again"
                漢字  2.0           3  Use a|b & <script>

                """)
    }

    @Test func paddingIsOutsideTheColours() {
        let lines = table.rendered(color: true).split(separator: "\n")
        #expect(lines[0].hasPrefix("\u{1b}[1;4mapp\u{1b}[0m   \u{1b}[1;4mversion\u{1b}[0m"))
        #expect(lines[1].hasPrefix("\u{1b}[1;34mapi\u{1b}[0m   1.4.2"))
    }

    @Test func noLineEndsInSpaces() {
        let table = Table(["x", ""], [Column("a") { Text($0) }, Column("b") { _ in "" }])
        #expect(table.rendered(color: false) == "a  b\nx\n\n")
    }

    @Test func itFitsByTruncatingTheWidestThatMayBe() {
        let fitted = table.fitted(to: 40)
        #expect(fitted.omitted.isEmpty)
        #expect(
            fitted.rendered(color: false)
                == """
                app   version  copies  subject
                api   1.4.2        12  Fix the login, "…
                漢字  2.0           3  Use a|b & <script>

                """
                .replacing("Use a|b & <script>", with: "Use a|b & <scrip…"))
    }

    @Test func itFitsByDroppingTheHighestNumberFirst() {
        let fitted = table.fitted(to: 24)
        #expect(fitted.omitted == ["copies"])
        #expect(
            fitted.rendered(color: false) == """
                app   version  subject
                api   1.4.2    Fix the …
                漢字  2.0      Use a|b …

                """)
        #expect(table.fitted(to: 20).omitted == ["copies", "version"])
    }

    @Test func whatMayNotGiveStays() {
        let table = Table(["0123456789"], [Column("id") { Text($0) }])
        #expect(table.fitted(to: 5).rendered(color: false) == "id\n0123456789\n")
    }

    @Test func aTitleIsTruncatedWithItsColumn() {
        let table = Table(["x"], [Column("production", minimum: 4) { Text($0) }])
        #expect(table.fitted(to: 5).rendered(color: false) == "prod…\nx\n")
    }

    @Test(arguments: 24...120)
    func nothingExceedsAWidthThatIsPossible(_ width: Int) {
        for line in table.fitted(to: width).rendered(color: false).split(separator: "\n") {
            #expect(line.displayWidth <= width)
        }
    }

    @Test func withoutRowsTheTitlesRemain() {
        #expect(Table([Int](), [Column("a") { Text(String($0)) }]).rendered(color: false) == "a\n")
    }

    @Test func csvIsExact() {
        #expect(
            table.csv == "app,version,copies,subject\r\napi,1.4.2,12,\"Fix the login, \"\"again\"\"\"\r\n"
                + "漢字,2.0,3,Use a|b & <script>\r\n")
        let lines = Table(["a\nb", "a\rb"], [Column("x") { Text($0) }])
        #expect(lines.csv == "x\r\n\"a\nb\"\r\n\"a\rb\"\r\n")
    }

    /// Neither a spreadsheet nor a terminal does what a value says.
    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("@x", "'@x"), ("-2+3", "'-2+3"), ("-2", "-2"),
        ("+1.5", "+1.5"),
        (" =x", "' =x"), ("\tx", "'\tx"), ("a=b", "a=b"),
    ])
    func csvObeysNobody(_ value: String, _ field: String) {
        #expect(Table([value], [Column("x") { Text($0) }]).csv == "x\r\n\(field)\r\n")
        let hostile = Table(["\u{1B}[2J\u{07}\u{9B}x"], [Column("x") { Text($0) }]).csv
        #expect(!hostile.unicodeScalars.contains { [0x1B, 0x07, 0x9B].contains($0.value) })
    }

    @Test func markdownShowsValuesAsTheyAre() {
        #expect(
            table.markdown == """
                | app | version | copies | subject |
                | --- | --- | ---: | --- |
                | api | 1.4.2 | 12 | Fix the login, "again" |
                | 漢字 | 2.0 | 3 | Use a\\|b \\& \\<script> |

                """)
        let hostile = Table(["[x](http://e)\n| y |"], [Column("s") { Text($0) }])
        #expect(hostile.markdown.hasSuffix("| \\[x\\](http://e)\\\\n\\| y \\| |\n"))
    }
}
