import Answers
import Git
import Ledger
import System
import Terminal
import YAML

/// Where something is, was, and is not yet.
struct PresenceTable {
    /// A row for each environment.
    private let rows: [PresenceRow]
    /// The environments in which an app is.
    private let places: [Resident: Set<String>]
    private let order: EnvironmentOrder
    private let now: Timestamp

    init(_ answers: [Whereabouts], _ order: EnvironmentOrder, now: Timestamp) {
        (self.order, self.now) = (order, now)
        rows = answers.flatMap(\.rows)
        places = Dictionary(grouping: rows.filter(\.presence.isThere), by: Resident.init)
            .mapValues { Set($0.map(\.presence.environment)) }
    }

    /// With the environments that have the same to tell in one row.
    var grouped: Table { table(merged, isExact: false) }

    /// With a row for each environment.
    var whole: Table { table(rows, isExact: true) }

    private var merged: [PresenceRow] {
        rows.merged(by: Saying.init) { merged, row in
            merged.environments.insert(row.presence.environment)
            merged.sources.formUnion(row.sources)
        }
    }

    private func table(_ rows: [PresenceRow], isExact: Bool) -> Table {
        var columns: [Column<PresenceRow>] = []
        if Set(rows.map(\.subject)).count > 1 {
            columns.append(Column("SUBJECT") { Text($0.subject, .emphasis) })
        }
        columns += [
            Column("ENVIRONMENT", minimum: 16) { row in
                Text(isExact ? row.presence.environment : names(of: row), .environment)
            },
            Column("APP") { Text($0.presence.app, .app) },
            Column("STATUS") { $0.presence.status.text },
            Column("SINCE") { row in Text(row.entered.map { minute($0.time) } ?? "") },
        ]
        if rows.contains(where: { $0.left != nil }) {
            columns.append(Column("UNTIL", drop: 1) { row in Text(row.left.map { minute($0.time) } ?? "") })
        }
        columns += [
            Column("FOR", drop: 3) { row in Text(row.span(at: now)?.words ?? "") },
            Column("VERSION", minimum: 12) { row in
                Text((isExact ? row.entered?.exactVersion : row.entered?.version) ?? "", .version)
            },
            Column("HOW", minimum: 12) { Text(how($0)) },
            Column("BASIS", drop: 5) { Text($0.deployment?.basisWords ?? "", .faint) },
            Column("WHO", minimum: 8, drop: 2) { Text($0.deployment?.who ?? "") },
            Column("COMMIT", drop: 4) { Text($0.deployment?.commit.short ?? "", .commit) },
        ]
        return Table(rows, columns)
    }

    /// The environments of a row: groups by their name where the app is nowhere else in them.
    private func names(of row: PresenceRow) -> String {
        order.names(row.environments, among: places(of: row), counting: true).joined(separator: ", ")
    }

    private func places(of row: PresenceRow) -> Set<String> {
        row.environments.union(places[Resident(row)] ?? [])
    }

    /// How it came, or how it went.
    private func how(_ row: PresenceRow) -> String {
        let sources = order.names(row.sources, among: places(of: row)).listed("and")
        switch row.presence.status {
        case .left(_, nil): return "the environment is gone"
        case .inFlight(let branch):
            return "a \(OpenPromotion.Kind(ofBranch: branch).rawValue) is open: \(branch)"
        case .pending: return "waits in \(sources)"
        case .unknown: return row.subject.hasPrefix("bug:") ? "" : "set up later"
        default: return row.deployment?.words(from: sources) ?? ""
        }
    }
}

/// An app that has a subject.
private struct Resident: Hashable {
    var subject: String
    var app: String

    init(_ row: PresenceRow) { (subject, app) = (row.subject, row.presence.app) }
}

/// What a row tells, whatever the environment.
private struct Saying: Hashable {
    var resident: Resident
    var status: String
    var branch: String?
    var words: String?
    var commits: [ObjectID?]
    var version: String?

    init(_ row: PresenceRow) {
        resident = Resident(row)
        (status, branch) = (row.presence.status.kind, row.presence.status.branch)
        (words, version) = (row.deployment?.words(from: ""), row.entered?.version)
        commits = [row.entered?.commit, row.left?.commit]
    }
}

extension PresenceRow {
    var json: JSON {
        .object([
            JSON.Field("environment", .string(presence.environment)),
            JSON.Field("app", .string(presence.app)), JSON.Field("status", .string(presence.status.kind)),
            JSON.Field("named", .bool(presence.isNamed)),
            JSON.Field("entered", entered?.json ?? .null), JSON.Field("left", left?.json ?? .null),
            JSON.Field("waitsIn", presence.status.source.map { .string($0) } ?? .null),
            JSON.Field("promotion", presence.status.branch.map { .string($0) } ?? .null),
        ])
    }
}

extension Presence.Status {
    var text: Text {
        switch self {
        case .now: Text("in now", .success)
        case .left: Text("was in", .warning)
        case .inFlight: Text("in flight", .emphasis)
        case .pending: Text("pending")
        case .notYet: Text("not yet", .faint)
        case .unknown: Text("cannot tell", .faint)
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
            JSON.Field("host", host.map { .string($0) } ?? .null),
            JSON.Field("kind", .string("\(kind)")), JSON.Field("basis", .string("\(basis)")),
            JSON.Field("source", source.map { .string($0) } ?? .null), JSON.Field("before", pins(before)),
            JSON.Field("after", pins(after)),
            JSON.Field("artifacts", .array(changes.map(\.json))),
        ])
    }
}

extension Deployment.Change {
    fileprivate var json: JSON {
        let text = { (text: String?) -> JSON in text.map { .string($0) } ?? .null }
        return .object([
            JSON.Field("artifact", .string(artifact)), JSON.Field("before", text(before)),
            JSON.Field("after", text(after)), JSON.Field("kind", .string("\(kind)")),
            JSON.Field("basis", .string("\(basis)")), JSON.Field("direction", text(direction?.rawValue)),
            JSON.Field("source", text(source)),
        ])
    }
}
