import Git
import Ledger
import System
import Testing

/// Time zones by rule, so that nothing of this machine counts.
enum Zones {
    /// Central European time in 2026: summer time from 29 March 01:00 UTC until 25 October 01:00 UTC.
    static let berlin = Calendar { second in
        (1_774_746_000..<1_792_890_000).contains(second) ? 7200 : 3600
    }
    static let utc = Calendar { _ in 0 }
    static let kathmandu = Calendar { _ in 20_700 }
}

/// A moment: `2026-03-29T02:30:00Z`.
func second(_ text: String) throws -> Int64 {
    try #require(Timestamp(iso8601: text)).seconds
}

@Suite struct DistributionTests {
    @Test func quantilesAreInterpolated() {
        // numpy.percentile([10, 20, 30, 50], [0, 25, 50, 75, 90, 95, 100]) = 10, 17.5, 25, 35, 44, 47, 50
        let four = Distribution([50, 10, 30, 20])
        #expect([0, 50, 75, 90, 95, 100].map(four.quantile) == [10, 25, 35, 44, 47, 50])
        #expect(four.hundredths(25) == 1750)
        #expect(four.quantile(25) == 18)
        #expect((four.best, four.worst, four.average, four.count) == (10, 50, 28, 4))
    }

    @Test func fewValuesAreTheirOwnQuantiles() {
        #expect([50, 75, 90, 95].map(Distribution([7]).quantile) == [7, 7, 7, 7])
        #expect(Distribution([]).median == nil)
        #expect(Distribution([]).average == nil)
        #expect(Distribution([1, 2]).median == 2)
        #expect(Distribution([1, 2]).hundredths(50) == 150)
    }

    @Test func figuresHaveNames() {
        let three = Distribution([1, 5, 9])
        #expect(["best", "median", "average", "worst", "p25"].map(three.figure) == [1, 5, 5, 9, 3])
        #expect(!["p101", "p", "most", "px"].contains(where: Distribution.hasFigure))
    }
}

@Suite struct PeriodTests {
    @Test func daysAreThoseOfTheZone() throws {
        let day = Zones.berlin.day(of: try second("2026-03-28T23:30:00Z"))
        #expect(Calendar.name(of: day) == "2026-03-29")
        #expect(Zones.utc.day(of: try second("2026-03-28T23:30:00Z")) == day - 1)
        #expect(Calendar.weekday(of: day) == 6)
        #expect(Zones.berlin.moment(day) == (try second("2026-03-28T23:00:00Z")))
        #expect(Zones.berlin.moment(day + 1) == (try second("2026-03-29T22:00:00Z")))
        #expect(Zones.kathmandu.moment(day) == (try second("2026-03-28T18:15:00Z")))
        #expect(Zones.utc.day(of: -1) == -1)
    }

    @Test func hoursThatAreLeftOutOrComeTwiceAreFound() throws {
        let spring = Zones.berlin.day(of: try second("2026-03-29T12:00:00Z"))
        #expect(Zones.berlin.moment(spring, second: 9000) == (try second("2026-03-29T01:30:00Z")))
        let autumn = Zones.berlin.day(of: try second("2026-10-25T12:00:00Z"))
        #expect(Zones.berlin.moment(autumn, second: 9000) == (try second("2026-10-25T00:30:00Z")))
        #expect(Zones.berlin.moment(autumn, second: 4 * 3600) == (try second("2026-10-25T03:00:00Z")))
    }

    @Test func weeksAndMonthsAreCutToThePeriod() throws {
        let period = Period(
            from: try second("2026-03-20T10:00:00Z"), until: try second("2026-04-07T00:00:00Z"))
        let weeks = period.parts(by: .week, Zones.berlin)
        #expect(weeks.map(\.name) == ["2026-03-16", "2026-03-23", "2026-03-30", "2026-04-06"])
        #expect(weeks.map(\.isWhole) == [false, true, true, false])
        // The week in which clocks are put forward has an hour less.
        #expect(weeks[1].period.seconds == 7 * 86_400 - 3600)
        #expect(weeks[2].period.start == (try second("2026-03-29T22:00:00Z")))
        #expect(period.parts(by: .month, Zones.berlin).map(\.name) == ["2026-03", "2026-04"])
        #expect(period.parts(by: .day, Zones.berlin).count == 19)
        #expect(weeks.index(at: period.start) == 0)
        #expect(weeks.index(at: period.end) == nil)
        #expect(weeks.index(at: period.start - 1) == nil)
        #expect(weeks.map(\.period.seconds).reduce(0, +) == period.seconds)
    }

    @Test func thePeriodBeforeIsAsLong() {
        #expect(Period(from: 100, until: 130).previous == Period(from: 70, until: 100))
    }
}

@Suite struct BusinessHoursTests {
    @Test(arguments: ["", "9", "17-9", "9-25", "mon 9-17 x", "9:60-17", "foo-fri 9-17", "9-9"])
    func otherTextIsRefused(_ text: String) {
        #expect(BusinessHours(text) == nil)
    }

    @Test func hoursAreRead() {
        #expect(BusinessHours("9-17")?.description == "mon,tue,wed,thu,fri 9:00-17:00")
        #expect(BusinessHours("sun-thu 8:30-16")?.description == "mon,tue,wed,thu,sun 8:30-16:00")
        #expect(BusinessHours("sat 0-24")?.dayLength == 86_400)
    }

    @Test func onlyTheyCount() throws {
        let span = Period(from: try second("2026-03-01T00:00:00Z"), until: try second("2026-11-01T00:00:00Z"))
        let hours = try #require(BusinessHours("9-17"))
        let stopwatch = Stopwatch(hours, in: span, Zones.berlin)
        func measured(_ start: String, _ end: String) throws -> Int64 {
            stopwatch.seconds(from: try second(start), to: try second(end))
        }
        // Friday 16:00 in Berlin until Monday 10:00, before and after clocks are put forward.
        #expect(try measured("2026-03-27T15:00:00Z", "2026-03-30T08:00:00Z") == 2 * 3600)
        // The same moments of UTC a week earlier: Friday 16:00 until Monday 9:00.
        #expect(try measured("2026-03-20T15:00:00Z", "2026-03-23T08:00:00Z") == 3600)
        #expect(try measured("2026-03-28T00:00:00Z", "2026-03-29T22:00:00Z") == 0)
        #expect(try measured("2026-03-24T12:00:00Z", "2026-03-24T12:30:00Z") == 1800)
        #expect(try measured("2026-03-24T12:30:00Z", "2026-03-24T12:00:00Z") == -1800)
        #expect(stopwatch.day == 8 * 3600)
        #expect(Stopwatch().seconds(from: 5, to: 9) == 4)
    }

    @Test func nobodyWorksOnAWeekend() throws {
        let span = Period(from: try second("2026-03-28T08:00:00Z"), until: try second("2026-03-29T08:00:00Z"))
        let stopwatch = Stopwatch(try #require(BusinessHours("9-17")), in: span, Zones.utc)
        #expect(stopwatch.seconds(from: span.start, to: span.end) == 0)
    }
}
