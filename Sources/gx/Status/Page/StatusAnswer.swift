import Answers
import Delivery
import Git
import Ledger
import Manifests
import System

extension Status {
    /// The page of all that was asked for.
    func page(_ overview: Overview, reading: Reading, estate: Estate, context: Context) throws -> String {
        let ledger = try context.ledger()
        let repository = try context.repository
        let host = try HostPages(of: repository)
        let outcomes = try ledger.outcomes(in: repository)
        var notes = reading.assumptions
        if !ledger.isComplete {
            notes.append(
                "History is not all here: this clone is shallow, and what came before it is not known to this page."
            )
        }
        let survey = EstateSurvey(
            overview, estate: estate, ledger: ledger, outcomes: outcomes,
            records: try EstateRecords(in: repository),
            in: repository)
        let report = try survey.report(
            of: EstateReport.Source(
                name: host.name ?? repository.name, read: try reading.words(), time: try reading.newest(),
                now: context.now, notes: notes))
        let routes = try context.environmentOrder().routes(ledger)
        let metrics = LeadTimeReport.recent(ledger, outcomes: outcomes, routes: routes, until: context.now)
        return StatusPage(
            report, host: host, metrics: metrics,
            gates: try outlook(overview.environments, estate: estate, ledger: ledger, context: context)
        ).rendered
    }

    /// Nil where no environment has gates, and none is locked.
    private func outlook(
        _ environments: [Environment], estate: Estate, ledger: Ledger, context: Context
    ) throws -> GateOutlook? {
        let rules = try context.configuration().configuration
        let outlook = try GateOutlook(
            estate, in: context.repository, environments, app: app, now: context.now, ledger: { ledger })
        let isGated = !rules.windows.isEmpty || environments.contains { $0.gates != nil }
        return isGated || !outlook.locks.isEmpty ? outlook : nil
    }
}

extension Reading {
    /// What was read, in words: `main at 1a2b3c4d5`.
    func words() throws -> String {
        guard tips.count == 1, let tip = tips.first?.tip else { return "\(tips.count) branches" }
        return "\(tip.shortName) at \(tip.commit.short)"
    }

    /// The newest commit that was read.
    func newest() throws -> Timestamp? {
        try tips.map { try $0.tip.repository.commit($0.tip.commit).committer.time }.max()
    }
}

extension Repository {
    /// The name of the folder that it is in.
    fileprivate var name: String {
        let path = workTree ?? commonDirectory
        let last = path.split(separator: "/").last.map(String.init) ?? path
        return last.hasSuffix(".git") && last != ".git" ? String(last.dropLast(4)) : last
    }
}
