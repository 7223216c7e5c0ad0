import Answers
import Ledger
import Manifests
import System
import Terminal

/// The overview for people: apps by environments, in the shape that fits.
struct OverviewTable {
    let overview: Overview
    /// The apps that have versions, unless all were asked for.
    let rows: [Overview.Row]

    init(_ overview: Overview, isAll: Bool = false) {
        self.overview = overview
        rows = isAll ? overview.rows : overview.rows.filter { $0.hasVersions || $0.isUnread }
    }

    /// What can be drawn for a width, and whether groups of environments are drawn together in it.
    func fitted(to width: Int?) -> (table: Table, isGrouped: Bool) {
        guard let width, whole.width > width else { return (whole, false) }
        let grouped = table(groupedLanes, isShort: true)
        if grouped.width <= width { return (grouped, true) }
        return (VersionList(self, width: width).table, true)
    }

    /// A column for each environment, whatever the width; previews, of which there may be any number, are one.
    var whole: Table {
        // Who asks for them alone wants to see each.
        let folds = !overview.environments.allSatisfy(\.isEphemeral)
        return table(lanes { folds && $0.isEphemeral })
    }

    /// The name of an app where there is little room: the end of a long one tells more than its beginning.
    func name(of row: Overview.Row) -> String {
        row.app.count <= 28 ? row.app : "…" + row.app.suffix(27)
    }

    /// A column: one environment, or a group that is shown as one.
    private struct Lane {
        var title: String
        /// Indexes into the environments.
        var members: [Int]
    }

    private var groupedLanes: [Lane] { lanes { _ in true } }

    /// - Parameter isFolded: Whether an environment is shown together with those of its group.
    private func lanes(folding isFolded: (Environment) -> Bool) -> [Lane] {
        var lanes: [Lane] = []
        var places: [String: Int] = [:]
        for (index, environment) in overview.environments.enumerated() {
            let group = isFolded(environment) ? environment.group : nil
            if let group, let place = places[group] {
                lanes[place].members.append(index)
                lanes[place].title = "\(group) ×\(lanes[place].members.count)"
            } else {
                if let group { places[group] = lanes.count }
                lanes.append(Lane(title: environment.name, members: [index]))
            }
        }
        return lanes
    }

    private func table(_ lanes: [Lane], isShort: Bool = false) -> Table {
        Table(
            rows,
            [Column("APP") { Text(isShort ? name(of: $0) : $0.app, .app) }]
                + lanes.map { lane in
                    Column(lane.title) { row in
                        Self.text(lane.members.compactMap { row.cells[$0] })
                    }
                })
    }

    /// The versions of several environments of a group: one where all run the same.
    private static func text(_ cells: [Overview.Cell]) -> Text {
        guard cells.count > 1 else { return cells.first.map { CellText($0).text } ?? "" }
        var order: [CellText] = []
        var counts: [Int] = []
        for text in cells.map(CellText.init) {
            if let index = order.firstIndex(where: { $0.version == text.version }) {
                order[index].add(text)
                counts[index] += 1
            } else {
                order.append(text)
                counts.append(1)
            }
        }
        let sorted = zip(order, counts).enumerated().sorted {
            ($0.element.1, $1.offset) > ($1.element.1, $0.offset)
        }.map(\.element)
        func counted(_ entry: (CellText, Int)) -> Text { "\(entry.0.text) ×\(entry.1)" }
        switch sorted.count {
        case 1: return sorted[0].0.text
        case 2: return "\(counted(sorted[0])), \(counted(sorted[1]))"
        default: return "\(counted(sorted[0])), \(sorted.count - 1) others"
        }
    }

    /// What the table needs to be understood: marks in use, and what it does not show.
    func footer(isGrouped: Bool, width: Int?) -> [Text] {
        var lines = Text.lines(of: legend, width: width) + remarks
        let groups = overview.environments.compactMap(\.group)
        if isGrouped, let group = groups.first(where: { name in groups.count { $0 == name } > 1 }) {
            lines.append(Text("'gx status \(group)' shows each environment of \(group)", .faint))
        }
        let hidden = overview.rows.count - rows.count
        if hidden > 0 {
            let apps = hidden == 1 ? "1 app has no version" : "\(hidden) apps have no versions"
            lines.append(Text("\(apps) written here: '--app NAME' and '-o json' show them", .faint))
        }
        return lines
    }

    /// What the marks in use mean.
    var legend: [String] {
        CellText.legend(of: rows.flatMap { $0.cells.compactMap { $0 } }.map(CellText.init))
    }

    /// What could not be read, as far as it is said.
    var unread: some Collection<AppSnapshot.Note> { overview.unread.prefix(5) }

    /// What could not be read, and what is held.
    var remarks: [Text] {
        let count = overview.unread.count
        var lines = unread.map { LeftAlone.line($0) }
        if count > 5 {
            lines.append(LeftAlone.line("\(count - 5) files more: '--app NAME' shows those of one app"))
        }
        let holds = overview.holds.sentences
        lines += holds.suffix(5).map { Text($0, .warning) }
        if holds.count > 5 {
            lines.append(Text("\(holds.count - 5) more: 'gx rollback --holds' lists them", .faint))
        }
        return lines
    }
}

extension Text {
    /// Sentences on as few lines as they fit on.
    static func lines(of sentences: [String], width: Int?) -> [Text] {
        var lines: [String] = []
        for sentence in sentences {
            if let last = lines.last, (last + "; " + sentence).displayWidth <= width ?? .max {
                lines[lines.count - 1] = last + "; " + sentence
            } else {
                lines.append(sentence)
            }
        }
        return lines.map { Text($0, .faint) }
    }
}

/// A version in a table, with the marks that say how it stands.
struct CellText {
    /// Signs behind a version. They say the same as the colours.
    enum Mark: String, CaseIterable {
        case inherited = "°"
        case behind = "↓"
        case ahead = "↑"
        case differs = "≠"
        case promotion = "»"
        case rollback = "«"
        case held = "⊘"

        var meaning: String {
            switch self {
            case .inherited: "inherited from a base, shared values or the chart"
            case .behind: "behind the environment before it"
            case .ahead: "ahead of the environment before it"
            case .differs: "differs from the environment before it"
            case .promotion: "a promotion to it is open"
            case .rollback: "a rollback of it is open"
            case .held: "a version is held"
            }
        }

        var style: Style {
            switch self {
            case .inherited: .faint
            case .behind: .warning
            case .ahead, .differs: .emphasis
            case .promotion: .success
            case .rollback: .warning
            case .held: .failure
            }
        }
    }

    /// Empty where nothing here says which version runs.
    let version: String
    private(set) var marks: Set<Mark> = []
    /// How many other versions run there.
    private(set) var others: Int
    /// How long it has run: `3d`; empty where that is not known, or several environments differ in it.
    private(set) var age = ""
    /// What the cluster says, in a word or two.
    private(set) var live: Text?
    /// Whether there may be a version in what could not be read.
    private let isUnread: Bool

    init(_ cell: Overview.Cell) {
        age = cell.since.map { (Timestamp.now - $0).short } ?? ""
        version = cell.versions.first.map { Text($0.short).truncated(to: 20).raw } ?? ""
        others = max(0, cell.versions.count - 1)
        switch cell.standing?.relation {
        case .behind: marks.insert(.behind)
        case .ahead: marks.insert(.ahead)
        case .differs: marks.insert(.differs)
        case nil: break
        }
        if cell.deployment.isInherited { marks.insert(.inherited) }
        for open in cell.promotions { marks.insert(open.kind == .rollback ? .rollback : .promotion) }
        if !cell.heldNow.isEmpty { marks.insert(.held) }
        isUnread = cell.versions.isEmpty && !cell.unread.isEmpty
        live = cell.live.map {
            Text($0.value ?? $0.result.rawValue, $0.result == .passed ? .success : .warning)
        }
    }

    /// Whether both read the same but for the number of other versions.
    func reads(as other: CellText) -> Bool {
        version == other.version && marks == other.marks && live == other.live
    }

    /// Takes over what holds for another environment of the group; inherited is what all of them inherit.
    mutating func add(_ other: CellText) {
        let inherited = marks.contains(.inherited) && other.marks.contains(.inherited)
        marks.formUnion(other.marks)
        if !inherited { marks.remove(.inherited) }
        others = max(others, other.others)
        if age != other.age { age = "" }
        if live != other.live { live = Text("mixed", .warning) }
    }

    var text: Text {
        guard !version.isEmpty else { return isUnread ? Text("?", .warning) : Text("–", .faint) }
        let standing = Mark.allCases.first {
            ![.inherited, .promotion, .rollback, .held].contains($0) && marks.contains($0)
        }
        var text = Text(version, standing?.style ?? .version)
        for mark in Mark.allCases where marks.contains(mark) { text += Text(mark.rawValue, mark.style) }
        if others > 0 { text += Text(" +\(others)", .faint) }
        if !age.isEmpty { text += Text(" \(age)", .faint) }
        if let live { text += " \(live)" }
        return text
    }

    /// What the marks in use mean.
    static func legend(of texts: [CellText]) -> [String] {
        var used = Mark.allCases.filter { mark in texts.contains { $0.marks.contains(mark) } }
            .map { "\($0.rawValue) \($0.meaning)" }
        if texts.contains(where: { $0.others > 0 }) { used.append("+n more versions") }
        if texts.contains(where: { $0.version.isEmpty && !$0.isUnread }) {
            used.append("– no version written here")
        }
        if texts.contains(where: \.isUnread) { used.append("? not known, since something can't be read") }
        return used
    }
}
