import Git
import Ledger
import System
import Testing

/// Hours, in seconds.
private func hours(_ hours: Double...) -> [Int64] { hours.map { Int64($0 * 3600) } }

/// Every figure of a history that is known in advance.
@Suite struct MetricsTests {
    private static let history = Result { try KnownHistory() }
    private var history: KnownHistory { get throws { try Self.history.get() } }

    @Test func leadTimeIsThatOfEachCommit() throws {
        // To prod-us: the hotfix by its original commit (5), B (24), A (48), D (96), and C (140), which had been
        // rolled back; to prod-eu: B (36) and A (60). The bad idea went as it came.
        let lead = try history.measures().lead
        #expect(lead.values == hours(5, 24, 36, 48, 60, 96, 140))
        #expect([lead.median] == hours(48))
        #expect(lead.average == 210_343)
        #expect([75, 90, 95].map(lead.quantile) == hours(78, 113.6, 126.8))
    }

    @Test func dwellIsThatOfEachVersion() throws {
        // web 2.2, 2.3 and 2.1; api 1.1, 1.3 and 1.2 to prod-us, and 1.1 to prod-eu.
        let dwell = try history.measures().dwell
        #expect(dwell.values == hours(2, 4, 22, 34, 48, 52, 139))
        #expect(try history.measures(to: ["prod-eu"]).dwell.values == hours(34))
        #expect(try history.measures(to: ["qa"]).dwell.values == hours(0.5, 1, 1, 5, 6, 6))
        #expect(try history.measures(to: ["prod-eu"], from: ["qa"]).dwell.values == hours(28))
    }

    @Test func deploymentsAreCountedOnceForEachAppAndEnvironment() throws {
        let frequency = try history.measures().frequency
        #expect(frequency.count == 12)
        #expect(frequency.commits == 12)
        #expect(frequency.weekly.values == [5, 7])
        #expect(frequency.weekly.hundredths(50) == 600)
        #expect(frequency.perWeek == 600)
        #expect((frequency.activeDays, frequency.days) == (5, 14))
    }

    @Test func failuresCountOnceAndRepairsNot() throws {
        // Of twelve, two rollbacks and a fix do not count. Failed: api 1.2 twice, web 2.1.
        let rate = try history.measures().failRate
        #expect((rate.failed, rate.inferred, rate.succeeded, rate.unknown) == (3, 1, 1, 5))
        #expect(rate.lowest == Share(3, of: 9))
        #expect(rate.highest == Share(8, of: 9))
        #expect((rate.lowest.perMille, rate.highest.perMille) == (333, 889))
    }

    @Test func strictlyOnlyDeclaredRollbacksCount() throws {
        let measures = try history.measures(isStrict: true)
        #expect((measures.failRate.failed, measures.failRate.inferred, measures.failRate.count) == (2, 0, 10))
        #expect((measures.rework.rollbacks, measures.rework.fixes) == (1, 1))
        #expect(measures.recovery.durations.values == hours(1, 4))
        // Without the inferred rollback C came to prod-eu after 22 hours.
        #expect(measures.lead.values == hours(5, 22, 24, 36, 48, 60, 96, 140))
    }

    @Test func recoveryEndsWithWhatWorks() throws {
        let recovery = try history.measures().recovery
        #expect(recovery.durations.values == hours(1, 3, 4))
        #expect(recovery.open == 0)
    }

    @Test func reworkIsRollbacksAndFixes() throws {
        let rework = try history.measures().rework
        #expect((rework.rollbacks, rework.fixes, rework.count) == (2, 1, 12))
        #expect(rework.share.perMille == 250)
    }

    @Test func whatIsLeftOutIsSaid() throws {
        let measures = try history.measures()
        #expect(measures.omissions == [.configuration: 1, .races: 1, .beforeHistory: 3])
        #expect(measures.bases == [.source: 8, .dwell: 4])
    }

    @Test func changesThatHaveNotArrivedAreOpen() throws {
        let (survey, ledger) = try history.survey()
        let open = survey.open.map { one in
            let name =
                switch one.change {
                case .commit(let commit): commit.subject
                case .version(let number): ledger[number].after?.first?.version ?? ""
                }
            return
                "\(one.environment) \(name) in \(one.stage ?? "none") since \(Timestamp(seconds: one.start))"
        }
        #expect(
            open.sorted() == [
                "prod-eu Feature C in qa since 2026-03-26T14:00:00Z",
                "prod-eu Feature D in qa since 2026-03-28T10:00:00Z",
                "prod-eu Feature E in none since 2026-04-04T08:00:00Z",
                "prod-eu Fix a crash in qa since 2026-03-27T08:00:00Z",
                "prod-us 2.4 in dev since 2026-04-04T10:00:00Z",
                "prod-us Feature E in none since 2026-04-04T08:00:00Z",
            ])
        let earlier = try history.survey(until: try second("2026-03-28T00:00:00Z")).survey.open
        #expect(earlier.count { $0.environment == "prod-us" } == 1)
    }

    @Test func stagesAddUp() throws {
        let (survey, _) = try history.survey()
        var stages: [Passage.Leg: [Int64]] = [:]
        for one in survey.passages { stages[one.leg, default: []].append(one.end - one.start) }
        #expect(stages[.stage(from: "dev", to: "qa")]?.sorted() == hours(0.5, 1, 1, 5, 6, 6))
        #expect(stages[.stage(from: "qa", to: "prod")]?.sorted() == hours(1.5, 3, 16, 28, 42, 51, 134))
    }

    @Test func businessHoursAreThoseOfTheZone() throws {
        let stopwatch = Stopwatch(
            try #require(BusinessHours("9-17")), in: KnownHistory.period, Zones.berlin)
        // Each from dev to prod-us. api 1.1: Wednesday 13:00 until Thursday 11:00; 1.2: Thursday 16:00 until
        // Wednesday 12:00, clocks being put forward meanwhile; 1.3: Monday 12:00 until that. web 2.1: Tuesday 12:00
        // until Thursday 16:00; 2.2: Thursday 14:00 until 16:00; 2.3: Friday 10:00 until 14:00.
        // To prod-eu, api 1.1: Wednesday 13:00 until Thursday 23:00.
        let dwell = try history.measures(Zones.berlin, stopwatch).dwell
        #expect(dwell.values == hours(2, 4, 6, 12, 16, 20, 28))
        #expect(try history.measures(Zones.kathmandu).frequency.activeDays == 5)
    }

    @Test func partsAddUp() throws {
        let (survey, ledger) = try history.survey()
        let weeks = KnownHistory.period.parts(by: .week, Zones.utc)
        let slices = survey.slice(KnownHistory.period, ledger).grouped(
            by: { weeks.index(at: $1) }, ledger)
        let counts = weeks.indices.map { slices[$0]?.rollouts.count ?? 0 }
        #expect(counts == [7, 5])
        #expect(slices[1]?.passages.count { $0.leg == .lead } == 2)
    }
}
