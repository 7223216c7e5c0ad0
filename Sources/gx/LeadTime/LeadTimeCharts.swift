import Answers
import Ledger
import Terminal

/// The report as pictures.
struct LeadTimeCharts {
    let report: LeadTimeReport

    private var tables: LeadTimeTables { LeadTimeTables(report: report) }

    var all: [Chart] {
        let unit = report.unit.rawValue
        let name = report.hasLead ? "lead time" : "dwell"
        return [
            Chart(
                "Deployments to \(report.name) by \(unit)",
                report.trend.map {
                    let count = $0.measures.frequency.count
                    return Chart.Bar($0.part.name, value: Double(count), label: "\(count)")
                }),
            Chart(
                "Median \(name) by \(unit)",
                report.trend.map {
                    let median = (report.hasLead ? $0.measures.lead : $0.measures.dwell).median
                    return Chart.Bar(
                        $0.part.name, value: median.map(Double.init), label: report.stopwatch.words(median))
                }),
            tables.histogram,
        ]
    }
}
