import Answers
import Git
import Ledger
import Manifests
import System
import Terminal

/// A line for each deployment, as the user wants it: text with names in braces, `{time} {app} {to}`.
struct LogFormat {
    private enum Part {
        case text(String)
        case field(Field)
    }

    enum Field: String, CaseIterable {
        case time, environment, app, from, to, what, kind, basis, source, issues, prs, who, author, committer
        case commit, short, subject
    }

    private let parts: [Part]

    /// `\n` and `\t` are a line break and a tab; `{{` and `}}` are braces.
    init(_ template: String) throws {
        var parts: [Part] = []
        var text = ""
        var rest = template[...]
        while let character = rest.popFirst() {
            switch (character, rest.first) {
            case ("\\", "n"?), ("\\", "t"?): text += rest.removeFirst() == "n" ? "\n" : "\t"
            case ("{", "{"?), ("}", "}"?): text.append(rest.removeFirst())
            case ("{", _):
                guard let end = rest.firstIndex(of: "}") else {
                    throw Self.error("'{' is never closed in '\(template)'")
                }
                let name = String(rest[..<end])
                rest = rest[rest.index(after: end)...]
                guard let field = Field(rawValue: name) else {
                    let nearest = NearestName.of(name, among: Field.allCases.map(\.rawValue))
                    throw Self.error("there is no field '\(name)'", nearest.map { "did you mean '{\($0)}'?" })
                }
                if !text.isEmpty { parts.append(.text(text)) }
                text = ""
                parts.append(.field(field))
            default: text.append(character)
            }
        }
        if !text.isEmpty { parts.append(.text(text)) }
        self.parts = parts
    }

    private static func error(_ message: String, _ hint: String? = nil) -> Failure {
        Failure(
            message,
            hint: hint ?? "the fields are \(Field.allCases.map { "{\($0.rawValue)}" }.joined(separator: " "))"
        )
    }

    /// The lines for a deployment; what it is filled with cannot end one.
    func lines(_ one: Deployment, _ ledger: Ledger) throws -> [Text] {
        var lines: [Text] = [""]
        for part in parts {
            switch part {
            case .text(let text):
                let pieces = text.split(separator: "\n", omittingEmptySubsequences: false)
                lines[lines.count - 1] += Text(String(pieces[0]).replacing("\t", with: "    "))
                lines += pieces.dropFirst().map { Text(String($0).replacing("\t", with: "    ")) }
            case .field(let field): lines[lines.count - 1] += try text(field, one: one, ledger: ledger)
            }
        }
        return lines
    }

    private func text(_ field: Field, one: Deployment, ledger: Ledger) throws -> Text {
        switch field {
        case .time: Text("\(Timestamp.local(one.time.seconds))")
        case .environment: Text(one.environment, .environment)
        case .app: Text(one.app, .app)
        case .from: Text(one.exactVersionBefore, .version)
        case .to: Text(one.exactVersion, .version)
        case .what: Text(one.words)
        case .kind: Text(String(describing: one.kind))
        case .basis: Text(one.basisWords)
        case .source: Text(one.source ?? "")
        case .issues: Text(ledger.contents(of: one.number).issues.joined(separator: " "))
        case .prs:
            Text(
                ledger.contents(of: one.number).pullRequests.map { "#\($0)" }.joined(separator: " "))
        case .who: Text(one.who)
        case .author: Text(one.author)
        case .committer: Text(one.committer)
        case .commit: Text("\(one.commit)", .commit)
        case .short: Text(one.commit.short, .commit)
        case .subject: Text(try subject(one, ledger))
        }
    }

    private func subject(_ one: Deployment, _ ledger: Ledger) throws -> String {
        for tip in ledger.tips where tip.repository.contains(one.commit) {
            return try tip.repository.commit(one.commit).subject
        }
        return ""
    }
}
