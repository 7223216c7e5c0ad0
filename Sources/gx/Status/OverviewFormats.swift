import Answers
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

extension Overview {
    /// One row for each app in each environment, for spreadsheets and scripts.
    var list: [JSON] {
        rows.flatMap { row in
            zip(environments, row.cells).compactMap { environment, cell in
                guard let cell else { return nil }
                return [
                    "app": .string(row.app),
                    "environment": .string(environment.name),
                    "group": environment.group.map(JSON.string) ?? .null,
                    "version": (cell.versions.first?.description).map(JSON.string) ?? .null,
                    "since": (cell.since?.utc).map(JSON.string) ?? .null,
                    "otherVersions": .array(cell.versions.dropFirst().map { .string($0.description) }),
                    "inherited": .bool(cell.deployment.isInherited),
                    "standing": (cell.standing?.relation.rawValue).map(JSON.string) ?? .null,
                    "before": (cell.standing?.environment).map(JSON.string) ?? .null,
                    "beforeVersion": (cell.standing?.version.description).map(JSON.string) ?? .null,
                    "openPromotion": (cell.promotions.first?.branch).map(JSON.string) ?? .null,
                    "live": (cell.live?.value).map(JSON.string) ?? .null,
                    "held": .array(unique(cell.holds.map { "\($0.trailer.version)" }).map(JSON.string)),
                ]
            }
        }
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
                        "kind": .string(promotion.kind.rawValue),
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
            "leftAlone": .array(
                (snapshot?.notes ?? []).map { ["file": .string($0.file), "reason": .string($0.text)] }),
        ]
    }

    private static func artifacts(_ snapshot: AppSnapshot, _ estate: Estate) throws -> [JSON] {
        let checkout = try estate.checkout(snapshot.unit.place)
        return try snapshot.slots.map { try json($0, snapshot: snapshot, checkout: checkout) }
    }

    private static func json(_ slot: Slot, snapshot: AppSnapshot, checkout: Checkout) throws -> JSON {
        [
            "kind": .string(slot.artifact.kind.rawValue),
            "name": .string(slot.artifact.name),
            "version": slot.pins.isEmpty ? .null : .string(slot.version.description),
            "pins": .array(try slot.pins.map { try json($0, snapshot: snapshot, checkout: checkout) }),
            "hidden": .array(try slot.hidden.map { try json($0, snapshot: snapshot, checkout: checkout) }),
            "workloads": .array(
                slot.workloads.map {
                    [
                        "kind": .string($0.kind), "name": .string($0.name),
                        "container": .string($0.container),
                    ]
                }),
        ]
    }

    private static func json(_ pin: Pin, snapshot: AppSnapshot, checkout: Checkout) throws -> JSON {
        [
            "file": .string(pin.file),
            "line": try checkout.line(of: pin).map(JSON.int) ?? .null,
            "path": .string(pin.path.description),
            "version": .string(pin.version.description),
            "inherited": .bool(snapshot.inherits(pin.file)),
        ]
    }
}
