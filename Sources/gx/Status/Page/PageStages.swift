import Answers
import Delivery
import Git
import Ledger
import System
import Terminal

/// The stages one after the other, and what waits between them.
extension StatusPage {
    var stages: HTML {
        HTML(.section, .id("stages"), .aria(.labelledby, "stages-title")) {
            HTML(.h2, .id("stages-title")) { "Stages" }
            HTML(.ol, .class("stages")) { report.stages.map(stage) }
        }
    }

    private func stage(_ stage: EstateReport.Stage) -> HTML {
        HTML(.li) {
            HTML(.h3) {
                stage.name
                if stage.members.count > 1 { HTML(.small) { " ×\(stage.members.count)" } }
            }
            if stage.compared > 0 {
                share(stage.same, of: stage.compared)
                HTML(.p) {
                    HTML(.strong) { "\(stage.same) of \(stage.compared)" }
                    " as in \(EstateReport.joined(stage.before))"
                }
            } else {
                HTML(.p) { HTML(.strong) { EstateReport.count(stage.apps, one: "app") } }
            }
            if !stage.waiting.isEmpty {
                let first = stage.waiting.prefix(3).map { issue(report.issues[$0].key) }
                HTML(.p, .class("waits")) {
                    HTML(.strong) { "\(stage.waiting.count)" }
                    stage.waiting.count == 1 ? " waits: " : " wait: "
                    list(first)
                    if stage.waiting.count > first.count {
                        ", "
                        HTML(.a, .href("waiting")) { "\(stage.waiting.count - first.count) more" }
                    }
                }
            }
        }
    }

    /// A bar. The words beside it say the same.
    private func share(_ part: Int, of whole: Int) -> HTML {
        HTML(.svg, .class("bar"), .viewBox(100, 4), .stretched, .aria(.hidden, "true")) {
            HTML(.rect, .class("whole"), .at(.width, 100), .at(.height, 4))
            HTML(.rect, .class("part"), .at(.width, Double(part) / Double(whole) * 100), .at(.height, 4))
        }
    }

    var waiting: HTML {
        let issues = report.issues.filter { !$0.waitsFor.isEmpty }
        return HTML(.section, .id("waiting"), .aria(.labelledby, "waiting-title")) {
            HTML(.h2, .id("waiting-title")) { "What waits" }
            if issues.isEmpty {
                HTML(.p, .class("none")) {
                    "No feature or fix waits for a stage that comes after one that has it."
                }
            } else {
                HTML.scrolling("Features and fixes that wait", table(of: issues))
            }
            if !report.promotions.isEmpty {
                HTML(.h3) { "In flight" }
                HTML.scrolling("Open promotions and rollbacks", promotions)
            }
        }
    }

    private func table(of issues: [EstateReport.Issue]) -> HTML {
        HTML(.table, .class("list")) {
            heads("Feature or fix", "Waits for", "In, and since when")
            HTML(.tbody) {
                for issue in issues {
                    let waits = issue.waitsFor.map { report.stages[$0].name }
                    HTML(.tr, .class("find")) {
                        HTML(.th, .scope(.row)) {
                            self.issue(issue.key)
                            " "
                            HTML(.span, .class("title")) { issue.shortTitle }
                        }
                        HTML(.td) { waits.joined(separator: ", ") }
                        HTML(.td) {
                            for (index, entry) in arrivals(issue).enumerated() {
                                if index > 0 { HTML(.br) }
                                "\(entry.stage) "
                                time(entry.time)
                            }
                        }
                    }
                }
            }
        }
    }

    /// The stages that have an issue and come right before one that it waits for, each with when that came to be.
    private func arrivals(_ issue: EstateReport.Issue) -> [(stage: String, time: Timestamp)] {
        let before = issue.waitsFor.flatMap { report.stages[$0].before }
        return report.stages.compactMap { stage in
            guard before.contains(stage.name) else { return nil }
            let times = issue.presences.filter { presence in
                presence.state == .all && presence.environments.contains(where: stage.members.contains)
            }.compactMap { $0.entered?.time }
            return times.min().map { (stage.name, $0) }
        }
    }

    private var promotions: HTML {
        HTML(.table, .class("list")) {
            heads("Branch", "App", "To", "Version", "By", "Since", "Brings")
            HTML(.tbody) {
                for promotion in report.promotions {
                    HTML(.tr, .class("find")) {
                        HTML(.th, .scope(.row)) {
                            outside(host.commit(promotion.commit), HTML(.code) { promotion.branch })
                        }
                        HTML(.td) { list(unique(promotion.changes.map(\.app)).map(app)) }
                        HTML(.td) { unique(promotion.changes.map(\.environment)).joined(separator: ", ") }
                        HTML(.td) { unique(promotion.changes.map(\.version)).joined(separator: ", ") }
                        HTML(.td) { promotion.who }
                        HTML(.td) { time(promotion.time) }
                        HTML(.td) { list(promotion.issues.map(issue)) }
                    }
                }
            }
        }
    }
}
