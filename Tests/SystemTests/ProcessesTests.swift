import System
import Testing

@Suite struct ProcessesTests {
    private func shell(_ script: String, timeout: Duration? = nil) -> Subprocess {
        Subprocess("sh", ["-c", script], purpose: "test", timeout: timeout)
    }

    @Test func theFirstToEndIsToldFirst() throws {
        let processes = Processes()
        let took = try ContinuousClock().measure {
            processes.start(shell("sleep 0.6; echo slow"), as: 1)
            processes.start(shell("sleep 0.1; echo quick; exit 3"), as: 2)
            let first = try #require(try processes.wait(for: .seconds(10)))
            #expect(first.id == 2)
            #expect(try first.result.get().status == 3)
            #expect(try first.result.get().text == "quick\n")
            let second = try #require(try processes.wait(for: .seconds(10)))
            #expect(second.id == 1)
            #expect(try second.result.get().text == "slow\n")
        }
        #expect(took < .seconds(5))
    }

    @Test func nobodyIsWaitedForBeyondTheTime() throws {
        let processes = Processes()
        processes.start(shell("sleep 60"), as: 1)
        #expect(try processes.wait(for: .milliseconds(50)) == nil)
        #expect(try Processes().wait(for: .milliseconds(10)) == nil)
    }

    @Test func errorsAreOfTheOneTheyStrike() throws {
        let processes = Processes()
        processes.start(Subprocess("no-such-program", [], purpose: "test"), as: 1)
        processes.start(shell("sleep 60", timeout: .milliseconds(100)), as: 2)
        processes.start(shell("sleep 0.5; echo fine"), as: 3)
        let missing = try #require(try processes.wait(for: .seconds(10)))
        #expect(missing.id == 1)
        #expect(throws: SystemError.missingProgram("no-such-program", neededFor: "test")) {
            try missing.result.get()
        }
        let late = try #require(try processes.wait(for: .seconds(10)))
        #expect(late.id == 2)
        #expect(throws: SystemError.timedOut(program: "sh", neededFor: "test", seconds: 0)) {
            try late.result.get()
        }
        let fine = try #require(try processes.wait(for: .seconds(10)))
        #expect(try fine.result.get().text == "fine\n")
    }

    @Test func whatIsStoppedIsNotTold() throws {
        let processes = Processes()
        processes.start(shell("echo done"), as: 1)
        processes.stop(1)
        #expect(try processes.wait(for: .milliseconds(300)) == nil)
    }
}
