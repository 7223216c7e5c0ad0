internal import Git
internal import Ledger
internal import Manifests
internal import System

/// What a step says of itself: a subject for people, what it brings, and trailers for programs. A pull request has
/// the subject for its title and the rest for its description, so that a squash keeps the trailers.
public struct CommitMessage: Hashable, Sendable {
    public var subject: String
    /// Paragraphs for people; lines are separated by line breaks.
    public var paragraphs: [String] = []
    /// `Key: value`, in order.
    public var trailers: [String] = []

    /// Everything but the subject.
    public var body: String {
        (paragraphs + [trailers.joined(separator: "\n")]).filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// As it stands in a commit.
    public var text: String { body.isEmpty ? "\(subject)\n" : "\(subject)\n\n\(body)\n" }
}

extension CommitMessage {
    /// The message of a step, by what it is.
    public init(_ step: Step) {
        if let restoration = step.restoration {
            self.init(rollback: step, to: restoration)
        } else if step.changes.isEmpty, !step.holds.isEmpty {
            self.init(holds: step)
        } else if step.changes.isEmpty, !step.words.isEmpty {
            self.init(words: step.words)
        } else {
            self.init(promotion: step)
        }
    }

    private init(promotion step: Step) {
        subject = Subject(step).text.onOneLine
        if !step.configuration.isEmpty {
            paragraphs.append("Configuration:\n" + Self.list(step.configuration))
        }
        // What goes away is not listed: whoever looks for an issue in messages would find it delivered.
        let added = step.contents?.added ?? []
        if !added.isEmpty {
            paragraphs.append("Brings:\n" + Self.list(added.map { "\($0.commit.short) \($0.subject)" }))
        }
        trailers = DeployTrailer.all(of: step).map { "\(DeployTrailer.key): \($0.value)" }
        trailers += (step.contents?.issuesAdded ?? []).map { "Gx-Issue: \($0.onOneLine)" }
        trailers += step.evidence
    }

    private init(words: [GateTrailer]) {
        let places = unique(words.map { $0.environment + ($0.app.map { "/\($0)" } ?? "") })
        let place = Self.some(places, "places")
        switch words[0].act {
        case .lock: subject = "Lock \(place)"
        case .unlock: subject = "Unlock \(place)"
        case .approve: subject = "Approve \(words[0].version.map { "\($0.short) for " } ?? "")\(place)"
        }
        subject = subject.onOneLine
        trailers = words.map(\.line)
    }

    /// `api, web and proxy`; many are only counted.
    static func some(_ names: [String], _ kind: String) -> String {
        switch names.count {
        case 1: names[0]
        case 2...4: names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
        default: "\(names.count) \(kind)"
        }
    }

    static func list(_ items: [String]) -> String {
        let limit = 30
        let lines = items.prefix(limit).map { "- " + $0.onOneLine }
        let rest = items.count > limit ? ["- and \(items.count - limit) more"] : []
        return (lines + rest).joined(separator: "\n")
    }
}

/// The subject of a promotion: `Promote api 1.4.2 to prod-eu`.
private struct Subject {
    private let step: Step

    init(_ step: Step) { self.step = step }

    var text: String {
        let apps = unique(step.changes.map(\.app))
        let what =
            apps.isEmpty
            ? "configuration" : CommitMessage.some(apps, "apps") + (apps.count == 1 ? version : "")
        let environments = CommitMessage.some(step.environments, "environments")
        // A version that nobody ran before is not promoted.
        let isNew = !apps.isEmpty && step.changes.allSatisfy { $0.source == nil } && !isMerge
        let age = !apps.isEmpty && step.changes.allSatisfy(\.isOlder) ? " (older)" : ""
        return "\(isNew ? "Deploy" : "Promote") \(what)\(age) to \(environments)"
    }

    private var isMerge: Bool { if case .merge = step.content { true } else { false } }

    /// The version, where one is all there is to say.
    private var version: String {
        let versions = Set(step.changes.map(\.new))
        guard versions.count == 1, let version = versions.first else { return "" }
        return " " + version.short
    }
}

extension DeployTrailer {
    /// One line for each app of each environment; one for each artifact of it where their versions differ.
    static func all(of step: Step) -> [DeployTrailer] {
        var trailers: [DeployTrailer] = []
        for change in step.changes {
            let isWhole = step.changes.allSatisfy {
                ($0.environment, $0.app) != (change.environment, change.app)
                    || ($0.old, $0.new, $0.source) == (change.old, change.new, change.source)
            }
            let trailer = DeployTrailer(
                environment: change.environment, app: change.app, old: change.old, new: change.new,
                source: change.source, artifact: isWhole ? nil : change.artifact.name)
            if !trailers.contains(trailer) { trailers.append(trailer) }
        }
        return trailers
    }
}
