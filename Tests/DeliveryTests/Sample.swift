import Delivery
import Git
import Ledger
import Manifests
import TestSupport

/// A manifest repository of a test: its gx.yaml, its files, and the plans made on them.
struct Sample {
    let repository: ScratchRepository
    var configuration: Configuration

    init(_ configuration: String, _ files: [String: String]) throws {
        self.configuration = try Configuration(parsing: Array(configuration.utf8))
        repository = try ScratchRepository()
        try commit(files, "Start")
    }

    func commit(_ files: [String: String], _ message: String) throws {
        for (path, text) in files { try repository.write(path, text) }
        try repository.commit(message)
    }

    func estate() throws -> Estate {
        try Estate(configuration, resolver: KnownPlaces(try repository.repository()))
    }

    /// The plan of a promotion.
    func promote(_ apps: String..., to target: String, _ change: (inout PromotionRequest) -> Void = { _ in })
        throws -> Plan
    {
        var request = PromotionRequest(to: target)
        request.apps = apps
        change(&request)
        let estate = try estate()
        return try Promotion.plan(request, in: estate).respectingHolds(HoldCache(in: estate))
    }

    /// The plan with what it brings and takes away.
    func brought(by plan: Plan, in estate: Estate) throws -> Plan {
        try plan.withContents(in: estate) {
            let repository = try self.repository.repository()
            let ledger = try Ledger(
                estate.configuration, resolver: estate.resolver, in: repository, index: false)
            ledger.evidence = Evidence(estate.configuration, in: repository)
            return ledger
        }
    }

    /// The plan of a rollback.
    func rollBack(
        _ apps: String..., in target: String, to point: RollbackRequest.Point = .previous,
        _ change: (inout RollbackRequest) -> Void = { _ in }
    ) throws -> Plan {
        var request = RollbackRequest(in: target, to: point)
        request.apps = apps
        change(&request)
        let (estate, repository) = (try estate(), try repository.repository())
        let ledger = try Ledger(
            estate.configuration, resolver: estate.resolver, in: repository, index: false)
        ledger.evidence = Evidence(estate.configuration, in: repository)
        return try Rollback(request, in: estate, ledger: ledger).plan().respectingHolds(HoldCache(in: estate))
    }

    /// Commits what a plan comes to, with its message, on the branch.
    func carryOut(_ plan: Plan) throws {
        for (path, text) in plan.after {
            if let text {
                try repository.write(path, text)
            } else {
                try repository.git("rm", "-q", "--", path)
            }
        }
        for step in plan.steps { try repository.commit(CommitMessage(step).text) }
    }
}

extension Plan {
    /// The files after the plan, as text; nil for one that is removed.
    var after: [String: String?] {
        var files: [String: String?] = [:]
        for case .files(let changes) in steps.map(\.content) {
            for change in changes {
                files.updateValue(change.new.map { String(decoding: $0, as: UTF8.self) }, forKey: change.path)
            }
        }
        return files
    }

    /// `prod/api 1.4.1 -> 1.4.2`
    var versions: [String] {
        steps.flatMap(\.changes).map { "\($0.environment)/\($0.app) \($0.old) -> \($0.new)" }
    }
}
