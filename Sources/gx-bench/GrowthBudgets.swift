import Git
import Ledger
import Manifests
import System

/// What gx takes where there is much, beside what it takes where there is little: cost follows what changed and what is
/// shown, and not what is there.
final class GrowthBudgets {
    private let gx: String
    private let folder: String
    private let index: OldIndex

    private static let question = ["status", "prod"]
    /// 15,000 files.
    private static let files = SampleHistory(commits: 60, apps: 3_000)

    init(gx: String, folder: String) {
        (self.gx, self.folder) = (gx, folder)
        let files = folder + "/files"
        index = OldIndex(of: files, lacking: 1) {
            // The first answer does without history; this one does not.
            for question in [["trace", "PROJ-1", "--quiet"], Self.question] {
                _ = try Comparison.Program(name: gx, arguments: question, folder: files).run()
            }
        }
    }

    var all: [Comparison] { [oneMore, promotion, records, shallow] }

    private func program(_ arguments: [String], in name: String) -> Comparison.Program {
        Comparison.Program(name: gx, arguments: arguments, folder: "\(folder)/\(name)")
    }

    private func make(_ history: SampleHistory, _ name: String) throws {
        guard try readFile("\(folder)/\(name)/.git/HEAD") == nil else { return }
        try history.write(to: "\(folder)/\(name)")
    }

    private var oneMore: Comparison {
        var extended = program(Self.question, in: "files")
        extended.reset = index.put
        var row = Comparison(
            what: "gx status prod, one commit more in 15,000 files", gx: extended,
            beside: program(Self.question, in: "files"), budget: 1.5, runs: 25)
        row.prepare = { try self.make(Self.files, "files") }
        return row
    }

    private var promotion: Comparison {
        let arguments = ["promote", "app-7", "--to", "qa", "--dry-run", "--no-push", "--allow-downgrade"]
        var row = Comparison(
            what: "gx promote --dry-run, 40,000 commits", gx: program(arguments, in: "long"),
            beside: program(arguments, in: "short"), budget: 1.5, runs: 15)
        row.prepare = {
            try self.make(SampleHistory(commits: 40_000), "long")
            try self.make(SampleHistory(commits: 1_000), "short")
        }
        return row
    }

    private var records: Comparison {
        let arguments = ["trace", "PROJ-100"]
        var row = Comparison(
            what: "gx trace PROJ-100, 100,000 builds recorded", gx: program(arguments, in: "many-builds"),
            beside: program(arguments, in: "few-builds"), budget: 2, runs: 25)
        row.prepare = {
            for (name, builds) in [("many-builds", 100_000), ("few-builds", 100)] {
                try RecordBudgets(gx: self.gx, folder: "\(self.folder)/\(name)").makeRepository(builds)
            }
        }
        return row
    }

    /// A clone of one commit, as CI makes it, is made anew for each run; making it is not measured.
    private var shallow: Comparison {
        let folder = folder
        func clone(_ name: String) throws {
            _ = try Subprocess("rm", ["-rf", "--", "\(folder)/\(name)"], purpose: "clean up").run()
            let output = try Subprocess(
                "git",
                ["clone", "-q", "--depth", "1", "--", "file://\(folder)/long/.git", "\(folder)/\(name)"],
                purpose: "clone"
            ).run()
            guard output.status == 0 else { throw BenchError("git clone: \(output.message)") }
            let config = try Subprocess(
                "git", ["-C", "\(folder)/long", "config", "uploadpack.allowFilter", "true"],
                purpose: "allow it"
            ).run()
            guard config.status == 0 else { throw BenchError("git config: \(config.message)") }
        }
        var ours = program(
            ["promote", "app-7", "--to", "qa", "--dry-run", "--allow-downgrade", "--quiet"], in: "shallow-gx")
        ours.reset = { try clone("shallow-gx") }
        var fetch = Comparison.Program(
            name: "sh",
            arguments: [
                "-c",
                "git fetch -q origin main && sed -i s/1.0.0/1.0.1/ apps/team-7/app-7/qa.yaml && git commit -qam x; true",
            ], folder: "\(folder)/shallow-sed")
        fetch.reset = { try clone("shallow-sed") }
        var row = Comparison(
            what: "gx promote --dry-run, a clone of one of 40,000 commits", gx: ours, beside: fetch,
            budget: 2, runs: 7)
        row.prepare = { try self.make(SampleHistory(commits: 40_000), "long") }
        return row
    }
}
