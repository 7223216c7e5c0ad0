internal import Git
internal import Ledger
internal import Manifests
internal import System

/// A gate that a person passes by, and why.
public struct GateOverride: Hashable, Sendable {
    public var gate: Gate
    public var reason: String

    public init(_ gate: Gate, reason: String) {
        (self.gate, self.reason) = (gate, reason)
    }
}

extension Plan {
    /// The plan with what the gates of its environments say: the evidence goes into the commit, and what is closed is a
    /// refusal.
    func passingGates(_ keeper: GateKeeper, _ overrides: [GateOverride]) throws -> Plan {
        try asking(overrides) { part, changes in
            let versions = changes.map { Pinned($0.artifact, $0.new) }
            var answers = try keeper.answers(for: versions, of: part.app, in: part.environment)
            if overrides.contains(where: { $0.gate == .approvals }),
                try keeper.awaitsReviews(of: part.app, in: part.environment)
            {
                answers.append(.unknown(.approvals, "not asked"))
            }
            let isOpen = answers.allSatisfy { answer in
                answer.isOpen || overrides.contains { $0.gate == answer.gate }
            }
            // What has to be run is run where nothing else is in the way.
            guard isOpen, refusals.isEmpty, let version = changes.first?.new else { return answers }
            guard !overrides.contains(where: { $0.gate == .checks }) else {
                // That they were passed by is written down.
                return keeper.wantsChecks(in: part.environment)
                    ? answers + [.unknown(.checks, "not asked")] : answers
            }
            return try answers + keeper.checks(for: version, versions, of: part.app, in: part.environment)
        }
    }

    /// The same for a rollback, which only locks stop.
    func passingLocks(_ keeper: GateKeeper, _ overrides: [GateOverride]) throws -> Plan {
        try asking(overrides) { part, _ in
            try keeper.lock(on: part.app, in: part.environment).map { [$0] } ?? []
        }
    }

    private func asking(
        _ overrides: [GateOverride], _ answers: (Part, [VersionChange]) throws -> [GateAnswer]
    ) throws -> Plan {
        var plan = self
        for index in steps.indices {
            let parts = unique(steps[index].changes.map { Part(environment: $0.environment, app: $0.app) })
            for part in parts {
                let changes = steps[index].changes.filter {
                    ($0.environment, $0.app) == (part.environment, part.app)
                }
                let all = try answers(part, changes)
                let passed = all.filter { answer in
                    !answer.isOpen && overrides.contains { $0.gate == answer.gate }
                }
                plan.refusals += all.filter { !passed.contains($0) }.closed.map { $0.refusal(for: part) }
                let open = all.filter(\.isOpen)
                if !open.isEmpty { plan.steps[index].evidence.append(open.evidence(for: part)) }
                for answer in passed {
                    let reason = overrides.last { $0.gate == answer.gate }?.reason ?? ""
                    plan.steps[index].evidence.append(
                        OverrideTrailer(
                            environment: part.environment, app: part.app, gate: answer.gate.rawValue,
                            reason: reason
                        ).line)
                }
            }
        }
        return plan
    }
}

extension [GateAnswer] {
    /// The line that a commit has for gates that are open.
    fileprivate func evidence(for part: Plan.Part) -> String {
        let words = map { "\($0.gate.rawValue) \($0.words)" }.joined(separator: "; ")
        return "Gx-Gate: \(part.environment)/\(part.app) \(words)".onOneLine
    }
}

/// What gates say of a pull request that is open.
struct RequestGates {
    var answers: [GateAnswer] = []
    /// Lines for the commit that merges it.
    var evidence: [String] = []
    /// Whether it may be merged at some times, and not at others: nobody but gx knows when.
    var isGated = false
    /// Sets what they say as a status on the head; why the host does not take it.
    var tell: () throws -> String? = { nil }

    init() {}

    /// - Parameter head: What would be merged.
    init(
        _ request: HostedRequest, at head: ObjectID, for step: Step, _ keeper: GateKeeper,
        _ overrides: [GateOverride]
    ) throws {
        // A rollback passes gates.
        guard step.restoration == nil else { return }
        for part in unique(step.changes.map({ Plan.Part(environment: $0.environment, app: $0.app) })) {
            isGated = isGated || keeper.isGated(part.app, in: part.environment)
            let changes = step.changes.filter { ($0.environment, $0.app) == (part.environment, part.app) }
            let all = try keeper.answers(
                at: head, of: request, for: changes, of: part.app, in: part.environment,
                { try step.contributors(upTo: head) }
            ).filter { answer in !overrides.contains { $0.gate == answer.gate } }
            answers += all
            if !all.isEmpty, all.areOpen { evidence.append(all.evidence(for: part)) }
        }
        answers = unique(answers)
        guard isGated, let change = step.changes.first else { return }
        let answers = answers
        tell = { try keeper.tell(answers, at: head, of: request, for: change.app, in: change.environment) }
    }
}

extension Step {
    /// Who has a part in what the step brings, and in the branch that it is proposed on.
    fileprivate func contributors(upTo head: ObjectID) throws -> Contributors {
        var contributors = Contributors()
        for entry in contents?.added ?? [] { contributors.add(author: entry.author) }
        let repository = base.repository
        for id in try repository.difference(base.commit, head).onlyRight.prefix(100) {
            let commit = try repository.commit(id)
            contributors.add(
                author: "\(commit.author.name) <\(commit.author.email)>",
                committer: "\(commit.committer.name) <\(commit.committer.email)>")
            if DeployTrailer.all(in: commit).isEmpty { contributors.areOthersOnBranch = true }
        }
        return contributors
    }
}

extension GateAnswer {
    /// What helps where the history of a clone tells too little.
    public static let unshallow =
        "'gx trace sync --unshallow' gets the rest of history, and tells it to clones of one commit (\(SharedLedger.ref))"

    /// Whether more history would tell.
    public var lacksHistory: Bool { verdict == .unknown && gate != .checks }

    func refusal(for part: Plan.Part) -> Refusal {
        var message = "\(gate.rawValue): \(words)"
        if case .waiting(let until?) = verdict { message += ", until \(until.utc)" }
        let other: String
        switch (gate, verdict) {
        case (.approvals, _):
            other = "somebody else: gx promote --approve \(part.app) VERSION --to \(part.environment)"
        case (.lock, _): other = "gx promote --unlock \(part.environment)/\(part.app)"
        case (_, .refused): other = "promote another version"
        case (.checks, .unknown): other = "try again"
        case (_, .unknown): other = Self.unshallow
        default: other = "wait"
        }
        return Refusal(
            code: .gate, environment: part.environment, app: part.app, message: message,
            hint: "\(other); or pass by it with --override \(gate.rawValue) --reason TEXT", gate: self)
    }
}
