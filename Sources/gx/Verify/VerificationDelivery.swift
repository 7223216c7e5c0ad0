import Delivery
import Git
import Ledger
import Secrets
import System
import Terminal
import YAML

/// Verifies deployments, and tells about it.
struct VerificationDelivery {
    private let context: Context
    private let format: CheckFormat
    private let out: String?
    /// Where the answer for programs goes, if not out at once.
    private let gathers: GatheredAnswer?

    /// - Parameter out: A file for the answer; nil for stdout.
    init(_ context: Context, _ format: CheckFormat, out: String?, into gathers: GatheredAnswer? = nil) {
        (self.context, self.format, self.out, self.gathers) = (context, format, out, gathers)
    }

    func run(_ request: VerificationRequest) throws -> ExitStatus { try deliver(request).status }

    struct Result {
        var status: ExitStatus
        /// Whether what failed was taken back, all of it.
        var isTakenBack: Bool
    }

    func deliver(_ request: VerificationRequest) throws -> Result {
        if context.options.config != nil {
            throw Failure(
                "--config is for reading: a deployment is verified by the gx.yaml of the branch that has it",
                hint: "commit the change of gx.yaml first")
        }
        let verifier = try Verifier(context.repository, encryptedKeys: SopsFile.readableKeys)
        verifier.sign = MessageCode.sha256
        let ticker = context.ticker
        verifier.report = { try report($0, ticker) }
        let verified = try verifier.verify(request)
        ticker.wipe()
        try answer(verified)
        let failed = verified.filter { $0.verdict.outcome == .failed }
        return Result(
            status: Self.status(of: verified),
            isTakenBack: !failed.isEmpty
                && failed.allSatisfy { one in
                    switch one.rollback {
                    case .pushed?, .committed?: true
                    case .proposed?, .stopped?, .failed?, nil: false
                    }
                })
    }

    // MARK: While it lasts

    private func report(_ event: VerificationEvent, _ ticker: Ticker) throws {
        switch event {
        case .standing(let target, let check, let words):
            ticker.show("\(target.name): \(check): \(words)")
        case .live(let target):
            ticker.wipe()
            try context.note("\(target.name): the cluster runs it")
        case .finished(let target, let verdict):
            ticker.wipe()
            try context.note("\(target.name): \(verdict.outcome.text)")
        case .warning(let text):
            ticker.wipe()
            try context.warn(Text(text))
        }
    }

    // MARK: In the end

    private struct Row {
        var target: VerificationTarget
        var check: CheckResult
    }

    private func answer(_ verified: [Verified]) throws {
        if let gathers { return gathers.add(verified: verified.map(Self.json)) }
        let rows = verified.flatMap { one in one.verdict.checks.map { Row(target: one.target, check: $0) } }
        let table = Table(
            rows,
            [
                Column("ENVIRONMENT", drop: 1) { Text($0.target.environment, .environment) },
                Column("APP") { Text($0.target.app, .app) },
                Column("CHECK", minimum: 16) { Text($0.check.name) },
                Column("RESULT") { Text($0.check.result.rawValue, $0.check.result.style) },
                Column("VALUE", minimum: 8) { Text($0.check.value ?? "") },
                Column("DETAIL", minimum: 16, drop: 2) { Text($0.check.detail ?? "") },
            ])
        let checks = {
            rows.map { row -> JSON in
                .object(
                    [
                        JSON.Field("environment", .string(row.target.environment)),
                        JSON.Field("app", .string(row.target.app)),
                    ] + (row.check.json.fields ?? []))
            }
        }
        try context.answer(table, format: format, out: out, rows: checks) {
            ["schema": Schema.verification.json, "verified": .array(verified.map(Self.json))]
        } junit: {
            JUnitReport(name: "gx verify", cases: verified.flatMap(\.cases))
        }
        guard format == .table, out == nil else { return }
        try context.output.print("")
        for one in verified { for line in sentences(one) { try context.output.print(line) } }
    }

    private func sentences(_ one: Verified) -> [Text] {
        let reason = one.verdict.reason.map { Text(": \($0)") } ?? ""
        let known = one.isRecorded ? Text(", as is recorded", .faint) : ""
        var lines: [Text] = ["\(one.target.name, .app) \(one.verdict.outcome.text)\(known)\(reason)"]
        switch one.rollback {
        case .pushed(let commit, let branch)?:
            let state =
                one.returned.map { ": \($0.result == .passed ? "the cluster runs it" : $0.inWords)" } ?? ""
            lines.append("\("rolled back", .warning) by \(commit.short, .commit) on \(branch)\(state)")
        case .committed(let commit, let branch)?:
            lines.append(
                "\("rolled back", .warning) by \(commit.short, .commit) on your \(branch), which is not pushed"
            )
        case .proposed(let commit, let branch)?:
            lines.append("\("a rollback is proposed", .warning): \(commit.short, .commit) on \(branch)")
        case .stopped(let reason)?: lines.append("\("not rolled back", .failure): \(reason)")
        case .failed(let error)?:
            lines.append("\("not rolled back", .failure): \(Failure(error).message)")
        case nil: break
        }
        return lines
    }

    /// The worst of them.
    private static func status(of verified: [Verified]) -> ExitStatus {
        let outcomes = Set(verified.map(\.verdict.outcome))
        if outcomes.contains(.failed) || outcomes.contains(.rolledBack) { return .no }
        return outcomes.contains(.unknown) || outcomes.contains(.superseded) ? .cannotTell : .done
    }

    private static func json(_ one: Verified) -> JSON {
        let rollback: JSON =
            switch one.rollback {
            case .pushed(let commit, let branch)?:
                [
                    "commit": .string("\(commit)"), "branch": .string(branch), "proposed": false,
                    "cluster": one.returned?.json ?? .null,
                ]
            case .committed(let commit, let branch)?:
                [
                    "commit": .string("\(commit)"), "branch": .string(branch), "proposed": false,
                    "pushed": false,
                ]
            case .proposed(let commit, let branch)?:
                ["commit": .string("\(commit)"), "branch": .string(branch), "proposed": true]
            case .stopped(let reason)?: ["stopped": .string(reason)]
            case .failed(let error)?: ["stopped": .string(Failure(error).message)]
            case nil: .null
            }
        return [
            "environment": .string(one.target.environment), "app": .string(one.target.app),
            "version": one.target.version.map(JSON.string) ?? .null,
            "commit": .string("\(one.target.commit)"), "outcome": .string(one.verdict.outcome.rawValue),
            "reason": one.verdict.reason.map(JSON.string) ?? .null, "recorded": .bool(one.isRecorded),
            "checks": .array(one.verdict.checks.map(\.json)), "rollback": rollback,
        ]
    }
}

extension Verified {
    /// Each of its checks, and what came of them.
    fileprivate var cases: [JUnitReport.Case] {
        let subject = "\(target.environment)/\(target.app)"
        let checks = verdict.checks.map { check in
            JUnitReport.Case(subject: subject, name: check.name, result: check.inReport)
        }
        let result: JUnitReport.Result =
            switch verdict.outcome {
            case .succeeded: .passed
            case .failed, .rolledBack: .failed(verdict.reason ?? verdict.outcome.rawValue)
            case .superseded, .unknown: .unknown(verdict.reason ?? verdict.outcome.rawValue)
            }
        return checks + [JUnitReport.Case(subject: subject, name: "deployment", result: result)]
    }
}

extension CheckResult {
    fileprivate var inReport: JUnitReport.Result {
        switch result {
        case .passed: .passed
        case .failed: .failed(inWords)
        case .unknown: .unknown(inWords)
        }
    }
}

extension VerificationTarget {
    /// `prod/api 1.4.2`
    fileprivate var name: String { "\(environment)/\(app)" + (version.map { " \($0)" } ?? "") }
}

extension Outcome {
    fileprivate var text: Text {
        switch self {
        case .succeeded: Text(rawValue, .success)
        case .failed, .rolledBack: Text(rawValue, .failure)
        case .superseded, .unknown: Text(rawValue, .warning)
        }
    }
}

extension CheckResult.Result {
    fileprivate var style: Style {
        switch self {
        case .passed: .success
        case .failed: .failure
        case .unknown: .warning
        }
    }
}
