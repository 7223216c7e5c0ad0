import Git
import Ledger
import System
import Testing

@testable import Delivery

/// The course of verifications, in simulated time.
@Suite struct VerificationTests {
    private func target(_ app: String = "api") throws -> VerificationTarget {
        VerificationTarget(
            environment: "prod", app: app,
            commit: try #require(ObjectID(hex: String(repeating: "1", count: 40))),
            version: "2")
    }

    private func program(_ name: String) -> Subprocess { Subprocess(name, [], purpose: "test") }

    private func course(
        _ app: String = "api", arrives: Bool = true, checks: [String], for seconds: Milliseconds? = nil,
        failures: Int = 0, live: Milliseconds? = nil
    ) throws -> VerificationCourse {
        VerificationCourse(
            target: try target(app),
            arrival: arrives
                ? { Arrival([Look(by: program("cluster"))], every: 5000, grace: 30_000, patience: 60_000) }
                : nil,
            checks: { live in
                checks.map {
                    Sampling.command(
                        program($0), name: nil, every: 10_000, failures: failures,
                        end: seconds.map { live + $0 * 1000 })
                }
            }, timeout: 3_600_000, live: live)
    }

    private func verify(
        _ courses: [VerificationCourse], on runner: SimulatedRunner, successor: ObjectID? = nil,
        after: Milliseconds = 0
    ) throws -> (verdicts: [Verdict], words: [String]) {
        var words: [String] = []
        let verification = Verification(courses, on: runner)
        verification.report = { event in
            switch event {
            case .standing(_, let check, let standing): words.append("\(check): \(standing)")
            case .live: words.append("live")
            case .finished(_, let verdict): words.append(verdict.outcome.rawValue)
            case .warning(let text): words.append(text)
            }
        }
        verification.successor = { _ in runner.elapsed >= after ? successor : nil }
        return (try verification.run { _, _ in }, words)
    }

    @Test func aGoodDeploymentTakesItsTime() throws {
        let runner = SimulatedRunner { program, time in
            program.program == "cluster" && time < 20_000 ? .ended(1, "not there\n") : .ended()
        }
        let (verdicts, words) = try verify([try course(checks: ["smoke"], for: 60)], on: runner)
        #expect(verdicts.map(\.outcome) == [.succeeded])
        #expect(verdicts[0].checks.map(\.name) == ["cluster", "smoke"])
        #expect(runner.elapsed == 80_000)
        #expect(
            words == [
                "cluster: not yet: not there", "cluster: passed, running", "live", "smoke: good so far",
                "smoke: passed, exit 0", "succeeded",
            ])
    }

    @Test func theFirstFailureEndsIt() throws {
        let runner = SimulatedRunner { program, time in
            switch program.program {
            case "smoke": (2000, .ended(4, "checking\n3 of 5 failed\n"))
            case "slow": (500_000, .ended())
            default: (0, .ended())
            }
        }
        let (verdicts, _) = try verify([try course(checks: ["smoke", "slow"])], on: runner)
        #expect(verdicts[0].outcome == .failed)
        #expect(verdicts[0].reason == "smoke: failed, exit 4: 3 of 5 failed")
        #expect(verdicts[0].checks.map(\.result) == [.passed, .failed, .unknown])
        #expect(runner.elapsed == 2000)
        #expect(runner.stopped == 1)
    }

    @Test func checksRunSideBySide() throws {
        let runner = SimulatedRunner { _, _ in (100_000, .ended()) }
        let names = ["a", "b", "c"]
        _ = try verify(
            [try course(arrives: false, checks: names), try course("web", arrives: false, checks: names)],
            on: runner)
        #expect(runner.elapsed == 100_000)
    }

    @Test func failedSamplesAreTolerated() throws {
        let runner = SimulatedRunner { _, time in .ended(time == 10_000 ? 1 : 0) }
        #expect(
            try verify([try course(arrives: false, checks: ["smoke"], for: 30, failures: 1)], on: runner)
                .verdicts[0].outcome == .succeeded)
        let strict = SimulatedRunner { _, time in .ended(time == 10_000 ? 1 : 0) }
        #expect(
            try verify([try course(arrives: false, checks: ["smoke"], for: 30)], on: strict).verdicts[0]
                .outcome == .failed)
    }

    @Test func aProgramThatIsMissingSaysNothingOfTheDeployment() throws {
        let runner = SimulatedRunner { _, _ in .failure(.missingProgram("smoke", neededFor: "test")) }
        #expect(
            try verify([try course(arrives: false, checks: ["smoke"])], on: runner).verdicts[0].outcome
                == .unknown)
    }

    @Test func whatComesLaterSupersedes() throws {
        let successor = ObjectID(hex: String(repeating: "2", count: 40))
        let runner = SimulatedRunner { _, _ in .ended() }
        let (verdicts, _) = try verify(
            [try course(checks: ["smoke"], for: 600)], on: runner, successor: successor, after: 100_000)
        #expect(verdicts[0].outcome == .superseded)
        #expect(verdicts[0].reason == "222222222 came after it")
        // It is asked once a minute.
        #expect(runner.elapsed == 120_000)
    }

    @Test func whatFailsOnceSomethingElseCameHasNotFailed() throws {
        let runner = SimulatedRunner { _, _ in .ended(1) }
        let (verdicts, _) = try verify(
            [try course(arrives: false, checks: ["smoke"])], on: runner,
            successor: ObjectID(hex: String(repeating: "2", count: 40)))
        #expect(verdicts[0].outcome == .superseded)
    }

    /// Of a window that somebody else began to watch, the rest is watched.
    @Test func anInterruptedVerificationGoesOn() throws {
        let runner = SimulatedRunner { _, _ in .ended() }
        _ = try verify([try course(checks: ["smoke"], for: 60, live: runner.now - 40_000)], on: runner)
        #expect(runner.elapsed == 20_000)
    }

    @Test func theClusterHasToRunItUntilTheEnd() throws {
        let runner = SimulatedRunner { program, time in
            program.program == "cluster" && time >= 30_000 ? .ended(1, "gone\n") : .ended()
        }
        let (verdicts, _) = try verify([try course(checks: ["smoke"], for: 30)], on: runner)
        #expect(verdicts[0].outcome == .failed)
        #expect(verdicts[0].reason == "cluster: failed, not yet: gone; for 1m")
    }

    @Test func allOfItHasItsTime() throws {
        var course = try course(checks: ["smoke"], for: 600)
        course.timeout = 120_000
        let (verdicts, _) = try verify([course], on: SimulatedRunner { _, _ in .ended() })
        #expect(verdicts[0].outcome == .unknown)
        #expect(verdicts[0].reason == "smoke: unknown: 2m were not enough for all of it")
    }

    @Test func aProbeLooksAtStatusAndText() throws {
        func probe(_ answer: ProgramAnswer) throws -> CheckResult {
            try SimulatedRunner { _, _ in answer }.finish(
                Sampling.probe(
                    "http://api/health", status: 200, contains: "ok", name: nil, timeout: .seconds(5),
                    every: 1000,
                    failures: 0, end: nil, environment: ProcessEnvironment()))
        }
        #expect(try probe(.http(200, "all ok\n")).result == .passed)
        #expect(try probe(.http(500, "ok")).detail == "not 200")
        #expect(try probe(.http(200, "down")).result == .failed)
        #expect(try probe(.ended(7)).result == .failed)
        #expect(try probe(.failure(.missingProgram("curl", neededFor: "test"))).result == .unknown)
    }
}
