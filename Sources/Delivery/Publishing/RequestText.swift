internal import Git
internal import Ledger
internal import Manifests
internal import System

/// What a pull request says of itself: a title and a text for people, as gx.yaml wants them, and below it the lines for
/// programs, which a squash keeps.
struct RequestText {
    var rules = RequestRules()
    /// What the file of `rules` says; nil for gx's own order.
    var template: Template?
    var issueURL: Template?

    /// - Parameter gates: What they say of the request; empty while nobody has asked them.
    func message(_ message: CommitMessage, for step: Step, _ gates: [GateAnswer]) -> CommitMessage {
        guard !step.changes.isEmpty else { return message }
        let parts = [
            "subject": message.subject, "env": CommitMessage.some(step.environments, "environments"),
            "app": CommitMessage.some(unique(step.changes.map(\.app)), "apps"),
            "version": CommitMessage.some(unique(step.changes.map(\.new.short)), "versions"),
            "table": Self.table(step),
            "changes": message.paragraphs.joined(separator: "\n\n"), "issues": issues(step),
            "gates": Self.gates(gates),
        ]
        var result = message
        if let title = rules.title?.filled({ parts[$0] }) { result.subject = title.onOneLine }
        let order = ["table", "issues", "changes", "gates"]
        if let text = template?.filled({ parts[$0] }) {
            result.paragraphs = [text.trimming]
        } else {
            result.paragraphs = order.compactMap { parts[$0] }
        }
        result.paragraphs.removeAll(where: \.isEmpty)
        return result
    }

    /// The labels of a step.
    func labels(for step: Step) -> [String] {
        unique(
            step.changes.flatMap { change in
                rules.labels.compactMap { $0.filled { ["env": change.environment, "app": change.app][$0] } }
            })
    }

    private static func table(_ step: Step) -> String {
        let rows = step.changes.map { change in
            let artifact = change.artifact.shortName == change.app ? "" : change.artifact.shortName
            return [
                change.environment, change.app, artifact, change.old == Version() ? "" : change.old.short,
                change.new == Version() ? "" : change.new.short, change.source ?? "",
            ]
        }
        return table(["environment", "app", "artifact", "before", "after", "from"], rows)
    }

    private static func gates(_ answers: [GateAnswer]) -> String {
        guard !answers.isEmpty else { return "" }
        let rows = answers.map { answer in
            let state: String
            switch answer.verdict {
            case .open: state = "open"
            case .waiting(let until): state = until.map { "waits until \($0.utc)" } ?? "waits"
            case .refused: state = "refused"
            case .unknown: state = "cannot tell"
            }
            return [answer.gate.rawValue, state, answer.lastingWords]
        }
        return table(["gate", "", ""], rows)
    }

    private func issues(_ step: Step) -> String {
        let keys = step.contents?.issuesAdded ?? []
        guard !keys.isEmpty else { return "" }
        let words = keys.prefix(50).map { key in
            issueURL?.filled { $0 == "key" ? key : nil }.map { "[\(key.onOneLine)](\($0))" } ?? key.onOneLine
        }
        return "Issues: " + words.joined(separator: ", ")
            + (keys.count > 50 ? " and \(keys.count - 50) more" : "")
    }

    /// As GitHub and the others read it. What comes from names and messages ends no cell.
    private static func table(_ header: [String], _ rows: [[String]]) -> String {
        // A column that says nothing is left out.
        let columns = header.indices.filter { column in rows.contains { !$0[column].isEmpty } }
        let line = { (cells: [String]) in
            "| " + columns.map { cells[$0].onOneLine.replacing("|", with: "\\|") }.joined(separator: " | ")
                + " |"
        }
        let limit = 50
        let more = rows.count > limit ? ["", "and \(rows.count - limit) more"] : []
        return
            ([line(header), "|" + columns.map { _ in "---|" }.joined()] + rows.prefix(limit).map(line) + more)
            .joined(separator: "\n")
    }
}

extension GateAnswer {
    /// Without what grows by itself: a text that is kept current is changed by news alone.
    fileprivate var lastingWords: String {
        switch (gate, verdict) {
        case (.soak, .open), (.soak, .waiting(_?)), (.every, .open), (.every, .waiting(_?)), (.window, .open):
            ""
        default: words
        }
    }
}

extension String {
    fileprivate var trimming: String {
        let start = drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}

extension CommitMessage {
    /// The body, where a host takes no more than so many characters: lines for programs are the last that go.
    func body(atMost longest: Int) -> String {
        guard body.count > longest else { return body }
        let end = trailers.joined(separator: "\n")
        let room = longest - end.count - 4
        guard room > 0 else { return String(end.prefix(longest)) }
        return paragraphs.joined(separator: "\n\n").prefix(room) + "…\n\n" + end
    }
}
