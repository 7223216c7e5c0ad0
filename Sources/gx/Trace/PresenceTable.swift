import Git
import Ledger
import Terminal
import YAML

/// Where something is, was, and is not yet.
struct PresenceTable {
    private struct Row {
        var presence: Presence
        /// The deployment that brought it, or took it away.
        var deployment: Deployment?
        var entered: Deployment?
    }

    private let rows: [Row]
    private let now: Timestamp

    init(_ presences: [Presence], _ ledger: Ledger, now: Timestamp) {
        self.now = now
        rows = presences.map { presence in
            switch presence.status {
            case .now(let since):
                Row(presence: presence, deployment: ledger[since], entered: ledger[since])
            case .left(let entered, let left):
                Row(presence: presence, deployment: ledger[left], entered: ledger[entered])
            case .notYet: Row(presence: presence)
            }
        }
    }

    var table: Table {
        Table(
            rows,
            [
                Column("ENVIRONMENT") { Text($0.presence.environment, .environment) },
                Column("APP") { Text($0.presence.app, .app) },
                Column("STATUS") { row in
                    switch row.presence.status {
                    case .now: Text("in now", .success)
                    case .left: Text("was in", .warning)
                    case .notYet: Text("not yet", .faint)
                    }
                },
                Column("SINCE") { row in Text(row.entered.map { minute($0.time) } ?? "") },
                Column("UNTIL", drop: 1) { row in
                    if case .left = row.presence.status {
                        Text(row.deployment.map { minute($0.time) } ?? "")
                    } else {
                        Text("")
                    }
                },
                Column("VERSION") { Text($0.entered?.version ?? "", .version) },
                Column("HOW", minimum: 12) { Text($0.deployment?.words ?? "") },
                Column("WHO", minimum: 8, drop: 2) { Text($0.deployment?.who ?? "") },
                Column("COMMIT", drop: 3) { Text($0.deployment?.commit.short ?? "", .commit) },
            ])
    }

    var json: [JSON] {
        rows.map { row in
            let status =
                switch row.presence.status {
                case .now: "now"
                case .left: "left"
                case .notYet: "not yet"
                }
            var left: Deployment?
            if case .left = row.presence.status { left = row.deployment }
            return .object([
                JSON.Field("environment", .string(row.presence.environment)),
                JSON.Field("app", .string(row.presence.app)), JSON.Field("status", .string(status)),
                JSON.Field("named", .bool(row.presence.isNamed)),
                JSON.Field("entered", row.entered?.json ?? .null), JSON.Field("left", left?.json ?? .null),
            ])
        }
    }
}

extension Deployment {
    /// As it stands in answers for programs.
    var json: JSON {
        let pins = { (pins: [Pinned]?) -> JSON in
            pins.map { pins in
                .array(
                    pins.map { pin in
                        .object([
                            JSON.Field("artifact", .string(pin.artifact)),
                            JSON.Field("version", .string(pin.version)),
                        ])
                    })
            } ?? .null
        }
        return .object([
            JSON.Field("environment", .string(environment)), JSON.Field("app", .string(app)),
            JSON.Field("commit", .string(commit.description)), JSON.Field("time", .string(time.utc)),
            JSON.Field("author", .string(author)), JSON.Field("committer", .string(committer)),
            JSON.Field("kind", .string("\(kind)")), JSON.Field("basis", .string("\(basis)")),
            JSON.Field("source", source.map { .string($0) } ?? .null), JSON.Field("before", pins(before)),
            JSON.Field("after", pins(after)),
        ])
    }
}
