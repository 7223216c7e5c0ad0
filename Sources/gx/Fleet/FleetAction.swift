import ArgumentParser
import Delivery
import Git
import Manifests
import System
import Terminal
import YAML

/// How many repositories a run works on, and how fast.
struct FleetPaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Work on at most so many repositories.", valueName: "count"))
    var limit: Int?

    @Option(help: ArgumentHelp("Wait so long after each: 30s, 10m.", valueName: "duration"))
    var sleep: Waiting?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is at least 1.") }
    }
}

/// How a change stands in one repository.
struct FleetRow {
    var member: Fleet.Member
    var state: FleetState
}

/// Something that is done to a change, one repository after the other.
protocol FleetAction: Command {
    var change: FleetBranchOptions { get }
    var table: TableOptions { get }
}

extension FleetAction {
    /// - Throws: where gx.yaml names no fleet, and where the branch's name is none.
    func clones(_ context: Context) throws -> FleetClones {
        guard FleetChange.isBranch(change.branch) else {
            throw Failure("'\(change.branch)' is no name of a branch")
        }
        guard let found = try context.fleet() else {
            throw Failure(
                "gx.yaml here names no fleet", hint: "write one of its own: fleet: [../shop, https://…]")
        }
        let clones = FleetClones(try found.fleet.members(in: found.home), home: found.home, context: context)
        try clones.fetch()
        return clones
    }

    /// What talks to a repository about the change.
    func delivery(_ member: Fleet.Member, clones: FleetClones, context: Context) throws -> FleetDelivery {
        if let error = clones.failures[member] { throw error }
        let delivery = try FleetDelivery(clones.open(member), named: member.name, branch: change.branch)
        delivery.report = { try context.note("\(member.name, .emphasis): \($0)") }
        return delivery
    }

    /// What is not open is left alone, and does not count for the limit.
    func each(
        _ context: Context, pace: FleetPaceOptions? = nil, act: (FleetDelivery) throws -> FleetState
    ) throws -> [FleetRow] {
        let clones = try clones(context)
        var done = 0
        return try clones.members.map { member in
            try Self.row(member) {
                let delivery = try delivery(member, clones: clones, context: context)
                guard let pace else { return try act(delivery) }
                let before = try delivery.status()
                guard before.kind == .open, done < pace.limit ?? .max else { return before }
                if done > 0 { pace.sleep?.sleep() }
                done += 1
                return try act(delivery)
            }
        }
    }

    /// What goes wrong in one repository does not keep gx from the others.
    static func row(_ member: Fleet.Member, _ act: () throws -> FleetState) throws -> FleetRow {
        do { return FleetRow(member: member, state: try act()) } catch let error where !(error is BrokenPipe)
        {
            if let signal = error as? PublishingError, case .toldToEnd = signal { throw error }
            return FleetRow(
                member: member, state: FleetState(.failed, reason: Failure(error).message.onOneLine))
        }
    }

    func finish(_ rows: [FleetRow], _ context: Context) throws -> ExitStatus {
        try show(rows, context)
        return rows.contains { $0.state.kind == .failed } ? .no : .done
    }

    func show(_ rows: [FleetRow], _ context: Context) throws {
        let view = Table(
            rows,
            [
                Column("REPOSITORY") { Text($0.member.name, .emphasis) },
                Column("STATE") { Text($0.state.kind.rawValue, $0.state.kind.style) },
                Column("FILES", .right, drop: 2) {
                    Text($0.state.files.isEmpty ? "" : "\($0.state.files.count)")
                },
                Column("COMMIT", drop: 1) { Text($0.state.commit?.short ?? "", .commit) },
                Column("WHAT", minimum: 24) { Text($0.state.reason ?? $0.state.url ?? "") },
            ])
        if table.isForPeople, context.options.quiet { return }
        try context.answer(view, table) {
            .object([
                Schema.fleet.field, JSON.Field("branch", .string(change.branch)),
                JSON.Field("repositories", .array(rows.map(\.json))),
            ])
        }
    }
}

extension FleetRow {
    fileprivate var json: JSON {
        [
            "repository": .string(member.name), "address": .string(member.address),
            "state": .string(state.kind.rawValue), "reason": state.reason.map(JSON.string) ?? .null,
            "files": .array(state.files.map(JSON.string)),
            "commit": state.commit.map { .string($0.description) } ?? .null,
            "url": state.url.map(JSON.string) ?? .null,
        ]
    }
}

extension FleetState.Kind {
    fileprivate var style: Style {
        switch self {
        case .planned, .open: .emphasis
        case .done, .merged: .success
        case .closed, .nothing: .faint
        case .failed: .failure
        }
    }
}
