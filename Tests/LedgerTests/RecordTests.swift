import Git
import Ledger
import System
import TestSupport
import Testing
import YAML

@Suite struct RecordTests {
    private let object = ObjectID.emptyTree

    @Test func isOneLineInAFixedOrder() throws {
        let record = try Record(
            time: "2026-03-01T08:30:00.250Z", type: "dev.cdevents.service.upgraded", on: object,
            [.init("environment", "prod"), .init("app", "a\nb"), .init("source", nil)])
        #expect(
            record.line
                == #"{"ts":"2026-03-01T08:30:00.250Z","v":1,"type":"dev.cdevents.service.upgraded","id":""#
                + record.id + #"","environment":"prod","app":"a\nb"}"#)
        #expect(Record(line: record.line) == record)
        #expect(record["app"]?.string == "a\nb")
    }

    @Test func idsDiffer() throws {
        let ids = try [
            Record(time: "a", type: "t", on: object, []), Record(time: "b", type: "t", on: object, []),
            Record(time: "a", type: "u", on: object, []),
            Record(time: "a", type: "t", on: .zero, []),
            Record(time: "a", type: "t", on: object, [.init("x", 1)]),
        ].map(\.id)
        #expect(Set(ids).count == 5)
    }

    @Test(arguments: ["", "text", "[]", #"{"ts":"a"}"#, #"{"ts":1,"type":"t","id":"i"}"#])
    func skipsOtherLines(_ line: String) {
        #expect(Record(line: line) == nil)
    }

    @Test func timesSortAsText() {
        let first = Timestamp.utcMilliseconds
        let second = Timestamp.utcMilliseconds
        #expect(first <= second)
        #expect(first.utf8.count == "2026-03-01T08:30:00.000Z".utf8.count)
    }

    @Test func areKeptInNotes() throws {
        let scratch = try ScratchRepository()
        let commit = try scratch.commit("one")
        let store = RecordStore(try scratch.repository())
        let first = try Record(time: "2026-01-01T00:00:00.000Z", type: "t", on: commit, [])
        let second = try Record(time: "2026-01-02T00:00:00.000Z", type: "t", on: commit, [])
        try store.append([second], to: commit, .deployments)
        try store.append([first], to: commit, .deployments)
        try scratch.git("notes", "--ref=gx/deployments", "append", "-m", "a remark", commit.description)
        #expect(try store.records(on: commit, .deployments) == [first, second])
        #expect(try store.records(on: commit, .artifacts).isEmpty)
    }
}

@Suite struct PipelineTests {
    private func current(_ variables: [String: String?]) -> Pipeline? {
        let none: [String: String?] = [
            "GITHUB_RUN_ID": nil, "CI_PIPELINE_ID": nil, "BUILDKITE_BUILD_NUMBER": nil,
            "CIRCLE_WORKFLOW_ID": nil,
            "DRONE_BUILD_NUMBER": nil, "CI_PIPELINE_NUMBER": nil, "BUILD_TAG": nil, "BUILD_BUILDID": nil,
        ]
        return Pipeline.current(in: ProcessEnvironment(none.merging(variables) { $1 }))
    }

    @Test func isReadFromTheServicesVariables() {
        #expect(current([:]) == nil)
        #expect(
            current([
                "GITHUB_RUN_ID": "77", "GITHUB_SERVER_URL": "https://github.com",
                "GITHUB_REPOSITORY": "acme/api",
                "GITHUB_ACTOR": "octocat",
            ])
                == Pipeline(
                    id: "77", url: "https://github.com/acme/api/actions/runs/77", actor: "octocat"))
        #expect(
            current(["CI_PIPELINE_ID": "9", "CI_PIPELINE_URL": "https://x/9", "GITLAB_USER_LOGIN": ""])
                == Pipeline(id: "9", url: "https://x/9"))
        #expect(
            current(["BUILD_TAG": "jenkins-a-1", "BUILD_URL": "https://j/1"])
                == Pipeline(id: "jenkins-a-1", url: "https://j/1"))
        #expect(
            current([
                "BUILD_BUILDID": "5", "SYSTEM_COLLECTIONURI": "https://dev.azure.com/acme/",
                "SYSTEM_TEAMPROJECT": "shop",
            ]) == Pipeline(id: "5", url: "https://dev.azure.com/acme/shop/_build/results?buildId=5"))
    }

    @Test func isNamedByItsNumberOrItsAddress() {
        let run = Pipeline(named: "https://ci.example.com/shop/pipelines/812")
        #expect(run == Pipeline(id: "812", url: "https://ci.example.com/shop/pipelines/812"))
        #expect(run.isCalled("812") && run.isCalled("https://ci.example.com/shop/pipelines/812"))
        #expect(!run.isCalled("81"))
        #expect(Pipeline(named: "a/7") == Pipeline(id: "a/7"))
    }
}
