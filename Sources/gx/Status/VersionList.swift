import Manifests
import Terminal

/// The overview where its columns do not fit: for each app its versions, and the environments that run them.
struct VersionList {
    private struct Line {
        var app: Text
        var version: Text
        var environments: String
    }

    private var lines: [Line] = []

    init(_ view: OverviewTable, width: Int) {
        for row in view.rows {
            var texts: [Text] = []
            var members: [[Int]] = []
            for (index, cell) in row.cells.enumerated() {
                guard let cell else { continue }
                let text = CellText(cell).text
                if let known = texts.firstIndex(of: text) {
                    members[known].append(index)
                } else {
                    texts.append(text)
                    members.append([index])
                }
            }
            for (index, text) in texts.enumerated() {
                let names = Self.names(members[index], row, view.overview)
                lines.append(
                    Line(app: index == 0 ? Text(row.app, .app) : "", version: text, environments: names))
            }
        }
        let widths = lines.reduce((0, 0)) { (max($0.0, $1.app.width), max($0.1, $1.version.width)) }
        wrap(to: max(20, width - widths.0 - widths.1 - 4))
    }

    var table: Table {
        Table(
            lines,
            [
                Column("APP", minimum: 12) { $0.app },
                Column("VERSION", minimum: 10) { $0.version },
                Column("ENVIRONMENTS", minimum: 12) { Text($0.environments, .environment) },
            ])
    }

    /// Long lists of environments go on below.
    private mutating func wrap(to width: Int) {
        lines = lines.flatMap { line in
            var parts: [String] = [""]
            for name in line.environments.split(separator: " ") {
                if !parts[parts.count - 1].isEmpty, parts[parts.count - 1].count + 1 + name.count > width {
                    parts.append("")
                }
                parts[parts.count - 1] += parts[parts.count - 1].isEmpty ? String(name) : " \(name)"
            }
            return parts.enumerated().map { index, part in
                index == 0
                    ? Line(app: line.app, version: line.version, environments: part)
                    : Line(app: "", version: "", environments: part)
            }
        }
    }

    /// Names of environments; where all of a group that have the app are among them, the group's name.
    private static func names(_ members: [Int], _ row: Overview.Row, _ overview: Overview) -> String {
        let having = overview.environments.indices.filter { row.cells[$0] != nil }
        if members.count == overview.environments.count, members.count > 3 {
            return "all \(members.count)"
        }
        var names: [String] = []
        for index in members {
            let environment = overview.environments[index]
            let group = having.filter {
                environment.group != nil && overview.environments[$0].group == environment.group
            }
            let isWhole = group.count > 1 && group.allSatisfy(members.contains)
            let name = isWhole ? "\(environment.group ?? "")×\(group.count)" : environment.name
            if !names.contains(name) { names.append(name) }
        }
        return names.joined(separator: ", ")
    }
}
