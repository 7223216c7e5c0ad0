import Manifests
import Testing

@Suite struct VersionOrderTests {
    @Test(arguments: [
        ("1.4.1", "1.4.2"), ("v1.9.0", "v1.10.0"), ("1.4", "v1.4.1"), ("release-2.0", "release-10.1"),
        ("1.4.2-rc.1", "1.4.2"), ("1.4.2-rc.9", "1.4.2-rc.10"), ("1.4.2-alpha.1", "1.4.2-beta.1"),
        ("2026.11.3", "2026.12.1"), ("build-99", "build-512"), ("3.0.8-alpine", "3.0.9-alpine"),
        ("w_2026_09", "w_2026_10"),
    ])
    func tagsThatTell(_ earlier: String, _ later: String) {
        #expect(Version(tag: earlier).order(to: Version(tag: later)) == .earlier)
        #expect(Version(tag: later).order(to: Version(tag: earlier)) == .later)
    }

    @Test(arguments: [
        ("1.4.2", "main"), ("1.4.2-alpine", "1.4.2-debian"), ("release-1.0", "build-2.0"),
        ("3c79ca66d", "99db802a5"), ("7673969b2aa", "0449d8472bb"), ("abc1234", "abc1299"),
        ("latest", "stable"),
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
}
