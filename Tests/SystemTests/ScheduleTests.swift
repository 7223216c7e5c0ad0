import Testing

@testable import System

/// When windows are open, also where clocks are moved. `Tests/Proofs/windows.py` asks more of it.
@Suite struct ScheduleTests {
    private func moment(_ text: String) throws -> Int64 {
        try #require(Timestamp(iso8601: text)).seconds
    }

    private func zone(_ name: String) throws -> TimeZone { try #require(TimeZone(name)) }

    @Test(arguments: [
        ("Europe/Berlin", "2026-03-29T00:59:59Z", 3600), ("Europe/Berlin", "2026-03-29T01:00:00Z", 7200),
        ("Europe/Berlin", "2026-10-25T00:59:59Z", 7200), ("Europe/Berlin", "2026-10-25T01:00:00Z", 3600),
        // After the last change that the database lists, its rule goes on.
        ("Europe/Berlin", "2090-07-01T00:00:00Z", 7200),
        ("America/New_York", "2090-01-01T00:00:00Z", -18_000),
        ("Australia/Sydney", "2090-01-01T00:00:00Z", 39_600),
        ("Asia/Kolkata", "2026-01-01T00:00:00Z", 19_800),
        ("UTC", "2026-01-01T00:00:00Z", 0),
    ])
    func clocksAreMoved(_ name: String, _ text: String, _ offset: Int64) throws {
        #expect(try zone(name).offset(at: moment(text)) == offset)
    }

    @Test(arguments: [
        "", "Berlin", "Europe/Nowhere", "../../etc/passwd", "/etc/localtime", "Europe/", "CEST+1",
    ])
    func whatIsNoZoneIsNone(_ name: String) { #expect(TimeZone(name) == nil) }

    @Test func damagedZonesAreNone() throws {
        let file = try #require(try readFile("/usr/share/zoneinfo/Europe/Berlin", limit: 1 << 20))
        #expect(TimeZone("x", file: file) != nil)
        for length in stride(from: 0, to: file.count, by: 7) {
            _ = TimeZone("x", file: Array(file.prefix(length)))
        }
        #expect(TimeZone("x", file: Array(file.prefix(60))) == nil)
    }

    @Test func anHourThatIsLeftOutIsLater() throws {
        let berlin = try zone("Europe/Berlin")
        let cron = Schedule(.cron(try Cron("30 2 * * *"), duration: 600), berlin)
        // 2:30 is not there on 29 March: it is 3:30.
        #expect(try cron.contains(moment("2026-03-29T01:35:00Z")))
        #expect(try !cron.contains(moment("2026-03-29T00:35:00Z")))
        // On 25 October it is there twice, and the first one counts.
        #expect(try cron.contains(moment("2026-10-25T00:35:00Z")))
        #expect(try !cron.contains(moment("2026-10-25T01:35:00Z")))
    }

    @Test func opensAndCloses() throws {
        let work = Schedule(.cron(try Cron("0 9 * * 1-4"), duration: 7 * 3600), try zone("Europe/Berlin"))
        // Thursday evening to Monday morning, while clocks are moved.
        #expect(try work.change(after: moment("2026-03-26T20:00:00Z")) == moment("2026-03-30T07:00:00Z"))
        #expect(try work.change(after: moment("2026-03-30T07:00:00Z")) == moment("2026-03-30T14:00:00Z"))
        let freeze = Schedule(
            .once(
                from: try #require(Civil.day("2026-12-18")) * 86_400,
                to: try #require(Civil.day("2027-01-04")) * 86_400), try zone("Europe/Berlin"))
        #expect(try freeze.contains(moment("2026-12-17T23:00:00Z")))
        #expect(try !freeze.contains(moment("2027-01-03T23:00:00Z")))
        #expect(try freeze.change(after: moment("2027-02-01T00:00:00Z")) == nil)
    }

    @Test func firstMondaysAreFound() throws {
        let rule = try Recurrence("FREQ=MONTHLY;BYDAY=1MO", from: nil)
        let days = rule.days(
            in: try #require(Civil.day("2026-01-01"))...(try #require(Civil.day("2026-04-30"))))
        #expect(
            days.map { Timestamp(seconds: $0 * 86_400).utc.prefix(10) } == [
                "2026-01-05", "2026-02-02", "2026-03-02", "2026-04-06",
            ])
    }

    /// Either day is enough, unless one of them is a star. A list of all of them is none.
    @Test(arguments: [
        ("0 9 8 * *", "2026-04-08T09:00:00Z"), ("0 9 8 * 1", "2026-04-06T09:00:00Z"),
        ("0 9 8 * 0-6", "2026-04-02T09:00:00Z"), ("0 9 1-31 * 1", "2026-04-02T09:00:00Z"),
        ("0 9 */1 * 1", "2026-04-06T09:00:00Z"), ("0 9 8 * */1", "2026-04-08T09:00:00Z"),
    ])
    func daysOfMonthsAndWeeksAreAlternatives(_ text: String, _ next: String) throws {
        let schedule = Schedule(.cron(try Cron(text), duration: 60), try zone("UTC"))
        #expect(try schedule.change(after: moment("2026-04-01T20:00:00Z")) == moment(next))
    }

    @Test(arguments: [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8",
        "5-1 * * * *", "*/0 * * * *", "a * * * *", "1,,2 * * * *", "-1 * * * *", "1- * * * *",
    ])
    func whatIsNoCronIsRefused(_ text: String) { #expect(throws: Cron.Problem.self) { try Cron(text) } }

    @Test(arguments: [
        "", "FREQ=HOURLY", "BYDAY=MO", "FREQ=DAILY;FREQ=DAILY", "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=MONTHLY;BYDAY=XX",
        "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;UNTIL=2026", "FREQ=DAILY;X=1",
        // These count from a first day.
        "FREQ=DAILY;COUNT=3", "FREQ=WEEKLY;BYDAY=MO;INTERVAL=2", "FREQ=WEEKLY",
    ])
    func whatIsNoRuleIsRefused(_ text: String) {
        #expect(throws: Cron.Problem.self) { try Recurrence(text, from: nil) }
    }

    @Test(arguments: [
        (0, "0s"), (59, "59s"), (90, "1m30s"), (22_320, "6h12m"), (86_400, "1d"), (90_061, "1d1h"),
        (3601, "1h"),
    ])
    func lengthsOfTimeAreReadable(_ seconds: Int64, _ text: String) {
        #expect(TimeSpan(seconds: seconds).description == text)
    }
}
