import Answers
import Delivery
import Git
import Ledger
import Terminal

/// Features and fixes: how far each has come, and by what.
extension StatusPage {
    var features: HTML {
        HTML(.section, .id("features"), .aria(.labelledby, "features-title")) {
            HTML(.h2, .id("features-title")) { "Features and fixes" }
            if report.issues.isEmpty {
                HTML(.p, .class("none")) { "The commits of the latest changes name no issue." }
            } else {
                HTML(.ul, .class("legend")) {
                    for state in [EstateReport.Issue.State.all, .some, .left, .flying, .none, .unknown] {
                        HTML(.li) { "\(state.sign) \(state.words)" }
                    }
                }
                report.issues.map(details)
            }
            if report.issuesLeftOut > 0 {
                HTML(.p, .class("none")) {
                    "\(report.issuesLeftOut) more are left out; 'gx trace KEY' tells of each."
                }
            }
        }
    }

    private func details(_ issue: EstateReport.Issue) -> HTML {
        HTML(.details, .class("find")) {
            HTML(.summary) {
                HTML(.h3) { issue.key }
                HTML(.span, .class("title")) { issue.shortTitle }
                HTML(.span, .class("glance")) {
                    for (stage, state) in zip(report.stages, issue.states) {
                        if let state {
                            HTML(.span, .class(state == .all ? "in" : "out")) {
                                HTML(.span, .aria(.hidden, "true")) { state.sign }
                                " \(stage.name)"
                                HTML(.span, .class("h")) { " \(state.words)" }
                            }
                            " "
                        }
                    }
                }
            }
            HTML(.div, .id(HTML.Anchor("issue", issue.key)), .class("inside")) {
                HTML(.p) {
                    outside(issue.url, HTML(issue.key))
                    let facts = [issue.kind?.rawValue, issue.status].compactMap(\.self)
                    if !facts.isEmpty { " (\(facts.joined(separator: ", ")))" }
                    " “\(issue.title)”, first deployed by \(issue.who), "
                    time(issue.time)
                    if !issue.pullRequests.isEmpty {
                        ". Pull requests: "
                        list(issue.pullRequests.map(pullRequest))
                    }
                    "."
                }
                HTML.scrolling(issue.key, table(of: issue))
                if !issue.artifacts.isEmpty { artifacts(of: issue) }
            }
        }
    }

    /// What it came with: images, where they run, and what built them.
    private func artifacts(of issue: EstateReport.Issue) -> HTML {
        HTML(.dl) {
            for one in issue.artifacts {
                HTML(.dt) { one.app }
                HTML(.dd) {
                    "came with "
                    HTML(.code) { "\(one.artifact):\(one.version)" }
                    if !one.workloads.isEmpty {
                        " in "
                        list(one.workloads.map { workload in HTML(.code) { workload } })
                    }
                    if let author = one.author { ", built from a commit by \(author)" }
                    if let pipeline = one.pipeline {
                        ", pipeline "
                        outside(pipeline.url, HTML(pipeline.id))
                    }
                }
            }
        }
    }

    private func table(of issue: EstateReport.Issue) -> HTML {
        // One that concerns many apps of an estate is a table of its own.
        let rows = 24
        return HTML(.table, .class("list issue")) {
            heads("Environment", "App", "Is it there?", "Since", "Version", "How", "Who", "Commit")
            HTML(.tbody) {
                for presence in issue.presences.prefix(rows) {
                    HTML(.tr) {
                        HTML(.th, .scope(.row)) {
                            report.names(presence.environments).joined(separator: ", ")
                        }
                        HTML(.td) { app(presence.app) }
                        cells(of: presence)
                    }
                }
                if issue.presences.count > rows {
                    HTML(.tr) {
                        HTML(.td, .colspan(8)) {
                            "and \(issue.presences.count - rows) more: 'gx trace \(issue.key)'"
                        }
                    }
                }
            }
        }
    }

    private func cells(of presence: EstateReport.Issue.Presence) -> [HTML] {
        guard let entered = presence.entered else { return [HTML(.td, .colspan(6)) { presence.state.words }] }
        let last = presence.left ?? entered
        return [
            HTML(.td) {
                presence.left.map { "until \(minute($0.time))" } ?? "yes"
            },
            HTML(.td) { minute(entered.time) }, HTML(.td) { entered.version },
            HTML(.td) { last.words }, HTML(.td) { last.who }, HTML(.td) { link(last.commit) },
        ]
    }
}

extension EstateReport.Issue {
    /// The title without the key that stands beside it.
    var shortTitle: String {
        let text = title.replacing("(\(key))", with: "").replacing("[\(key)]", with: "")
            .replacing(key, with: "").replacing("  ", with: " ")
        let start = text.firstIndex { $0 != " " && $0 != ":" && $0 != "-" } ?? text.endIndex
        return String(text[start...])
    }
}
