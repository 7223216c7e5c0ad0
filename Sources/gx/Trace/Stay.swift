import Git
import Ledger
import System
import Terminal
import YAML

/// How long a subject was in some environments before it came to others.
struct Stay {
    struct Row {
        var subject: String
        var app: String
        var entered: Deployment
        /// The environments that it went on to, or has not reached yet.
        var targets: Set<String>
        var target: String
        var reached: Deployment?

        func seconds(at now: Timestamp) -> Int64 { (reached?.time ?? now).seconds - entered.time.seconds }
    }

    let name: String
    let rows: [Row]

    init(
        of answer: Whereabouts, in places: Set<String>, before targets: Set<String>, _ order: EnvironmentOrder
    ) {
        name = answer.name
        var found: [Row] = []
        for (app, rows) in Dictionary(grouping: answer.rows, by: \.presence.app).sorted(by: {
            $0.key < $1.key
        }) {
            let entries = rows.filter { places.contains($0.presence.environment) }.compactMap(\.entered)
            guard let first = entries.min(by: { $0.time < $1.time }) else { continue }
            for row in rows where targets.contains(row.presence.environment) {
                // What was there before it came here did not wait here; what has the app no more waits for nothing.
                guard row.entered.map({ $0.time >= first.time }) ?? row.presence.isThere else { continue }
                if let index = found.firstIndex(where: {
                    $0.app == app && $0.reached?.commit == row.entered?.commit
                }) {
                    found[index].targets.insert(row.presence.environment)
                } else {
                    found.append(
                        Row(
                            subject: answer.name, app: app, entered: first,
                            targets: [row.presence.environment], target: "", reached: row.entered))
                }
            }
        }
        let all = Set(found.flatMap(\.targets))
        rows = found.map { row in
            var row = row
            row.target = Failure.list(order.names(row.targets, among: all), "and")
            return row
        }
    }

    func sentence(_ place: String, _ target: String, _ now: Timestamp) -> Text {
        guard
            let row = rows.filter({ $0.reached != nil }).min(by: { $0.seconds(at: now) < $1.seconds(at: now) }
            )
        else {
            guard let waiting = rows.first else {
                return "\(name, .emphasis) never waited in \(place, .environment) for \(target, .environment)"
            }
            return """
                \(name, .emphasis) has been in \(place, .environment) for \(span(waiting.seconds(at: now)), .emphasis), \
                and is not in \(target, .environment) yet
                """
        }
        return """
            \(name, .emphasis) was in \(place, .environment) for \(span(row.seconds(at: now)), .emphasis) before it \
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
                Column("AFTER") { Text(span($0.seconds(at: now))) },
            ])
    }

    var json: [JSON] {
        rows.map { row in
            [
                "subject": .string(row.subject), "app": .string(row.app), "entered": row.entered.json,
                "targets": .array(row.targets.sorted().map(JSON.string)),
                "reached": row.reached?.json ?? .null,
                "seconds": row.reached == nil ? .null : .int(Int(row.seconds(at: .now))),
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

/// Whether a subject has gone on from some environments to all that come after them.
struct Clearance {
    private let name: String
    /// Why it can't be told, if it is not so; nil where it can.
    private let doubt: String?
    private let present: [String]
    private let missing: [String]

    init(of answer: Whereabouts, from places: Set<String>, _ order: EnvironmentOrder) {
        name = answer.name
        doubt = answer.isComplete ? nil : answer.gaps.first?.description ?? "history is missing here"
        let after = answer.rows.filter { row in
            // What goes on from a preview, or to one, is on nobody's way.
            !places.contains(row.presence.environment) && row.presence.isThere
                && !order.isEphemeral(row.presence.environment)
                && order.before(row.presence.environment, app: row.presence.app).contains(
                    where: places.contains)
        }
        let all = Set(after.map(\.presence.environment))
        let missing = Set(after.filter(\.presence.isMissing).map(\.presence.environment))
        present = order.names(all.subtracting(missing), among: all)
        self.missing = order.names(missing, among: all)
    }

    /// Nowhere to go on to is no clearance either.
    var status: ExitStatus {
        if missing.isEmpty, !present.isEmpty { return .done }
        return doubt == nil ? .no : .cannotTell
    }

    func sentence(_ place: String) -> Text {
        switch status {
        case .done:
            return
                "\("yes", .success): \(name, .emphasis) has cleared \(place, .environment), and is in \(Failure.list(present, "and"), .environment)"
        case .cannotTell:
            return
                "\("cannot tell", .warning) whether \(name, .emphasis) has cleared \(place, .environment): \(doubt ?? "")"
        default:
            let lead: Text = "\("no", .failure): \(name, .emphasis) has not cleared \(place, .environment)"
            if missing.isEmpty { return lead + ": no environment that comes after has the app" }
            let reached: Text =
                present.isEmpty ? "" : "it is in \(Failure.list(present, "and"), .environment), "
            return lead + ": \(reached)not in \(Failure.list(missing, "and"), .environment) yet"
        }
    }
}
