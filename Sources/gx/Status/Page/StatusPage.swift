import Answers
import Delivery
import Git
import Ledger
import Secrets
import System
import Terminal

/// The page of an estate: the answer first, then stages, what waits, the matrix, and each thing in detail.
struct StatusPage {
    let report: EstateReport
    let host: HostPages
    /// Nil where nothing has to hold for any version.
    let outlook: GateOutlook?
    private let metrics: LeadTimePage
    /// The commits that have a place of their own on the page.
    private let shown: Set<ObjectID>
    private let keys: Set<String>
    private let names: Set<String>
    /// The commits that changed an app, newest first, with what they did to it.
    let latest: [String: [(change: EstateReport.Change, part: EstateReport.Change.Part)]]

    init(
        _ report: EstateReport, host: HostPages, metrics: LeadTimeReport, gates: GateOutlook? = nil
    ) {
        self.report = report
        self.metrics = LeadTimePage(report: metrics)
        self.host = host
        outlook = gates
        shown = Set(report.changes.map(\.commit))
        keys = Set(report.issues.map(\.key))
        names = Set(report.apps.map(\.name))
        latest = Dictionary(
            grouping: report.changes.flatMap { change in change.parts.map { (change: change, part: $0) } },
            by: \.part.app)
    }

    var rendered: String {
        Page(
            title: "\(report.source.name): what runs where", styles: [Self.style] + LeadTimePage.styles,
            script: Self.script, digest: ContentHash.sha256
        ) {
            HTML(.a, .class("skip"), .href("matrix")) { "Skip to apps and environments" }
            header
            HTML(.main) {
                stages
                matrix
                waiting
                gates
                features
                apps
                timeline
                delivery
            }
            footer
        }.rendered
    }

    // MARK: Head

    private var header: HTML {
        HTML(.header) {
            HTML(.h1) {
                HTML(.span, .class("site")) { report.source.name }
                HTML(.span, .class("h")) { ": " }
                "What runs where"
            }
            HTML(.p, .class("answer")) {
                HTML(.strong) { report.answer }
                let more = report.remarks
                if !more.isEmpty { " \(more)" }
            }
            HTML(.p, .class("read")) {
                report.source.read
                if let time = report.source.time {
                    ", "
                    moment(time)
                }
                "; read "
                moment(report.source.now)
                ". Times are those of \(zone)."
            }
            HTML(.nav, .aria(.label, "Sections")) {
                HTML(.ul) {
                    for (anchor, title) in sections {
                        HTML(.li) { HTML(.a, .href(anchor)) { title } }
                    }
                }
            }
        }
    }

    private var sections: [(HTML.Anchor, String)] {
        [
            ("stages", "Stages"), ("matrix", "Apps and environments"), ("waiting", "What waits"),
        ] + (outlook == nil ? [] : [("gates", "Gates")]) + [
            ("features", "Features and fixes"), ("apps", "Each app"), ("timeline", "Timeline"),
            ("delivery", "Delivery"),
        ]
    }

    /// How quickly and how well changes come to the last environments.
    private var delivery: HTML {
        HTML(.section, .aria(.labelledby, "delivery")) {
            HTML(.h2, .id("delivery")) { "Delivery" }
            metrics.section
        }
    }

    private var footer: HTML {
        HTML(.footer) {
            for note in report.source.notes { HTML(.p) { note } }
            HTML(.p) {
                "Made by gx \(version) from Git alone. This page is one file, and loads nothing from anywhere."
            }
        }
    }

    // MARK: Parts that all sections use

    /// A moment that a script can tell the age of.
    private func moment(_ time: Timestamp) -> HTML {
        HTML(.time, .datetime(time.utc)) { minute(time) }
    }

    func time(_ time: Timestamp) -> HTML { HTML(.time) { minute(time) } }

    private var zone: String {
        let text = Timestamp.local(report.source.now.seconds).description
        return text.hasSuffix("Z") ? "UTC" : "UTC\(text.suffix(6))"
    }

    /// A commit: its place on this page, else its page on the host.
    func link(_ commit: ObjectID) -> HTML {
        if shown.contains(commit) {
            return HTML(.a, .href(HTML.Anchor("c", commit.short))) { commit.short }
        }
        return outside(host.commit(commit), HTML(commit.short))
    }

    /// A link to elsewhere, where there is an address for it.
    func outside(_ address: String?, _ content: HTML) -> HTML {
        guard let address = address.flatMap(HTML.WebAddress.init) else { return content }
        return HTML(.a, .href(address)) { content }
    }

    func issue(_ key: String) -> HTML {
        keys.contains(key) ? HTML(.a, .href(HTML.Anchor("issue", key))) { key } : HTML(.span) { key }
    }

    func pullRequest(_ number: String) -> HTML { outside(host.pullRequest(number), HTML("#\(number)")) }

    func app(_ name: String) -> HTML {
        names.contains(name)
            ? HTML(.a, .href(HTML.Anchor("app", name))) { name } : HTML(.span) { name }
    }

    /// Several things in a row, with commas between them.
    func list(_ items: [HTML]) -> [HTML] {
        items.enumerated().flatMap { index, item in index == 0 ? [item] : [HTML(", "), item] }
    }

    func heads(_ titles: String...) -> HTML {
        HTML(.thead) { HTML(.tr) { titles.map { title in HTML(.th, .scope(.col)) { title } } } }
    }
}

extension HTML {
    /// A table that scrolls by itself where it is too wide, also by keyboard.
    static func scrolling(_ label: String, _ table: HTML) -> HTML {
        HTML(.div, .class("scroll"), .role("region"), .aria(.label, label), .tabindex(0)) { table }
    }
}
