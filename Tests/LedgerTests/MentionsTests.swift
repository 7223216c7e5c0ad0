import Ledger
import Manifests
import Testing

@Suite struct MentionsTests {
    private func mentions(_ message: String, _ change: (inout Configuration.Issues) -> Void = { _ in })
        -> Mentions
    {
        var rules = Configuration.Issues()
        change(&rules)
        return Mentions(in: message, rules)
    }

    @Test(arguments: [
        ("PROJ-12: pay by invoice", ["PROJ-12"]),
        ("fix(OPS-7,PROJ-12): both, and OPS-7 again", ["OPS-7", "PROJ-12"]),
        ("use UTF-8 and SHA-256, fixes CVE-2024-1234", []),
        ("A-1 is too short, AB-1 is not", ["AB-1"]),
        ("xPROJ-1 PROJ-1x PROJ-1-2 proj-1", []),
        ("feat: upgrade to otel 0.158.0 (#12)", []),
    ])
    func keysOfATracker(message: String, issues: [String]) {
        #expect(mentions(message).issues == issues)
    }

    @Test(arguments: [
        ("Pay by invoice (#41)", ["41"]),
        ("Merge pull request #6909 from acme/tickets", ["6909"]),
        ("Merge branch 'x'\n\nSee merge request acme/api!12", ["12"]),
        ("Merged PR 77: pay by invoice", ["77"]),
        ("see acme/other#3, colour #fff000 and wow!3", []),
    ])
    func pullRequests(message: String, numbers: [String]) {
        #expect(mentions(message).pullRequests == numbers)
    }

    @Test(arguments: [
        ("Bump\n\nBug: T10234", ["T10234"]), ("Bump\n\nIssue: 4711, #12", ["#4711", "#12"]),
        ("Bump\n\nBug: https://tracker.example.com/T7", ["T7"]),
        ("Bump\n\nRefs: #12\nCloses: PROJ-1 T2", ["PROJ-1", "T2"]),
        ("Bump\n\nFixes: 1a2b3c4 (\"Bump\")\nFixes: the 3 of them", []),
    ])
    func trailersSayWhatIsAnIssue(message: String, issues: [String]) {
        #expect(mentions(message).issues == issues)
    }

    @Test(arguments: ["", "[A-Z]+-[0-9]+", "two words", "T.*"]) func aFormThatNothingHas(_ text: String) {
        #expect(IssuePattern(text) == nil)
    }

    @Test func gxYamlDecides() {
        let keys = mentions("PROJ-1 OPS-2 SHA-3") { $0.keys = ["OPS", "SHA"].compactMap(IssuePattern.init) }
        #expect(keys.issues == ["OPS-2", "SHA-3"])
        let forms = mentions("T4711 and bug#12, not XT1 or T1x; 99 of 1.4.2") {
            $0.keys = ["T", "bug#", "{number}"].compactMap(IssuePattern.init)
        }
        #expect(forms.issues == ["T4711", "bug#12", "99"])
        let trailers = mentions("Pay\n\nRefs: 4711\nIssue: #4712\n") {
            $0.keys = ["{number}"].compactMap(IssuePattern.init)
        }
        #expect(trailers.issues == ["4711", "#4712"])
        let numbers = mentions("Pay by invoice (#41)") { $0.numbersAreIssues = true }
        #expect(numbers.issues == ["#41"] && numbers.pullRequests.isEmpty)
    }
}
