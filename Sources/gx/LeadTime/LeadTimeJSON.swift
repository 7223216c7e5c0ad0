import Answers
import Git
import Ledger
import System
import YAML

/// The report for programs. Durations are in seconds, shares from 0 to 1; what is not known is null.
struct LeadTimeJSON {
    let report: LeadTimeReport
    let hours: BusinessHours?
    let isStrict: Bool

    func fields(
        _ groups: (by: String, groups: [LeadTimeReport.Group])?
    ) -> JSON {
        let (quickest, slowest) = report.extremes(10)
        var fields = [
            Schema.leadTime.field,
            JSON.Field("environments", .array(report.survey.targets.sorted().map { .string($0) })),
            JSON.Field("since", .string("\(Timestamp.local(report.period.start))")),
            JSON.Field("until", .string("\(Timestamp.local(report.period.end))")),
            JSON.Field("clock", "committer"), JSON.Field("quantiles", "interpolated, type 7"),
            JSON.Field("businessHours", hours.map { .string("\($0)") } ?? .null),
            JSON.Field("strict", .bool(isStrict)), JSON.Field("complete", .bool(report.ledger.isComplete)),
            JSON.Field("headline", .string(report.hasLead ? "lead" : "dwell")),
            JSON.Field("metrics", json(report.now)), JSON.Field("before", json(report.before)),
            JSON.Field(
                "\(report.unit.rawValue)s",
                .array(report.trend.map { json($0.measures, name: $0.part.name) })),
        ]
        if let groups {
            fields.append(JSON.Field("by", .string(groups.by)))
            fields.append(
                JSON.Field(
                    "groups",
                    .array(groups.groups.map { json($0.measures, name: $0.name, stages: $0.stages) })))
        }
        fields += [
            JSON.Field("stages", .array(report.stages.map(json))),
            JSON.Field("quickest", .array(quickest.map(json))),
            JSON.Field("slowest", .array(slowest.map(json))),
            JSON.Field("open", .array(report.open.map(json))),
        ]
        return .object(fields)
    }

    private func json(
        _ measures: Measures, name: String? = nil, stages: [LeadTimeReport.Stage]? = nil
    ) -> JSON {
        let fail = measures.failRate
        let rework = measures.rework
        let frequency = measures.frequency
        var fields = name.map { [JSON.Field("name", .string($0))] } ?? []
        fields += [
            JSON.Field("lead", json(measures.lead)), JSON.Field("dwell", json(measures.dwell)),
            JSON.Field(
                "deployments",
                .object([
                    JSON.Field("count", .int(frequency.count)),
                    JSON.Field("commits", .int(frequency.commits)),
                    JSON.Field("perWeek", hundredths(frequency.perWeek)),
                    JSON.Field("activeDays", .int(frequency.activeDays)),
                    JSON.Field("days", .int(frequency.days)),
                    JSON.Field("weekly", weekly(frequency.weekly)),
                ])),
            JSON.Field(
                "changeFailRate",
                .object([
                    JSON.Field("lowest", share(fail.lowest)), JSON.Field("highest", share(fail.highest)),
                    JSON.Field("count", .int(fail.count)), JSON.Field("failed", .int(fail.failed)),
                    JSON.Field("inferred", .int(fail.inferred)),
                    JSON.Field("succeeded", .int(fail.succeeded)),
                    JSON.Field("unknown", .int(fail.unknown)),
                ])),
            JSON.Field("recovery", json(measures.recovery.durations)),
            JSON.Field("notRecovered", .int(measures.recovery.open)),
            JSON.Field(
                "rework",
                .object([
                    JSON.Field("share", share(rework.share)), JSON.Field("count", .int(rework.count)),
                    JSON.Field("rollbacks", .int(rework.rollbacks)), JSON.Field("fixes", .int(rework.fixes)),
                ])),
            JSON.Field(
                "bases",
                .object(
                    Survey.Basis.allCases.map {
                        JSON.Field($0.rawValue, .int(measures.bases[$0] ?? 0))
                    })),
            JSON.Field(
                "leftOut",
                .object(
                    Survey.Omission.allCases.map {
                        JSON.Field($0.rawValue, .int(measures.omissions[$0] ?? 0))
                    })),
        ]
        if let stages { fields.append(JSON.Field("stages", .array(stages.map(json)))) }
        return .object(fields)
    }

    private func json(_ distribution: Distribution) -> JSON {
        let names = ["best", "average", "median", "p75", "p90", "p95", "worst"]
        return .object(
            [JSON.Field("n", .int(distribution.count))]
                + names.map { JSON.Field($0, distribution.figure($0).map { .int(Int($0)) } ?? .null) })
    }

    private func weekly(_ counts: Distribution) -> JSON {
        .object([
            JSON.Field("n", .int(counts.count)),
            JSON.Field("most", counts.worst.map { .int(Int($0)) } ?? .null),
            JSON.Field("average", hundredths(counts.averageHundredths)),
            JSON.Field("median", hundredths(counts.hundredths(50))),
            JSON.Field("p75", hundredths(counts.hundredths(75))),
            JSON.Field("p90", hundredths(counts.hundredths(90))),
            JSON.Field("p95", hundredths(counts.hundredths(95))),
            JSON.Field("fewest", counts.best.map { .int(Int($0)) } ?? .null),
        ])
    }

    private func json(_ stage: LeadTimeReport.Stage) -> JSON {
        .object([
            JSON.Field("from", .string(stage.from)), JSON.Field("to", .string(stage.to)),
            JSON.Field("waits", json(stage.waits)),
        ])
    }

    private func json(_ item: LeadTimeReport.Item) -> JSON {
        .object([
            JSON.Field("app", .string(item.app)),
            JSON.Field("environments", .array(item.environments.map { .string($0) })),
            JSON.Field("change", .string(item.what)), JSON.Field("subject", .string(item.subject)),
            JSON.Field("start", .string("\(Timestamp.local(item.start))")),
            JSON.Field("end", .string("\(Timestamp.local(item.end))")),
            JSON.Field("seconds", .int(Int(item.seconds))),
            JSON.Field("reached", item.stage.map { .string($0) } ?? .null),
        ])
    }

    private func share(_ share: Share) -> JSON {
        share.whole > 0 ? .double(Double(share.part) / Double(share.whole)) : .null
    }

    private func hundredths(_ value: Int64?) -> JSON { value.map { .double(Double($0) / 100) } ?? .null }
}
