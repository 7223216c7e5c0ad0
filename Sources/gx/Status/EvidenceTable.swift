import Manifests
import System
import Terminal
import YAML

/// The evidence for each environment and app, and what was left out.
struct EvidenceTable {
    let evidence: LayoutEvidence
    /// Only this one.
    let app: String?

    private var rows: [LayoutEvidence.Row] {
        evidence.rows.filter { row in
            app.map { name in row.app.map { Glob.matches(name, $0) } ?? false } ?? true
        }
    }

    var table: Table {
        Table(
            rows,
            [
                Column("ENVIRONMENT") { Text($0.environment, $0.app == nil ? .environment : .faint) },
                Column("APP") { Text($0.app ?? "", .app) },
                Column("KNOWN FROM", minimum: 24) { row in
                    Text(row.evidence) + (row.isGuessed ? Text(" (guessed)", .warning) : "")
                },
            ])
    }

    /// Empty where nothing was left out.
    var leftOut: Table {
        Table(
            evidence.leftOut,
            [
                Column("LEFT OUT") { Text($0.file) },
                Column("WHY", minimum: 24) { Text($0.reason, .faint) },
            ])
    }

    var json: JSON {
        [
            "schema": Schema.evidence.json,
            "evidence": .array(
                rows.map { row in
                    [
                        "environment": .string(row.environment),
                        "app": row.app.map(JSON.string) ?? .null,
                        "evidence": .string(row.evidence),
                        "guessed": .bool(row.isGuessed),
                    ]
                }),
            "leftOut": .array(
                evidence.leftOut.map { ["file": .string($0.file), "reason": .string($0.reason)] }),
        ]
    }
}
