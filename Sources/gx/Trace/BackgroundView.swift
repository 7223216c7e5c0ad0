import Git
import Ledger
import System
import Terminal
import YAML

/// What records tell of a subject: its issues, builds and pipelines, a line each.
struct BackgroundView {
    let background: Background
    private let ledger: Ledger

    init(_ background: Background, _ ledger: Ledger) { (self.background, self.ledger) = (background, ledger) }

    /// For people. Of what is asked about itself, nothing is said again.
    func lines(of subject: Subject) -> [Text] {
        var lines = background.issues.compactMap { issue -> Text? in
            if subject == .issue(issue.key) || subject == .bug(issue.key) {
                return issue.title == nil ? nil : "\("issue", .faint)     \(issue.summary)"
            }
            return
                "\("contains", .faint)  \(issue.key, .emphasis)\(issue.title == nil ? "" : ": ")\(issue.summary)"
        }
        for build in background.builds {
            var line: Text = "\("built", .faint)     \(build.artifact, .version)"
            if let commit = build.commit { line += " from \(String(commit.prefix(9)), .commit)" }
            if let count = build.commits { line += ", \(count) \(count == 1 ? "commit" : "commits")" }
            if let pipeline = build.pipeline { line += ", by pipeline \(pipeline.summary)" }
            for check in build.checks {
                line += ", \(check.name) \(check.result.rawValue, check.result.style)"
            }
            lines.append(line)
        }
        for (number, pipeline) in background.pipelines {
            let one = ledger[number]
            lines.append(
                "\("deployed", .faint)  to \(one.environment, .environment), \(minute(one.time)), by pipeline \(pipeline.summary)"
            )
        }
        return lines
    }

    /// For programs.
    var fields: [JSON.Field] {
        [
            JSON.Field("issues", .array(background.issues.map(\.json))),
            JSON.Field("builds", .array(background.builds.map(\.json))),
            JSON.Field(
                "pipelines",
                .array(
                    background.pipelines.map { number, pipeline in
                        let one = ledger[number]
                        return .object([
                            JSON.Field("environment", .string(one.environment)),
                            JSON.Field("app", .string(one.app)),
                            JSON.Field("commit", .string(one.commit.description)),
                            JSON.Field("pipeline", pipeline.json),
                        ])
                    })),
        ]
    }
}

extension IssueRecord {
    /// Title, kind and status, as far as they are known.
    var summary: String {
        let facts = [kind?.rawValue, status].compactMap(\.self).joined(separator: ", ")
        return (title ?? "") + (facts.isEmpty ? "" : " (\(facts))")
    }

    var json: JSON {
        let text = { (text: String?) -> JSON in text.map { .string($0) } ?? .null }
        return .object([
            JSON.Field("key", .string(key)), JSON.Field("title", text(title)),
            JSON.Field("kind", text(kind?.rawValue)), JSON.Field("url", text(url)),
            JSON.Field("status", text(status)), JSON.Field("introduced", text(introduced)),
        ])
    }
}

extension ArtifactRecord {
    fileprivate var json: JSON {
        let text = { (text: String?) -> JSON in text.map { .string($0) } ?? .null }
        return .object([
            JSON.Field("artifact", .string(artifact)), JSON.Field("digest", text(digest)),
            JSON.Field("repository", text(repository)), JSON.Field("commit", text(commit)),
            JSON.Field("commits", commits.map { .int($0) } ?? .null),
            JSON.Field("issues", .array(issues.map { .string($0) })),
            JSON.Field("pullRequests", .array(pullRequests.map { .string($0) })),
            JSON.Field("pipeline", pipeline?.json ?? .null),
            JSON.Field("checks", .array(checks.map(\.json))),
        ])
    }
}

extension Pipeline {
    var summary: String { url.map { "\(id) (\($0))" } ?? id }
}

extension CheckResult.Result {
    fileprivate var style: Style {
        switch self {
        case .passed: .success
        case .failed: .failure
        case .unknown: .faint
        }
    }
}
