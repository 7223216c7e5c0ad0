import Git
import Ledger
import Manifests
import TestSupport
import Testing
import YAML

/// What two environments, or two moments of one, do not share: issues and configuration.
@Suite struct ComparisonTests {
    private let scratch: ScratchRepository

    init() throws {
        scratch = try ScratchRepository(
            configuration: """
                version: 1
                environments: { dev: {}, staging: { after: dev }, prod: { after: staging } }
                layout: ["envs/{env}/{app}/**"]
                promote: { protect: ["**.quota"] }

                """)
        for environment in ["dev", "staging", "prod"] { try set(environment, "1.0") }
        try scratch.commit("start")
    }

    private func set(_ environment: String, _ version: String, _ more: String = "") throws {
        try scratch.write(
            "envs/\(environment)/api/values.yaml",
            "image: { repository: x.io/api, tag: \"\(version)\" }\n" + more)
    }

    // MARK: Issues

    private func backlog(_ source: String, _ target: String) throws -> [String] {
        try Backlog(of: scratch.ledger().issuePresences(), in: [source], notIn: [target]).issues
    }

    @Test func issuesThatOneHasAndTheOtherDoesNot() throws {
        try set("dev", "1.1")
        try scratch.commit("PROJ-1, PROJ-2")
        try set("staging", "1.1")
        try scratch.commit("promote")
        try set("dev", "1.2")
        try scratch.commit("PROJ-3")
        #expect(try backlog("staging", "prod") == ["PROJ-1", "PROJ-2"])
        #expect(try backlog("dev", "staging") == ["PROJ-3"])
        try set("prod", "1.1")
        try scratch.commit("promote")
        #expect(try backlog("staging", "prod") == [])
        try set("prod", "1.0")
        try scratch.commit("back")
        #expect(try backlog("staging", "prod") == ["PROJ-1", "PROJ-2"])
    }

    @Test func whatHasComeToAPartIsToldApart() throws {
        try set("dev", "1.1")
        try scratch.commit("PROJ-1")
        try set("staging", "1.1")
        try scratch.commit("promote")
        try set("dev", "1.2")
        try scratch.commit("PROJ-2")
        let all = try scratch.ledger().issuePresences()
        let backlog = Backlog(of: all, in: ["dev"], notIn: ["staging", "prod"])
        #expect(backlog.issues == ["PROJ-1", "PROJ-2"])
        #expect(backlog.partly == ["PROJ-1"])
    }

    @Test func configurationThatIsOlderThanAnEnvironmentIsNotMissingThere() throws {
        let web = { (environment: String, more: String) in
            try scratch.write(
                "envs/\(environment)/web/values.yaml", "image: { repository: x.io/web, tag: \"1\" }\n" + more)
        }
        try web("dev", "")
        try web("staging", "")
        try scratch.commit("web")
        try web("staging", "debug: true\n")
        try scratch.commit("PROJ-4: more to see")
        #expect(try backlog("staging", "dev") == ["PROJ-4"])
        try web("prod", "debug: true\n")
        try scratch.commit("web in production")
        #expect(try backlog("staging", "prod") == [])
    }

    // MARK: Configuration

    private func differences(
        _ old: String, _ new: String, names: (old: [String], new: [String]) = ([], []),
        kind: String = "Values"
    ) throws -> [String] {
        let object = { (text: String) in
            ManifestObject(
                kind: kind, namespace: "", name: "api", file: "f",
                content: try YAMLFile(parsing: Array(text.utf8)).documents.first?.root?.value ?? .mapping([]))
        }
        let comparison = ConfigurationComparison(
            leavingOut: [try Path("**.quota")], names: names, pins: [try Path("image.tag")])
        return try comparison.differences(from: [object(old)], to: [object(new)]).map {
            "\($0.path ?? $0.object): \($0.old ?? "none") -> \($0.new ?? "none")"
        }
    }

    @Test func settingsThatDiffer() throws {
        #expect(
            try differences("a: 1\nb: { c: x }\ngone: 1\n", "a: 2\nb: { c: x, d: y }\n")
                == ["a: 1 -> 2", "b.d: none -> y", "gone: 1 -> none"])
        #expect(
            try differences(
                "env: [{ name: A, value: \"1\" }]\n",
                "env: [{ name: B, value: \"1\" }, { name: A, value: \"2\" }]\n")
                == [
                    "env[name=B].name: none -> B", "env[name=B].value: none -> 1",
                    "env[name=A].value: 1 -> 2",
                ])
        #expect(try differences("l: [a, b]\n", "l: [a, c]\n") == ["l: [a, b] -> [a, c]"])
        #expect(
            try differences("s: |\n  one\n  two\n", "s: |\n  one\n  three\n") == ["s (line 2): two -> three"])
    }

    @Test func whatBelongsToOthersIsLeftOut() throws {
        for (old, new) in [
            ("replicas: 1", "replicas: 3"), ("image: { tag: a }", "image: { tag: b }"),
            ("resources: { limits: { cpu: 1 } }", "resources: { limits: { cpu: 2 } }"),
            ("metadata: { creationTimestamp: x }", "metadata: { creationTimestamp: y }"),
            ("at: 2026-01-01T00:00:00Z", "at: 2026-02-01T00:00:00Z"), ("a: { quota: 1 }", "a: { quota: 2 }"),
            ("annotations: { checksum/config: a }", "annotations: { checksum/config: b }"),
        ] {
            #expect(try differences(old + "\n", new + "\n") == [], "\(old)")
        }
        // A kustomization's list is called so, too.
        #expect(try differences("resources: [a]\n", "resources: [b]\n") == ["resources: [a] -> [b]"])
    }

    @Test func namesOfEnvironmentsAreTheirOwn() throws {
        let names = (old: ["staging", "staging-eu"], new: ["prod", "prod-eu"])
        #expect(
            try differences("host: api.staging-eu.x.io\n", "host: api.prod-eu.x.io\n", names: names) == [])
        #expect(
            try differences("host: api.staging-eu.x.io\n", "host: api.prod-us.x.io\n", names: names)
                == ["host: api.staging-eu.x.io -> api.prod-us.x.io"])
    }

    @Test func secretsAreNeverTold() throws {
        #expect(
            try differences("data: { a: czE= }\n", "data: { a: czI= }\n", kind: "Secret")
                == ["data.a: (secret) -> (another secret)"])
        #expect(
            try differences("db: { password: s1 }\n", "db: { password: s2 }\n")
                == ["db.password: (secret) -> (another secret)"])
        #expect(
            try differences(
                "env: [{ name: DB_PASSWORD, value: s1 }]\n", "env: [{ name: DB_PASSWORD, value: s2 }]\n")
                == ["env[name=DB_PASSWORD].value: (secret) -> (another secret)"])
        #expect(try differences("a: ENC[x]\n", "a: ENC[y]\n") == ["a: (secret) -> (another secret)"])
        #expect(try differences("a: 1\n", "a: 1\napiKey: s\n") == ["apiKey: none -> (secret)"])
    }

    // MARK: Moments

    @Test func filesAsTheyWereAtAMoment() throws {
        try set("prod", "1.1", "color: blue\n")
        try scratch.commit("one", date: "2026-02-01 12:00:00 +0000")
        try set("prod", "1.2", "color: red\n")
        try scratch.commit("two", date: "2026-02-02 12:00:00 +0000")
        let (ledger, repository) = (try scratch.ledger(), try scratch.repository())
        let configuration = try Configuration(parsing: Array((scratch.read("gx.yaml") ?? "").utf8))
        func color(_ text: String) throws -> String? {
            let places = try ledger.places(
                at: Moment(text), of: ["prod"], in: repository, KnownPlaces(repository))
            let estate = try Estate(configuration, resolver: places)
            let unit = try #require(estate.units.first { $0.environment == "prod" })
            let root = try estate.checkout(unit.place).file(at: "envs/prod/api/values.yaml")?.yaml?.documents
                .first?.root
            return root?["color"]?.string
        }
        #expect(try color("prod") == "red")
        #expect(try color("prod~1") == "blue")
        #expect(try color("prod~2") == nil)
        #expect(try color("prod@{2026-02-02 11:00:00 +0000}") == "blue")
        #expect(throws: LedgerError.nothingThen("prod")) { try color("prod@{2001-01-01}") }
    }

    @Test func aBranchThatCameLaterIsLeftOut() throws {
        let configuration = """
            version: 1
            environments: { dev: {}, prod: { after: dev } }
            layout: [{ branch: "env/{env}" }]

            """
        let scratch = try ScratchRepository(configuration: configuration)
        for (environment, day) in [("dev", 1), ("prod", 3)] {
            try scratch.git("checkout", "-q", "--orphan", "env/\(environment)")
            try scratch.write("api/values.yaml", "image: { repository: x.io/api, tag: v\(day) }\n")
            try scratch.commit("v\(day)", date: "2026-02-0\(day) 12:00:00 +0000")
        }
        let (ledger, repository) = (try scratch.ledger(), try scratch.repository())
        func environments(_ text: String, of names: Set<String>) throws -> Set<String> {
            let places = try ledger.places(
                at: Moment(text), of: names, in: repository, KnownPlaces(repository))
            return Set(
                try Estate(Configuration(parsing: Array(configuration.utf8)), resolver: places).units.map(
                    \.environment))
        }
        let date = "{2026-02-02 12:00:00 +0000}"
        #expect(try environments("dev@{2026-02-03 12:00:00 +0000}", of: ["dev"]) == ["dev", "prod"])
        #expect(try environments("dev@\(date)", of: ["dev"]) == ["dev"])
        #expect(try environments("dev@\(date)", of: []) == ["dev"])
        #expect(throws: LedgerError.nothingThen("prod")) { try environments("prod@\(date)", of: ["prod"]) }
        #expect(ledger.running(before: { _ in true }).isEmpty)
        #expect(Set(ledger.running().map(\.environment)) == ["dev", "prod"])
    }

    @Test func whatAShallowCloneLacksIsNotCalledAbsent() throws {
        try set("prod", "1.1", "color: blue\n")
        try scratch.commit("one", date: "2026-02-01 12:00:00 +0000")
        try set("prod", "1.2", "color: red\n")
        try scratch.commit("two", date: "2026-02-02 12:00:00 +0000")
        let clone = try scratch.clone("shallow", ["--depth", "1"])
        let (ledger, repository) = (try clone.ledger(), try clone.repository())
        for names in [["prod"], []] as [Set<String>] {
            #expect {
                _ = try ledger.places(
                    at: Moment("prod@{2026-02-01 13:00:00 +0000}"), of: names, in: repository,
                    KnownPlaces(repository))
            } throws: {
                if case .tooShallow? = $0 as? LedgerError { true } else { false }
            }
        }
    }
}
