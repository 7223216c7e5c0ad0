import Git
import Glibc
import System

/// What questions about a long history take, with an index and without one.
final class HistoryBudgets {
    private let gx: String
    private let folder: String
    /// An index that ends before the newest commits.
    private lazy var oldIndex = Result { try makeOldIndex() }

    private static let question = ["trace", "PROJ-100", "--quiet"]
    /// How many commits the index is extended by.
    private static let news = 100

    /// - Parameter folder: Of the repository, which is made when a row needs it.
    init(gx: String, folder: String) {
        self.gx = gx
        self.folder = folder
    }

    var all: [Comparison] {
        let git = Comparison.Program(name: "git", arguments: ["--version"], folder: "/")
        var first = program(Self.question)
        first.reset = { try self.remove() }
        var extended = program(Self.question)
        extended.reset = { try self.put(try self.oldIndex.get()) }
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

    // MARK: The index's files

    private var index: String { folder + "/.git/gx" }

    private func makeOldIndex() throws -> [(name: String, bytes: [UInt8])] {
        let tip = try git(["rev-parse", "main"])
        try remove()
        _ = try git(["update-ref", "refs/heads/main", "main~\(Self.news)"])
        defer { _ = try? git(["update-ref", "refs/heads/main", tip]) }
        _ = try program(Self.question).run()
        return try names().map { ($0, try readFile("\(index)/\($0)") ?? []) }
    }

    private func names() throws -> [String] {
        guard let directory = unsafe opendir(index) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    private func remove() throws {
        for name in try names() { unsafe unlink("\(index)/\(name)") }
    }

    private func put(_ files: [(name: String, bytes: [UInt8])]) throws {
        try remove()
        for (name, bytes) in files {
            let file = unsafe fopen("\(index)/\(name)", "w")
            guard let file = unsafe file else { throw BenchError("can't write \(index)/\(name)") }
            defer { unsafe fclose(file) }
            guard unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count else {
                throw BenchError("can't write \(index)/\(name)")
            }
        }
    }

    private func git(_ arguments: [String]) throws -> String {
        let output = try Subprocess("git", arguments, purpose: "measure", directory: folder).run()
        guard output.status == 0 else {
            throw BenchError("git \(arguments.joined(separator: " ")): \(output.message)")
        }
        return output.text.split(separator: "\n").first.map(String.init) ?? ""
    }
}
