import Delivery
import Ledger
import Manifests
import System
import Terminal

/// Gates: which version comes next where, and what it waits for.
extension StatusPage {
    var gates: HTML {
        guard let outlook else { return HTML("") }
        return HTML(.section, .id("gates"), .aria(.labelledby, "gates-title")) {
            HTML(.h2, .id("gates-title")) { "Gates" }
            for line in GatesTable(outlook: outlook).lockLines { HTML(.p) { line } }
            if outlook.rows.isEmpty {
                HTML(.p, .class("none")) { "No version waits to be promoted." }
            } else {
                HTML.scrolling("Gates", table(of: outlook))
            }
        }
    }

    private func table(of outlook: GateOutlook) -> HTML {
        HTML(.table, .class("list")) {
            heads("Environment", "App", "Version", "Waits for", "Until")
            HTML(.tbody) {
                for row in outlook.rows {
                    HTML(.tr) {
                        HTML(.th, .scope(.row)) { row.environment }
                        HTML(.td) { app(row.app) }
                        HTML(.td) { row.version.short }
                        HTML(.td) { row.isReady ? "nothing: it may come" : row.waitsFor }
                        HTML(.td) { if let until = row.until { time(until) } }
                    }
                }
            }
        }
    }
}
