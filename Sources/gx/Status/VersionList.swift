import Answers
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
    private let overview: Overview

    /// A version of an app, and the indexes of the environments that run it.
    private typealias Entry = (text: CellText, members: [Int])

    /// - Parameter width: the columns of the terminal.
    init(_ view: OverviewTable, width: Int) {
        overview = view.overview
        let entries = view.rows.map(Self.entries)
        let versionWidth = entries.flatMap { $0 }.map(\.text.text.width).max() ?? 0
        let apps = view.rows.map { Text(view.name(of: $0), .app) }
        let room = width - (apps.map(\.width).max() ?? 0) - max("VERSION".count, versionWidth) - 2 * Table.gap
        for ((row, app), entries) in zip(zip(view.rows, apps), entries) {
            for (number, entry) in entries.enumerated() {
                let names = wrapped(names(entry.members, row: row, room: room), to: max(20, room))
                for (part, names) in names.enumerated() {
                    lines.append(
                        Line(
                            app: number + part == 0 ? app : "", version: part == 0 ? entry.text.text : "",
                            environments: names))
                }
            }
        }
    }

    private static func entries(_ row: Overview.Row) -> [Entry] {
        var entries: [Entry] = []
        for (index, cell) in row.cells.enumerated() {
            guard let text = cell.map(CellText.init) else { continue }
            if let known = entries.firstIndex(where: { $0.text.reads(as: text) }) {
                entries[known].text.add(text)
                entries[known].members.append(index)
            } else {
                entries.append((text, [index]))
            }
        }
        return entries
    }

    var table: Table {
        Table(
            lines,
            [
                Column("APP") { $0.app },
                Column("VERSION", minimum: 10) { $0.version },
                Column("ENVIRONMENTS", minimum: 12) { Text($0.environments, .environment) },
            ])
    }

    /// Names of environments. A group whose environments are all among them (of those that have the app) is called
    /// by its name; where names take more than a line, of many it is said how many they are, or which ones are not
    /// among them.
    private func names(_ members: [Int], row: Overview.Row, room: Int) -> [String] {
        let full = names(members, row, counting: false)
        let others = overview.environments.indices.filter { !members.contains($0) }
        if others.isEmpty, members.count > 3 { return ["all \(members.count)"] }
        // All of a few are named, whatever the room.
        guard !others.isEmpty, full.joined(separator: ", ").count > room else { return full }
        if others.count * 3 <= members.count {
            let names = others.map { overview.environments[$0].name }
            return ["all but \(names[0])"] + names.dropFirst()
        }
        return names(members, row, counting: true)
    }

    private func names(_ members: [Int], _ row: Overview.Row, counting: Bool) -> [String] {
        var names: [String] = []
        for index in members {
            let environment = overview.environments[index]
            let group = overview.environments.indices.filter {
                environment.group != nil && overview.environments[$0].group == environment.group
                    && row.cells[$0] != nil
            }
            let present = group.count(where: members.contains)
            let name =
                if group.count > 1, present == group.count {
                    "\(environment.group ?? "") ×\(group.count)"
                } else if counting, present > 2 {
                    "\(present) of \(group.count) \(environment.group ?? "")"
                } else {
                    environment.name
                }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// Long lists go on below.
    private func wrapped(_ names: [String], to width: Int) -> [String] {
        var lines: [String] = []
        for (index, name) in names.enumerated() {
            let item = index == names.count - 1 ? name : name + ","
            if let last = lines.last, last.count + 1 + item.count <= width {
                lines[lines.count - 1] = last + " " + item
            } else {
                lines.append(item)
            }
        }
        return lines
    }
}
