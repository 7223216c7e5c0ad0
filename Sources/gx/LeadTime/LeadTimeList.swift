import Ledger
import System

/// All figures in rows of one shape, for spreadsheets: exact, in seconds, shares and counts.
struct LeadTimeList {
    private struct Row {
        var group: String
        var metric: String
        var figure: String
        var value: String
        var unit: String
    }

    private var rows: [Row] = []

    mutating func add(_ measures: Measures, group: String) {
        func add(_ metric: String, figure: String, value: String?, unit: String) {
            rows.append(Row(group: group, metric: metric, figure: figure, value: value ?? "", unit: unit))
        }
        let durations = [
            ("lead", measures.lead), ("dwell", measures.dwell), ("recovery", measures.recovery.durations),
        ]
        for (name, distribution) in durations {
            add(name, figure: "n", value: "\(distribution.count)", unit: "")
            for figure in ["best", "average", "median", "p75", "p90", "p95", "worst"] {
                add(name, figure: figure, value: distribution.figure(figure).map { "\($0)" }, unit: "seconds")
            }
        }
        add("deployments", figure: "n", value: "\(measures.frequency.count)", unit: "")
        add("deployments", figure: "per week", value: decimal(measures.frequency.perWeek), unit: "")
        let rates = [
            ("change fail rate", "lowest", measures.failRate.lowest),
            ("change fail rate", "highest", measures.failRate.highest),
            ("rework rate", "share", measures.rework.share),
        ]
        for (metric, figure, share) in rates {
            add(
                metric, figure: figure, value: share.perMille.map { decimal(Int64($0) * 10) }, unit: "percent"
            )
            add(metric, figure: "\(figure) part", value: "\(share.part)", unit: "")
            add(metric, figure: "n", value: "\(share.whole)", unit: "")
        }
    }

    var json: [JSON] {
        rows.map { row in
            [
                "group": .string(row.group), "metric": .string(row.metric), "figure": .string(row.figure),
                "value": .string(row.value), "unit": .string(row.unit),
            ]
        }
    }
}
