import System
import Terminal
import TestSupport
import Testing

@testable import gx

/// What a job shows besides its log.
@Suite struct JobSummaryTests {
    private let folder = ScratchFolder()
    private var file: String { folder.path + "/summary" }

    private func summary(_ variables: [String: String?]) -> JobSummary {
        JobSummary(
            ProcessEnvironment(["GITHUB_STEP_SUMMARY": nil, "GITHUB_ACTIONS": nil]).setting(variables))
    }

    private let table = Table(["a|b"], [Column("APP") { Text($0) }])

    @Test func tablesAreAddedOneBelowTheOther() throws {
        let summary = summary(["GITHUB_STEP_SUMMARY": file])
        summary.add(table)
        summary.add(table)
        let one = "| APP |\n| --- |\n| a\\|b |\n\n"
        #expect(try folder.read(file) == one + one)
    }

    @Test func aPageThatWouldBeTooLongStaysAsItIs() throws {
        let full = [UInt8](repeating: UInt8(ascii: "x"), count: JobSummary.limit - 5)
        try folder.write(file, full)
        summary(["GITHUB_STEP_SUMMARY": file]).add(table)
        #expect(try folder.read(file)?.utf8.count == full.count)
    }

    @Test func nothingIsWrittenElsewhere() throws {
        summary([:]).add(table)
        #expect(try folder.read(file) == nil)
        #expect(summary([:]).annotation(of: Failure("x")) == nil)
    }

    @Test func anErrorIsOneLine() {
        let job = summary(["GITHUB_ACTIONS": "true"])
        #expect(
            job.annotation(of: Failure("a\n::error::b 100%", hint: "c"))
                == "::error title=gx::a%0A::error::b 100%25%0Ac")
        #expect(job.annotation(of: Failure("no", status: .no)) == "::warning title=gx::no")
    }

    @Test func aFindingStandsBesideItsLine() {
        let job = summary(["GITHUB_ACTIONS": "true"])
        #expect(
            job.annotation(of: "a: in the clear", file: "b,c:d.yaml", line: 7)
                == "::error file=b%2Cc%3Ad.yaml,line=7,title=gx::a: in the clear")
        #expect(job.annotation(of: "x", file: "f", line: nil) == "::error file=f,title=gx::x")
        #expect(summary([:]).annotation(of: "x", file: "f", line: 1) == nil)
    }
}
