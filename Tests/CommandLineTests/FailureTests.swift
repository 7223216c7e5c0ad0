import Git
import Manifests
import System
import Testing

@testable import gx

@Suite struct FailureTests {
    private func told(_ error: any Error) -> [String] {
        Failure(error).lines.map { $0.rendered(color: false) }
    }

    @Test func errorAndHint() {
        let error = ManifestsError.unknownEnvironment("prdo", nearest: "prod", known: ["dev", "prod"])
        #expect(told(error) == ["gx: error: unknown environment 'prdo'", "gx: hint: did you mean 'prod'?"])
    }

    /// A hook of a host, or a file's name, can hold anything.
    @Test func textFromElsewhereCannotPassForOurs() {
        let message = "declined\r\ngx: hint: run this\u{1b}[8m"
        let error = SystemError.failed(command: "git push", status: 1, message: message)
        #expect(told(error) == ["gx: error: git push: declined", "    gx: hint: run this\\x1b[8m"])
    }

    @Test func whatIsMissingOrDamagedIsNoPlainError() {
        #expect(Failure(GitError.missingObject("a tree", isShallow: true)).status == .cannotTell)
        #expect(Failure(GitError.missingObject("a tree", isShallow: false)).status == .cannotTell)
        #expect(Failure(GitError.referenceMoved("refs/heads/main")).status == .error)
    }

    @Test(arguments: [
        (0, "none"), (1, "1"), (2, "1 and 2"), (3, "1, 2 and 3"),
        (12, "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 12"), (13, "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 3 more"),
    ])
    func lists(_ count: Int, _ expected: String) {
        #expect(((0..<count).map { String($0 + 1) }).listed("and") == expected)
    }

    @Test(
        "An option of one value is refused where it is given twice",
        arguments: [
            ["trace", "PROJ-7", "--in", "prod", "--in=dev"],
            ["trace", "diff", "a", "b", "--app", "x", "--app", "x"],
            ["leadtime", "--to", "qa", "--to", "prod"], ["rollback", "x", "--in", "qa", "--in", "prod"],
            ["-C", ".", "trace", "PROJ-7", "--in", "prod", "--in", "dev"],
            ["--quiet", "trace", "PROJ-7", "--in", "prod", "--in", "dev"],
            ["status", "-o", "json", "-o", "csv"], ["trace", "log", "-n", "1", "-n", "2"],
            ["-C", "a", "status", "-C", "b"],
        ])
    func repeated(_ arguments: [String]) {
        let error = #expect(throws: Failure.self) { try CommandLineRequest(arguments) }
        #expect(error?.message.hasSuffix(" is given 2 times, and takes one value") == true)
    }

    @Test("One that takes several may be given so, and what stands behind -- is no option")
    func severalValues() throws {
        _ = try CommandLineRequest(["promote", "api", "--to", "qa", "--to", "prod"])
        _ = try CommandLineRequest([
            "fleet", "change", "--branch", "b", "-m", "m", "--", "run", "--x", "1", "--x", "2",
        ])
    }
}
