import Glibc
import System
import TestSupport
import Testing

@Suite struct SubprocessTests {
    private func shell(_ script: String, _ arguments: String..., input: [UInt8] = []) -> Subprocess {
        Subprocess("sh", ["-c", script, "sh"] + arguments, purpose: "test", input: input)
    }

    @Test func argumentsArriveAsTheyAre() throws {
        let odd = ["", "a b", "$(id)", "'\"", "ä\n", "-n"]
        let output = try Subprocess("printf", ["%s|"] + odd, purpose: "test").run()
        #expect(output.text == odd.map { $0 + "|" }.joined())
    }

    @Test func reportsStatusAndBothStreams() throws {
        let output = try shell("echo out; echo err >&2; exit 3").run()
        #expect(output.status == 3)
        #expect(output.text == "out\n")
        #expect(output.message == "err")
        #expect(try shell("kill -KILL $$").run().status == 137)
    }

    @Test func startsInAFolderWithAnEnvironment() throws {
        let scratch = ScratchFolder()
        var command = shell(#"pwd; echo "$A,${HOME-none},$B""#)
        command.directory = scratch.path
        command.environment = ProcessEnvironment(["A": "1", "HOME": nil, "B": "ü=2"])
        #expect(try command.run().text == scratch.path + "\n1,none,ü=2\n")
    }

    /// More than any pipe holds, in three directions at once.
    @Test func largeStreamsDoNotStopEachOther() throws {
        let input = [UInt8](repeating: 65, count: 3_000_000)
        let output = try shell("tee /dev/stderr", input: input).run()
        #expect(output.stdout == input)
        #expect(output.stderr == input)
    }

    @Test func aProgramNeedNotReadItsInput() throws {
        let output = try shell("exit 0", input: [UInt8](repeating: 65, count: 3_000_000)).run()
        #expect(output.status == 0)
    }

    @Test func givesOutputAsItComesAndStops() throws {
        var seen: [UInt8] = []
        var isEnough = false
        let output = try shell("while :; do echo line; done").run { chunk in
            #expect(!isEnough)
            seen += chunk
            isEnough = seen.count >= 1_000_000
            return !isEnough
        }
        #expect(isEnough)
        #expect(seen.starts(with: Array("line\nline\n".utf8)))
        #expect(output.status == 128 + SIGTERM || output.status == 128 + SIGPIPE)
    }

    @Test func aTimeoutEndsTheProgramAndItsChildren() throws {
        let scratch = ScratchFolder()
        var command = shell(#"sleep 60 & echo $! > "$1"; wait"#, scratch.path + "/pid")
        command.timeout = .milliseconds(300)
        let clock = ContinuousClock()
        let took = clock.measure {
            #expect(throws: SystemError.timedOut(program: "sh", neededFor: "test", seconds: 0)) {
                try command.run()
            }
        }
        #expect(took < .seconds(5))
        let pid = try #require(scratch.read(scratch.path + "/pid").flatMap { Int32($0.dropLast()) })
        // In a container nobody may reap it: then it is a zombie, which is as dead.
        let state = try scratch.read("/proc/\(pid)/stat")?.split(separator: " ").dropFirst(2).first
        #expect(state == nil || state == "Z")
    }

    /// As ssh does with ControlPersist.
    @Test func aProgramLeftInTheBackgroundIsNotWaitedFor() throws {
        let took = try ContinuousClock().measure {
            let output = try shell("sleep 30 & echo done").run()
            #expect(output.text == "done\n")
        }
        #expect(took < .seconds(5))
    }

    @Test func saysWhatIsMissing() throws {
        var command = Subprocess("gx-no-such-program", [], purpose: "check the cluster")
        #expect(throws: SystemError.missingProgram("gx-no-such-program", neededFor: "check the cluster")) {
            try command.run()
        }
        command.program = "git"
        command.environment = ProcessEnvironment(["PATH": "/nonexistent"])
        #expect(throws: SystemError.missingProgram("git", neededFor: "check the cluster")) {
            try command.run()
        }
        command.environment = ProcessEnvironment()
        command.directory = "/nonexistent"
        #expect(
            throws: SystemError.notStarted(
                program: "git", reason: "in /nonexistent: no such file or directory")
        ) {
            try command.run()
        }
    }

    @Test func noFileOfGxReachesAProgram() throws {
        let file = open("/dev/null", O_RDONLY)
        defer { close(file) }
        let seen = try Subprocess("ls", ["/proc/self/fd"], purpose: "test").run().text
        // The fourth is that of the folder being listed.
        #expect(seen.split(separator: "\n") == ["0", "1", "2", "3"])
    }

    @Test func noFileIsLeftOpen() throws {
        for _ in 0..<1200 { _ = try Subprocess("true", [], purpose: "test").run() }
        // Other tests run meanwhile, and hold some hundreds.
        let list = try Subprocess("ls", ["/proc/\(getpid())/fd"], purpose: "test").run().text
        #expect(list.split(separator: "\n").count < 800)
    }
}
