import Answers
import Git
import Ledger
import System
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
        var chart = Flowchart()
        let boxes = answers.flatMap(\.rows).map { row in
            let parts = [
                row.presence.environment, row.presence.app, row.entered?.version ?? "",
                row.presence.status.text.raw, row.deployment.map { minute($0.time) } ?? "",
            ]
            return (row: row, box: chart.box(parts, shade(of: row.presence.status)))
        }
        for (row, box) in boxes {
            let before = order.before(row.presence.environment, app: row.presence.app)
            for (other, source) in boxes
            where other.subject == row.subject && other.presence.app == row.presence.app
                && before.contains(other.presence.environment)
            {
                chart.arrow(from: source, to: box, isDashed: !row.presence.isNow)
            }
        }
        return chart.text
    }

    private static func shade(of status: Presence.Status) -> Flowchart.Shade {
        switch status {
        case .now: .now
        case .left: .left
        case .inFlight: .open
        case .pending, .notYet, .unknown: .absent
        }
    }

    /// What each side runs of the apps in which two sides differ, and from which version to which.
    ///
    /// - Parameter places: The environments of a difference in few words.
    static func difference(
        _ rows: [VersionDifference], before: DiffSide, after: DiffSide,
        places: (VersionDifference) -> String
    ) -> String {
        var chart = Flowchart()
        var left: [[String]: Flowchart.Box] = [:]
        chart.group(before.text) { chart in
            for row in rows {
                let parts = [row.app, row.versions.left]
                left[parts] = left[parts] ?? chart.box(parts, row.left.isEmpty ? .absent : .now)
            }
        }
        var pairs: [(Flowchart.Box?, Flowchart.Box)] = []
        chart.group(after.text) { chart in
            pairs = rows.map { row in
                let parts = [row.app, row.versions.right, places(row)]
                return (
                    left[[row.app, row.versions.left]], chart.box(parts, row.right.isEmpty ? .absent : .now)
                )
            }
        }
        for case (let from?, let to) in pairs { chart.arrow(from: from, to: to) }
        return chart.text
    }

    /// What one side runs.
    static func state(
        _ rows: [VersionDifference], of side: DiffSide, places: (VersionDifference) -> String
    ) -> String {
        var chart = Flowchart()
        chart.group(side.text) { chart in
            for row in rows {
                _ = chart.box([row.app, row.left.first?.version ?? "–", places(row)], .now)
            }
        }
        return chart.text
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

    /// The name of a section or task: what would end it is replaced, since nothing escapes it.
    private static func task(_ text: String) -> String {
        String(escaped(text).map { ":;#,\"".contains($0) ? " " : $0 })
    }
}
