import Delivery
import Ledger
import Manifests
import System
import TestSupport
import Testing

/// What a promotion brings, and which of two versions is the older one.
@Suite struct PlanContentsTests {
    private static let rules = """
        version: 1
        environments: { dev: {}, qa: { after: dev }, prod: { after: qa } }
        layout: [ "{env}/{app}.yaml" ]
        issues: { keys: [PROJ] }

        """

    private static func pod(_ version: String) -> String {
        "kind: Pod\nmetadata: {name: api}\nspec: {containers: [{name: c, image: 'acme/api:\(version)'}]}\n"
    }

    /// All environments at a version, and then what happens, each `ENV VERSION: MESSAGE`.
    private func sample(_ first: String, _ steps: String...) throws -> Sample {
        let sample = try Sample(
            Self.rules,
            [
                "dev/api.yaml": Self.pod(first), "qa/api.yaml": Self.pod(first),
                "prod/api.yaml": Self.pod(first),
            ])
        for step in steps {
            let parts = step.split(separator: ":", maxSplits: 1)
            let words = parts[0].split(separator: " ")
            try sample.commit(["\(words[0])/api.yaml": Self.pod(String(words[1]))], String(parts[1]))
        }
        return sample
    }

    private func plan(_ sample: Sample, to target: String, given version: String? = nil) throws -> Plan {
        let plan = try sample.promote("api", to: target) { request in
            if let version {
                request.given = [.init(.image, name: "api", version: Version(tag: version))]
            }
        }
        return try sample.brought(by: plan, in: sample.estate())
    }

    private func summary(_ plan: Plan) -> [String] {
        plan.steps.map { step in
            let contents = step.contents ?? ReleaseContents()
            return step.changes.map { "\($0.old.short) -> \($0.new.short)\($0.isOlder ? " older" : "")" }
                .joined(separator: ", ")
                + "; brings \(contents.issuesAdded), takes \(contents.issuesRemoved)"
        }
    }

    @Test(arguments: [["1.0.0", "1.1.0"], ["8c1f0a2", "3b9d7e4"]])
    func whatIsPromotedAgainAfterARollbackIsNotOlder(_ versions: [String]) throws {
        let sample = try sample(
            versions[0], "prod \(versions[1]): PROJ-2 Update", "prod \(versions[0]): Go back")
        #expect(
            try summary(plan(sample, to: "prod", given: versions[1]))
                == ["\(versions[0]) -> \(versions[1]); brings [\"PROJ-2\"], takes []"])
    }

    @Test func allThatLiesBetweenComesAgain() throws {
        let sample = try sample(
            "8c1f0a2", "prod 3b9d7e4: PROJ-2 Update", "prod 77aa0c1: PROJ-3 Update", "prod 8c1f0a2: Go back")
        #expect(
            try summary(plan(sample, to: "prod", given: "77aa0c1"))
                == ["8c1f0a2 -> 77aa0c1; brings [\"PROJ-3\", \"PROJ-2\"], takes []"])
    }

    @Test func whatRanBeforeIsOlderThoughItHasNoNumber() throws {
        let sample = try sample("8c1f0a2", "prod 3b9d7e4: PROJ-2 Update")
        #expect(
            try summary(plan(sample, to: "prod", given: "8c1f0a2"))
                == ["3b9d7e4 -> 8c1f0a2 older; brings [], takes [\"PROJ-2\"]"])
    }

    /// Who took production's version to dev to look into a bug has not made it the newer one.
    @Test func aVersionThatWasTakenBackToBeLookedAtIsOlder() throws {
        let sample = try sample(
            "8c1f0a2", "dev 3b9d7e4: PROJ-2 Update", "qa 3b9d7e4: Promote", "dev 8c1f0a2: Look into a bug")
        #expect(
            try summary(plan(sample, to: "qa"))
                == ["3b9d7e4 -> 8c1f0a2 older; brings [], takes []"])
    }

    @Test func whatARevertBroughtBackIsInTheNextPlan() throws {
        let sample = try sample("1.0.0", "dev 1.1.0: PROJ-2 Update", "dev 1.0.0: Go back")
        try sample.commit(
            ["dev/api.yaml": Self.pod("1.1.0")],
            "Revert \"Go back\"\n\nThis reverts commit \(try sample.repository.git("rev-parse", "HEAD")).")
        #expect(try summary(plan(sample, to: "qa")) == ["1.0.0 -> 1.1.0; brings [\"PROJ-2\"], takes []"])
    }

    @Test func whatOnlyRecordsTellIsToldApart() throws {
        let sample = try sample("1.0.0", "dev 1.1.0: Update")
        var record = ArtifactRecord(artifact: "acme/api:1.1.0")
        record.issues = ["PROJ-9"]
        #expect(try RecordStore(sample.repository.repository()).record(record))
        let plan = try plan(sample, to: "qa")
        #expect(summary(plan) == ["1.0.0 -> 1.1.0; brings [\"PROJ-9\"], takes []"])
        #expect(plan.steps.first?.contents?.onlyRecordedAdded == ["PROJ-9"])
    }
}
