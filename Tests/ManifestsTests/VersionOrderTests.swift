import Manifests
import Testing

@Suite struct VersionOrderTests {
    @Test(arguments: [
        ("1.4.1", "1.4.2"), ("v1.9.0", "v1.10.0"), ("1.4", "v1.4.1"), ("release-2.0", "release-10.1"),
        ("1.4.2-rc.1", "1.4.2"), ("1.4.2-rc.9", "1.4.2-rc.10"), ("1.4.2-alpha.1", "1.4.2-beta.1"),
        ("2026.11.3", "2026.12.1"), ("build-99", "build-512"), ("3.0.8-alpine", "3.0.9-alpine"),
        ("w_2026_09", "w_2026_10"), ("1.4.2-rc", "1.4.2-rc.1"), ("1.4.2-beta.2", "1.4.2-rc.1"),
        ("1.4.2", "1.4.2-5-g1a2b3c4"), ("1.4.2-5-g1a2b3c4", "1.4.3"), ("20261103", "20261104"),
        ("main-1a2b3c4-1700000000", "main-99bb0a1-1700000100"), ("512", "1024"),
        ("20261103-9a2b3c4", "20261104-1a2b3c4"), ("1.4.2-9a2b3c4", "1.4.3-1a2b3c4"),
        ("1.4.2-rc.1-9a2b3c4", "1.4.2-rc.2-1a2b3c4"), ("build-1234567", "build-4711234"),
    ])
    func tagsThatTell(_ earlier: String, _ later: String) {
        #expect(Version(tag: earlier).order(to: Version(tag: later)) == .earlier)
        #expect(Version(tag: later).order(to: Version(tag: earlier)) == .later)
    }

    @Test(arguments: [
        ("1.4.2", "main"), ("1.4.2-alpine", "1.4.2-debian"), ("release-1.0", "build-2.0"),
        ("3c79ca66d", "99db802a5"), ("7673969b2aa", "0449d8472bb"), ("abc1234", "abc1299"),
        ("latest", "stable"), ("1234567", "4711234"), ("1.4.2+5", "1.4.2+6"),
        ("sha-6d55f25", "sha-7778a9d"), ("main-1a2b3c4", "main-2b3c4d5"), ("1a2b3c4-12", "2b3c4d5-11"),
        ("sha-1234567", "sha-4711234"), ("1.4.2-1a2b3c4", "1.4.2-2b3c4d5"), ("1.4.1a2b3c4", "1.4.2b3c4d5"),
        ("1.4.2-rc.1-9a2b3c4", "1.4.2-rc.1-1a2b3c4"), ("1.4.2-a123456", "1.4.2"),
        ("e5f64507ddce17c2538d3a39ae836d8c2367fdda", "0968b43db17c2538d3a39ae836d8c2367fdda000"),
    ])
    func tagsThatDoNot(_ one: String, _ other: String) {
        #expect(Version(tag: one).order(to: Version(tag: other)) == nil)
        #expect(Version(tag: other).order(to: Version(tag: one)) == nil)
    }

    @Test func theSame() {
        let digest = "sha256:" + String(repeating: "ab", count: 32)
        #expect(Version(tag: "1.0").order(to: Version(tag: "1.0")) == .same)
        #expect(Version(tag: "1.0").order(to: Version(tag: "1.0.0")) == .same)
        #expect(Version(tag: "1.0", digest: digest).order(to: Version(tag: "1.0")) == .same)
        #expect(Version(digest: digest).order(to: Version(digest: digest + "00")) == nil)
    }

    @Test func oneVersionInSeveralForms() {
        let digest = { (digit: String) in "sha256:" + String(repeating: digit, count: 64) }
        let whole = Version("1.4.2@\(digest("a"))")
        #expect((whole.tag, whole.digest) == ("1.4.2", digest("a")))
        #expect(whole.isSame(as: Version("1.4.2")))
        #expect(whole.isSame(as: Version(digest("a"))))
        #expect(whole.isSame(as: Version("1.4.3@\(digest("a"))")))
        #expect(!whole.isSame(as: Version("1.4.2@\(digest("b"))")))
        #expect(!Version(digest("a")).isSame(as: Version("1.4.2")))
        #expect(Version("packages/web@1.4.2").tag == "packages/web@1.4.2")
    }

    @Test func textsThatComeToMeanSomethingElse() {
        for text in ["latest", "main", "1.x", "^1.2", "stable", "alpine-latest"] {
            #expect(Version(text).isFloating())
        }
        for text in [
            "1.4.2", "v1", "3c79ca66d", "latest@sha256:" + String(repeating: "a", count: 64), "jammy",
        ] {
            #expect(!Version(text).isFloating())
        }
        #expect(Version("feature/basket").isFloating(.git))
        #expect(!Version("3c79ca66d0").isFloating(.git))
    }
}
