import Secrets
import System
import Terminal

/// What a check found in the clear. No value is in it.
struct PlaintextReport {
    static let unsettled = "both sides of the merge changed it; gx secrets resolve settles it"

    private struct Row {
        var file: String
        var line: Int?
        var key: String?
        var problem: String
        var commit: String?

        var place: String { line.map { "\(file):\($0)" } ?? file }

        var json: JSON {
            [
                "file": .string(file), "line": line.map(JSON.int) ?? .null,
                "key": key.map(JSON.string) ?? .null, "problem": .string(problem),
                "commit": commit.map(JSON.string) ?? .null,
            ]
        }
    }

    private var rows: [Row] = []

    var isEmpty: Bool { rows.isEmpty }

    mutating func add(_ finding: PlaintextCheck.Finding, in item: CheckedFiles.Item) {
        rows.append(
            Row(
                file: finding.file, line: finding.line, key: finding.key, problem: finding.problem,
                commit: item.commit.map { "\($0)" }))
    }

    /// A key that a merge left open.
    mutating func add(open key: String, in file: String) {
        rows.append(Row(file: file, line: nil, key: key, problem: Self.unsettled, commit: nil))
    }

    var table: Table {
        Table(
            rows,
            [
                Column("FILE", minimum: 16) { row in Text(row.place) },
                Column("KEY") { Text($0.key ?? "", .emphasis) },
                Column("PROBLEM", minimum: 16) { Text($0.problem) },
                Column("COMMIT", drop: 1) { Text(String(($0.commit ?? "").prefix(9)), .commit) },
            ])
    }

    var json: JSON {
        ["schema": Schema.plaintext.json, "findings": .array(rows.map(\.json))]
    }

    /// One check that is passed where nothing was found.
    var junit: JUnitReport {
        let failures = rows.map { row in
            JUnitReport.Case(
                subject: row.file, name: row.key ?? row.problem, result: .failed(row.problem),
                file: row.file, line: row.line)
        }
        let passed = JUnitReport.Case(
            subject: "secrets", name: "no secret stands in the clear", result: .passed)
        return JUnitReport(name: "gx secrets check", cases: failures.isEmpty ? [passed] : failures)
    }

    /// Remarks that a job on GitHub shows beside the lines; none anywhere else.
    var annotations: [String] {
        let summary = JobSummary()
        return rows.compactMap { row in
            let key = row.key.map { "\($0): " } ?? ""
            return summary.annotation(of: key + row.problem, file: row.file, line: row.line)
        }
    }
}
