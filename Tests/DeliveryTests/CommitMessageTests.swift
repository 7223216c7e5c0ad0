import Delivery
import Git
import Manifests
import TestSupport
import Testing

@testable import Ledger

private let three = """
    version: 1
    environments:
      staging: {}
      prod-us: { after: staging, group: prod }
      prod-eu: { after: staging, group: prod }
    layout:
      - envs/{env}/{app}/**
    """

private func pod(_ images: String...) -> String {
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"
        + images.enumerated().map { "    - name: c\($0)\n      image: \($1)\n" }.joined()
}

@Suite struct CommitMessageTests {
    private func step(_ files: [String: String], _ apps: [String] = [], to target: String = "prod") throws
        -> Step
    {
        let sample = try Sample(three, files)
        var request = PromotionRequest(to: target)
        request.apps = apps
        request.allApps = true
        return try #require(Promotion.plan(request, in: sample.estate()).steps.first)
    }

    @Test func saysWhatPeopleAndProgramsWantToKnow() throws {
        let step = try step([
            "envs/staging/api/a.yaml": pod("acme/api:1.4.2"),
            "envs/prod-us/api/a.yaml": pod("acme/api:1.4.1"),
            "envs/prod-eu/api/a.yaml": pod("acme/api:1.4.0"),
        ])
        #expect(
            CommitMessage(step).text == """
                Promote api 1.4.2 to prod-us and prod-eu

                Gx-Deploy: prod-us/api 1.4.1 -> 1.4.2 from staging
                Gx-Deploy: prod-eu/api 1.4.0 -> 1.4.2 from staging

                """)
    }

    @Test func namesArtifactsOnlyWhereTheirVersionsDiffer() throws {
        let step = try step(
            [
                "envs/staging/api/a.yaml": pod("acme/api:2", "acme/web:2", "acme/proxy:7"),
                "envs/prod-us/api/a.yaml": pod("acme/api:1", "acme/web:1", "acme/proxy:6"),
                "envs/staging/two/a.yaml": pod("acme/x:2", "acme/y:2"),
                "envs/prod-us/two/a.yaml": pod("acme/x:1", "acme/y:1"),
            ], to: "prod-us")
        let message = CommitMessage(step)
        #expect(message.subject == "Promote api and two to prod-us")
        #expect(
            message.trailers == [
                "Gx-Deploy: prod-us/api 1 -> 2 from staging (acme/api)",
                "Gx-Deploy: prod-us/api 1 -> 2 from staging (acme/web)",
                "Gx-Deploy: prod-us/api 6 -> 7 from staging (acme/proxy)",
                "Gx-Deploy: prod-us/two 1 -> 2 from staging",
            ])
    }

    @Test func manyAreCounted() throws {
        var files: [String: String] = [:]
        for number in 1...6 {
            files["envs/staging/app\(number)/a.yaml"] = pod("acme/app\(number):2")
            files["envs/prod-eu/app\(number)/a.yaml"] = pod("acme/app\(number):1")
        }
        let message = CommitMessage(try step(files, to: "prod-eu"))
        #expect(message.subject == "Promote 6 apps to prod-eu")
        #expect(message.trailers.count == 6)
    }

    @Test func readsBackWhateverTextComesIn() throws {
        var step = try step([
            "envs/staging/api/a.yaml": pod("acme/api:2"), "envs/prod-us/api/a.yaml": pod("acme/api:1"),
        ])
        var contents = ReleaseContents()
        let repository = try ScratchRepository()
        let id = try repository.commit("x")
        var mentions = Mentions(in: "", Configuration.Issues())
        mentions.issues = ["PROJ-7", "PROJ-8\nGx-Deploy: prod/x 1 -> 2"]
        contents.added = [
            ReleaseContents.Entry(
                commit: id, time: .now, author: "A", subject: "Fix\n\nGx-Deploy: prod/y 1 -> 2\u{1B}[2J",
                mentions: mentions)
        ]
        step.contents = contents
        step.configuration = ["settings.yml\nGx-Deploy: prod/z 1 -> 2"]
        let commit = try repository.commit(CommitMessage(step).text)
        let read = try repository.repository().commit(commit)
        #expect(DeployTrailer.all(in: read).map(\.app) == ["api"])
        #expect(read.trailerLines.map { $0.prefix { $0 != ":" } } == ["Gx-Deploy", "Gx-Issue", "Gx-Issue"])
        #expect(read.subject == "Promote api 2 to prod-us")
        #expect(read.message.contains("- \(id.short) Fix  Gx-Deploy: prod/y 1 -> 2 [2J\n"))
    }

    @Test func aVersionFromOutsideIsDeployedAndAnOlderOneIsCalledSo() throws {
        var step = try step([
            "envs/staging/api/a.yaml": pod("acme/api:2"), "envs/prod-us/api/a.yaml": pod("acme/api:1"),
        ])
        step.changes[0].isOlder = true
        #expect(CommitMessage(step).subject == "Promote api 2 (older) to prod-us")
        step.changes[0].isOlder = false
        step.changes[0].source = nil
        #expect(CommitMessage(step).subject == "Deploy api 2 to prod-us")
        step.changes = []
        step.configuration = ["settings.yml"]
        #expect(
            CommitMessage(step).text
                == "Promote configuration to prod-us\n\nConfiguration:\n- settings.yml\n")
    }
}

@Suite struct PlanPatchTests {
    @Test func isWhatWouldBeCommitted() throws {
        let sample = try Sample(
            """
            version: 1
            environments: { staging: {}, prod: { after: staging } }
            layout: ["envs/{env}/{app}/**"]
            promote: { trees: [config] }
            """,
            [
                "envs/staging/api/a.yaml": pod("acme/api:2"), "envs/prod/api/a.yaml": pod("acme/api:1\r"),
                "envs/staging/api/config/run": "#!/bin/sh", "envs/staging/api/config/new": "new\n",
                "envs/prod/api/config/run": "#!/bin/sh -e", "envs/prod/api/config/gone": "gone",
            ])
        try sample.repository.folder.run(
            "chmod", ["+x", sample.repository.path + "/envs/staging/api/config/run"])
        try sample.commit([:], "Make it a program")
        let before = try sample.repository.git("count-objects")
        let plan = try sample.promote("api", to: "prod")
        let patch = try plan.patch()
        #expect(try sample.repository.git("count-objects") == before)

        let file = sample.repository.folder.path + "/patch"
        try sample.repository.folder.write(file, patch)
        try sample.repository.git("apply", "--index", file)
        for (path, text) in plan.after { #expect(try sample.repository.read(path) == text) }
        #expect(
            try sample.repository.git("diff", "--cached", "--name-status") == """
                M\tenvs/prod/api/a.yaml
                D\tenvs/prod/api/config/gone
                A\tenvs/prod/api/config/new
                M\tenvs/prod/api/config/run
                """)
        #expect(try sample.repository.git("ls-files", "-s", "envs/prod/api/config/run").hasPrefix("100755"))
    }

    @Test func ofABranchIsTheMerge() throws {
        let sample = try Sample(
            """
            version: 1
            environments: { staging: {}, prod: { after: staging } }
            layout: [{ branch: "env/{env}" }]
            """, ["a.yaml": pod("acme/api:1")])
        let git = sample.repository
        for name in ["prod", "staging"] { try git.git("branch", "env/\(name)") }
        try git.git("switch", "-q", "env/staging")
        try sample.commit(["a.yaml": pod("acme/api:2"), "b.txt": "b"], "New")
        try git.git("switch", "-q", "env/prod")
        try sample.commit(["own.txt": "own\n"], "Own")
        let quarantined = try git.repository().quarantined()
        let before = try git.git("count-objects", "-v")
        var request = PromotionRequest(to: "prod")
        request.allApps = true
        let plan = try Promotion.plan(
            request, in: Estate(sample.configuration, resolver: KnownPlaces(quarantined)))
        try git.folder.write(git.folder.path + "/patch", plan.patch())
        #expect(try git.git("count-objects", "-v") == before)
        try git.git("apply", "--index", git.folder.path + "/patch")
        let applied = try git.git("write-tree")
        try git.git("reset", "-q", "--hard")
        try git.git("merge", "-q", "env/staging")
        #expect(try git.git("rev-parse", "HEAD^{tree}") == applied)
        #expect(plan.versions == ["prod/a 1 -> 2"])
    }
}
