import System
import Testing

@Suite struct TimeSpanTests {
    private static let lengths: [String: Int64] = [
        "90s": 90, "10m": 600, "10 min": 600, "2h": 7200, "4h30m": 16_200, "1d": 86_400, "2.5 d": 216_000,
        "1w": 604_800, "0s": 0, "1d 12h": 129_600,
    ]

    @Test func whatIsALengthOfTime() {
        for (text, seconds) in Self.lengths { #expect(TimeSpan(text)?.seconds == seconds, "\(text)") }
    }

    @Test(arguments: [
        "", "s", "90", "1x", "-5m", "h2", "1h30", "1..5h", "99999999999999999w", "٣h", "1d!",
    ])
    func whatIsNone(text: String) { #expect(TimeSpan(text) == nil) }

    @Test func aDayOfWorkIsShorter() { #expect(TimeSpan("1.5d", day: 8 * 3600)?.seconds == 43_200) }

    private static let words: [Int64: String] = [
        -1: "0 seconds", 1: "1 second", 60: "1 minute", 3_660: "1 hour 1 minute", 86_400: "1 day",
        273_600: "3 days 4 hours", 694_800: "8 days",
    ]

    @Test func inWords() {
        for (seconds, words) in Self.words { #expect(TimeSpan(seconds: seconds).words == words) }
    }

    private static let columns: [Int64: String] = [
        0: "0m", 7140: "119m", 7200: "2h", 169_200: "47h", 259_200: "3d", 1_123_200: "13d", 1_209_600: "2w",
        64_000_000: "2y",
    ]

    @Test func inAColumn() {
        for (seconds, short) in Self.columns { #expect(TimeSpan(seconds: seconds).short == short) }
    }

    private static let ages: [Int64: String] = [
        -5: "just now", 59: "just now", 60: "1 minute ago", 120: "2 minutes ago", 129_600: "36 hours ago",
        259_200: "3 days ago", 70_000_000: "2 years ago",
    ]

    @Test func asAnAge() {
        for (seconds, ago) in Self.ages { #expect(TimeSpan(seconds: seconds).ago == ago) }
    }
}
