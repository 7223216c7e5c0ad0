import Git

/// What is measured beside what, and how much gx may take: the table "Speed" of the design.
struct Budgets {
    /// The gx to measure.
    let gx: String
    /// Where the repositories are that are made for it.
    let folder: String

    var all: [Comparison] {
        get throws {
            let git = Comparison.Program(name: "git", arguments: ["--version"], folder: "/")
            return [
                Comparison(
                    what: "gx --version", gx: program(["--version"], in: "/"), beside: git, budget: 2,
                    runs: 50),
                Comparison(
                    what: "gx secrets --help", gx: program(["secrets", "--help"], in: "/"), beside: git,
                    budget: 2,
                    runs: 50),
                try promotion(),
            ] + (try SecretBudgets(gx: gx, folder: folder + "/secrets").all)
                + HistoryBudgets(gx: gx, folder: folder + "/history").all
                + RecordBudgets(gx: gx, folder: folder + "/records").all
                + GrowthBudgets(gx: gx, folder: folder + "/growth").all
        }
    }

    private func program(_ arguments: [String], in folder: String) -> Comparison.Program {
        Comparison.Program(name: gx, arguments: arguments, folder: folder)
    }

    /// One app of 5,000 manifests, beside the same with sed, git add and git commit.
    private func promotion() throws -> Comparison {
        let manifests = SampleManifests()
        let ours = try manifests.write(to: folder + "/manifests-gx")
        let theirs = try manifests.write(to: folder + "/manifests-sed")
        let file = SampleManifests.file
        let script =
            "sed -i s/1.4.1/1.4.2/ \(file) && git add -- \(file) && git commit -qm 'Promote app-100 1.4.2 to prod-us'"
        var promote = program(["promote", "app-100", "--to", "prod-us", "--no-push", "--quiet"], in: ours)
        promote.reset = { try SampleManifests.reset(ours) }
        var commit = Comparison.Program(name: "sh", arguments: ["-c", script], folder: theirs)
        commit.reset = { try SampleManifests.reset(theirs) }
        return Comparison(
            what: "gx promote --no-push, one app, \(manifests.count) files", gx: promote, beside: commit,
            budget: 0.7,
            runs: 25)
    }
}
