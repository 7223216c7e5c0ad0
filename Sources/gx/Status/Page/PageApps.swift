import Answers
import Delivery
import Git
import Ledger
import Manifests
import Terminal

/// Each app: where it runs in which version since when, what it is made of, and what happened to it last.
extension StatusPage {
    var apps: HTML {
        HTML(.section, .id("apps"), .aria(.labelledby, "apps-title")) {
            HTML(.h2, .id("apps-title")) { "Each app" }
            report.apps.map(details)
        }
    }

    private func details(_ app: EstateReport.App) -> HTML {
        HTML(.details, .class("find")) {
            HTML(.summary) {
                HTML(.h3) { app.name }
                HTML(.span, .class("glance")) { glance(app) }
            }
            // What is inside opens the details when a link leads to it.
            HTML(.div, .id(HTML.Anchor("app", app.name)), .class("inside")) {
                HTML.scrolling(app.name, environments(app))
                if !app.artifacts.isEmpty { artifacts(app) }
                changes(of: app)
            }
        }
    }

    /// The version of each stage; how many where they are several.
    private func glance(_ app: EstateReport.App) -> String {
        report.stages.compactMap { stage in
            let versions = Set(stage.members.compactMap { app.cells[$0]?.version }.filter { !$0.isEmpty })
            switch versions.count {
            case 0: return nil
            case 1: return "\(stage.name) \(versions.first ?? "")"
            default: return "\(stage.name) \(versions.count) versions"
            }
        }.joined(separator: " · ")
    }

    /// Environments that came to the same in the same way.
    private struct Line {
        var environments: [Int]
        var cells: [EstateReport.Cell]

        func reads(as other: EstateReport.Cell) -> Bool {
            guard let cell = cells.first else { return false }
            return cell.exact == other.exact && cell.since?.commit == other.since?.commit
                && cell.since?.kind == other.since?.kind
                && cell.standing?.relation == other.standing?.relation
                && cell.standing?.version == other.standing?.version && cell.promotions == other.promotions
        }
    }

    private func environments(_ app: EstateReport.App) -> HTML {
        var lines: [Line] = []
        for (index, cell) in app.cells.enumerated() {
            guard let cell else { continue }
            if let known = lines.firstIndex(where: { $0.reads(as: cell) }) {
                lines[known].environments.append(index)
                lines[known].cells.append(cell)
            } else {
                lines.append(Line(environments: [index], cells: [cell]))
            }
        }
        let present = app.cells.indices.filter { app.cells[$0] != nil }
        return HTML(.table, .class("list app")) {
            heads("Environment", "Version", "Since", "How", "Who", "Commit")
            HTML(.tbody) {
                for line in lines {
                    HTML(.tr) {
                        HTML(.th, .scope(.row)) {
                            report.names(line.environments, of: present).joined(separator: ", ")
                        }
                        HTML(.td) {
                            let exact = line.cells.first?.exact ?? ""
                            exact.isEmpty ? "–" : exact
                            standing(line.cells)
                        }
                        since(line.cells.map(\.since))
                    }
                }
            }
        }
    }

    private func standing(_ cells: [EstateReport.Cell]) -> [HTML] {
        var parts: [HTML] = []
        if let standing = cells.first?.standing {
            let words =
                switch standing.relation {
                case .behind: "behind"
                case .ahead: "ahead of"
                case .differs: "differs from"
                }
            parts += [
                HTML(.small) {
                    "\(words) \(names(cells.compactMap(\.standing?.environment))) (\(standing.version))"
                }
            ]
        }
        for index in cells.first?.promotions ?? [] {
            parts += [
                HTML(.small) { "waiting on \(report.promotions[index].branch)" }
            ]
        }
        return parts
    }

    /// Names of environments, whole stages by theirs.
    private func names(_ environments: [String]) -> String {
        let positions = Set(environments.compactMap(report.environments.firstIndex)).sorted()
        return report.names(positions).joined(separator: ", ")
    }

    private func since(_ deployments: [Deployment?]) -> [HTML] {
        guard let deployment = deployments.first ?? nil else {
            return [HTML(.td, .colspan(4)) { "history does not tell" }]
        }
        guard deployment.basis != .horizon else {
            return [
                HTML(.td) { "before \(minute(deployment.time))" },
                HTML(.td, .colspan(3)) { "history begins here" },
            ]
        }
        return [
            HTML(.td) { minute(deployment.time) },
            HTML(.td) { deployment.words(from: names(deployments.compactMap { $0?.source })) },
            HTML(.td) { deployment.who },
            HTML(.td) { link(deployment.commit) },
        ]
    }

    private func artifacts(_ app: EstateReport.App) -> HTML {
        HTML(.dl) {
            for (number, use) in app.artifacts.enumerated() {
                HTML(.dt) {
                    "\(use.kind == .git ? "git" : use.kind.rawValue) "
                    HTML(.code) { use.artifact }
                }
                HTML(.dd) {
                    // Where the versions of the first one run is in the table above.
                    for entry in use.versions where number > 0 || entry.build != nil {
                        HTML(.p) {
                            HTML(.code) { entry.version }
                            " in \(report.names(entry.environments).joined(separator: ", "))"
                            if let build = entry.build { origin(build) }
                        }
                    }
                    if !use.workloads.isEmpty {
                        HTML(.p) {
                            "runs in "
                            list(use.workloads.map { workload in HTML(.code) { workload } })
                        }
                    }
                    HTML(.p) {
                        "written in "
                        list(use.files.prefix(4).map { file in HTML(.code) { file } })
                        if use.files.count > 4 { " and \(use.files.count - 4) more" }
                    }
                }
            }
        }
    }

    /// `, built from 1a2b3c4d5 by Ada in 4711; tests passed`
    private func origin(_ build: ArtifactRecord) -> [HTML] {
        var parts: [HTML] = [HTML(", built")]
        if let commit = build.commit {
            let address = build.repository.map { $0 + "/commit/" + commit }
            parts += [HTML(" from "), outside(address, HTML(.code) { String(commit.prefix(9)) })]
        }
        if let author = build.author { parts.append(HTML(" by \(author)")) }
        if let pipeline = build.pipeline {
            parts += [HTML(" in "), outside(pipeline.url, HTML(pipeline.id))]
        }
        for check in build.checks {
            parts += [HTML("; "), outside(check.url, HTML("\(check.name) \(check.result.rawValue)"))]
        }
        return parts
    }

    private func changes(of app: EstateReport.App) -> [HTML] {
        guard let all = latest[app.name]?.prefix(4) else { return [] }
        return [
            HTML(.h4) { "Latest changes" },
            HTML(.ul, .class("plain")) {
                for (change, part) in all {
                    HTML(.li) {
                        minute(change.time)
                        " "
                        summary(of: part, named: false)
                        " "
                        link(change.commit)
                    }
                }
            },
        ]
    }
}
