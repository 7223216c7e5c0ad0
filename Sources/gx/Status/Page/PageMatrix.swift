import Answers
import Git
import System
import Terminal

/// Apps by environments. Neighbours of a stage that run the same are one cell, so that what differs stands out.
extension StatusPage {
    var matrix: HTML {
        HTML(.section, .id("matrix"), .aria(.labelledby, "matrix-title")) {
            HTML(.h2, .id("matrix-title")) { "Apps and environments" }
            controls
            legend
            HTML.scrolling("Versions of apps in environments", table)
            let holds = unique(report.apps.flatMap { $0.cells.flatMap { $0?.holds ?? [] } })
            if !holds.isEmpty {
                HTML(.h3) { "Held" }
                HTML(.ul) {
                    for hold in holds.sentences { HTML(.li) { hold } }
                }
            }
            if report.appsWithoutVersions > 0 {
                HTML(.p, .class("none")) {
                    "\(EstateReport.count(report.appsWithoutVersions, one: "app")) without a version in these manifests "
                        + "\(report.appsWithoutVersions == 1 ? "is" : "are") left out."
                }
            }
        }
    }

    /// Shown by the script that they are for.
    private var controls: HTML {
        HTML(.form, .class("controls"), .id("controls"), .role("search"), .hidden) {
            HTML(.label, .for("search")) { "Find" }
            HTML(.input, .id("search"), .type("search"), .placeholder("app, version, PROJ-1, person"))
            HTML(.label, .for("show")) { "Show" }
            HTML(.select, .id("show")) {
                HTML(.option, .value("")) { "all apps" }
                HTML(.option, .value("differs")) { "what differs from the stage before" }
                HTML(.option, .value("open")) { "open promotions and rollbacks" }
                HTML(.option, .value("back")) { "rolled back" }
            }
            HTML(.label, .for("sort")) { "Sort by" }
            HTML(.select, .id("sort")) {
                HTML(.option, .value("name")) { "name" }
                HTML(.option, .value("time")) { "last change" }
                HTML(.option, .value("differs")) { "how much differs" }
            }
            HTML(.output, .id("found"), .role("status"))
        }
    }

    private var legend: HTML {
        let cells = report.apps.flatMap(\.cells).compactMap(\.self)
        let marks = Mark.allCases.filter { mark in cells.contains { $0.marks.contains(mark) } }
        return HTML(.ul, .class("legend")) {
            HTML(.li) {
                for generation in 0..<4 {
                    HTML(.span, .class("swatch g\(generation)"), .aria(.hidden, "true"))
                }
                " one shade, one version of an app: the strongest where versions start"
            }
            for mark in marks {
                HTML(.li) {
                    HTML(.i, .class(mark.rawValue)) { mark.words }
                    HTML(.span, .aria(.hidden, "true")) { " \(mark.meaning)" }
                }
            }
        }
    }

    private var table: HTML {
        HTML(.table, .class("matrix"), .id("versions")) {
            HTML(.thead) {
                HTML(.tr) {
                    HTML(.th, .scope(.col), .rowspan(2), .class("app")) { "App" }
                    for stage in report.stages {
                        if stage.members.count == 1 {
                            HTML(.th, .scope(.col), .rowspan(2), .class("stage")) {
                                report.environments[stage.members.lowerBound]
                            }
                        } else {
                            HTML(.th, .scope(.colgroup), .colspan(stage.members.count), .class("stage")) {
                                stage.name
                            }
                        }
                    }
                }
                HTML(.tr) {
                    for stage in report.stages where stage.members.count > 1 {
                        for (position, index) in stage.members.enumerated() {
                            head(report.environments[index], of: stage, isFirst: position == 0)
                        }
                    }
                }
            }
            HTML(.tbody) { report.apps.map(row) }
        }
    }

    /// The name of an environment without what its stage says already; upright where there are many.
    private func head(_ name: String, of stage: EstateReport.Stage, isFirst: Bool) -> HTML {
        let prefix = stage.name + "-"
        let short = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
        let isUpright = stage.members.count > 3
        let classes = [isFirst ? "stage" : nil, isUpright ? "up" : nil].compactMap(\.self)
        return HTML(.th, .scope(.col), classes.isEmpty ? nil : .class(classes.joined(separator: " "))) {
            HTML(.span) {
                if short != name { HTML(.span, .class("h")) { prefix } }
                short
            }
        }
    }

    private func row(_ app: EstateReport.App) -> HTML {
        let cells = app.cells.compactMap(\.self)
        let differing = cells.count { $0.standing != nil }
        let flags = [
            differing > 0 ? "differs" : nil, cells.contains { !$0.promotions.isEmpty } ? "open" : nil,
            cells.contains(where: \.isRolledBack) ? "back" : nil,
        ].compactMap(\.self)
        return HTML(
            .tr, .data("n", "\(differing)"), .data("t", "\(app.changed?.seconds ?? 0)"),
            flags.isEmpty ? nil : .data("f", flags.joined(separator: " "))
        ) {
            HTML(.th, .scope(.row)) { self.app(app.name) }
            for stage in report.stages {
                for run in runs(app, stage) {
                    cell(
                        app.cells[run.lowerBound], span: run.count,
                        isFirst: run.lowerBound == stage.members.lowerBound)
                }
            }
        }
    }

    /// Neighbours in a stage that read the same.
    private func runs(_ app: EstateReport.App, _ stage: EstateReport.Stage) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for index in stage.members {
            if let last = runs.last, reads(app.cells[index], as: app.cells[last.lowerBound]) {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs
    }

    private func reads(_ cell: EstateReport.Cell?, as other: EstateReport.Cell?) -> Bool {
        guard let cell, let other else { return cell == nil && other == nil }
        return cell.exact == other.exact && cell.others == other.others && cell.marks == other.marks
    }

    private func cell(_ cell: EstateReport.Cell?, span: Int, isFirst: Bool) -> HTML {
        var classes = isFirst ? ["stage"] : []
        guard let cell else {
            return HTML(
                .td, classes.isEmpty ? nil : .class(classes[0]), span > 1 ? .colspan(span) : nil)
        }
        if !cell.version.isEmpty { classes.append("g\(min(cell.generation, 3))") }
        return HTML(
            .td, classes.isEmpty ? nil : .class(classes.joined(separator: " ")),
            span > 1 ? .colspan(span) : nil
        ) {
            if cell.version.isEmpty {
                HTML(.span, .class("none")) { "–" }
            } else {
                Text(cell.version).truncated(to: 20).raw
            }
            if cell.others > 0 { HTML(.small) { " +\(cell.others)" } }
            for mark in Mark.allCases where cell.marks.contains(mark) {
                HTML(.i, .class(mark.rawValue)) { mark.words }
            }
        }
    }
}

/// What is said of a version besides its name: a sign that the style draws, and a word that is read aloud.
enum Mark: String, CaseIterable {
    case behind = "mb"
    case ahead = "ma"
    case differs = "md"
    case rolledBack = "mr"
    case promotion = "mp"
    case rollback = "mo"
    case inherited = "mi"
    case held = "mh"

    var words: String {
        switch self {
        case .behind: "behind"
        case .ahead: "ahead"
        case .differs: "differs"
        case .rolledBack: "rolled back"
        case .promotion: "promotion open"
        case .rollback: "rollback open"
        case .inherited: "inherited"
        case .held: "held"
        }
    }

    var meaning: String {
        switch self {
        case .behind: "behind the environment before"
        case .ahead: "ahead of the environment before"
        case .differs: "differs from the environment before"
        case .rolledBack: "rolled back to it"
        case .promotion: "a promotion to it is open"
        case .rollback: "a rollback of it is open"
        case .inherited: "inherited from a base, shared values or the chart"
        case .held: "a version is held"
        }
    }
}

extension EstateReport.Cell {
    var marks: Set<Mark> {
        var marks: Set<Mark> = []
        switch standing?.relation {
        case .behind: marks.insert(.behind)
        case .ahead: marks.insert(.ahead)
        case .differs: marks.insert(.differs)
        case nil: break
        }
        if isRolledBack { marks.insert(.rolledBack) }
        if openKinds.contains(.promotion) { marks.insert(.promotion) }
        if openKinds.contains(.rollback) { marks.insert(.rollback) }
        if isInherited { marks.insert(.inherited) }
        if !holds.isEmpty { marks.insert(.held) }
        return marks
    }
}
