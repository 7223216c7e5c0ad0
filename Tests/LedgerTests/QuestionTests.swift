import Git
import Ledger
import Manifests
import TestSupport
import Testing

@Suite struct QuestionTests {
    private let scratch: ScratchRepository

    init() throws {
        scratch = try ScratchRepository(
            configuration: """
                version: 1
                environments: { dev: {}, qa: { after: dev }, prod: { after: qa } }
                layout: ["envs/{env}/{app}/**"]

                """)
        for environment in ["dev", "qa", "prod"] { try set(environment, "1.0") }
        try scratch.commit("start")
    }

    private func set(_ environment: String, _ version: String) throws {
        try scratch.write(
            "envs/\(environment)/api/values.yaml", "image: { repository: x.io/api, tag: \"\(version)\" }\n")
    }

    @discardableResult
    private func deploy(_ environment: String, _ version: String, _ message: String) throws -> ObjectID {
        try set(environment, version)
        return try scratch.commit(message)
    }

    private func answer(_ subject: String) throws -> [String: String] {
        let (ledger, repository) = (try scratch.ledger(), try scratch.repository())
        let found = try ledger.subject(subject, in: repository)
        let all = try ledger.presences(of: found, broughtBy: try ledger.carriers(of: found))
        return Dictionary(
            uniqueKeysWithValues: all.list.map { one in
                switch one.status {
                case .now(let since): (one.environment, "now \(ledger[since].after?.first?.version ?? "")")
                case .left(let entered, let left):
                    (
                        one.environment,
                        "\(ledger[entered].after?.first?.version ?? "") left "
                            + (left.map { "\(ledger[$0].kind)" } ?? "with the environment")
                    )
                default: (one.environment, "not yet")
                }
            })
    }

    @Test func anIssueTravelsWithItsVersion() throws {
        try deploy("dev", "1.1", "PROJ-1: new (#7)")
        #expect(try answer("PROJ-1") == ["dev": "now 1.1", "qa": "not yet", "prod": "not yet"])
        try deploy("qa", "1.1", "promote")
        #expect(try answer("PROJ-1") == ["dev": "now 1.1", "qa": "now 1.1", "prod": "not yet"])
        // A later version has it, too.
        try deploy("dev", "1.2", "PROJ-2: more")
        try deploy("prod", "1.2", "leap")
        #expect(try answer("PROJ-1") == ["dev": "now 1.1", "qa": "now 1.1", "prod": "now 1.2"])
        #expect(try answer("PROJ-2") == ["dev": "now 1.2", "qa": "not yet", "prod": "now 1.2"])
        #expect(try answer("pr:7") == (try answer("PROJ-1")))
    }

    @Test func aRollbackTakesItAway() throws {
        try deploy("dev", "1.1", "PROJ-1")
        try deploy("prod", "1.1", "promote")
        try scratch.write("docs.md", "x")
        try scratch.commit("later", date: "2026-01-02 00:00:00 +0000")
        try set("prod", "1.0")
        try scratch.commit("back", date: "2026-01-03 00:00:00 +0000")
        #expect(try answer("PROJ-1") == ["dev": "now 1.1", "qa": "not yet", "prod": "1.1 left rollback"])
        try set("prod", "1.1")
        try scratch.commit("again", date: "2026-01-04 00:00:00 +0000")
        #expect(try answer("PROJ-1")["prod"] == "now 1.1")
    }

    @Test func aRollbackThatNamesAnIssueDoesNotBringIt() throws {
        try deploy("dev", "1.1", "PROJ-1")
        try deploy("prod", "1.1", "promote")
        try set("prod", "1.0")
        try scratch.commit("PROJ-1 breaks: back", date: "2026-01-03 00:00:00 +0000")
        #expect(try answer("PROJ-1") == ["dev": "now 1.1", "qa": "not yet", "prod": "1.1 left rollback"])
    }

    @Test func thePullRequestOfAPromotionIsOnlyWhereItPromotes() throws {
        try deploy("dev", "1.1", "PROJ-1")
        try deploy("qa", "1.1", "promote PROJ-1 (#12)")
        #expect(try answer("#12") == ["qa": "now 1.1"])
        #expect(try answer("PROJ-1") == ["dev": "now 1.1", "qa": "now 1.1", "prod": "not yet"])
    }

    @Test func whoSetsUpAnEnvironmentDoesNotBringItsVersions() throws {
        try deploy("dev", "1.1", "PROJ-1")
        try scratch.write("envs/qa/web/values.yaml", "image: { repository: x.io/web, tag: \"2\" }\n")
        try scratch.commit("web")
        try scratch.write("envs/prod/web/values.yaml", "image: { repository: x.io/web, tag: \"2\" }\n")
        try scratch.commit("PROJ-7: web in production, too")
        #expect(try answer("PROJ-7") == ["prod": "now 2"])
    }

    @Test func anAppThatIsGoneIsHistory() throws {
        try deploy("dev", "1.1", "PROJ-1")
        try deploy("qa", "1.1", "promote")
        try scratch.remove("envs/qa")
        try scratch.remove("envs/prod")
        try scratch.commit("no qa any more")
        #expect(try answer("PROJ-1") == ["dev": "now 1.1", "qa": "1.1 left removal"])
    }

    @Test func whatWaitsIsToldFromWhatDoesNot() throws {
        try deploy("dev", "1.1", "PROJ-1")
        let ledger = try scratch.ledger()
        let found = Subject.issue("PROJ-1")
        let before = ["qa": ["dev"], "prod": ["qa"]]
        let list = try ledger.presences(of: found, broughtBy: try ledger.carriers(of: found)).expecting(
            before: { environment, _ in before[environment] ?? [] }, flight: { _, _ in nil })
        let statuses = Dictionary(uniqueKeysWithValues: list.map { ($0.environment, $0.status) })
        #expect(statuses["qa"] == .pending(in: "dev"))
        #expect(statuses["prod"] == .notYet)
    }

    @Test func aVersionIsItselfOnly() throws {
        try deploy("dev", "1.1", "one")
        try deploy("dev", "1.2", "two")
        try deploy("qa", "1.1", "promote")
        #expect(try answer("1.1") == ["dev": "1.1 left forward", "qa": "now 1.1", "prod": "not yet"])
        #expect(try answer("x.io/api:1.2")["dev"] == "now 1.2")
    }

    /// Environments with registries of their own run one artifact, however its version is written.
    @Test func anImageOfAnotherRegistryIsTheSame() throws {
        let digest = "sha256:" + String(repeating: "a", count: 64)
        let places = [
            ("dev", "ghcr.io/acme"), ("qa", "qa.example.com/acme"), ("prod", "prod.example.com:8443/m"),
        ]
        func deploy(_ version: String, _ places: [(String, String)], _ digest: String = "") throws {
            for (place, registry) in places {
                let text = "image: { repository: \(registry)/api, tag: \"\(version)\(digest)\" }\n"
                try scratch.write("envs/\(place)/api/values.yaml", text)
                try scratch.commit("\(place) \(version)")
            }
        }
        try deploy("1.0", places)
        try deploy("1.1", places, "@\(digest)")
        let all = ["dev": "now 1.1@\(digest)", "qa": "now 1.1@\(digest)", "prod": "now 1.1@\(digest)"]
        for subject in [
            digest, "version:\(digest)", "1.1", "api:1.1", "ghcr.io/acme/api:1.1",
            "ghcr.io/acme/api@\(digest)",
            "prod.example.com:8443/m/api:1.1@\(digest)", "ghcr.io/acme/api", "prod.example.com:8443/m/api",
        ] {
            #expect(try answer(subject) == all, "\(subject)")
        }
        // Another app's image of that name is another one.
        try scratch.write("envs/dev/other/values.yaml", "image: { repository: else.io/api, tag: \"1.1\" }\n")
        try scratch.commit("another")
        #expect(throws: LedgerError.unknownSubject("api:1.1")) {
            try scratch.ledger().subject("api:1.1", in: scratch.repository())
        }
    }

    @Test func aMergedCommitIsFound() throws {
        try scratch.git("checkout", "-qb", "topic")
        let inner = try deploy("dev", "1.1", "PROJ-5: on a branch")
        try scratch.git("checkout", "-q", "main")
        try scratch.git("merge", "-q", "--no-ff", "-m", "Merge pull request #3 from x/topic", "topic")
        try deploy("dev", "1.2", "after")
        #expect(try answer(inner.description)["dev"] == "now 1.1")
        #expect(try answer("#3") == (try answer("PROJ-5")))
    }

    @Test("An app and its image of the same name are one question, until another app runs the image")
    func anAppThatIsCalledLikeItsImage() throws {
        try scratch.write("envs/dev/redis/values.yaml", "image: { repository: redis, tag: \"7\" }\n")
        try scratch.commit("Add redis")
        #expect(try scratch.ledger().subject("redis", in: scratch.repository()) == .app("redis"))
        try scratch.write("envs/dev/cache/values.yaml", "image: { repository: redis, tag: \"7\" }\n")
        try scratch.commit("Add a cache")
        let (ledger, repository) = (try scratch.ledger(), try scratch.repository())
        #expect(
            throws: LedgerError.ambiguousSubject("redis", candidates: ["app:redis", "image:redis"])
        ) { try ledger.subject("redis", in: repository) }
    }

    @Test func whatNamesSeveralThingsIsAskedBack() throws {
        try scratch.write("envs/dev/PROJ-1/values.yaml", "image: { repository: x.io/p, tag: \"1\" }\n")
        try scratch.commit("PROJ-1: an app of that name")
        let (ledger, repository) = (try scratch.ledger(), try scratch.repository())
        #expect(
            throws: LedgerError.ambiguousSubject("PROJ-1", candidates: ["issue:PROJ-1", "app:PROJ-1"])
        ) { try ledger.subject("PROJ-1", in: repository) }
        #expect(try ledger.subject("app:PROJ-1", in: repository) == .app("PROJ-1"))
        #expect(throws: LedgerError.unknownSubject("PROJ-9")) {
            try ledger.subject("PROJ-9", in: repository)
        }
    }

    @Test func momentsOfAnEnvironment() throws {
        try set("prod", "1.1")
        try scratch.commit("one", date: "2026-02-01 12:00:00 +0000")
        try set("prod", "1.2")
        try scratch.commit("two", date: "2026-02-02 12:00:00 +0000")
        let (ledger, repository) = (try scratch.ledger(), try scratch.repository())
        func version(_ text: String) throws -> String? {
            try ledger.state(at: try Moment(text), in: repository).first.flatMap {
                ledger[$0].after?.first?.version
            }
        }
        #expect(try version("prod") == "1.2")
        #expect(try version("prod~") == "1.1")
        #expect(try version("prod~2") == "1.0")
        #expect(try version("prod~3") == nil)
        #expect(try version("prod@{2026-02-02 11:59:59 +0000}") == "1.1")
        #expect(try version("prod@{2026-02-02 12:00:00 +0000}") == "1.2")
        #expect(try version("prod@{2025-01-01}") == nil)
        for text in ["", "~3", "prod~x", "prod@{}", "prod@{now", "prod~-1"] {
            #expect(throws: LedgerError.badRevision(text)) { try Moment(text) }
        }
    }
}
