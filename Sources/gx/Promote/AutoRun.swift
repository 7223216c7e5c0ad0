import Delivery
import Git
import Manifests
import Secrets
import System
import Terminal
import YAML

/// `gx promote --auto`: what it decided for each app of each environment, and what that waits for.
struct AutoRun {
    private let context: Context
    private let options: PublishingOptions
    private let format: TableOptions

    init(_ context: Context, options: PublishingOptions, format: TableOptions) {
        (self.context, self.options, self.format) = (context, options, format)
    }

    /// - Parameter environments: Environments and groups; none for all that gx.yaml names.
    /// - Returns: `.done` also where something waits; `.no` where a promotion can't be planned, `.cannotTell` where a
    ///   gate can't tell.
    func run(_ environments: [String]) throws -> ExitStatus {
        if context.options.config != nil {
            throw Failure(
                "--config is for reading: what is written follows the gx.yaml of the branch that it is written to",
                hint: "commit the change of gx.yaml first")
        }
        var promotion = try AutoPromotion(
            context.repository, environments, autoMerge: options.autoMerge,
            encryptedKeys: SopsFile.readableKeys)
        (promotion.isTrial, promotion.sign) = (options.dryRun, MessageCode.sha256)
        promotion.report = report
        let rows: [AutoPromotion.Row]
        var stop: (any Error)?
        do { rows = try promotion.run() } catch let stopped as AutoPromotion.Stopped {
            (rows, stop) = (stopped.rows, stopped.cause)
        }
        let list = rows.map(Self.json)
        let next = rows.compactMap(\.until).min()
        let answer: JSON = [
            "schema": Schema.autoPromotion.json, "dryRun": .bool(options.dryRun),
            "next": next.map { .string($0.utc) } ?? .null, "promotions": .array(list),
        ]
        try context.answer(table(rows), format) { answer }
        if rows.contains(where: { $0.reasons.contains(where: \.lacksHistory) }) {
            try context.note(Text(GateAnswer.unshallow))
        }
        if let stop {
            let done = rows.filter { $0.landing != nil }.map { "\($0.environment)/\($0.app)" }
            try context.warn("\(done.joined(separator: ", ")) is done; it stopped there")
            throw stop
        }
        if rows.contains(where: { $0.decision == .refuse }) { return .no }
        return rows.contains { $0.decision == .unknown } ? .cannotTell : .done
    }

    private func report(_ event: PublishEvent) throws {
        switch event {
        case .warning(let text): try context.warn(Text(text.onOneLine))
        case .retrying(_, let reason): try context.note("\(reason): planning again")
        case .host(let lines), .hook(let lines):
            for line in lines { try context.note(Text(line, .faint)) }
        case .landed: break
        }
    }

    private func table(_ rows: [AutoPromotion.Row]) -> Table {
        Table(
            rows,
            [
                Column("ENVIRONMENT", minimum: 8) { Text($0.environment, .environment) },
                Column("APP", minimum: 8) { Text($0.app, .app) },
                Column("VERSION", minimum: 8) { Text($0.version?.short ?? "", .version) },
                Column("DECISION") { Text($0.decision.rawValue) },
                Column("WAITS FOR", minimum: 12) { Text($0.waitsFor) },
                Column("UNTIL") { Text($0.until.map { minute(.local($0.seconds)) } ?? "") },
            ])
    }

    private static func json(_ row: AutoPromotion.Row) -> JSON {
        [
            "environment": .string(row.environment), "app": .string(row.app),
            "version": row.version.map { .string("\($0)") } ?? .null,
            "from": row.source.map(JSON.string) ?? .null, "decision": .string(row.decision.rawValue),
            "waitsFor": .string(row.waitsFor), "until": row.until.map { .string($0.utc) } ?? .null,
            "gates": .array(
                row.reasons.map { ["gate": .string($0.gate.rawValue), "says": .string($0.words)] }),
            "commit": row.landing.map { .string($0.commit.description) } ?? .null,
            "branch": row.landing.map { .string($0.branch) } ?? .null,
            "pullRequest": row.landing?.pullRequest?.url.map(JSON.string) ?? .null,
        ]
    }
}

extension AutoPromotion.Row {
    /// What it waits for, or why it can't be; empty where nothing is in the way.
    fileprivate var waitsFor: String {
        let closed = reasons.closed.map { "\($0.gate.rawValue): \($0.words)" }
        return (closed + refusals.map(\.message) + (error.map { [Failure($0).message] } ?? []))
            .joined(separator: "; ")
    }
}
