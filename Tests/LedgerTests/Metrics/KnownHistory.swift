import Git
import Ledger
import Manifests
import TestSupport
import Testing

/// Three weeks of two apps, made so that every metric is known in advance. `api` has a clone of its source; of `web`
/// nothing is known but its versions. Times are UTC unless a zone is given; clocks in Europe are put forward on
/// 29 March.
struct KnownHistory {
    let manifests: ScratchRepository
    let source: ScratchRepository
    static let period = Period(from: 1_774_224_000, until: 1_775_433_600)  // 23 March until 6 April, midnight

    init() throws {
        manifests = try ScratchRepository()
        source = try ScratchRepository(in: manifests.folder, name: "source")
        try writeSource()
        try manifests.write(
            "gx.yaml",
            """
            version: 1
            environments:
              dev: {}
              qa: { after: dev }
              prod-us: { after: qa, group: prod }
              prod-eu: { after: qa, group: prod }
            layout: ["envs/{env}/{app}/**"]
            apps: { api: { source: ../source } }

            """)
        for place in ["dev", "qa", "prod-us", "prod-eu"] { try set("api", place, "1.0") }
        for place in ["dev", "qa", "prod-us"] { try set("web", place, "2.0") }
        try manifests.commit("Start", date: "2026-03-23T12:00:00 +0000")
        try deployAPI()
        try deployWeb()
    }

    private func writeSource() throws {
        func commit(_ subject: String, _ date: String, tag: String? = nil) throws -> ObjectID {
            try source.write("files/\(subject)", subject)
            let id = try source.commit(subject, date: date)
            if let tag { try source.git("tag", tag) }
            return id
        }
        _ = try commit("Begin", "2026-03-20T10:00:00 +0000", tag: "v1.0")
        _ = try commit("Feature A", "2026-03-24T19:00:00 +0900")
        _ = try commit("Feature B", "2026-03-25T10:00:00 +0000", tag: "v1.1")
        let bad = try commit("Bad idea", "2026-03-26T10:00:00 +0000")
        try source.git("rm", "-q", "files/Bad idea")
        try source.commit(
            "Revert \"Bad idea\"\n\nThis reverts commit \(bad).\n", date: "2026-03-26T12:00:00 +0000")
        _ = try commit("Feature C", "2026-03-26T07:00:00 -0700", tag: "v1.2")
        let fix = try commit("Fix a crash", "2026-03-27T09:00:00 +0100")
        _ = try commit("Feature D", "2026-03-28T10:00:00 +0000", tag: "v1.3")
        _ = try commit("Feature E", "2026-04-04T08:00:00 +0000")
        try source.git("switch", "-q", "-c", "hotfix", "v1.1")
        try source.git(
            "cherry-pick", "-x", fix.description,
            environment: ["GIT_COMMITTER_DATE": "2026-03-27T12:00:00 +0000"])
        try source.git("tag", "v1.1.1")
        try source.git("switch", "-q", "main")
    }

    private func deployAPI() throws {
        try deploy("api", "dev", "1.1", "2026-03-25T12:00:00 +0000")
        try deploy("api", "qa", "1.1", "2026-03-25T19:00:00 +0100")
        try deploy("api", "prod-us", "1.1", "2026-03-26T10:00:00 +0000")
        try deploy("api", "dev", "1.2", "2026-03-26T15:00:00 +0000")
        try deploy("api", "qa", "1.2", "2026-03-26T20:00:00 +0000")
        try deploy("api", "prod-eu", "1.1", "2026-03-27T07:00:00 +0900")
        let bad = try deploy("api", "prod-us", "1.2", "2026-03-27T10:00:00 +0000")
        try deploy(
            "api", "prod-us", "1.1", "2026-03-27T11:00:00 +0000",
            "Revert \"api 1.2\"\n\nThis reverts commit \(bad).\n")
        try deploy("api", "prod-eu", "1.2", "2026-03-27T12:00:00 +0000")
        try deploy("api", "prod-us", "1.1.1", "2026-03-27T06:00:00 -0700", "Hotfix")
        // Nothing says that this is a rollback, but the versions.
        try deploy("api", "prod-eu", "1.1", "2026-03-27T15:00:00 +0000")
        try deploy("api", "dev", "1.3", "2026-03-30T10:00:00 +0000")
        try deploy("api", "qa", "1.3", "2026-03-30T16:00:00 +0000")
    }

    private func deployWeb() throws {
        try deploy("web", "dev", "2.1", "2026-03-31T10:00:00 +0000")
        try deploy("web", "qa", "2.1", "2026-03-31T13:00:00 +0200")
        let last = try deploy("api", "prod-us", "1.3", "2026-04-01T12:00:00 +0200")
        try record(.succeeded, "api", last)
        let broken = try deploy("web", "prod-us", "2.1", "2026-04-02T10:00:00 +0000")
        try record(.failed, "web", broken)
        try deploy("web", "dev", "2.2", "2026-04-02T12:00:00 +0000")
        try deploy("web", "qa", "2.2", "2026-04-02T12:30:00 +0000")
        let fix = try deploy("web", "prod-us", "2.2", "2026-04-02T14:00:00 +0000")
        try record(.succeeded, "web", fix)
        try deploy("web", "dev", "2.3", "2026-04-03T08:00:00 +0000")
        try deploy("web", "qa", "2.3", "2026-04-03T09:00:00 +0000")
        // Two bots race.
        try deploy("web", "prod-us", "2.3", "2026-04-03T10:00:00 +0000")
        try deploy("web", "prod-us", "2.2", "2026-04-03T10:05:00 +0000")
        try deploy("web", "prod-us", "2.3", "2026-04-03T12:00:00 +0000")
        try deploy("web", "dev", "2.4", "2026-04-04T10:00:00 +0000")
        try set("web", "prod-us", "2.3", extra: "replicas: 3\n")
        try manifests.commit("Scale", date: "2026-04-04T12:00:00 +0000")
    }

    private func set(_ app: String, _ environment: String, _ version: String, extra: String = "") throws {
        try manifests.write(
            "envs/\(environment)/\(app)/values.yaml",
            "image:\n  repository: example.com/\(app)\n  tag: \"\(version)\"\n\(extra)")
    }

    @discardableResult
    private func deploy(
        _ app: String, _ environment: String, _ version: String, _ date: String, _ message: String? = nil
    ) throws -> ObjectID {
        try set(app, environment, version)
        return try manifests.commit(message ?? "\(app) \(version) to \(environment)", date: date)
    }

    private func record(_ outcome: Outcome, _ app: String, _ commit: ObjectID) throws {
        let record = try FinishedDeployment(environment: "prod-us", app: app, outcome: outcome)
            .record(on: commit)
        try RecordStore(manifests.repository()).append([record], to: commit, .deployments)
    }

    // MARK: Questions

    func survey(
        to targets: Set<String>? = nil, from origin: Set<String>? = nil, until end: Int64 = period.end,
        isStrict: Bool = false
    ) throws -> (survey: Survey, ledger: Ledger) {
        let repository = try manifests.repository()
        let configuration = try Configuration(parsing: Array((manifests.read("gx.yaml") ?? "").utf8))
        let ledger = try Ledger(
            configuration, resolver: KnownPlaces(repository), in: repository, index: false)
        ledger.evidence = Evidence(configuration, in: repository)
        let survey = Survey(
            ledger, outcomes: try ledger.outcomes(in: repository), routes: Routes(configuration, ledger),
            question: Survey.Question(targets: targets, origin: origin, end: end, isStrict: isStrict))
        return (survey, ledger)
    }

    func measures(
        to targets: Set<String>? = nil, from origin: Set<String>? = nil, isStrict: Bool = false,
        _ calendar: Calendar = Zones.utc, _ stopwatch: Stopwatch = Stopwatch()
    ) throws -> Measures {
        let (survey, ledger) = try survey(to: targets, from: origin, isStrict: isStrict)
        return Measures(
            survey.slice(Self.period, ledger), ledger: ledger, period: Self.period, calendar: calendar,
            stopwatch: stopwatch)
    }
}
