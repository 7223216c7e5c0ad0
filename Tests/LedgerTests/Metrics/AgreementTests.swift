import Git
import Ledger
import Manifests
import System
import TestSupport
import Testing

/// How an app that only passes its versions on is measured.
private func measured(_ scratch: ScratchRepository, to targets: Set<String>? = nil) throws -> (
    survey: Survey, ledger: Ledger
) {
    let ledger = try scratch.ledger()
    let configuration = try Configuration(parsing: Array((scratch.read("gx.yaml") ?? "").utf8))
    let survey = Survey(
        ledger, try ledger.outcomes(in: scratch.repository()), Routes(configuration, ledger),
        Survey.Question(targets: targets, end: .max))
    return (survey, ledger)
}

private let rules = """
    version: 1
    environments: { dev: {}, qa: { after: dev }, prod: { after: qa } }
    layout: [ "{env}/{app}.yaml" ]
    issues: { keys: [PROJ] }

    """

private func pod(_ version: String) -> String {
    "kind: Pod\nmetadata: {name: api}\nspec: {containers: [{name: c, image: 'acme/api:\(version)'}]}\n"
}

/// Which versions are one, and which environments count, for lead time.
@Suite struct AgreementTests {
    @Test func aTagAndTheSameTagWithItsDigestAreOneVersion() throws {
        let digest = "@sha256:" + String(repeating: "a", count: 64)
        let scratch = try ScratchRepository(configuration: rules)
        func deploy(_ place: String, _ version: String) throws {
            try scratch.write("\(place)/api.yaml", pod(version))
            try scratch.commit("\(place) \(version)")
        }
        for place in ["dev", "qa", "prod"] { try scratch.write("\(place)/api.yaml", pod("8c1f0a2")) }
        try scratch.commit("Start")
        try deploy("dev", "3b9d7e4")
        try deploy("prod", "3b9d7e4" + digest)
        let survey = try measured(scratch, to: ["prod"]).survey
        #expect(survey.passages.count { $0.leg == .dwell } == 1)
        #expect(survey.open.isEmpty)
    }

    @Test func aTagThatCameToMeanAnotherDigestIsAnotherVersion() throws {
        let digests = ["a", "b"].map { "@sha256:" + String(repeating: $0, count: 64) }
        let scratch = try ScratchRepository(configuration: rules)
        for place in ["dev", "qa", "prod"] { try scratch.write("\(place)/api.yaml", pod("8c1f0a2")) }
        try scratch.commit("Start")
        for (place, digest) in [("dev", digests[0]), ("prod", digests[1])] {
            try scratch.write("\(place)/api.yaml", pod("3b9d7e4" + digest))
            try scratch.commit(place)
        }
        #expect(try measured(scratch, to: ["prod"]).survey.passages.isEmpty)
    }

    @Test func previewsAreInNoAverage() throws {
        let scratch = try ScratchRepository(
            configuration: """
                version: 1
                environments:
                  dev: {}
                  prod: { after: dev }
                  preview: { match: "pr-*", after: dev, ephemeral: true }
                layout: [ "{env}/{app}.yaml" ]

                """)
        for place in ["dev", "prod", "pr-7"] { try scratch.write("\(place)/api.yaml", pod("1.0")) }
        try scratch.commit("Start")
        for place in ["dev", "pr-7", "prod"] {
            try scratch.write("\(place)/api.yaml", pod("1.1"))
            try scratch.commit(place)
        }
        let survey = try measured(scratch).survey
        #expect(survey.targets == ["prod"])
        #expect(survey.rollouts.count == 1)
    }
}
