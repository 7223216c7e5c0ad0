import Git
import Manifests
import System
import TestSupport
import Testing

@testable import Delivery

/// What pull requests say, and what they are given, by gx.yaml.
@Suite struct RequestTextTests {
    private static let wishes = """
        pull-requests:
          title: "{env}: {app} {version}"
          labels: [deployment, "to {env}"]
          reviewers: ["@ada", "@acme/sre"]
          draft: true

        """

    private func propose(
        _ hosted: Hosted, _ environment: [String: String?], told: Told = Told(), version: String? = nil
    ) throws -> Landing {
        var request = PromotionRequest(to: "prod")
        request.apps = ["api"]
        if let version { request.given = [.init(.image, name: "api", version: Version(version))] }
        var wishes = PublishingWishes(.pullRequest)
        wishes.supersede = true
        let session = try PlanSession(
            hosted.clone.repository(environment), request: .promotion(request), wishes: wishes
        ) { _, _ in [] }
        session.report = told.hear
        return try #require(try session.run().landings.first)
    }

    // MARK: Hosts

    @Test(arguments: ReviewHostTests.kinds)
    func aNewRequestIsMadeAsGxYamlWantsIt(_ kind: ReviewHostTests.Kind) throws {
        let (hosted, server, environment) = try ReviewHostTests.online(kind)
        try hosted.push("gx.yaml", Hosted.folders + "\n" + Self.wishes)
        let told = Told()
        #expect(try propose(hosted, environment, told: told).pullRequest?.isOpen == true)
        let changes = try server.news().filter { !$0.hasPrefix("GET ") }
        let mark = [.gitlab: "Draft: ", .gitea: "WIP: "][kind.kind] ?? ""
        #expect(changes[0].contains("\"\(mark)prod: api 2\""))
        #expect(changes[0].lowercased().contains("draft\":true") || !mark.isEmpty)
        let missing: [HostKind: String] = [
            .gitlab: "@acme/sre", .bitbucket: "deployment, to prod, @ada, @acme/sre",
            .bitbucketServer: "deployment, to prod, @acme/sre", .azure: "@ada, @acme/sre",
        ]
        #expect(
            told.warnings
                == (missing[kind.kind].map {
                    ["\(kind.url) goes without \($0): gx can't ask \(kind.kind.name) for that"]
                } ?? []))
        for (name, text) in [("label", "to prod"), ("reviewer", kind.kind == .gitlab ? "7" : "ada")]
        where missing[kind.kind]?.contains(text) != true {
            #expect(changes.dropFirst().contains { $0.contains(text) }, "\(name)")
        }
        // People may have changed that since; the text follows the version.
        _ = try propose(hosted, environment)
        #expect(try server.news().allSatisfy { $0.hasPrefix("GET ") })
        _ = try propose(hosted, environment, version: "3")
        let news = try server.news().filter { !$0.hasPrefix("GET ") }
        #expect(news.count == 1 && news[0].contains("\"\(mark)prod: api 3\""))
    }

    @Test(arguments: [
        (
            "git@gitlab.example.com:acme/infra.git", HostKind.gitlab,
            ["merge_request.title=Draft: prod: api 2", "merge_request.label=to prod"], "@ada, @acme/sre"
        ),
        (
            "git@codeberg.org:acme/infra.git", .gitea, ["title=WIP: prod: api 2"],
            "deployment, to prod, @ada, @acme/sre"
        ),
        (
            "ssh://gerrit.example.com:29418/acme/infra", .gerrit,
            ["hashtag=deployment", "hashtag=to prod", "r=ada", "r=acme/sre", "wip"], ""
        ),
    ])
    func aPushThatOpensOneSaysItToo(
        _ remote: String, _ kind: HostKind, _ options: [String], _ missing: String
    ) throws {
        let hosted = try Hosted("api")
        try hosted.push("gx.yaml", Hosted.folders + "\n" + Self.wishes)
        let environment = try hosted.online(as: remote)
        if kind == .gitlab { try hosted.recordOptions() } else { try hosted.takeReviews() }
        let told = Told()
        _ = try propose(hosted, environment, told: told)
        let all = try hosted.options
        #expect(options.allSatisfy(all.contains), "\(all)")
        let warnings = told.warnings.filter { $0.contains("goes without") }
        #expect(warnings.count == (missing.isEmpty ? 0 : 1))
        #expect(warnings.allSatisfy { $0.contains(missing) })
    }

    /// The template is a file of the branch; where there is none, or none that can be read, that is said.
    @Test func theTemplateStandsInTheRepository() throws {
        let (hosted, server, environment) = try ReviewHostTests.online(ReviewHostTests.kinds[0])
        try hosted.push(
            "gx.yaml", Hosted.folders + "\npull-requests: { template: .gx/request.md, labels: x }\n")
        let told = Told()
        _ = try propose(hosted, environment, told: told)
        #expect(
            told.warnings == [
                "gx.yaml names .gx/request.md as the template of pull requests, and there is no such file"
            ])
        #expect(try server.news().contains { $0.hasPrefix("POST ") && $0.contains("| environment |") })
        try hosted.push(".gx/request.md", "Please look at {app} in {env}.\n")
        _ = try propose(hosted, environment, told: told)
        #expect(told.warnings.count == 1)
        #expect(
            try server.news().contains {
                $0.hasPrefix("PATCH ") && $0.contains("Please look at api in prod.\\n\\nGx-Deploy: prod/api")
            })
        try hosted.push(".gx/request.md", "{nobody}")
        _ = try propose(hosted, environment, told: told)
        #expect(
            told.warnings.last
                == ".gx/request.md is no template of pull requests: '{nobody}' stands for nothing")
    }

    // MARK: Words

    private func step() throws -> Step {
        let hosted = try Hosted("api", "web")
        let plan = try hosted.publisher(quarantined: true).preview(hosted.promotion("api", "web"))
        return try #require(plan.steps.first)
    }

    @Test func withoutATemplateItHasATableOfVersionsAndWhatGatesSay() throws {
        let step = try step()
        let gates = [
            GateAnswer(.soak, verdict: .open, words: "5h12m >= 4h in dev"),
            GateAnswer(.every, verdict: .waiting(until: Timestamp(seconds: 0)), words: "1m of 1h"),
            GateAnswer(.checks, verdict: .waiting(until: nil), words: "a|b has not reported"),
        ]
        let commit = CommitMessage(step)
        let message = RequestText().message(commit, for: step, gates)
        #expect(message.subject == commit.subject && message.trailers == commit.trailers)
        #expect(
            message.paragraphs.joined(separator: "\n\n") == """
                | environment | app | before | after | from |
                |---|---|---|---|---|
                | prod | api | 1 | 2 | dev |
                | prod | web | 1 | 2 | dev |

                | gate |  |  |
                |---|---|---|
                | soak | open |  |
                | every | waits until 1970-01-01T00:00:00Z |  |
                | checks | waits | a\\|b has not reported |
                """)
    }

    @Test func aTemplateSaysWhatGoesWhere() throws {
        let step = try step()
        var text = RequestText()
        text.rules.title = try Template("[{env}] {app} ({version})")
        text.template = try Template("\n# {subject}\n\n{issues}{table}\n- [ ] looked at\n")
        let message = text.message(CommitMessage(step), for: step, [])
        #expect(message.subject == "[prod] api and web (2)")
        #expect(message.body.hasPrefix("# Promote api and web to prod\n\n| environment |"))
        #expect(message.body.contains("- [ ] looked at\n\nGx-Deploy: prod/api 1 -> 2 from dev\n"))
    }

    @Test func whatAHostDoesNotTakeGoesBeforeLinesForPrograms() {
        let message = CommitMessage(
            subject: "Promote", paragraphs: [String(repeating: "é", count: 90)], trailers: ["Gx-Deploy: a"])
        #expect(message.body(atMost: 200) == message.body)
        let short = message.body(atMost: 50)
        #expect(short.count <= 50 && short.hasSuffix("é…\n\nGx-Deploy: a"))
        #expect(message.body(atMost: 5) == "Gx-De")
    }
}
