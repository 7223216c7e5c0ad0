import Delivery
import Git
import Ledger
import Manifests
import System
import Terminal

/// What waits for what, until when: `gx status --gates`.
struct GatesTable {
    let outlook: GateOutlook

    var table: Table {
        Table(
            outlook.rows,
            [
                Column("ENVIRONMENT", minimum: 8) { Text($0.environment, .environment) },
                Column("APP", minimum: 8) { Text($0.app, .app) },
                Column("VERSION", minimum: 8) { Text($0.version.short, .version) },
                Column("WAITS FOR", minimum: 12) { Text($0.waitsFor) },
                Column("UNTIL") { Text($0.until.map { minute(.local($0.seconds)) } ?? "") },
            ])
    }

    /// Locks for which nothing waits stand in no row.
    var lockLines: [String] { outlook.locks.map(\.inWords) }

    var json: JSON {
        [
            "schema": Schema.gates.json, "next": outlook.next.map { .string($0.utc) } ?? .null,
            "waiting": .array(list), "locks": .array(outlook.locks.map(Self.json)),
        ]
    }

    var list: [JSON] { outlook.rows.map(Self.json) }

    private static func json(_ row: GateOutlook.Row) -> JSON {
        [
            "environment": .string(row.environment), "app": .string(row.app),
            "version": .string("\(row.version)"), "from": .string(row.source), "ready": .bool(row.isReady),
            "waitsFor": .string(row.waitsFor), "until": row.until.map { .string($0.utc) } ?? .null,
            "gates": .array(
                row.answers.map {
                    [
                        "gate": .string($0.gate.rawValue), "open": .bool($0.isOpen),
                        "says": .string($0.words),
                    ]
                }), "held": row.hold.map { .string($0.commit.description) } ?? .null,
        ]
    }

    private static func json(_ lock: GateWord) -> JSON {
        [
            "environment": .string(lock.trailer.environment),
            "app": lock.trailer.app.map(JSON.string) ?? .null, "since": .string(lock.time.utc),
            "until": lock.trailer.until.map { .string($0.utc) } ?? .null, "author": .string(lock.author),
            "commit": .string("\(lock.commit)"), "reason": lock.trailer.reason.map(JSON.string) ?? .null,
        ]
    }
}

extension GateOutlook.Row {
    /// What it waits for; empty where nothing is in the way.
    var waitsFor: String {
        if let hold {
            let reason = hold.trailer.reason.map { ": \($0.onOneLine)" } ?? ""
            return
                "held since \("\(hold.time)".prefix(10)) by \(hold.author.onOneLine) (\(hold.commit.short))\(reason)"
        }
        return answers.closed.map { "\($0.gate.rawValue): \($0.words)" }.joined(separator: "; ")
    }
}

extension GateWord {
    fileprivate var inWords: String {
        let until = trailer.until.map { " until \(minute(.local($0.seconds)))" } ?? ""
        let reason = trailer.reason.map { ": \($0)" } ?? ""
        return
            "\(trailer.environment)/\(trailer.app ?? "*") is locked\(until) since \("\(time)".prefix(10)) by \(author) (\(commit.short))\(reason)"
            .onOneLine
    }
}
