public import Git
internal import System
internal import YAML

/// What other programs say of a commit that they made or merged: Argo CD's hydrator, which renders manifests from a
/// "dry" commit, and gitops-promoter, which merges what was rendered.
public struct Hydration: Hashable, Sendable {
    /// The commit of the sources that was rendered.
    public var dryCommit: String?
    /// The pull request that carried it, by number and by address.
    public var pullRequest: String?
    public var pullRequestURL: String?
    /// When it was merged, ISO 8601.
    public var merged: String?
    /// The commit that was live before it, and whether all checks of it had passed then.
    public var before: String?
    public var beforeWasHealthy: Bool?
    /// Of `Argocd-reference-commit-*`: the commit of the code that the rendered commit names.
    public var codeCommit: String?
    public var codeAuthor: String?
    public var codeSubject: String?

    /// Reads the trailers of a commit's message, and its notes `hydrator.metadata` and `promoter.history`. What is not
    /// as those programs write it is left out.
    public init(of commit: Commit, in repository: Repository) throws {
        try self.init(trailers: commit.message, commit.id, repository)
    }

    private init(trailers message: String, _ id: ObjectID, _ repository: Repository) throws {
        var values: [String: String] = [:]
        for line in message.split(whereSeparator: \.isNewline).suffix(200) {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].utf8.count < 200 else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            values[line[..<colon].lowercased()] = String(value)
        }
        for line in try repository.soundNotes("refs/notes/promoter.history")?.lines(on: id) ?? [] {
            for field in (try? JSON(parsing: Array(line.utf8)))?.fields ?? [] {
                if let value = field.value.array?.first?.string { values[field.key.lowercased()] = value }
            }
        }
        for line in try repository.soundNotes("refs/notes/hydrator.metadata")?.lines(on: id) ?? [] {
            if let sha = (try? JSON(parsing: Array(line.utf8)))?["drySha"]?.string { dryCommit = sha }
        }
        pullRequest = values["pull-request-id"].flatMap { $0.allSatisfy(\.isNumber) ? $0 : nil }
        pullRequestURL = values["pull-request-url"]
        merged = values["pull-request-merge-time"]
        dryCommit = values["sha-dry-proposed"] ?? dryCommit
        before = values["sha-hydrated-active"]
        let phases = values.filter { $0.key.hasPrefix("commit-status-active-") && $0.key.hasSuffix("-phase") }
        beforeWasHealthy = phases.isEmpty ? nil : phases.values.allSatisfy { $0 == "success" }
        codeCommit = values["argocd-reference-commit-sha"]
        codeAuthor = values["argocd-reference-commit-author"]
        codeSubject = values["argocd-reference-commit-subject"]
    }

    /// Each a label and what there is to say, for people.
    public var facts: [(label: String, text: String)] {
        var facts: [(label: String, text: String)] = []
        if let dryCommit { facts.append(("rendered", "from \(dryCommit.prefix(9)), as the hydrator says")) }
        if let codeCommit {
            let words = [codeSubject, codeAuthor].compactMap(\.self).joined(separator: ", by ")
            facts.append(("code", "\(codeCommit.prefix(9)) \(words)"))
        }
        if let pullRequest {
            let time = merged.map { ", merged \($0)" } ?? ""
            facts.append(("brought by", "pull request \(pullRequest)\(time), as the promoter says"))
        }
        return facts
    }
}
