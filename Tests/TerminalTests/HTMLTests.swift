import Terminal
import Testing

@Suite struct HTMLTests {
    static let hostile = "<script>alert(1)</script> \"&' </td><!-- \u{1b}[31m \u{202e}txt"

    @Test func elementsAndTextAreWritten() {
        let html = HTML(.p, .class("note")) {
            HTML(.a, .href(HTML.Anchor("app", "web"))) { "web" }
            " waits"
            HTML(.br)
        }
        #expect(html.rendered == "<p class=\"note\"><a href=\"#app-web\">web</a> waits<br/></p>")
    }

    @Test func textStaysText() {
        let html = HTML(.td, .title(Self.hostile), .data("name", Self.hostile)) { Self.hostile }
        let text =
            "&lt;script&gt;alert(1)&lt;/script&gt; &quot;&amp;' &lt;/td&gt;&lt;!-- \\x1b[31m \\u202etxt"
        #expect(html.rendered == "<td title=\"\(text)\" data-name=\"\(text)\">\(text)</td>")
    }

    @Test func linesStayLines() {
        #expect(HTML("a\nb\tü\r\nc").rendered == "a\nb\tü\r\nc")
        #expect(HTML("a\0\u{FFFF}b").rendered == "a\\x00\u{FFFD}b")
    }

    @Test func anchorsOfDifferentNamesDiffer() {
        let names = ["a b", "a~20b", "a/b", "a-b", "A-b", "ä", "\"onclick=", "a%20b", ""]
        let html = names.map { HTML(.a, .id(HTML.Anchor("x", $0))).rendered }
        #expect(Set(html).count == names.count)
        #expect(html[0] == "<a id=\"x-a~20b\"></a>")
        #expect(html[6] == "<a id=\"x-~22onclick~3d\"></a>")
    }

    @Test(arguments: [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " https://a.example", "data:text/html,x", "//a.example",
        "ftp://a.example", "https://a.example/\u{0}", "https://a.example/ x", "", "https:a",
    ])
    func onlyAddressesOfTheWebAreLinks(_ address: String) {
        #expect(HTML.WebAddress(address) == nil)
    }

    @Test func addressesAreEscaped() throws {
        let address = try #require(HTML.WebAddress("HTTPS://a.example/?a=1&b=\"x\""))
        #expect(
            HTML(.a, .href(address)).rendered
                == "<a href=\"HTTPS://a.example/?a=1&amp;b=&quot;x&quot;\"></a>")
    }

    @Test func lengthsAreShort() {
        #expect(
            HTML(.circle, .at(.cx, 10), .at(.cy, 2.349), .at(.r, -0.04)).rendered
                == "<circle cx=\"10\" cy=\"2.3\" r=\"0\"></circle>")
    }

    @Test func aPageLoadsNothing() {
        func count(_ bytes: [UInt8]) -> String { "\(bytes.count)" }
        let page = Page(title: "</title>", styles: ["p{}"], script: "f()", digest: count) {
            HTML(.p) { "x" }
        }.rendered
        #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"))
        #expect(page.contains("<title>&lt;/title&gt;</title>"))
        #expect(
            page.contains(
                """
                content="default-src 'none'; style-src 'sha256-3'; script-src 'sha256-3'; img-src data:; \
                base-uri 'none'; form-action 'none'"
                """))
        #expect(page.hasSuffix("<p>x</p><script>f()</script></body></html>\n"))
    }
}
