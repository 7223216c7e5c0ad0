import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// The versions that are held, as a table.
struct HoldList {
    private let context: Context
    private let format: TableOptions

    init(_ context: Context, _ format: TableOptions) {
        (self.context, self.format) = (context, format)
    }

    func show(in environment: String?) throws -> ExitStatus {
        let estate = try context.estate
        let names = try environment.map { Set(try estate.environments(named: $0).map(\.name)) }
        var found: [Hold] = []
        var isComplete = true
        let signatures = try estate.signatures()
        for (place, units) in Dictionary(grouping: try estate.units, by: \.place) {
            let holds = try Holds(at: estate.tip(of: place), signedBy: signatures) { try context.ledger() }
            isComplete = isComplete && holds.isComplete
            // Of what other branches describe it has nothing to say.
            let described = Set(units.map(\.environment))
            for hold in holds.all
            where hold.trailer.environment.map(described.contains) ?? true
                && names?.contains(where: hold.isFor) ?? true && !found.contains(hold)
            {
                found.append(hold)
            }
        }
        found.sort { ($1.time, $0.trailer.line) < ($0.time, $1.trailer.line) }
        try context.noteAssumptions()
        if found.isEmpty, format.format == .table {
            try context.note(isComplete ? "nothing is held" : "nothing is held, as far as this clone knows")
        } else {
            try context.answer(table(found), format) {
                .object([
                    Schema.holds.field, JSON.Field("complete", .bool(isComplete)),
                    JSON.Field("holds", .array(found.map(Self.json))),
                ])
            }
        }
        return isComplete ? .done : .cannotTell
    }

    private func table(_ holds: [Hold]) -> Table {
        // The artifact is said where it is not the one that is called like the app.
        let parts =
            holds.contains { $0.trailer.part != nil }
            ? [Column("ARTIFACT", minimum: 8) { Text($0.trailer.part ?? "") }] : [Column<Hold>]()
        return Table(
            holds,
            [
                Column("ENVIRONMENT", minimum: 8) { Text(Self.place($0), .environment) },
                Column("APP", minimum: 8) { Text($0.trailer.app, .app) },
            ] + parts + [
                Column("VERSION", minimum: 8) { Text($0.trailer.version.short, .version) },
                Column("SINCE") { Text(day($0.time)) },
                Column("BY", minimum: 8, drop: 2) { Text($0.author) },
                Column("COMMIT", drop: 1) { Text($0.commit.short, .commit) },
                Column("REASON", minimum: 12) { Text($0.trailer.reason ?? "") },
            ])
    }

    private static func place(_ hold: Hold) -> String {
        let name = hold.trailer.environment ?? "*"
        return hold.exceptions.isEmpty
            ? name : "\(name) but \(hold.exceptions.sorted().joined(separator: ", "))"
    }

    private static func json(_ hold: Hold) -> JSON {
        [
            "environment": hold.trailer.environment.map(JSON.string) ?? .null,
            "except": .array(hold.exceptions.sorted().map(JSON.string)),
            "app": .string(hold.trailer.app),
            "version": .string("\(hold.trailer.version)"),
            "artifact": hold.trailer.artifact.map(JSON.string) ?? .null,
            "since": .string("\(hold.time)"),
            "by": .string(hold.author),
            "commit": .string("\(hold.commit)"),
            "reason": hold.trailer.reason.map(JSON.string) ?? .null,
        ]
    }
}
