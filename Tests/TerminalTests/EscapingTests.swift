import Terminal
import Testing

@Suite struct EscapingTests {
    @Test(arguments: [
        ("plain", "plain"),
        ("ünïcode 漢字 👩‍🚀 é", "ünïcode 漢字 👩‍🚀 é"),
        ("\u{1b}[31mred", "\\x1b[31mred"),
        ("\u{1b}]0;title\u{07}", "\\x1b]0;title\\x07"),
        ("a\r\nb\tc\u{00}", "a\\r\\nb\\tc\\x00"),
        ("\u{7f}\u{9b}31m", "\\x7f\\x9b31m"),
        ("api\u{202e}gpj.exe", "api\\u202egpj.exe"),
        ("\u{2066}x\u{2069}\u{200f}\u{061c}", "\\u2066x\\u2069\\u200f\\u061c"),
        ("a\u{2028}b", "a\\u2028b"),
    ])
    func controlCharactersBecomeVisible(_ hostile: String, _ harmless: String) {
        #expect(escaped(hostile) == harmless)
    }

    @Test func linesAndTabsStayWhereTheyAreWanted() {
        #expect(escapedLines("+\ta\r\n-b\u{1b}[A\rc\n") == "+\ta\r\n-b\\x1b[A\\rc\n")
    }
}
