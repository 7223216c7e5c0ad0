import Git
import Ledger
import Terminal

/// Pictures as mermaid draws them: https://mermaid.js.org
enum Mermaid {
    /// A stretch of time in a Gantt chart.
    struct Bar {
        var section: String
        var label: String
        var from: Timestamp
        var to: Timestamp
    }

    /// The way of each subject through the environments of its apps.
    static func flow(_ answers: [Whereabouts], _ order: EnvironmentOrder) -> String {
        var lines = ["flowchart LR"]
        let rows = answers.flatMap(\.rows)
        for (index, row) in rows.enumerated() {
            let time = row.deployment.map { minute($0.time) } ?? ""
            let parts = [
                row.presence.environment, row.presence.app, row.entered?.version ?? "",
                row.presence.status.text.raw, time,
            ]
            lines.append("    n\(index)[\"\(label(parts.filter { !$0.isEmpty }))\"]:::\(className(row))")
            let before = order.before(row.presence.environment, app: row.presence.app)
            for (source, other) in rows.enumerated()
            where other.subject == row.subject && other.presence.app == row.presence.app
                && before.contains(other.presence.environment)
            {
                lines.append("    n\(source) \(row.presence.isNow ? "-->" : "-.->") n\(index)")
            }
        }
        lines += [
            "    classDef now fill:#c8e6c9,stroke:#2e7d32,color:#000",
            "    classDef left fill:#ffe0b2,stroke:#ef6c00,color:#000",
            "    classDef open fill:#bbdefb,stroke:#1565c0,color:#000",
            "    classDef absent fill:#eeeeee,stroke:#9e9e9e,color:#000",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func className(_ row: PresenceTable.Row) -> String {
        switch row.presence.status {
        case .now: "now"
        case .left: "left"
        case .inFlight: "open"
        case .pending, .notYet, .unknown: "absent"
        }
    }

    /// What ran when, a section for each app in each environment.
    static func gantt(_ bars: [Bar]) -> String {
        var lines = ["gantt", "    dateFormat YYYY-MM-DDTHH:mm:ssZ", "    axisFormat %Y-%m-%d"]
        var sections: [String] = []
        for bar in bars where !sections.contains(bar.section) { sections.append(bar.section) }
        for section in sections {
            lines.append("    section \(task(section))")
            for bar in bars where bar.section == section {
                lines.append("    \(task(bar.label)) :\(bar.from.utc), \(bar.to.utc)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Text in quotes: mermaid reads HTML there, and entities that begin with `#`.
    private static func label(_ parts: [String]) -> String {
        parts.map { part in
            escaped(part).reduce(into: "") { text, character in
                switch character {
                case "\"": text += "#quot;"
                case "#": text += "#35;"
                case "<": text += "#lt;"
                case ">": text += "#gt;"
                case "&": text += "#amp;"
                case "`": text += "#96;"
                default: text.append(character)
                }
            }
        }.joined(separator: "<br>")
    }

    /// The name of a section or task: what would end it is replaced, since nothing escapes it.
    private static func task(_ text: String) -> String {
        String(escaped(text).map { ":;#,\"".contains($0) ? " " : $0 })
    }
}
