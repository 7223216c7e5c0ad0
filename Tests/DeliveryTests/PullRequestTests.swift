import Git
import Ledger
import Manifests
import TestSupport
import Testing

@testable import Delivery

private let branch = "gx/promote/prod/api"

@Suite struct PullRequestTests {
    private func propose(
        _ hosted: Hosted, _ environment: [String: String?],
        _ options: PullRequestOptions = PullRequestOptions(),
        version: String? = nil, apps: [String] = ["api"], told: Told = Told()
    ) throws -> Publication {
        var publisher = try hosted.publisher(.pullRequest(options), environment)
        publisher.report = told.hear
        return try publisher.publish { places in
            var request = PromotionRequest(to: "prod")
            request.apps = apps
            if let version { request.given = [.init(.image, name: "api", version: Version(version))] }
            return try Promotion.plan(request, in: Estate(hosted.configuration, resolver: places))
        }
    }

    // MARK: Any host

    @Test func aBranchIsPushedAndNothingElse() throws {
        let hosted = try Hosted("api")
        let environment = try hosted.online(as: "git@git.example.com:acme/infra.git")
        let publication = try propose(hosted, environment)
        let landing = try #require(publication.landings.first)
        #expect(landing.branch == branch)
        #expect(landing.pullRequest == PullRequest(host: .other, target: "main", url: nil, isOpen: false))
        #expect(try hosted.host.id(branch) == landing.commit)
        #expect(try hosted.host.id("\(branch)^") == hosted.host.id("main"))
        #expect(
            try hosted.host.git("for-each-ref", "--format=%(refname)")
                == "refs/heads/\(branch)\nrefs/heads/main")
        #expect(try hosted.clone.git("for-each-ref", "refs/notes", "refs/heads/gx") == "")
    }

    @Test func theSamePromotionIsOpenedOnce() throws {
        let hosted = try Hosted("api")
        let environment = try hosted.online(as: "git@git.example.com:acme/infra.git")
        let first = try propose(hosted, environment).landings[0].commit
        #expect(try propose(hosted, environment).landings[0].commit == first)
        // On a branch that moved it is brought up to date.
        try hosted.push("other", "x")
        let third = try propose(hosted, environment).landings[0].commit
        #expect(third != first)
        #expect(try hosted.host.id("\(branch)^") == hosted.host.id("main"))
    }

    @Test func anotherVersionReplacesItOnlyWhenAsked() throws {
        let hosted = try Hosted("api")
        let environment = try hosted.online(as: "git@git.example.com:acme/infra.git")
        let first = try propose(hosted, environment).landings[0].commit
        let refused = try propose(hosted, environment, version: "3")
        #expect(refused.end == "refused")
        #expect(refused.plan.refusals.map(\.code) == [.pending])
        #expect(refused.plan.refusals[0].message == "\(branch) is open, and proposes 2 for prod/api")
        #expect(try hosted.host.id(branch) == first)
        let preview = try hosted.publisher(
            .pullRequest(PullRequestOptions()), environment, quarantined: true
        ).preview(hosted.promotion("api", version: "3"))
        #expect(preview.refusals.map(\.code) == [.pending])

        let replaced = try propose(hosted, environment, PullRequestOptions(supersede: true), version: "3")
        #expect(replaced.end == "done")
        #expect(try hosted.host.id(branch) == replaced.landings[0].commit)
        #expect(try hosted.host.git("log", "-1", "--format=%B", branch).contains("prod/api 1 -> 3"))
    }

    @Test func aLargerOneClosesTheSmallerAndNotTheOtherWayRound() throws {
        let hosted = try Hosted("api", "web")
        let environment = try hosted.online(as: "git@git.example.com:acme/infra.git")
        _ = try propose(hosted, environment)
        let told = Told()
        let both = try propose(hosted, environment, apps: ["web", "api"], told: told)
        #expect(both.landings[0].branch == "gx/promote/prod/api+web")
        #expect(told.warnings == ["\(branch) is replaced, and was deleted"])
        #expect(
            try hosted.host.git("for-each-ref", "--format=%(refname:short)", "refs/heads/gx")
                == "gx/promote/prod/api+web")
        let one = try propose(hosted, environment)
        #expect(one.end == "refused" && one.plan.refusals.map(\.code) == [.pending])
    }

    @Test func aBranchLeftOverFromAMergeIsNoObstacle() throws {
        let hosted = try Hosted("api")
        let environment = try hosted.online(as: "git@git.example.com:acme/infra.git")
        _ = try propose(hosted, environment)
        // A squash: another commit with the same change.
        try hosted.push("envs/prod/api/pod.yaml", Hosted.pod("api", 2))
        let next = try propose(hosted, environment, version: "3")
        #expect(next.end == "done")
        #expect(try hosted.host.git("log", "-1", "--format=%B", branch).contains("prod/api 2 -> 3"))
    }

    @Test func withoutARemoteThereIsNobodyToAsk() throws {
        let hosted = try Hosted("api")
        try hosted.clone.git("remote", "remove", "origin")
        #expect(throws: PublishingError.noRemote) { _ = try propose(hosted, [:]) }
    }

    // MARK: GitLab

    @Test func gitLabIsAskedByPushOptions() throws {
        let hosted = try Hosted("api")
        try hosted.recordOptions(
            saying: "View merge request: https://gitlab.example.com/acme/infra/-/merge_requests/3")
        let environment = try hosted.online(as: "git@gitlab.example.com:acme/infra.git")
        let told = Told()
        let publication = try propose(hosted, environment, PullRequestOptions(autoMerge: true), told: told)
        #expect(
            try hosted.options == [
                "merge_request.create", "merge_request.target=main",
                "merge_request.title=Promote api 2 to prod",
                "merge_request.description=Gx-Deploy: prod/api 1 -> 2 from dev",
                "merge_request.remove_source_branch", "merge_request.merge_when_pipeline_succeeds",
            ])
        #expect(
            publication.landings[0].pullRequest
                == PullRequest(
                    host: .gitlab, target: "main",
                    url: "https://gitlab.example.com/acme/infra/-/merge_requests/3", isOpen: true))
        #expect(told.host.count == 1)
    }

    @Test func descriptionsKeepTheirLines() throws {
        let hosted = try Hosted("api", "web")
        try hosted.recordOptions()
        _ = try propose(
            hosted, hosted.online(as: "ssh://git@gitlab.example.com:2222/acme/infra.git"),
            apps: ["api", "web"])
        #expect(
            try hosted.options.contains(
                #"merge_request.description=Gx-Deploy: prod/api 1 -> 2 from dev\nGx-Deploy: prod/web 1 -> 2 from dev"#
            ))
    }

    // MARK: Gitea and Forgejo

    @Test func giteaIsAskedByAPushForReview() throws {
        let hosted = try Hosted("api")
        try hosted.takeReviews()
        try hosted.script("mode", "refuse")
        let environment = try hosted.online(as: "git@codeberg.org:acme/infra.git")
        let publication = try propose(hosted, environment)
        #expect(
            try hosted.options == [
                "topic=\(branch)", "title=Promote api 2 to prod",
                "description=Gx-Deploy: prod/api 1 -> 2 from dev",
            ])
        let landing = publication.landings[0]
        #expect(
            landing.pullRequest
                == PullRequest(
                    host: .gitea, target: "main", url: "https://gitea.example.com/acme/infra/pulls/7",
                    isOpen: true))
        #expect(try hosted.host.id("refs/pull/7/head") == landing.commit)
        #expect(try hosted.host.git("for-each-ref", "--format=%(refname)", "refs/heads") == "refs/heads/main")

        let error = #expect(throws: PublishingError.self) {
            _ = try propose(hosted, environment, version: "3")
        }
        #expect(
            error
                == .rejected(
                    branch: branch, remote: "origin",
                    message: "a promotion is open already for \(branch): replace it with --supersede"))
        #expect(
            try propose(hosted, environment, PullRequestOptions(supersede: true), version: "3").end == "done")
        #expect(try hosted.options.contains("force-push=true"))
    }

    @Test func giteaTakesLongDescriptionsFromTheCommit() throws {
        let hosted = try Hosted("api", "web")
        try hosted.takeReviews()
        let environment = try hosted.online(as: "git@git.example.com:acme/infra.git")
        try hosted.clone.git("config", "gx.host", "gitea")
        _ = try propose(hosted, environment, apps: ["api", "web"])
        #expect(try hosted.options == ["topic=gx/promote/prod/api+web", "title=Promote api and web to prod"])
    }

    // MARK: Gerrit

    @Test func gerritGetsATopicAndAChangeId() throws {
        let hosted = try Hosted("api")
        try hosted.takeReviews()
        try hosted.script("mode", "")
        let environment = try hosted.online(as: "ssh://ann@review.example.com:29418/acme/infra.git")
        _ = try propose(hosted, environment)
        try hosted.push("other", "x")
        _ = try propose(hosted, environment)
        let pushed = try #require(try hosted.host.folder.read(hosted.host.folder.path + "/pushed"))
            .split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(pushed.map(\.[0]) == Array(repeating: "refs/for/main%topic=\(branch)", count: 2))
        let ids = try pushed.map {
            try hosted.host.git("log", "-1", "--format=%(trailers:key=Change-Id)", $0[1])
        }
        #expect(ids[0].wholeMatch(of: /Change-Id: I[0-9a-f]{40}\n?/) != nil)
        // The same promotion on a newer base is a patch set of the same change; after it was merged, it is another.
        #expect(ids[0] == ids[1])
        let trailers = try hosted.host.repository().commit(hosted.host.id(pushed[0][1])).trailerLines
        #expect(trailers.map { $0.prefix { $0 != ":" } } == ["Gx-Deploy", "Change-Id"])
    }

    // MARK: GitHub

    @Test func gitHubIsAskedThroughItsInterface() throws {
        let hosted = try Hosted("api")
        let stub = try GitHubStub(in: hosted.host.folder)
        var environment = try hosted.online(as: "git@github.com:acme/infra.git")
        try hosted.script(
            "bin/curl",
            "#!/bin/sh\necho \"$@\" >> '\(hosted.host.folder.path)/arguments'\nexec /usr/bin/curl \"$@\"")
        environment["PATH"] = hosted.host.folder.path + "/bin:/usr/local/bin:/usr/bin:/bin"
        environment["GX_GITHUB_API"] = stub.url
        environment["GITHUB_TOKEN"] = "secret-token"
        let publication = try propose(hosted, environment)
        #expect(
            publication.landings[0].pullRequest
                == PullRequest(
                    host: .github, target: "main", url: "https://github.com/acme/infra/pull/12", isOpen: true)
        )
        #expect(
            try stub.requests == [
                "GET /repos/acme/infra/pulls?head=acme:gx/promote/prod/api&base=main&state=open ",
                #"POST /repos/acme/infra/pulls {"title":"Promote api 2 to prod","body":"Gx-Deploy: prod/api 1 -> 2 from dev","head":"gx/promote/prod/api","base":"main"}"#,
            ])
        #expect(
            try hosted.host.folder.read(hosted.host.folder.path + "/arguments") == "--config -\n--config -\n")

        let again = try propose(
            hosted, environment, PullRequestOptions(autoMerge: true, supersede: true), version: "3")
        #expect(again.end == "done")
        let later = try stub.requests.dropFirst(2)
        #expect(later.map { $0.prefix { $0 != "{" } }[1] == "PATCH /repos/acme/infra/pulls/12 ")
        #expect(later.last?.contains(#""variables":{"id":"PR_12","method":"REBASE"}"#) == true)

        // Nothing is left to wait for: it is merged at once.
        try hosted.script("clean", "")
        _ = try propose(hosted, environment, PullRequestOptions(autoMerge: true), version: "3")
        #expect(
            try stub.requests.last
                == #"PUT /repos/acme/infra/pulls/12/merge {"merge_method":"rebase","sha":"\#(again.landings[0].commit)"}"#
        )
    }

    @Test func whatGitHubRefusesIsSaid() throws {
        let hosted = try Hosted("api")
        let stub = try GitHubStub(in: hosted.host.folder)
        var environment = try hosted.online(as: "git@github.com:acme/infra.git")
        environment["GX_GITHUB_API"] = stub.url
        environment["GITHUB_TOKEN"] = "wrong"
        #expect(throws: PublishingError.api(.github, branch: branch, message: "401 Bad credentials")) {
            _ = try propose(hosted, environment)
        }
        environment["GITHUB_TOKEN"] = "secret-token"
        try hosted.script("refuse", "")
        #expect(
            throws: PublishingError.api(.github, branch: branch, message: "422 Validation Failed: no commits")
        ) { _ = try propose(hosted, environment) }
        try hosted.host.folder.run("rm", ["refuse"])
        // The same command again ends what was begun.
        #expect(try propose(hosted, environment).landings[0].pullRequest?.isOpen == true)
    }

    @Test func withoutATokenGitHubsPageIsNamed() throws {
        let hosted = try Hosted("api")
        let environment = try hosted.online(as: "git@github.com:acme/infra.git")
        let publication = try propose(hosted, environment)
        #expect(
            publication.landings[0].pullRequest
                == PullRequest(
                    host: .github, target: "main",
                    url: "https://github.com/acme/infra/compare/main...gx/promote/prod/api?expand=1",
                    isOpen: false))
        #expect(throws: PublishingError.noToken(.github)) {
            _ = try propose(hosted, environment, PullRequestOptions(autoMerge: true))
        }
    }

    @Test(arguments: [
        ["GITHUB_TOKEN": "a\"b c"], ["GITHUB_TOKEN": "a\nurl = \"http://evil\""],
        ["GITHUB_TOKEN": "token", "GX_GITHUB_API": "http://github.example.com/api/v3"],
    ])
    func aTokenGoesNowhereElse(_ variables: [String: String]) throws {
        let hosted = try Hosted("api")
        var environment = try hosted.online(as: "git@github.com:acme/infra.git")
        for (name, value) in variables { environment[name] = value }
        let error = #expect(throws: PublishingError.self) { _ = try propose(hosted, environment) }
        if case .badToken = error {} else { Issue.record("\(String(describing: error))") }
        #expect(try hosted.host.git("for-each-ref", "refs/heads/gx") == "")
    }

    @Test func publicTokensStayWithThePublicHost() throws {
        let hosted = try Hosted("api")
        var environment = try hosted.online(as: "git@github.example.com:acme/infra.git")
        environment["GITHUB_TOKEN"] = "public"
        // No token for this host: nothing is sent, and the page is named.
        let publication = try propose(hosted, environment)
        #expect(publication.landings[0].pullRequest?.isOpen == false)
    }

    @Test func mergingByItselfIsRefusedWhereItCannotBeHad() throws {
        let hosted = try Hosted("api")
        let environment = try hosted.online(as: "git@codeberg.org:acme/infra.git")
        #expect(throws: PublishingError.noAutoMerge(.gitea)) {
            _ = try propose(hosted, environment, PullRequestOptions(autoMerge: true))
        }
        try hosted.clone.git("config", "gx.host", "nonsense")
        #expect(throws: PublishingError.unknownHost("nonsense")) { _ = try propose(hosted, environment) }
    }
}
