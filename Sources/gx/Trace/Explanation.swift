import Answers
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// What is known of a deployment, and how.
struct Explanation {
    private let deployment: Deployment
    private let outcome: Outcome
    /// Each a label and what there is to say, for people and for programs.
    private var facts: [(label: String, text: String)] = []

    /// - Parameter holds: All that are in force.
    init(
        of number: Int, _ ledger: Ledger, outcomes: Outcomes, holds: [Hold], context: Context
    ) throws {
        deployment = ledger[number]
        outcome = outcomes[deployment]
        let repository =
            try ledger.tips.map(\.repository).first { $0.contains(ledger[number].commit) }
            ?? context.repository
        let commit = try repository.commit(deployment.commit)
        let place = try DeploymentPlace(deployment, ledger: ledger, repository: repository, context: context)
        add("what", deployment.words)
        add("because", try Self.reason(deployment, commit: commit, ledger: ledger))
        for change in place.changes { add("changed", change) }
        if place.changes.isEmpty {
            for file in place.files.prefix(5) { add("changed", file) }
        }
        add("commit", "\(commit.id.short) \(commit.subject)")
        add("time", "\(minute(deployment.time)), by the committer's clock")
        add("who", Self.who(deployment))
        for line in Self.evidence(for: deployment, in: commit) { add("gate", line) }
        try addOutcome(number, ledger: ledger, outcomes: outcomes)
        for release in deployment.kind == .configuration ? [] : try ledger.releases(in: number) {
            for key in release.issues where release.basis != .manifests {
                add(
                    "brought",
                    "\(key), as \(release.basis.rawValue) \(release.basis == .records ? "say" : "says")")
            }
            for key in release.removed { add("took away", "\(key), as \(release.basis.rawValue) tell") }
        }
        let mentions = ledger.mentions(of: number)
        for key in mentions.issues { add("brought", "\(key), as the commit's message says") }
        for key in mentions.pullRequests {
            add("brought by", "pull request \(key), as the commit's message says")
        }
        let held = holds.filter { hold in
            hold.isFor(deployment.environment)
                && ((deployment.before ?? []) + (deployment.after ?? [])).contains {
                    hold.trailer.concerns(Version($0.version), of: $0.named.name, deployment.app)
                }
        }
        for sentence in held.sentences { add("held", sentence) }
        for line in try Hydration(of: commit, in: repository).facts { add(line.label, line.text) }
    }

    private mutating func add(_ label: String, _ text: String) { facts.append((label, text.onOneLine)) }

    private static func reason(_ one: Deployment, commit: Commit, ledger: Ledger) throws -> String {
        switch one.basis {
        case .horizon: return "the history of this clone begins here; it may have been there before"
        case .revert: return "the commit is a revert of one that deployed here"
        case .declared:
            let said = DeployTrailer.Declaration.all(in: commit.trailerLines).first {
                $0.trailer.environment == one.environment && $0.trailer.app == one.app
            }
            return said.map { "the commit says so: \($0.line)" } ?? "the commit says so"
        case .inferred: break
        }
        let undone = one.undone.map { ledger[$0] }
        switch one.kind {
        case .initial: return "nothing ran there before"
        case .removal:
            return one.after == nil
                ? "the files that it was made of are gone"
                : one.headline?.after == nil
                    ? "the app runs an artifact less, and what it still runs is as it was"
                    : "the version of the environment's own is gone, and the shared one is in force"
        case .repair: return "the version had run there, and is newer than the one that it replaces"
        case .addition: return "the app did not run that artifact before"
        case .configuration: return "files changed, and no version did"
        case .forward: return "the version had not run there, nor in an environment before"
        case .promotion: return "the same version ran in \(one.source ?? "an environment before") first"
        case .rollback:
            let words = undone.map { ", and undoes \($0.commit.short) of \(minute($0.time))" } ?? ""
            return "the version had run there, and is older than the one that it replaces\(words)"
        case .race:
            let words = undone.map { " after \($0.commit.short)" } ?? ""
            return "it goes back to the version before, by the same author, within ten minutes\(words)"
        }
    }

    /// What the gates of the environment said when it was promoted, and which of them were passed by.
    private static func evidence(for one: Deployment, in commit: Commit) -> [String] {
        let place = "\(one.environment)/\(one.app) "
        return commit.trailerLines.compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            guard value.hasPrefix(place) else { return nil }
            switch line[..<colon].lowercased() {
            case "gx-gate": return String(value.dropFirst(place.count))
            case "gx-override": return "passed by: \(value.dropFirst(place.count))"
            default: return nil
            }
        }
    }

    private static func who(_ one: Deployment) -> String {
        if one.committer == one.author { return "\(one.author): author and committer" }
        if let host = one.host { return "\(one.author), merged at \(host): who did so is not known" }
        return "author \(one.author), committer \(one.committer)"
    }

    private mutating func addOutcome(_ number: Int, ledger: Ledger, outcomes: Outcomes) throws {
        var words = outcome.rawValue
        let record = outcomes.record(of: deployment)
        if let undoing = outcomes.undoing(deployment) {
            words += ": \(ledger[undoing].commit.short) of \(minute(ledger[undoing].time)) undoes it"
        } else if let record {
            words += ", as a record says" + (record.by.map { " of \($0)" } ?? "")
        } else {
            words += ": no record says how it ended"
        }
        add("outcome", words)
        if let at = record?.at { add("ended", "\(at), by the record's clock") }
        if let reason = record?.reason { add("reason", reason) }
        for check in record?.checks ?? [] {
            let details = [check.value, check.detail, check.url].compactMap(\.self).joined(separator: ", ")
            add("check", "\(check.name) \(check.result.rawValue)\(details.isEmpty ? "" : ": \(details)")")
        }
        if let pipeline = try ledger.pipeline(of: number) { add("pipeline", pipeline.summary) }
    }

    var lines: [Text] {
        var title: Text = "\(deployment.environment, .environment)/\(deployment.app, .app) "
        title += "\(deployment.versionBefore, .version) -> \(deployment.version, .version)"
        let width = facts.map(\.label.count).max() ?? 0
        return [title]
            + facts.map { label, text in
                "  \(label + String(repeating: " ", count: width - label.count), .faint)  \(text)"
            }
    }

    var json: JSON {
        guard case .object(let fields) = deployment.json else { return .null }
        return .object(
            fields + [
                JSON.Field("outcome", .string(outcome.rawValue)),
                JSON.Field(
                    "facts",
                    .array(facts.map { ["label": .string($0.label), "text": .string($0.text)] })),
            ])
    }
}
