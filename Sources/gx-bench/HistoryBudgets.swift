import Git
import System

/// What questions about a long history take, with an index and without one.
final class HistoryBudgets {
    private let gx: String
    private let folder: String
    private let index: OldIndex

    private static let question = ["trace", "PROJ-100", "--quiet"]
    /// How many commits the index is extended by.
    private static let news = 100

    /// - Parameter folder: Of the repository, which is made when a row needs it.
    init(gx: String, folder: String) {
        self.gx = gx
        self.folder = folder
        index = OldIndex(of: folder, lacking: Self.news) {
            _ = try Comparison.Program(name: gx, arguments: Self.question, folder: folder).run()
        }
    }

    var all: [Comparison] {
        let git = Comparison.Program(name: "git", arguments: ["--version"], folder: "/")
        var first = program(Self.question)
        first.reset = index.remove
        var extended = program(Self.question)
        extended.reset = index.put
        var rows = [
            Comparison(
                what: "gx status prod, 125,000 commits in the index", gx: program(["status", "prod"]),
                beside: git, budget: 4, runs: 50),
            Comparison(
                what: "gx trace PROJ-100, 125,000 commits in the index", gx: program(["trace", "PROJ-100"]),
                beside: git, budget: 4, runs: 50),
            Comparison(
                what: "gx status --issues, 18,000 issues in 125,000 commits",
                gx: program(["status", "--issues"]), beside: git, budget: nil, runs: 3),
            Comparison(
                what: "gx leadtime --to prod, two years of 125,000 commits",
                gx: program(["leadtime", "--to", "prod", "--since", "2021-01-01", "--until", "2023-01-01"]),
                beside: git, budget: nil, runs: 15),
            Comparison(
                what: "gx trace PROJ-100, index of 125,000 commits to be made", gx: first, beside: log([]),
                budget: 0.7, runs: 5),
            Comparison(
                what: "gx trace PROJ-100, index to be extended by \(Self.news) commits", gx: extended,
                beside: log(["-n", "\(Self.news)"]), budget: 1.5, runs: 50),
        ]
        for index in rows.indices { rows[index].prepare = makeRepository }
        return rows
    }

    private func makeRepository() throws {
        if try readFile(folder + "/.git/HEAD") == nil { try SampleHistory().write(to: folder) }
    }

    private func program(_ arguments: [String]) -> Comparison.Program {
        Comparison.Program(name: gx, arguments: arguments, folder: folder)
    }

    private func log(_ arguments: [String]) -> Comparison.Program {
        Comparison.Program(
            name: "git", arguments: ["log", "--raw", "-m", "--first-parent"] + arguments, folder: folder)
    }
}
