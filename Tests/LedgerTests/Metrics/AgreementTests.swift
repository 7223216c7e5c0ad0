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
    let ledger = try scratch.ledger(index: true)
    let configuration = try Configuration(parsing: Array((scratch.read("gx.yaml") ?? "").utf8))
    let survey = Survey(
        ledger, outcomes: try ledger.outcomes(in: scratch.repository()),
        routes: Routes(configuration, ledger),
        question: Survey.Question(targets: targets, end: .max))
    return (survey, ledger)
}

private let rules = """
    version: 1
    environments: { dev: {}, qa: { after: dev }, prod: { after: qa } }
    layout: [ "{env}/{app}.yaml", "{env}/{app}/*.yaml" ]
    issues: { keys: [PROJ] }

    """

private func pod(_ version: String) -> String {
    "kind: Pod\nmetadata: {name: api}\nspec: {containers: [{name: c, image: 'acme/api:\(version)'}]}\n"
}

/// Versions that are built, promoted, taken back, fixed in a hurry, moved and taken away, on branches that are merged
/// or given up, with outcomes that are recorded, by chance. An index goes along.
private struct AgreementHistory {
    /// How versions are called.
    enum Style: Int, CaseIterable {
        case numbered, commits, both
    }

    let scratch: ScratchRepository
    private var random: SplitMix
    private let style: Style
    private let hasSidecar: Bool
    private let hasMirror: Bool
    private let places = ["dev", "qa", "prod"]
    private struct State {
        /// What ran, by place: nil where the app was away. A version is of the app, and of what runs beside it.
        var past: [[[Int]?]] = [[[0, 0]], [[0, 0]], [[0, 0]]]
        var newest = [0, 0]
        var files = ["dev/api.yaml", "qa/api.yaml", "prod/api.yaml"]
        /// The commit that brought what runs, by place.
        var commits = ["", "", ""]
    }

    private var state = State()
    private var count = 0
    /// What the branch was, newest last.
    private var states: [State] = []

    init(seed: Int) throws {
        scratch = try ScratchRepository(configuration: rules)
        random = SplitMix(state: UInt64(seed))
        style = Style.allCases[seed % 3]
        (hasSidecar, hasMirror) = (seed % 2 == 0, seed % 5 == 0)
        for place in places.indices { try write([0, 0], to: place) }
        try scratch.commit("Start")
        for _ in 0..<24 {
            try step()
            if random.below(6) == 0 { _ = try scratch.ledger(index: true) }
        }
    }

    private mutating func step() throws {
        let place = random.below(3)
        let past = state.past[place]
        let now = past.last ?? nil
        var (next, message) = (now, "Back")
        switch random.below(16) {
        case 0: next = nil
        case 1, 2: next = past[random.below(past.count)]
        case 3 where place > 0: (next, message) = try built(now)
        case 4:
            next = past.dropLast().last ?? now
            message = "Revert\n\nThis reverts commit \(state.commits[place]).\n"
        case 5:
            guard now != nil else { return }
            let (old, moved) = (state.files[place], "\(places[place])/api/\(random.below(100)).yaml")
            guard old != moved else { return }
            try scratch.write(moved, scratch.read(old) ?? "")
            try scratch.git("rm", "-q", "--", old)
            return try commit("Move") { $0.files[place] = moved }
        case 6:
            guard let before = states.popLast() else { return }
            state = before
            try scratch.git("reset", "-q", "--hard", "HEAD~1")
            return
        case 7:
            let outcome: Outcome = random.below(2) == 0 ? .failed : .succeeded
            let finished = FinishedDeployment(environment: places[place], outcome: outcome)
            _ = try RecordStore(scratch.repository()).record(finished, of: scratch.id("HEAD"))
            return
        default:
            (next, message) =
                place == 0 ? try built(now) : (state.past[place - 1].last ?? nil, "Promote")
        }
        guard next != now else { return }
        if random.below(4) == 0 { try scratch.git("checkout", "-q", "-B", "side") }
        try write(next, to: place)
        try commit(message) { $0.past[place].append(next) }
        state.commits[place] = try scratch.id("HEAD").description
    }

    /// On the branch, or on one beside it that is merged.
    private mutating func commit(_ message: String, _ change: (inout State) -> Void) throws {
        try scratch.commit(message)
        if try scratch.git("branch", "--show-current").hasPrefix("side") {
            try scratch.git("checkout", "-q", "main")
            // With a date of its own, and not today's.
            try scratch.git("merge", "-q", "--no-ff", "--no-commit", "side")
            try scratch.commit("Merge branch 'side'")
        }
        states.append(state)
        change(&state)
    }

    private mutating func built(_ now: [Int]?) throws -> ([Int]?, String) {
        var next = now ?? state.newest
        let which = hasSidecar ? random.below(2) : 0
        // A number that was given up with a branch is not given again.
        count += 1
        state.newest[which] = count
        next[which] = count
        return (next, "PROJ-\(which)\(count) Build")
    }

    private mutating func write(_ versions: [Int]?, to place: Int) throws {
        let file = state.files[place]
        guard let versions else {
            try scratch.git("rm", "-q", "--", file)
            return
        }
        let registry = hasMirror ? "\(places[place]).example.com/" : ""
        let images = ["api", "proxy"].prefix(hasSidecar ? 2 : 1).enumerated().map { index, name in
            "{name: \(name), image: '\(registry)acme/\(name):\(written(versions[index]))'}"
        }
        try scratch.write(
            file,
            "kind: Pod\nmetadata: {name: api}\nspec: {containers: [\(images.joined(separator: ", "))]}\n")
    }

    private mutating func written(_ version: Int) -> String {
        let isNumbered = style == .numbered || style == .both && version % 2 == 0
        let commit = String(UInt64(version + 1) &* 0x9e37_79b9_7f4a_7c15, radix: 16).prefix(7)
        let digest = "@sha256:" + String(repeating: String(version % 10), count: 62) + String(10 + version)
        return (isNumbered ? "1.\(version)" : "\(commit)") + (random.below(2) == 0 ? digest : "")
    }
}

/// `gx trace`, `gx leadtime` and what waits over the same histories.
///
/// `GX_RANDOM_HISTORIES=1000` tries as many, which takes minutes; with `GX_RANDOM_SEED=500` from there on.
@Suite struct AgreementTests {
    private static let seeds = SplitMix.seeds(else: 30)

    /// What leadtime says has arrived, trace knows to have been there; what it says is still to come, trace does not
    /// say is there, and it waits; what waits has come before, or is still to come.
    @Test(arguments: seeds)
    func whatHasArrivedWasThere(_ seed: Int) throws {
        let scratch = try AgreementHistory(seed: seed).scratch
        let (survey, ledger) = try measured(scratch, to: ["prod"])
        let fresh = try scratch.ledger()
        #expect(
            (0..<ledger.count).map { ledger[$0] } == (0..<fresh.count).map { fresh[$0] }, "history \(seed)")
        func issues(_ change: MovingChange) -> [String] {
            if case .version(let number) = change { ledger.mentions(of: number).issues } else { [] }
        }
        func presence(of issue: String) throws -> Presence? {
            let subject = Subject.issue(issue)
            return try ledger.presences(of: subject, broughtBy: ledger.carriers(of: subject)).list.first {
                $0.environment == "prod"
            }
        }
        let arrived = Set(survey.passages.filter { $0.leg == .dwell }.flatMap { issues($0.change) })
        for issue in arrived {
            #expect(try presence(of: issue)?.entered != nil, "history \(seed): \(issue) came")
        }
        let toCome = Set(survey.open.flatMap { issues($0.change) })
        for issue in toCome {
            #expect(try presence(of: issue)?.isNow != true, "history \(seed): \(issue) is still to come")
        }
        #expect(arrived.isDisjoint(with: toCome), "history \(seed)")
        let backlog = try Backlog(of: ledger.issuePresences(), in: ["dev"], notIn: ["prod"])
        #expect(toCome.isSubset(of: backlog.issues), "history \(seed)")
        // What was built for another environment first is no change of the first one.
        let built = Set(
            (0..<ledger.count).filter { ledger[$0].environment == "dev" }.flatMap {
                ledger.mentions(of: $0).issues
            })
        for issue in built.intersection(backlog.issues).subtracting(toCome).subtracting(arrived) {
            #expect(try presence(of: issue)?.entered != nil, "history \(seed): \(issue) waits")
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

    @Test func whereNothingHasStayedChangesWait() throws {
        let scratch = try ScratchRepository(configuration: rules)
        for place in ["dev", "qa", "prod"] { try scratch.write("\(place)/api.yaml", pod("1.0")) }
        let start = try scratch.commit("Start")
        try scratch.write("dev/api.yaml", pod("1.1"))
        try scratch.commit("PROJ-1 Build")
        let failed = FinishedDeployment(environment: "prod", outcome: .failed)
        _ = try RecordStore(scratch.repository()).record(failed, of: start)
        #expect(try measured(scratch, to: ["prod"]).survey.open.count == 1)
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
