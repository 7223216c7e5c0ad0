import Terminal
import Testing

@Suite struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("api-7", 5), ("café", 4), ("cafe\u{301}", 4), ("漢字", 4), ("한국", 4), ("ｆｕｌｌ", 8),
        ("🚀", 2), ("👩‍🚀", 2), ("🇫🇷", 2), ("❤️", 2), ("❤", 1), ("1️⃣", 2), ("👍🏽", 2), ("✅", 2), ("…", 1), ("→", 1),
        ("\u{200b}", 0), ("〈x〉", 5), ("ｱ", 1), ("\u{1112}\u{1161}\u{11ab}", 2), ("क्षि", 2),
    ])
    func columns(_ text: String, _ width: Int) {
        #expect(text.displayWidth == width)
    }
}
