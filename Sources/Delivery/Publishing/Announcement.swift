internal import Git
internal import Ledger
internal import Manifests
internal import System

/// The commands around a deployment and its verification: whoever watches over the cluster can be told. Where a
/// promotion is announced, it goes on only once that has succeeded; elsewhere a failure is said, and changes nothing.
struct Announcement {
    private let before: [Subprocess]
    private let after: [Subprocess]

    init(_ rule: VerifyRule, _ builder: CheckBuilder) throws {
        before = try rule.before.map { try builder.command($0, timeout: 60) }
        after = try rule.after.map { try builder.command($0, timeout: 60) }
    }

    /// Before anything is pushed.
    func begin() throws {
        for command in before {
            let output = try command.run()
            guard output.status != 0 else { continue }
            throw VerificationError.notAnnounced(
                command: command.program, status: Int(output.status), words: output.lastLine)
        }
    }

    /// Where it is deployed already.
    func begin(_ report: (VerificationEvent) throws -> Void) throws {
        for command in before { try run(command, report) }
    }

    func end(_ verdict: Verdict, _ report: (VerificationEvent) throws -> Void) throws {
        for var command in after {
            command.environment = command.environment.setting([
                "GX_OUTCOME": verdict.outcome.rawValue, "GX_REASON": verdict.reason,
            ])
            try run(command, report)
        }
    }

    private func run(_ command: Subprocess, _ report: (VerificationEvent) throws -> Void) throws {
        do {
            let output = try command.run()
            guard output.status != 0 else { return }
            let words = output.lastLine.map { ": \($0)" } ?? ""
            try report(.warning("\(command.program) failed with status \(output.status)\(words)"))
        } catch let error as SystemError {
            try report(.warning("\(error)"))
        }
    }
}
