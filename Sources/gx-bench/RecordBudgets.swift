import Git
import Ledger
import System

/// What a question takes where many builds are recorded.
struct RecordBudgets {
    let gx: String
    /// The repository, which is made when a row needs it.
    let folder: String

    private static let builds = 10_000

    var all: [Comparison] {
        let gx = Comparison.Program(name: gx, arguments: ["trace", "PROJ-100"], folder: folder)
        // It finds the notes that name the issue, and nothing of what follows from them.
        let search = Comparison.Program(
            name: "git", arguments: ["grep", "-l", "PROJ-100\"", RecordStore.Subject.artifacts.ref],
            folder: folder)
        return [
            Comparison(
                what: "gx trace PROJ-100, 10,000 builds recorded", gx: gx, beside: search, budget: nil,
                prepare: { try makeRepository(Self.builds) })
        ]
    }

    /// Makes a repository in which so many builds are recorded.
    func makeRepository(_ builds: Int) throws {
        guard try readFile(folder + "/.git/HEAD") == nil else { return }
        try SampleHistory(commits: 2_000).write(to: folder)
        let repository = try Repository.discover(from: folder)
        var records: [ObjectID: [Record]] = [:]
        for number in 0..<builds {
            let build = build(number)
            let record = try build.record(time: "2026-01-01T00:00:00.000Z")
            for name in build.references { records[try ArtifactRecord.object(of: name)] = [record] }
        }
        try RecordStore(repository).append(records, .artifacts)
        let packed = try Subprocess(
            "git", ["repack", "-dq"], purpose: "pack the records", directory: folder
        ).run()
        guard packed.status == 0 else { throw BenchError("git repack: \(packed.message)") }
    }

    /// The builds of 120 apps in turn, each after the one before of the same app, with two commits and issues.
    private func build(_ number: Int) -> ArtifactRecord {
        let app = number % 120
        var build = ArtifactRecord(
            artifact: "registry.example.com/team-\(app % 12)/app-\(app):1.\(number / 120).0")
        build.digest = "sha256:" + digits(number, count: 64)
        build.commit = digits(number, count: 40)
        build.previous = number < 120 ? nil : digits(number - 120, count: 40)
        build.commits = 2
        build.issues = (0..<2).map { "PROJ-\(2 * number + $0)" }
        build.commitList = build.issues.enumerated().map { index, issue in
            SourceCommit(
                id: digits(Self.builds + 2 * number + index, count: 40), time: "2026-01-01T00:00:00Z",
                author: "Ann Author", subject: "\(issue): change app-\(app)", issues: [issue])
        }
        return build
    }

    private func digits(_ number: Int, count: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: count - text.utf8.count) + text
    }
}
