import Answers
import Ledger
import System
import Terminal
import YAML

/// How long a subject stayed, as it is shown.
extension Stay {
    func sentence(_ place: String, target: String, now: Timestamp) -> Text {
        guard
            let row = rows.filter({ $0.reached != nil }).min(by: { $0.span(at: now) < $1.span(at: now) }
            )
        else {
            guard let waiting = rows.first else {
                return "\(name, .emphasis) never waited in \(place, .environment) for \(target, .environment)"
            }
            return """
                \(name, .emphasis) has been in \(place, .environment) for \(waiting.span(at: now).words, .emphasis), \
                and is not in \(target, .environment) yet
                """
        }
        return """
            \(name, .emphasis) was in \(place, .environment) for \(row.span(at: now).words, .emphasis) before it \
            came to \(row.target, .environment)
            """
    }

    static func table(_ stays: [Stay], now: Timestamp = .now) -> Table {
        let subject = stays.count > 1 ? [Column<Row>("SUBJECT") { Text($0.subject, .emphasis) }] : []
        return Table(
            stays.flatMap(\.rows),
            subject + [
                Column("APP") { Text($0.app, .app) },
                Column("CAME TO") { Text($0.entered.environment, .environment) },
                Column("AT") { Text(minute($0.entered.time)) },
                Column("WENT ON TO") { Text($0.target, .environment) },
                Column("AT") { row in
                    row.reached.map { Text(minute($0.time)) } ?? Text("not yet", .faint)
                },
                Column("AFTER") { Text($0.span(at: now).words) },
            ])
    }

    var json: [JSON] {
        rows.map { row in
            [
                "subject": .string(row.subject), "app": .string(row.app), "entered": row.entered.json,
                "targets": .array(row.targets.sorted().map(JSON.string)),
                "reached": row.reached?.json ?? .null,
                "seconds": row.reached == nil ? .null : .int(Int(row.span(at: .now).seconds)),
            ]
        }
    }

    var bars: [Mermaid.Bar] {
        rows.map { row in
            Mermaid.Bar(
                section: row.app, label: "\(row.subject) before \(row.target)", from: row.entered.time,
                to: row.reached?.time ?? .now)
        }
    }
}

extension Stay.Row {
    fileprivate var target: String { names.listed("and") }
}
