import Terminal
import Testing

@Suite struct TextTests {
    let text: Text = "\("api", .app) runs \(3) copies"

    @Test func withoutColourOnlyTheCharactersShow() {
        #expect(text.rendered(color: false) == "api runs 3 copies")
    }

    @Test func colourFollowsTheMeaning() {
        #expect(text.rendered(color: true) == "\u{1b}[1;34mapi\u{1b}[0m runs 3 copies")
    }

    @Test func everyStyleIsSwitchedOffAgain() {
        for style in Style.allCases {
            let rendered = Text("x", style).rendered(color: true)
            #expect(rendered.hasPrefix("\u{1b}[") && rendered.hasSuffix("x\u{1b}[0m"))
        }
    }

    @Test func hostilePartsAreEscapedAndMeasuredSo() {
        let hostile: Text = "by \("Eve\u{1b}[2K\n", .emphasis)"
        #expect(hostile.rendered(color: false) == "by Eve\\x1b[2K\\n")
        #expect(hostile.width == 15)
        #expect(hostile.raw == "by Eve\u{1b}[2K\n")
    }

    @Test(arguments: [
        (20, "api runs 3 copies"), (17, "api runs 3 copies"), (16, "api runs 3 copi…"), (4, "api…"),
        (3, "ap…"),
        (1, "…"), (0, ""),
    ])
    func truncation(_ width: Int, _ expected: String) {
        let cut = text.truncated(to: width)
        #expect(cut.rendered(color: false) == expected)
        #expect(cut.width <= width)
    }

    @Test func truncationNeverSplitsAWideCharacter() {
        #expect(Text("漢字漢字").truncated(to: 6).rendered(color: false) == "漢字…")
    }

    @Test func theEllipsisLooksLikeWhatItReplaces() {
        #expect(
            Text("failed", .success).truncated(to: 3).rendered(color: true).hasSuffix("\u{1b}[32m…\u{1b}[0m"))
    }
}
