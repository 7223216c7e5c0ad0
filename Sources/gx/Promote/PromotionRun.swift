import Delivery
import Manifests
import System
import Terminal

/// A promotion from its plan to its verification, once or for one environment of a group after the other.
struct PromotionRun {
    private let command: Promote
    private let context: Context
    private let delivery: PlanDelivery
    private let gathered: GatheredAnswer?

    init(_ command: Promote, in context: Context) {
        (self.command, self.context) = (command, context)
        // What comes one after the other is one document to a program.
        let isOne = [.json, .csv].contains(command.table.format)
        gathered = isOne && (command.verify || command.wave) ? GatheredAnswer() : nil
        var delivery = PlanDelivery(
            context, options: command.publishing, format: command.table, schema: .promotion, verb: "promote",
            announces: command.verify,
            overrides: command.overrides)
        delivery.gathers = gathered
        self.delivery = delivery
    }

    private struct Result {
        var status: ExitStatus
        /// Whether anything was written, whatever became of it.
        var isWritten: Bool
        /// Whether it was taken back again.
        var isTakenBack = false
    }

    /// Once, or one environment after the other, and tells about it.
    func carryOut(_ request: PromotionRequest) throws -> ExitStatus {
        let status = try command.wave ? wave(request) : run(request).status
        try delivery.answer()
        return status
    }

    private func run(_ request: PromotionRequest) throws -> Result {
        let result = try delivery.deliver(.promotion(request))
        let isWritten = result.publication.map { !$0.landings.isEmpty } ?? false
        guard result.status == .done, command.verify, let publication = result.publication else {
            return Result(status: result.status, isWritten: isWritten)
        }
        if publication.landings.contains(where: { $0.pullRequest != nil }) {
            try context.note("it is verified once it is merged: gx verify \(request.target)")
            return Result(status: .done, isWritten: isWritten)
        }
        // Also where nothing was left to promote: another run may have been interrupted here.
        var verification = VerificationRequest(request.target, apps: request.apps, onlyOpen: true)
        verification.rollsBack = command.rollbackOnFailure
        verification.announced = Set(publication.landings.map(\.commit))
        let verified = try VerificationDelivery(
            context, command.table.format.ofChecks, out: command.table.out, into: gathered
        ).deliver(verification)
        return Result(status: verified.status, isWritten: isWritten, isTakenBack: verified.isTakenBack)
    }

    /// Each environment of the group in its own commit; the first that can't go on stops the wave.
    private func wave(_ request: PromotionRequest) throws -> ExitStatus {
        var left = unique(
            try request.targets.flatMap { try delivery.environments(named: $0, for: .promotion(request)) }
        ).map(\.name)
        var done: [String] = []
        while let environment = left.first {
            left.removeFirst()
            var request = request
            request.targets = [environment]
            let result: Result
            do {
                result = try run(request)
            } catch {
                try tellOfStop("at \(environment, .environment)", done: done, left: left)
                throw error
            }
            guard result.status == .done else {
                let stop: Text =
                    !result.isWritten
                    ? "before \(environment, .environment)"
                    : result.isTakenBack
                        ? "in \(environment, .environment), which was written and taken back"
                        : "in \(environment, .environment), which was written"
                try tellOfStop(stop, done: done, left: left)
                return result.status
            }
            done.append(environment)
        }
        return .done
    }

    /// Says which environments have it, and which do not.
    private func tellOfStop(_ place: Text, done: [String], left: [String]) throws {
        var words: Text = "the wave stopped \(place)"
        if !done.isEmpty { words = "\(words); done: \(done.joined(separator: ", "))" }
        if !left.isEmpty { words = "\(words); not begun: \(left.joined(separator: ", "))" }
        try context.warn(words)
    }
}
