import Answers
import Delivery
import Git
import Ledger
import Terminal

/// Deployments and rollbacks over time: a picture by stage and day, and the commits in words.
extension StatusPage {
    var timeline: HTML {
        HTML(.section, .id("timeline"), .aria(.labelledby, "timeline-title")) {
            HTML(.h2, .id("timeline-title")) { "Timeline" }
            if let last = report.days.map(\.day).max() {
                HTML(.ul, .class("legend"), .aria(.hidden, "true")) {
                    HTML(.li) {
                        HTML(.span, .class("dot"))
                        " deployments of a day, larger for more"
                    }
                    HTML(.li) {
                        HTML(.span, .class("diamond"))
                        " rollbacks"
                    }
                }
                HTML.scrolling("Timeline of deployments and rollbacks", picture(until: last))
            } else {
                HTML(.p, .class("none")) { "Nothing was deployed yet." }
            }
            changes
        }
    }

    // MARK: Picture

    private func picture(until last: Int) -> HTML {
        let first = report.days.map(\.day).min() ?? last
        let days = min(EstateSurvey.Limits().days, max(28, last - first + 2))
        let frame = TimelineFrame(days: days, last: last, rows: report.stages.count)
        let total = report.days.reduce(0) { $0 + $1.deployments }
        let back = report.days.reduce(0) { $0 + $1.rollbacks }
        let words = """
            \(EstateReport.count(total, one: "deployment")) and \(EstateReport.count(back, one: "rollback")) in the \
            \(days) days until \(CalendarDay(last)). The list below has them in words.
            """
        return HTML(
            .svg, .class("timeline"), .viewBox(frame.width, frame.height), .role("img"), .aria(.label, words)
        ) {
            for day in frame.weeks {
                HTML(
                    .line, .class("week"), .at(.x1, frame.x(day)), .at(.x2, frame.x(day)), .at(.y1, 18),
                    .at(.y2, Double(frame.height)))
                HTML(.text, .at(.x, frame.x(day)), .at(.y, 12), .class("date")) { CalendarDay(day).short }
            }
            for (row, stage) in report.stages.enumerated() {
                HTML(
                    .line, .class("lane"), .at(.x1, TimelineFrame.margin), .at(.x2, Double(frame.width)),
                    .at(.y1, frame.y(row)), .at(.y2, frame.y(row)))
                HTML(.text, .at(.x, 0), .at(.y, frame.y(row) + 4), .class("name")) { stage.name }
            }
            for day in report.days { mark(day, frame) }
        }
    }

    private func mark(_ day: EstateReport.Day, _ frame: TimelineFrame) -> [HTML] {
        let (x, y) = (frame.x(day.day), frame.y(day.stage))
        let when = "\(report.stages[day.stage].name), \(CalendarDay(day.day)): "
        var marks: [HTML] = []
        if day.deployments > 0 {
            let radius = min(9, 2.5 + Double(day.deployments).squareRoot())
            marks.append(
                HTML(.circle, .class("dot"), .at(.cx, x), .at(.cy, y), .at(.r, radius)) {
                    HTML(.title) { when + EstateReport.count(day.deployments, one: "deployment") }
                })
        }
        if day.rollbacks > 0 {
            let size = min(8, 5 + Double(day.rollbacks).squareRoot())
            let (left, right, top, bottom) = (x - size, x + size, y - 8 - size, y - 8 + size)
            marks.append(
                HTML(.path, .class("back"), .outline([(x, top), (right, y - 8), (x, bottom), (left, y - 8)]))
                {
                    HTML(.title) { when + EstateReport.count(day.rollbacks, one: "rollback") }
                })
        }
        return marks
    }

    // MARK: Words

    private var changes: [HTML] {
        var days: [(day: String, changes: [EstateReport.Change])] = []
        for change in report.changes {
            let day = day(change.time)
            if days.last?.day == day {
                days[days.count - 1].changes.append(change)
            } else {
                days.append((day, [change]))
            }
        }
        var parts: [HTML] = days.flatMap { day, changes in
            [HTML(.h3, .class("day")) { HTML(.time) { day } }] + changes.map(details)
        }
        if report.hasOlderChanges {
            parts.append(
                HTML(.p, .class("none")) {
                    "These are the newest \(report.changes.count) commits that changed a version; 'gx trace log' has all."
                })
        }
        return parts
    }

    private func details(_ change: EstateReport.Change) -> HTML {
        HTML(.details, .class("find change")) {
            HTML(.summary) {
                HTML(.time) { String(minute(change.time).suffix(5)) }
                " "
                HTML(.span, .class("parts")) {
                    for (index, part) in change.parts.prefix(3).enumerated() {
                        if index > 0 { "; " }
                        summary(of: part)
                    }
                    if change.parts.count > 3 { "; and \(change.parts.count - 3) more" }
                }
                " "
                HTML(.span, .class("glance")) { change.parts.first?.deployment.who ?? "" }
            }
            HTML(.div, .id(HTML.Anchor("c", change.commit.short)), .class("inside")) {
                HTML(.p) {
                    outside(host.commit(change.commit), HTML(.code) { change.commit.short })
                    " “\(change.subject)” by \(change.author)"
                    if change.committer != change.author { ", committed by \(change.committer)" }
                    "."
                }
                facts(change)
                if change.parts.count > 3 {
                    HTML(.ul, .class("plain")) {
                        for part in change.parts.dropFirst(3).prefix(60) { HTML(.li) { summary(of: part) } }
                        if change.parts.count > 63 { HTML(.li) { "and \(change.parts.count - 63) more" } }
                    }
                }
            }
        }
    }

    private func facts(_ change: EstateReport.Change) -> HTML? {
        var facts: [(String, [HTML])] = []
        if !change.issues.isEmpty { facts.append(("Features and fixes", list(change.issues.map(issue)))) }
        if !change.pullRequests.isEmpty {
            facts.append(("Pull requests", list(change.pullRequests.map(pullRequest))))
        }
        let pipelines = change.pipelines.map { pipeline in
            outside(pipeline.url, HTML(pipeline.id + (pipeline.actor.map { " by \($0)" } ?? "")))
        }
        if !pipelines.isEmpty { facts.append(("Pipelines", list(pipelines))) }
        var checks: [CheckResult] = []
        for check in change.parts.flatMap(\.checks) where !checks.contains(check) { checks.append(check) }
        if !checks.isEmpty {
            facts.append(
                (
                    "Checks",
                    list(
                        checks.map { check in
                            let value = check.value.map { " (\($0))" } ?? ""
                            return outside(check.url, HTML("\(check.name) \(check.result.rawValue)\(value)"))
                        })
                ))
        }
        guard !facts.isEmpty else { return nil }
        return HTML(.dl) {
            for (name, values) in facts {
                HTML(.dt) { name }
                HTML(.dd) { values }
            }
        }
    }

    /// `web 3.5.0 → 3.4.1 in prod-us: rolled back`
    ///
    /// - Parameter named: Whether the app is named: not where it is clear which one is meant.
    func summary(of part: EstateReport.Change.Part, named: Bool = true) -> [HTML] {
        let one = part.deployment
        let indices = part.environments.compactMap { name in report.environments.firstIndex(of: name) }
        let names = report.names(indices.sorted()).joined(separator: ", ")
        var line: [HTML] = named ? [HTML(.b) { part.app }, HTML(" ")] : []
        switch (one.before, one.after) {
        case (nil, _): if one.version != "–" { line.append(HTML(.code) { one.version }) }
        case (_, nil): line.append(HTML(.code) { one.versionBefore })
        default: line.append(HTML(.code) { "\(one.versionBefore) → \(one.version)" })
        }
        line.append(HTML(" in \(names)"))
        if one.kind != .forward {
            let sources = part.sources.compactMap(report.environments.firstIndex)
            let from = report.names(Set(sources).sorted()).joined(separator: ", ")
            line.append(HTML(": \(from.isEmpty ? one.words : one.words(from: from))"))
        }
        if part.outcome != .unknown {
            let style = part.outcome == .succeeded ? "good" : "bad"
            line += [HTML(" "), HTML(.span, .class("outcome " + style)) { part.outcome.rawValue }]
        }
        return line
    }
}
