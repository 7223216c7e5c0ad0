import Secrets
import System
import Terminal

/// Who can read which encrypted files, and who could in the past.
struct ReadersTable {
    private struct Row {
        let recipient: String
        let name: String
        var now: [String] = []
        var before: [String] = []
    }

    private var rows: [Row] = []
    private let hasPast: Bool

    /// - Parameter past: History, where who could read in the past is asked, too.
    init(_ items: [SecretFiles.Item], _ files: SecretFiles, past: PastReaders?) throws {
        hasPast = past != nil
        for item in items {
            let names = try GoverningPolicy(for: "\(files.root ?? ".")/\(item.path)")?.policy.names ?? [:]
            for recipient in item.file.recipients {
                rows[row(of: recipient, names)].now.append(item.path)
            }
        }
        guard let past else { return }
        var known: [String: [String: String]] = [:]
        for item in items {
            let policy = try GoverningPolicy(for: "\(files.root ?? ".")/\(item.path)")?.policyPath
            let name = policy.flatMap(files.relative)
            let names = try name.map { try known[$0] ?? past.names(in: $0) } ?? [:]
            if let name { known[name] = names }
            for recipient in try past.recipients(of: item.path) {
                let index = row(of: recipient, names)
                guard !rows[index].now.contains(item.path), !rows[index].before.contains(item.path) else {
                    continue
                }
                rows[index].before.append(item.path)
            }
        }
    }

    private mutating func row(of recipient: String, _ names: [String: String]) -> Int {
        if let known = rows.firstIndex(where: { $0.recipient == recipient }) { return known }
        rows.append(Row(recipient: recipient, name: names[recipient] ?? ""))
        return rows.count - 1
    }

    var table: Table {
        var columns: [Column<Row>] = [
            Column("READER") { Text($0.name.isEmpty ? "?" : $0.name, .emphasis) },
            Column("RECIPIENT", minimum: 16, drop: 2) { Text($0.recipient, .faint) },
            Column("READS", minimum: 12) { Text($0.now.joined(separator: ", ")) },
        ]
        if hasPast {
            columns.append(
                Column("READ BEFORE", minimum: 12) { Text($0.before.joined(separator: ", "), .warning) })
        }
        return Table(rows, columns)
    }

    var json: JSON {
        .object([
            Schema.readers.field,
            .init(
                "readers",
                .array(
                    rows.map { row in
                        .object([
                            .init("name", row.name.isEmpty ? .null : .string(row.name)),
                            .init("recipient", .string(row.recipient)),
                            .init("files", .array(row.now.map { .string($0) })),
                            .init("past", .array(row.before.map { .string($0) })),
                        ])
                    })),
        ])
    }
}
