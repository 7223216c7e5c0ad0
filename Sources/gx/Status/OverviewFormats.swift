import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

extension Overview {
    /// One line for each app in each environment, for spreadsheets and scripts.
    var list: Table {
        struct Line {
            var environment: Environment
            var app: String
            var cell: Cell
        }
        let lines = rows.flatMap { row in
            zip(environments, row.cells).compactMap { environment, cell in
                cell.map { Line(environment: environment, app: row.app, cell: $0) }
            }
        }
        return Table(
            lines,
            [
                Column("app") { Text($0.app) },
                Column("environment") { Text($0.environment.name) },
                Column("group") { Text($0.environment.group ?? "") },
                Column("version") { Text($0.cell.versions.first?.description ?? "") },
                Column("since") { Text($0.cell.since?.utc ?? "") },
                Column("other_versions") {
                    Text($0.cell.versions.dropFirst().map(\.description).joined(separator: " "))
                },
                Column("inherited") { Text($0.cell.deployment.isInherited ? "true" : "false") },
                Column("standing") { Text($0.cell.standing?.relation.rawValue ?? "") },
                Column("before") { Text($0.cell.standing?.environment ?? "") },
                Column("before_version") { Text($0.cell.standing?.version.description ?? "") },
                Column("open_promotion") { Text($0.cell.promotions.first?.branch ?? "") },
                Column("live") { Text($0.cell.live?.value ?? "") },
                Column("held") { line in
                    Text(line.cell.holds.map { "\($0.trailer.version)" }.joined(separator: " "))
                },
            ])
    }

    /// The fields of the answer for programs, in a fixed order.
    func fields(_ estate: Estate) throws -> [JSON.Field] {
        [
            JSON.Field("environments", .array(environments.map(Self.json))),
            JSON.Field(
                "apps",
                .array(
                    try rows.map { row in
                        [
                            "app": .string(row.app),
                            "environments": .array(
                                try row.cells.compactMap { try $0.map { try Self.json($0, estate) } }),
                        ]
                    })),
        ]
    }

    private static func json(_ environment: Environment) -> JSON {
        [
            "name": .string(environment.name),
            "group": environment.group.map(JSON.string) ?? .null,
            "after": .array(environment.after.map(JSON.string)),
            "publish": .string(environment.publish.rawValue),
            "ephemeral": .bool(environment.isEphemeral),
        ]
    }

    private static func json(_ cell: Cell, _ estate: Estate) throws -> JSON {
        let (environment, app) = (cell.deployment.environment, cell.deployment.app)
        let snapshot = try estate.app(app, in: environment)
        return [
            "environment": .string(environment),
            "version": cell.versions.first.map { .string($0.description) } ?? .null,
            "since": cell.since.map { .string($0.utc) } ?? .null,
            "inherited": .bool(cell.deployment.isInherited),
            "standing": cell.standing.map { standing in
                [
                    "relation": .string(standing.relation.rawValue),
                    "environment": .string(standing.environment),
                    "artifact": .string(standing.artifact.name),
                    "version": .string(standing.version.description),
                ]
            } ?? .null,
            "promotions": .array(
                cell.promotions.map { promotion in
                    [
                        "branch": .string(promotion.branch),
                        "commit": .string(promotion.commit.description),
                        "version": promotion.version(for: app, in: environment)
                            .map(JSON.string) ?? .null,
                    ]
                }),
            "live": cell.live.map { live in
                [
                    "state": live.value.map(JSON.string) ?? .null,
                    "detail": live.detail.map(JSON.string) ?? .null,
                ]
            } ?? .null,
            "holds": .array(cell.holds.map(\.json)),
            "artifacts": .array(try snapshot.map { try artifacts($0, estate) } ?? []),
            "left_alone": .array(
                (snapshot?.notes ?? []).map { ["file": .string($0.file), "reason": .string($0.text)] }),
        ]
    }

    private static func artifacts(_ snapshot: AppSnapshot, _ estate: Estate) throws -> [JSON] {
        let checkout = try estate.checkout(snapshot.unit.place)
        return try snapshot.slots.map { try json($0, snapshot, checkout) }
    }

    private static func json(_ slot: Slot, _ snapshot: AppSnapshot, _ checkout: Checkout) throws -> JSON {
        [
            "kind": .string(slot.artifact.kind.rawValue),
            "name": .string(slot.artifact.name),
            "version": slot.pins.isEmpty ? .null : .string(slot.version.description),
            "pins": .array(try slot.pins.map { try json($0, snapshot, checkout) }),
            "hidden": .array(try slot.hidden.map { try json($0, snapshot, checkout) }),
            "workloads": .array(
                slot.workloads.map {
                    [
                        "kind": .string($0.kind), "name": .string($0.name),
                        "container": .string($0.container),
                    ]
                }),
        ]
    }

    private static func json(_ pin: Pin, _ snapshot: AppSnapshot, _ checkout: Checkout) throws -> JSON {
        [
            "file": .string(pin.file),
            "line": try checkout.line(of: pin).map(JSON.int) ?? .null,
            "path": .string(pin.path.description),
            "version": .string(pin.version.description),
            "inherited": .bool(snapshot.inherits(pin.file)),
        ]
    }
}
