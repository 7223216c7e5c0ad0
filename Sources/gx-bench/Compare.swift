import ArgumentParser
import Git
import System
import Terminal

/// The budgets of the design, each measured beside a program that users know.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the budgets as ratios, taken in one run.",
        discussion: "Fails for no figure: read the table. The budgets are for the static release build.")

    @Option(help: "The gx to measure.") var gx = ".build-static/release/gx"
    @Option(help: "Another gx to measure beside, in the place of other programs: that of the commit before.")
    var before: String?
    @Option(
        help: "A folder for the repositories that are made; it is kept, and used again.",
        completion: .directory)
    var folder = ".build-bench"
    @Argument(help: "The rows to take, by the beginning of their names; all by default.") var rows: [String] =
        []

    func run() throws {
        var comparisons = try Budgets(gx: try install(gx, as: "gx"), folder: absolute(folder)).all
        if let before {
            let others = try Budgets(
                gx: try install(before, as: "gx-before"), folder: absolute(folder) + "/before"
            ).all
            comparisons = zip(comparisons, others).map { $0.beside($1) }
        }
        let chosen = comparisons.filter { row in rows.isEmpty || rows.contains { row.what.hasPrefix($0) } }
        let results = try chosen.map { try $0.measure() }
        let table = Table(
            results,
            [
                Column("WHAT") { Text($0.what) },
                Column("GX", .right) { Text(Self.milliseconds($0.gx)) },
                Column("BESIDE", .right) { Text(Self.milliseconds($0.beside)) },
                Column("RATIO", .right) {
                    Text(Self.twoDigits($0.ratio), $0.ratio <= $0.budget ?? .infinity ? .success : .warning)
                },
                Column("AT MOST", .right) { Text($0.budget.map(Self.twoDigits) ?? "–") },
                Column("PROGRAM") { Text($0.besideName, .faint) },
            ])
        print(table.rendered(color: false), terminator: "")
    }

    /// A copy, as an installation makes it: what the linker has just written lies scattered in the page cache, and
    /// starts a tenth slower.
    private func install(_ gx: String, as name: String) throws -> String {
        let copy = "\(absolute(folder))/\(name)"
        let output = try Subprocess("install", ["-D", "--", absolute(gx), copy], purpose: "copy gx").run()
        guard output.status == 0 else { throw BenchError(output.message) }
        return copy
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : (ProcessEnvironment()["PWD"] ?? ".") + "/" + path
    }

    private static func milliseconds(_ seconds: Double) -> String { twoDigits(seconds * 1000) + " ms" }

    private static func twoDigits(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let fraction = "\(hundredths % 100)"
        return "\(hundredths / 100).\(fraction.count == 1 ? "0" + fraction : fraction)"
    }
}
