import Answers
import Git
import Ledger
import Secrets
import System
import Terminal

/// The report as a page, and as a section of other pages.
struct LeadTimePage {
    let report: LeadTimeReport

    private var tables: LeadTimeTables { LeadTimeTables(report: report) }

    /// What pages that show it need besides the style of all pages.
    static let styles: [StaticString] = [
        Chart.style,
        """
        .n{text-align:right;font-variant-numeric:tabular-nums}
        .list th.n,.list td.n{padding-left:1rem}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:1.5rem;margin:1.5rem 0}
        .charts svg{width:100%;height:auto}
        """,
    ]

    var rendered: String {
        Page(
            title: "\(report.name): how changes are delivered", styles: [StatusPage.style] + Self.styles,
            digest: ContentHash.sha256
        ) {
            HTML(.header) {
                HTML(.h1) { "How changes are delivered to \(report.name)" }
                HTML(.p, .class("answer")) { HTML(.strong) { answer } }
            }
            HTML(.main) {
                HTML(.section, .aria(.labelledby, "metrics")) {
                    HTML(.h2, .id("metrics")) { "Metrics" }
                    section
                }
                lists
            }
        }.rendered
    }

    /// `18 deployments; a change waits 2.7 h in staging before production`.
    private var answer: String {
        let median = report.headline.median.map { report.stopwatch.words($0) }
        let count = report.now.frequency.count
        let deployments = count == 1 ? "1 deployment" : "\(count) deployments"
        guard let median else { return deployments }
        return "\(deployments); the median \(report.hasLead ? "lead time" : "dwell") is \(median)"
    }

    /// The metrics, the rates and the charts, with what they rest on.
    @HTMLBuilder var section: [HTML] {
        HTML(.p) {
            "\(report.name) from \(Timestamp.local(report.period.start)) until \(Timestamp.local(report.period.end))"
            "; before: a period as long, right before it."
        }
        HTML.scrolling("Metrics", tables.distributions.page)
        HTML.scrolling("Rates", tables.rates.page)
        HTML(.div, .class("charts")) { LeadTimeCharts(report: report).all.map(\.picture) }
        tables.basis.map { line in HTML(.p) { HTML(.small) { line.raw } } }
    }

    @HTMLBuilder private var lists: [HTML] {
        let (quickest, slowest) = report.extremes(5)
        part("stages", title: "Where changes wait", table: tables.stages, isEmpty: report.stages.isEmpty)
        part("slowest", title: "Slowest", table: tables.items(slowest, "TOOK"), isEmpty: slowest.isEmpty)
        part("quickest", title: "Quickest", table: tables.items(quickest, "TOOK"), isEmpty: quickest.isEmpty)
        part("open", title: "Not arrived yet", table: tables.open(report.open), isEmpty: report.open.isEmpty)
    }

    private func part(_ anchor: HTML.Anchor, title: String, table: Table, isEmpty: Bool) -> HTML? {
        guard !isEmpty else { return nil }
        return HTML(.section, .aria(.labelledby, anchor)) {
            HTML(.h2, .id(anchor)) { title }
            HTML.scrolling(title, table.page)
        }
    }
}
