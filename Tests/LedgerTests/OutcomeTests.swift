import Git
import Ledger
import TestSupport
import Testing

@Suite struct OutcomeTests {
    private let scratch: ScratchRepository

    init() throws {
        scratch = try ScratchRepository(
            configuration: """
                version: 1
                environments: { dev: {}, prod: { after: dev } }
                layout: ["envs/{env}/{app}/**"]

                """)
    }

    @discardableResult
    private func deploy(_ environment: String, _ version: String, _ apps: [String] = ["api"], at hour: Int)
        throws -> ObjectID
    {
        for app in apps {
            try scratch.write(
                "envs/\(environment)/\(app)/values.yaml",
                "image: { repository: x.io/\(app), tag: \"\(version)\" }\n")
        }
        return try scratch.commit(version, date: "2026-01-01 \(hour):00:00 +0000")
    }

    private func finish(_ commit: ObjectID, _ record: FinishedDeployment, at time: String) throws {
        try RecordStore(scratch.repository()).append(
            [record.record(on: commit, time: time)], to: commit, .deployments)
    }

    /// `prod/api 1.1 succeeded`
    private func outcomes() throws -> [String] {
        let ledger = try scratch.ledger()
        let outcomes = try ledger.outcomes(in: scratch.repository())
        return (0..<ledger.count).map { number in
            let one = ledger[number]
            let version = one.after?.first?.version ?? "none"
            return "\(one.environment)/\(one.app) \(version) \(outcomes[one].rawValue)"
        }
    }

    @Test func nothingSaidIsUnknown() throws {
        try deploy("dev", "1.0", at: 1)
        #expect(try outcomes() == ["dev/api 1.0 unknown"])
    }

    @Test func theNewestRecordOfTheEnvironmentAndAppSays() throws {
        let commit = try deploy("prod", "1.0", ["api", "web"], at: 1)
        try finish(
            commit, FinishedDeployment(environment: "prod", outcome: .failed), at: "2026-01-01T02:00:00.000Z")
        #expect(try outcomes() == ["prod/api 1.0 failed", "prod/web 1.0 failed"])
        try finish(
            commit, FinishedDeployment(environment: "prod", app: "web", outcome: .succeeded),
            at: "2026-01-01T03:00:00.000Z")
        try finish(
            commit, FinishedDeployment(environment: "dev", outcome: .superseded),
            at: "2026-01-01T04:00:00.000Z")
        #expect(try outcomes() == ["prod/api 1.0 failed", "prod/web 1.0 succeeded"])
        try finish(
            commit, FinishedDeployment(environment: "prod", outcome: .superseded),
            at: "2026-01-01T05:00:00.000Z")
        #expect(try outcomes() == ["prod/api 1.0 superseded", "prod/web 1.0 superseded"])
    }

    @Test func aRollbackSaysMoreThanSuccess() throws {
        try deploy("prod", "1.0", at: 1)
        let bad = try deploy("prod", "1.1", at: 2)
        try deploy("prod", "1.0", at: 4)
        try finish(
            bad, FinishedDeployment(environment: "prod", outcome: .succeeded), at: "2026-01-01T02:10:00.000Z")
        #expect(
            try outcomes() == ["prod/api 1.0 unknown", "prod/api 1.1 rolled back", "prod/api 1.0 unknown"])
    }

    @Test func theRecordReadsBack() throws {
        let all = FinishedDeployment(
            environment: "prod", app: "api", outcome: .rolledBack, at: "2026-01-01T00:00:00Z",
            by: "Ada <a@x>", pipeline: Pipeline(id: "7", url: "https://ci/7"), reason: "errors",
            checks: [
                CheckResult(name: "errors", result: .failed, value: "0.3", detail: "of 1", url: "https://p")
            ])
        let record = try all.record(on: .emptyTree, time: "2026-01-01T00:00:01.000Z")
        #expect(Record(line: record.line).flatMap(FinishedDeployment.init) == all)
        #expect(
            record.fields.map(\.key) == [
                "environment", "app", "outcome", "at", "by", "pipeline", "reason", "checks",
            ])
        let least = try FinishedDeployment(environment: "prod", outcome: .failed)
            .record(on: .emptyTree, time: "2026-01-01T00:00:01.000Z")
        #expect(least.fields.map(\.key) == ["environment", "outcome"])
        #expect(FinishedDeployment(least)?.at == "2026-01-01T00:00:01.000Z")
    }

    @Test func hostileNotesAreNoRecords() throws {
        let commit = try deploy("prod", "1.0", at: 1)
        let deep = String(repeating: "[", count: 100_000) + FinishedDeployment.type
        let type = #""type":"dev.gx.deployment.finished""#
        let lines = [
            deep, #"{"ts":1,\#(type),"id":"a","environment":"prod","outcome":"succeeded"}"#,
            #"{"ts":"a",\#(type),"id":"a","environment":["prod"],"outcome":"succeeded"}"#,
            #"{"ts":"a",\#(type),"id":"a","environment":"prod","outcome":"fine"}"#,
            FinishedDeployment.type + String(repeating: "x", count: 3_000_000),
        ]
        for line in lines {
            try scratch.git(
                "notes", "--ref=gx/deployments", "append", "-F", "-", commit.description, input: line)
        }
        #expect(try outcomes() == ["prod/api 1.0 unknown"])
    }
}
