import Git
import Glibc
import Ledger
import Manifests
import TestSupport
import Testing

@testable import Delivery

@Suite struct PublisherTests {
    @Test func landsOnTheHostWithItsRecord() throws {
        let hosted = try Hosted("api")
        let base = try hosted.host.id("main")
        var publisher = try hosted.publisher(.push, ["GITHUB_RUN_ID": "7", "GITHUB_ACTOR": "octocat"])
        let told = Told()
        publisher.report = told.hear
        var shown: [Plan] = []
        let publication = try publisher.publish(
            confirm: { plan in
                shown.append(plan)
                return true
            }, plan: hosted.promotion("api"))
        #expect(publication.end == "done")
        #expect(shown.count == 1)
        let landing = try #require(publication.landings.first)
        #expect(try hosted.host.id("main") == landing.commit)
        #expect(try hosted.host.id("main^") == base)
        #expect(try hosted.version("api") == "acme/api:2")
        #expect(try hosted.host.git("diff", "--numstat", "main^", "main") == "1\t1\tenvs/prod/api/pod.yaml")
        #expect(
            try hosted.host.git("log", "-1", "--format=%an %cn%n%B", "main").hasPrefix(
                "Ann Author Cy Committer\nPromote api 2 to prod\n\nGx-Deploy: prod/api 1 -> 2 from dev"))

        let records = try RecordStore(try hosted.host.repository()).records(on: landing.commit, .deployments)
        let record = try #require(records.first)
        #expect(records.count == 1 && record.type == "dev.cdevents.service.upgraded")
        #expect(
            record.line.contains(
                #""environment":"prod","app":"api","artifact":"acme/api","from":"1","to":"2","source":"dev","by":"Ann Author <ann@example.com>","pipeline":{"id":"7","actor":"octocat"}}"#
            ))
        // The clone has all of it too, and its files moved along.
        #expect(try hosted.clone.id("main") == landing.commit)
        #expect(try hosted.clone.id("origin/main") == landing.commit)
        #expect(
            try hosted.clone.id("refs/notes/gx/deployments") == hosted.host.id("refs/notes/gx/deployments"))
        #expect(try hosted.clone.git("status", "--porcelain") == "")
        #expect(try hosted.clone.read("envs/prod/api/pod.yaml") == Hosted.pod("api", 2))
        #expect(told.warnings.isEmpty && told.retries.isEmpty)
    }

    @Test func nothingToDoWritesNothing() throws {
        let hosted = try Hosted("api")
        let before = try hosted.host.git("for-each-ref")
        _ = try hosted.publisher().publish(plan: hosted.promotion("api"))
        let after = try hosted.host.git("for-each-ref")
        #expect(before != after)
        let again = try hosted.publisher().publish(plan: hosted.promotion("api"))
        #expect(again.end == "nothing" && again.landings.isEmpty)
        #expect(try hosted.host.git("for-each-ref") == after)
    }

    @Test func whoeverSaysNoKeepsEverythingAsItWas() throws {
        let hosted = try Hosted("api")
        let before = try hosted.host.git("for-each-ref") + hosted.clone.git("for-each-ref")
        let publication = try hosted.publisher().publish(
            confirm: { _ in false }, plan: hosted.promotion("api"))
        #expect(publication.end == "declined")
        #expect(try hosted.host.git("for-each-ref") + hosted.clone.git("for-each-ref") == before)
    }

    @Test func aPreviewLeavesNoTrace() throws {
        let hosted = try Hosted("api")
        try hosted.push("envs/dev/api/pod.yaml", Hosted.pod("api", 3))
        let trace = {
            try hosted.clone.folder.run("find", [".git", "-type", "f"], in: hosted.clone.path)
                + hosted.clone.git("for-each-ref")
        }
        let before = try trace()
        let plan = try hosted.publisher(quarantined: true).preview(hosted.promotion("api"))
        #expect(plan.versions == ["prod/api 1 -> 3"])
        let patch = try plan.patch()
        #expect(String(decoding: patch, as: UTF8.self).contains("+      image: acme/api:3  # the version\n"))
        #expect(try trace() == before)
    }

    // MARK: Others are faster

    @Test func plansAgainOnWhatOthersPushed() throws {
        let hosted = try Hosted("api", "web")
        let told = Told()
        var publisher = try hosted.publisher()
        publisher.report = told.hear
        var plans = 0
        var questions = 0
        let publication = try publisher.publish(
            confirm: { _ in
                questions += 1
                return true
            },
            plan: { places in
                let plan = try hosted.promotion("api")(places)
                plans += 1
                // The same file, which a textual rebase would have to merge.
                if plans == 1 {
                    try hosted.push("envs/prod/api/pod.yaml", "# ours\n" + Hosted.pod("api", 1))
                }
                return plan
            })
        #expect(publication.end == "done" && publication.retries == 1)
        #expect(plans == 2 && questions == 1)
        #expect(told.retries == ["main moved"])
        #expect(
            try hosted.host.git("show", "main:envs/prod/api/pod.yaml") + "\n" == "# ours\n"
                + Hosted.pod("api", 2))
        #expect(try hosted.host.git("rev-list", "--count", "--merges", "main") == "0")
        #expect(try hosted.host.git("rev-list", "--count", "main") == "3")
        #expect(try hosted.clone.id("main") == hosted.host.id("main"))
    }

    @Test func saysThatSomebodyElseWasFaster() throws {
        let hosted = try Hosted("api")
        var plans = 0
        let publication = try hosted.publisher().publish { places in
            let plan = try hosted.promotion("api")(places)
            plans += 1
            if plans == 1 { try hosted.push("envs/prod/api/pod.yaml", Hosted.pod("api", 2)) }
            return plan
        }
        #expect(publication.end == "overtaken")
    }

    @Test func asksAgainWhereThePlanIsAnother() throws {
        let hosted = try Hosted("api")
        var asked: [[String]] = []
        let publication = try hosted.publisher().publish(
            confirm: { plan in
                asked.append(plan.versions)
                return asked.count == 1
            },
            plan: { places in
                let plan = try hosted.promotion("api")(places)
                if asked.isEmpty { try hosted.push("envs/dev/api/pod.yaml", Hosted.pod("api", 3)) }
                return plan
            })
        #expect(publication.end == "declined")
        #expect(asked == [["prod/api 1 -> 2"], ["prod/api 1 -> 3"]])
        #expect(try hosted.version("api") == "acme/api:1")
    }

    @Test func aBranchThatWasTakenBackIsNotPutForwardAgain() throws {
        let hosted = try Hosted("api")
        let first = try hosted.host.id("main")
        try hosted.push("bad", "bad")
        var plans = 0
        let publication = try hosted.publisher().publish { places in
            let plan = try hosted.promotion("api")(places)
            plans += 1
            if plans == 1 { try hosted.host.git("update-ref", "refs/heads/main", first.description) }
            return plan
        }
        #expect(publication.end == "done" && publication.retries == 1)
        #expect(try hosted.host.id("main^") == first)
    }

    @Test func givesUpInTheEnd() throws {
        let hosted = try Hosted("api")
        var publisher = try hosted.publisher()
        publisher.patience.attempts = 3
        var plans = 0
        #expect(throws: PublishingError.self) {
            _ = try publisher.publish { places in
                let plan = try hosted.promotion("api")(places)
                plans += 1
                try hosted.push("other", "\(plans)")
                return plan
            }
        }
        #expect(plans == 3)
        #expect(try hosted.version("api") == "acme/api:1")
    }

    // MARK: Hosts that refuse

    @Test func aProtectedBranchIsFinal() throws {
        let hosted = try Hosted("api")
        try hosted.hook("pre-receive", "echo 'main is protected' >&2; exit 1")
        let before = try hosted.clone.git("for-each-ref", "refs/heads", "refs/notes")
        let error = #expect(throws: PublishingError.self) {
            _ = try hosted.publisher().publish(plan: hosted.promotion("api"))
        }
        #expect(error == .rejected(branch: "main", remote: "origin", message: "main is protected"))
        #expect(try hosted.clone.git("for-each-ref", "refs/heads", "refs/notes") == before)
        #expect(try hosted.version("api") == "acme/api:1")
    }

    @Test(arguments: [
        #"while read old new ref; do case $ref in refs/notes/*) echo 'no notes' >&2; exit 1;; esac; done"#,
        "hide",
    ])
    func aHostWithoutNotesGetsTheCommitAlone(_ hook: String) throws {
        let hosted = try Hosted("api")
        if hook == "hide" {
            try hosted.host.git("config", "receive.hideRefs", "refs/notes")
        } else {
            try hosted.hook("pre-receive", hook)
        }
        let told = Told()
        var publisher = try hosted.publisher()
        publisher.report = told.hear
        let publication = try publisher.publish(plan: hosted.promotion("api"))
        #expect(publication.end == "done")
        #expect(told.warnings.count == 1)
        #expect(told.warnings.first?.contains("refs/notes/gx/deployments") == true)
        #expect(try hosted.version("api") == "acme/api:2")
        #expect(try hosted.host.git("for-each-ref", "refs/notes") == "")
        let records = try RecordStore(hosted.clone.repository()).records(
            on: publication.landings[0].commit, .deployments)
        #expect(records.count == 1)
    }

    @Test func aHostWithoutAtomicPushesGetsBothInTurn() throws {
        let hosted = try Hosted("api")
        try hosted.host.git("config", "receive.advertiseAtomic", "false")
        let publication = try hosted.publisher().publish(plan: hosted.promotion("api"))
        #expect(publication.end == "done")
        #expect(try hosted.version("api") == "acme/api:2")
        #expect(
            try hosted.host.git("for-each-ref", "--format=%(refname)", "refs/notes")
                == "refs/notes/gx/deployments")
    }

    @Test func aHostThatIsAwayChangesNothing() throws {
        let hosted = try Hosted("api")
        var plans = 0
        #expect(throws: GitError.self) {
            _ = try hosted.publisher().publish { places in
                let plan = try hosted.promotion("api")(places)
                plans += 1
                try hosted.clone.git("remote", "set-url", "--push", "origin", hosted.host.path + "-away")
                return plan
            }
        }
        #expect(try hosted.version("api") == "acme/api:1")
    }

    @Test func aHostThatHangsIsNotWaitedForForEver() throws {
        let hosted = try Hosted("api")
        let publisher = try hosted.publisher(timeout: .seconds(2))
        try hosted.hook("pre-receive", "sleep 60")
        let error = #expect(throws: GitError.self) {
            _ = try publisher.publish(plan: hosted.promotion("api"))
        }
        if case .system(.timedOut) = error {} else { Issue.record("\(String(describing: error))") }
        #expect(try hosted.version("api") == "acme/api:1")
    }

    @Test func aConnectionThatBreaksTooLateIsFoundOut() throws {
        let hosted = try Hosted("api")
        let publisher = try hosted.publisher(timeout: .seconds(3))
        try hosted.hook("post-receive", "sleep 60")
        let publication = try publisher.publish(plan: hosted.promotion("api"))
        #expect(publication.end == "done")
        #expect(try hosted.host.id("main") == publication.landings.first?.commit)
        #expect(try hosted.clone.id("main") == hosted.host.id("main"))
    }

    // MARK: The clone

    @Test func localChangesStayAndAreSpokenOf() throws {
        let hosted = try Hosted("api")
        try hosted.clone.write("envs/prod/api/pod.yaml", "mine")
        let told = Told()
        var publisher = try hosted.publisher()
        publisher.report = told.hear
        #expect(try publisher.publish(plan: hosted.promotion("api")).end == "done")
        #expect(try hosted.version("api") == "acme/api:2")
        #expect(try hosted.clone.read("envs/prod/api/pod.yaml") == "mine")
        #expect(told.warnings.count == 1 && told.warnings[0].hasPrefix("your main stays where it is"))
    }

    @Test func aBranchWithCommitsOfItsOwnStays() throws {
        let hosted = try Hosted("api")
        let own = try hosted.clone.commit("own")
        let told = Told()
        var publisher = try hosted.publisher()
        publisher.report = told.hear
        #expect(try publisher.publish(plan: hosted.promotion("api")).end == "done")
        #expect(try hosted.clone.id("main") == own)
        #expect(try hosted.host.git("log", "--format=%s", "main").contains("own") == false)
        #expect(told.warnings.count == 1)
    }

    @Test(arguments: ["--bare", "--depth=1", "--filter=blob:none", "--single-branch", "--no-checkout"])
    func worksInClonesOfEveryKind(_ option: String) throws {
        let hosted = try Hosted("api", "web")
        try hosted.push("envs/dev/api/pod.yaml", Hosted.pod("api", 3))
        try hosted.host.git("config", "uploadpack.allowFilter", "true")
        let clone = try hosted.host.clone("other", [option])
        try hosted.push("envs/dev/web/pod.yaml", Hosted.pod("web", 3))
        let first = try hosted.publisher(in: clone).publish(plan: hosted.promotion("api"))
        let second = try hosted.publisher(in: clone).publish(plan: hosted.promotion("web"))
        #expect(first.end == "done" && second.end == "done")
        #expect(try hosted.version("api") == "acme/api:3" && hosted.version("web") == "acme/web:3")
        #expect(
            try hosted.host.git("notes", "--ref=gx/deployments", "list").split(separator: "\n").count == 2)
        #expect(try clone.repository().reference("refs/remotes/origin/main") == hosted.host.id("main"))
        #expect(try hosted.host.git("fsck", "--strict") == "")
    }

    @Test func aDetachedHeadIsNoObstacle() throws {
        let hosted = try Hosted("api")
        try hosted.clone.git("switch", "-q", "--detach")
        #expect(try hosted.publisher().publish(plan: hosted.promotion("api")).end == "done")
        #expect(try hosted.clone.id("main") == hosted.host.id("main"))
        #expect(try hosted.clone.git("status", "--porcelain") == "")
    }

    @Test func theDefaultBranchIsTheRemotesAndNotTheOneThatIsCheckedOut() throws {
        let hosted = try Hosted("api")
        let clone = try ScratchRepository(in: hosted.host.folder, name: "made by hand")
        try clone.git("remote", "add", "origin", hosted.host.path)
        try clone.git("fetch", "-q")
        try clone.git("switch", "-q", "-c", "feature", "origin/main")
        #expect(try hosted.publisher(in: clone).publish(plan: hosted.promotion("api")).end == "done")
        #expect(try hosted.version("api") == "acme/api:2")
        #expect(try hosted.host.git("for-each-ref", "--format=%(refname)", "refs/heads") == "refs/heads/main")
    }

    @Test func withoutAnIdentityNothingHappens() throws {
        let hosted = try Hosted("api")
        let nobody: [String: String?] = [
            "GIT_AUTHOR_NAME": nil, "GIT_AUTHOR_EMAIL": nil, "GIT_COMMITTER_NAME": nil,
            "GIT_COMMITTER_EMAIL": nil,
            "EMAIL": nil,
        ]
        try hosted.clone.git("config", "user.useConfigOnly", "true")
        let error = #expect(throws: GitError.self) {
            _ = try hosted.publisher(.push, nobody).publish(plan: hosted.promotion("api"))
        }
        if case .noIdentity = error {} else { Issue.record("\(String(describing: error))") }
        #expect(try hosted.version("api") == "acme/api:1")
    }
}
