internal import Git
internal import Ledger
internal import Manifests
internal import System

extension CommitMessage {
    /// The message of a rollback. Subjects of commits that are left are not repeated: whoever looks for an issue in
    /// messages would find it delivered.
    init(rollback step: Step, to restoration: Restoration) {
        let apps = unique(step.changes.map(\.app))
        let versions = Set(step.changes.map(\.new)).subtracting([Version()])
        let version = versions.count == 1 ? versions.first.map { " to \($0.short)" } ?? "" : ""
        let parts = restoration.artifacts.isEmpty ? "" : Self.some(restoration.artifacts, "images") + " of "
        let what =
            apps.isEmpty
            ? "configuration" : parts + Self.some(apps, "apps") + (apps.count == 1 ? version : "")
        let verb = restoration.isForward ? "Return" : "Roll back"
        subject = "\(verb) \(what) in \(Self.some(step.environments, "environments"))".onOneLine
        if let reason = restoration.reason { paragraphs.append("Reason: \(reason.onOneLine)") }
        paragraphs.append(
            "Restores:\n" + Self.list(unique(restoration.points.map { Self.line($0) })))
        if !restoration.left.isEmpty {
            paragraphs.append("Leaves:\n" + Self.list(unique(restoration.left.map { Self.line($0) })))
        }
        let changes = step.configuration + step.switches
        if !changes.isEmpty { paragraphs.append("Configuration:\n" + Self.list(changes)) }
        // What goes forward again is no rollback.
        let key = restoration.isForward ? DeployTrailer.key : DeployTrailer.rollbackKey
        trailers = DeployTrailer.all(of: step).map { "\(key): \($0.value)" }
        trailers += step.holds.map(\.line) + step.evidence
    }

    /// The message of a commit that holds versions, or lifts holds.
    init(holds step: Step) {
        let what = unique(step.holds.map(\.subject))
        let places = unique(step.holds.map { $0.environment ?? "every environment" })
        let isHold = step.holds.allSatisfy { $0.act == .hold }
        let verb = isHold ? "Hold" : "Lift the hold on"
        subject =
            "\(verb) \(Self.some(what, "versions")) in \(Self.some(places, "environments"))".onOneLine
        if !step.switches.isEmpty { paragraphs.append("Configuration:\n" + Self.list(step.switches)) }
        trailers = step.holds.map(\.line)
    }

    /// `prod-eu/api 1.4.1 of 2026-03-01, 1a2b3c4d5 by Mira Okafor`
    private static func line(_ deployment: Deployment) -> String {
        let versions = unique((deployment.after ?? []).map { Version($0.version).short }).joined(
            separator: ", ")
        let name = deployment.author.firstRange(of: " <").map { deployment.author[..<$0.lowerBound] }
        let day = "\(deployment.time)".prefix(10)
        return
            "\(deployment.environment)/\(deployment.app) \(versions) of \(day), \(deployment.commit.short) by \(name ?? deployment.author[...])"
    }
}
